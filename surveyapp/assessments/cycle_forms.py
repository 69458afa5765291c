"""The forms of the coordinator's pages: open a cycle, extend a deadline, correct its wording."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange

YEAR = lazy_gettext("Give the year in four digits, such as 2027.")
MONTHS = lazy_gettext("Give a number of months from 1 to 120.")
DAY = lazy_gettext("Give a date that exists, as year-month-day, such as 2026-03-01.")


def _day(label: LazyString, *validators: Callable[[FlaskForm, Field], None]) -> DateField:
    return DateField(label, [InputRequired(DAY), *validators], invalid_value_message=DAY)


def _is_near_its_year(form: FlaskForm, field: Field) -> None:
    """Point out a year that was mistyped: a cycle begins and ends within some months of its year.

    :raises ValidationError: the day is more than one year before the year of the cycle, or two after it.
    """
    year = form.year.data
    if field.data and year and not year - 1 <= field.data.year <= year + 2:
        raise ValidationError(
            gettext("This day is far from the year of the cycle, %(year)s. Look at both.", year=str(year))
        )


def _number(label: LazyString, first: int, last: int, complaint: LazyString) -> IntegerField:
    validators = [InputRequired(complaint), NumberRange(first, last, complaint)]
    return IntegerField(label, validators, invalid_value_message=complaint)


class CycleForm(FlaskForm):
    """A new cycle; the view gives the choices of framework and countries."""

    year = _number(lazy_gettext("Year"), 1900, 2999, YEAR)
    framework = SelectField(lazy_gettext("Framework version"))
    opens_on = _day(lazy_gettext("Opening day"), _is_near_its_year)
    deadline = _day(lazy_gettext("Deadline"), _is_near_its_year)
    closes_on = _day(lazy_gettext("Closing day"), _is_near_its_year)
    countries = SelectMultipleField(lazy_gettext("Participating countries"))

    def validate_countries(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(lazy_gettext("Choose at least one country."))


class ExtendForm(FlaskForm):
    """More time for one country."""

    deadline = _day(lazy_gettext("New deadline"))
    reason = StringField(
        lazy_gettext("Reason"),
        [InputRequired(lazy_gettext("Give the reason, so that other countries can be told."))],
    )


class RewordForm(FlaskForm):
    """The present texts for a running cycle."""

    note = StringField(
        lazy_gettext("What is corrected"), [InputRequired(lazy_gettext("Say what is corrected."))]
    )
    keeps_meaning = BooleanField(
        lazy_gettext("I have read the texts below: no correction changes what a question asks."),
        [InputRequired(lazy_gettext("Confirm that no correction changes what a question asks."))],
    )


class RetentionForm(FlaskForm):
    """How long the history of a cycle is kept."""

    months = _number(lazy_gettext("Months after acceptance"), 1, 120, MONTHS)

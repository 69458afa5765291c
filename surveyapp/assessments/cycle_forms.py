"""The forms of the coordinator's pages: open a cycle, extend a deadline, correct its wording."""

from __future__ import annotations

from flask_babel import lazy_gettext
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


class Day(DateField):
    """A day, with our own words for one that does not exist."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as fault:
            raise ValueError(str(DAY)) from fault


class Year(IntegerField):
    """A year, with our own words for what is no number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as fault:
            raise ValueError(str(YEAR)) from fault


class Months(IntegerField):
    """A number of months, with our own words for what is no number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as fault:
            raise ValueError(str(MONTHS)) from fault


class CycleForm(FlaskForm):
    """A new cycle; the view gives the choices of framework and countries."""

    year = Year(lazy_gettext("Year"), [InputRequired(YEAR), NumberRange(1900, 2999, YEAR)])
    framework = SelectField(lazy_gettext("Framework version"))
    opens_on = Day(lazy_gettext("Opening day"), [InputRequired(DAY)])
    deadline = Day(lazy_gettext("Deadline"), [InputRequired(DAY)])
    closes_on = Day(lazy_gettext("Closing day"), [InputRequired(DAY)])
    countries = SelectMultipleField(lazy_gettext("Participating countries"))

    def validate_countries(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(lazy_gettext("Choose at least one country."))


class ExtendForm(FlaskForm):
    """More time for one country."""

    deadline = Day(lazy_gettext("New deadline"), [InputRequired(DAY)])
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

    months = Months(
        lazy_gettext("Months after acceptance"), [InputRequired(MONTHS), NumberRange(1, 120, MONTHS)]
    )

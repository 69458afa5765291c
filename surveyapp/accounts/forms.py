"""Sign-in, the own account, and what comes by a link."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from surveyapp.accounts.errors import AccountFault
from surveyapp.accounts.service import LONGEST_OFFICE, LONGEST_PASSWORD, SHORTEST_PASSWORD, normalise_email

_of_address = Length(
    max=254, message=lazy_gettext("The e-mail address is too long: at most %(max)d characters.")
)
_of_password = Length(max=1024, message=lazy_gettext("No password is that long: at most %(max)d characters."))


def is_address(_form: FlaskForm, field: Field) -> None:
    """:raises ValidationError: not an e-mail address."""
    try:
        normalise_email(field.data)
    except AccountFault as fault:
        raise ValidationError(str(fault)) from fault


def email_field() -> StringField:
    return StringField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Give an e-mail address.")), _of_address, is_address],
    )


def office_field() -> StringField:
    return StringField(
        lazy_gettext("Office"),
        [
            InputRequired(lazy_gettext("Give the office, such as Ministry of Justice.")),
            Length(
                max=LONGEST_OFFICE,
                message=lazy_gettext("The name of the office is too long: at most %(max)d characters."),
            ),
        ],
    )


class SignInForm(FlaskForm):
    email = StringField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Give your e-mail address.")), _of_address],
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Give your password.")), _of_password]
    )


class LocaleForm(FlaskForm):
    """The language of the account; the choices are the offered locales, given by the view."""

    locale = SelectField(lazy_gettext("Language"))


class RemindersForm(FlaskForm):
    wants_reminders = BooleanField(lazy_gettext("Send me reminders before the deadline"))


class NewPasswordForm(FlaskForm):
    """A password, typed twice."""

    new = PasswordField(
        lazy_gettext("New password"),
        [
            InputRequired(lazy_gettext("Give a new password.")),
            Length(
                SHORTEST_PASSWORD,
                LONGEST_PASSWORD,
                lazy_gettext("A password has from %(min)d to %(max)d characters."),
            ),
        ],
    )
    repeated = PasswordField(
        lazy_gettext("New password, again"),
        [EqualTo("new", lazy_gettext("The two new passwords differ. Type the same one twice."))],
    )


class PasswordForm(NewPasswordForm):
    current = PasswordField(
        lazy_gettext("Present password"), [InputRequired(lazy_gettext("Give your present password."))]
    )


class ForgottenForm(FlaskForm):
    email = email_field()


class AcceptForm(NewPasswordForm):
    """Setting up the account that an invitation is for."""

    office = office_field()


class ContributorForm(FlaskForm):
    """Inviting a contributor; the locales are given by the view, the objectives are drawn by the page."""

    email = email_field()
    office = office_field()
    locale = SelectField(lazy_gettext("Language of the invitation"))


class InviteForm(ContributorForm):
    """Inviting anybody; roles and countries are given by the view too."""

    role = SelectField(lazy_gettext("Role"))
    country = SelectField(lazy_gettext("Country, for focal points, contributors and NGOs"))


class RemovalForm(FlaskForm):
    """The own account, removed for good."""

    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Give your password.")), _of_password]
    )
    is_sure = BooleanField(
        lazy_gettext("I know that this cannot be undone."),
        [InputRequired(lazy_gettext("Confirm that you know this cannot be undone."))],
    )

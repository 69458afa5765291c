"""Sign-in and the own account."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from surveyapp.accounts.service import LONGEST_PASSWORD, SHORTEST_PASSWORD


class SignInForm(FlaskForm):
    email = StringField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Give your e-mail address.")), Length(max=254)],
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Give your password.")), Length(max=1024)]
    )


class LocaleForm(FlaskForm):
    """The language of the account; the choices are the offered locales, given by the view."""

    locale = SelectField(lazy_gettext("Language"))


class PasswordForm(FlaskForm):
    current = PasswordField(
        lazy_gettext("Present password"), [InputRequired(lazy_gettext("Give your present password."))]
    )
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

"""What sign-in and account services refuse."""

from __future__ import annotations

from flask_babel import lazy_gettext

from surveyapp.refusals import Refusal


class WrongPassword(Refusal):
    """The password given as the present one is another."""

    status = 422
    message = lazy_gettext("This is not your present password.")


class TooManyFailures(Refusal):
    """Too many wrong tries for this address; a right password is refused too until the time has passed."""

    status = 429
    message = lazy_gettext(
        "There were too many wrong tries for this address. Wait 15 minutes, then try again."
    )


class AccountFault(Refusal):
    """An account cannot be made as asked; the message says why and what to give instead."""

    status = 422

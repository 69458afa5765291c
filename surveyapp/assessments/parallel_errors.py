"""What the services of parallel views refuse."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from surveyapp.refusals import Refusal


class ViewClosed(Refusal):
    """Handed in, or its cycle is not open: answers are not taken."""

    message = lazy_gettext(
        "This view takes no answers now: it was handed in, or the cycle is closed. Nothing was changed."
    )


class ViewMoved(Refusal):
    """The view is in another state than this step starts from."""

    message = lazy_gettext("This view has moved on since the page was opened. Look at it again.")


class NothingAnswered(Refusal):
    """A view without an answer says nothing."""

    status = 422
    message = lazy_gettext("Answer at least one question, then hand your view in.")


class DecisionRefused(Refusal):
    """A decision that cannot be taken as asked; the message says why."""

    status = 422


def consent_missing() -> DecisionRefused:
    return DecisionRefused(
        gettext("The organisation does not consent to publication, so its view cannot be shown to everybody.")
    )


def choice_missing() -> DecisionRefused:
    return DecisionRefused(gettext("Choose whether the view is shown to everybody."))


def reason_missing() -> DecisionRefused:
    return DecisionRefused(gettext("Say why the view is not shown, so that the organisation knows."))


def note_too_long(most: int) -> DecisionRefused:
    return DecisionRefused(gettext("The note is too long: at most %(most)s characters.", most=str(most)))

"""What sign-in and account services refuse."""

from __future__ import annotations

from flask_babel import lazy_gettext

from surveyapp.refusals import NotAllowed, NotKnown, Refusal

NO_ROLE = lazy_gettext(
    "Your account has no role, or none any more, so it opens nothing but its own page. Ask whoever invited "
    "you, or the regional secretariat."
)


class NoRole(NotAllowed):
    """An account without any role asks for what needs one."""

    title = lazy_gettext("Your account has no role")
    message = NO_ROLE


class NoRoleForCountry(NotKnown):
    """The same, of what only some accounts may know of; whether there is such a thing is not told."""

    title = NoRole.title
    message = NO_ROLE


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


class LinkGone(Refusal):
    """A link that was sent opens nothing: used, too old, withdrawn, or never there; which is not said."""

    status = 410
    message = lazy_gettext(
        "Such a link works once and for a limited time, and whoever sent it can withdraw it. If you used it "
        "before, sign in. If not, ask for a new one where it came from."
    )


class RemindersLinkGone(LinkGone):
    """A link that ends reminders is damaged, or its account is gone; which is not said."""

    message = lazy_gettext(
        "The link is not whole, or its account is gone. Copy all of it from the letter into the address "
        "line, or sign in: your account page ends reminders, too."
    )


class TooManyLetters(Refusal):
    """Too many invitations or links for a new password within an hour."""

    status = 429
    message = lazy_gettext("Too many letters were asked for. Wait an hour, then try again.")


class AlreadyInvited(Refusal):
    """The same invitation waits already."""

    status = 422
    message = lazy_gettext(
        "An invitation to this address waits already. Send it again or withdraw it in the list below."
    )


class CannotBeSpared(Refusal):
    """The account is the only one of its kind; the message says who is needed first."""

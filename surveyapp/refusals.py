"""Refusals: what a service says no to. Each carries its HTTP status and a sentence for the person."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString


class Refusal(Exception):
    """A request that is understood and not carried out.

    The message says what was refused and what to do instead, in the reader's language.
    """

    status: ClassVar[int] = 409
    may_be_ticked: ClassVar[bool] = False  # carried out once the person says that they looked at it
    message: str | LazyString = lazy_gettext("This cannot be done now.")

    def __init__(self, message: str | LazyString | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(Refusal):
    """There is none, or the person may not know whether there is one."""

    status = 404
    message = lazy_gettext("There is nothing at this address. Check the address, or go back to the start.")


class NotAllowed(Refusal):
    """The person knows of it and may not do this with it."""

    status = 403
    message = lazy_gettext("Your account may not do this. If it should, ask the regional secretariat.")


class NotAllowedNow(NotAllowed):
    """The person may do this, and not in the state that it is in by now."""

    message = lazy_gettext("This has moved on since the page was opened. Go back and look at it again.")

"""Refusals: what a service says no to. Each carries its HTTP status and a sentence for the person."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString


class Refusal(Exception):
    """A request that is understood and not carried out.

    The message says what was refused and what to do instead, in the reader's language.
    """

    status: ClassVar[int] = 409
    may_be_ticked: ClassVar[bool] = False  # carried out once the person says that they looked at it
    leads_back: ClassVar[bool] = True  # the page that it was asked on can still be opened
    unchanged: Collection[str] = ()  # fields that were sent and say what is kept anyway
    title: ClassVar[LazyString | None] = None  # where that of its status says too little
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
    leads_back = False
    message = lazy_gettext("There is nothing at this address. Check the address, or go back to the start.")


class NotKnown(NotFound):
    """What only some accounts may know of: there is none, or this account may not know of it any more.

    The words are the same in each case, so that nobody learns from them which it is.
    """

    title = lazy_gettext("Your account finds nothing here")
    message = lazy_gettext(
        "There is nothing at this address that your account may open. If you worked on it until now, your "
        "role was taken away: ask the focal point of your country or the regional secretariat."
    )


class NotAllowed(Refusal):
    """The person knows of it and may not do this with it."""

    status = 403
    leads_back = False
    message = lazy_gettext("Your account may not do this. If it should, ask the regional secretariat.")


class NotAllowedNow(NotAllowed):
    """The person may do this, and not in the state that it is in by now."""

    leads_back = True
    message = lazy_gettext("This has moved on since the page was opened. Go back and look at it again.")

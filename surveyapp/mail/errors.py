"""What the outbox and its sender refuse. Only commands meet these, and commands speak English."""

from __future__ import annotations

from surveyapp.refusals import Refusal


class MailServerAway(Refusal):
    """The mail server cannot be reached or lets nobody in; nothing was handed over."""


class MailFault(Refusal):
    """This cannot be asked of the outbox; the message says why."""

    status = 422

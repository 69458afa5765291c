"""Refusals and faults as pages in the reader's language, or as problem+json for programs."""

from __future__ import annotations

import errno
import logging
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence

from flask import Flask, current_app, g, json, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, SecurityError

from surveyapp.database import db, roll_back
from surveyapp.refusals import Refusal
from surveyapp.web.field_names import Typed, describe
from surveyapp.web.requests import MEGABYTE, wants_json

log = logging.getLogger(__name__)

PASSING = (401, 429, 500, 503)  # what the same request, sent again a while later, may be spared
RETRY_AFTER = {429: "900", 503: "30"}  # seconds
DISK_TAKES_NOTHING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
NEVER_SHOWN = ("csrf_token", "checked", "password", "current", "new", "repeated")
NO_TEXT = (
    "again",
    "anew",
    "entry",
    "form",
    "grant",
    "invitation",
    "keep",
    "remove",
    "reopen",
    "resolve",
    "revision",
    "seen",
    "seen_questions",
    "settle",
    "shown",
    "step",
    "then",
    "unchanged",
    "user",
    "version",
)
NO_TEXT_OF_QUESTIONS = ("-checked", "-evidence_remove", "-version")
_PLACES = "surveyapp_places"


def init_app(app: Flask, list_places: Callable[[], Mapping[str, str]]) -> None:
    """Answer every refusal and fault of `app` in words; `list_places` gives the numbers of questions and
    objectives by their ids, for the fields that are named after them.
    """
    app.extensions[_PLACES] = list_places
    app.register_error_handler(Refusal, respond_to_refusal)
    app.register_error_handler(CSRFError, lambda _error: respond(400, form_too_old(), can_be_repeated=True))
    app.register_error_handler(HTTPException, respond_to_http)
    app.register_error_handler(OperationalError, respond_to_database)
    app.register_error_handler(PoolTimeout, respond_to_database)
    app.register_error_handler(OSError, respond_to_disk)
    app.register_error_handler(InternalServerError, respond_to_fault)


def respond_to_refusal(refusal: Refusal) -> ResponseReturnValue:
    return respond(
        refusal.status,
        str(refusal),
        title=refusal.title,
        unchanged=refusal.unchanged,
        may_be_ticked=refusal.may_be_ticked,
        leads_back=refusal.leads_back,
    )


def respond_to_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400 or error.response is not None:
        return error
    if isinstance(error, SecurityError):  # a host name that is not ours: there is no address to link to
        return error
    methods = getattr(error, "valid_methods", None)  # of 405: which ones this address takes
    headers = {"Allow": ", ".join(methods)} if methods else None
    return respond(error.code, headers=headers, leads_back=error.code not in (403, 404))


def respond_to_database(error: OperationalError | PoolTimeout) -> ResponseReturnValue:
    """The database is locked, full, read-only or away: say so, and give the typed text back."""
    roll_back()
    log.error("database: %s", getattr(error, "orig", error))
    if "_login_user" not in g:  # nobody can be looked up now; the page must not try again
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    return respond(503)


def respond_to_disk(error: OSError) -> ResponseReturnValue:
    """A full disk is no fault of ours: nothing was kept of the request, and it can be sent again."""
    if error.errno not in DISK_TAKES_NOTHING:
        return respond_to_fault(InternalServerError(original_exception=error))
    roll_back()
    log.error("disk: %s", error.strerror)
    return respond(503)


def respond_to_fault(error: InternalServerError) -> ResponseReturnValue:
    """A fault of ours: a number that the person can give and the log can be searched for."""
    number = f"500-{secrets.token_hex(3).upper()}"
    log.error("%s", number, exc_info=error.original_exception)
    return respond(500, number=number)


def respond(
    status: int,
    message: str | None = None,
    *,
    title: LazyString | None = None,
    number: str | None = None,
    headers: Mapping[str, str] | None = None,
    may_be_ticked: bool = False,
    can_be_repeated: bool = False,
    leads_back: bool = True,
    unchanged: Collection[str] = (),
) -> ResponseReturnValue:
    """The page, or the problem document, for one status."""
    usual_title, advice = words_for(status)
    title = title or usual_title
    if status in RETRY_AFTER:
        headers = {"Retry-After": RETRY_AFTER[status]}
    if wants_json():
        problem = {"type": "about:blank", "title": str(title), "status": status, "detail": message or advice}
        return json.dumps(problem), status, {"Content-Type": "application/problem+json", **(headers or {})}
    typed = typed_text()
    texts = [(name, value) for name, value in typed if value and is_text(name) and name not in unchanged]
    page = render_template(
        "web/error.html",
        title=title,
        message=message or advice,
        typed=typed,
        texts=describe_typed(texts, status),
        back=page_above() if leads_back else None,
        can_be_repeated=can_be_repeated or may_be_ticked or status in PASSING,
        number=number,
        status=status,
        may_be_ticked=may_be_ticked,
    )
    return page, status, headers or {}


def typed_text() -> list[tuple[str, str]]:
    """What the person sent with this request, so that no refusal loses it."""
    if request.method != "POST" or request.content_length is None:
        return []
    try:
        form = request.form
    except RequestEntityTooLarge:  # it was not read, and is not read now
        return []
    return [(name, value) for name, value in form.items(multi=True) if name not in NEVER_SHOWN]


def is_text(name: str) -> bool:
    """Whether a field holds what somebody typed or chose: no button, no number that the form alone knows."""
    return name not in NO_TEXT and not name.endswith(NO_TEXT_OF_QUESTIONS)


def describe_typed(texts: Sequence[tuple[str, str]], status: int) -> list[Typed]:
    """The fields in the words of their forms."""
    is_asked = status < 500 and any("-" in name for name, _ in texts)  # else the database may be what failed
    places = known_places() if is_asked else {}
    return [describe(name, value, places) for name, value in texts]


def known_places() -> Mapping[str, str]:
    """Nothing where the refusal left a transaction that takes no query: the ids are shown then."""
    list_places: Callable[[], Mapping[str, str]] = current_app.extensions[_PLACES]
    try:
        with db.session.no_autoflush:
            return list_places()
    except SQLAlchemyError as fault:
        log.warning("the numbers of questions could not be read: %s", type(fault).__name__)
        return {}


def page_above() -> str:
    """The page that the refused request belongs to: its own address, or the nearest one above it that can be
    opened and is about the same things. A form often goes to an address that is no page.
    """
    adapter = current_app.create_url_adapter(request)
    path, query = request.path, request.query_string.decode(errors="replace")
    known = {"locale", *(request.view_args or {})}
    while adapter and path.strip("/"):
        try:
            _, named = adapter.match(path, method="GET")
        except HTTPException:
            named = None
        if named is not None and known.issuperset(named):
            return f"{path}?{query}" if query else path
        path, query = path.rpartition("/")[0], ""
    return url_for("results.start")


def form_too_old() -> str:
    return gettext("The form was open for too long, or was opened before you signed in. Send it again.")


WORDS = {
    400: (
        lazy_gettext("This could not be read"),
        lazy_gettext("The request was damaged on its way. Go back and try again."),
    ),
    401: (
        lazy_gettext("You are signed out"),
        lazy_gettext("Sign in in another tab, then send this page again."),
    ),
    403: (
        lazy_gettext("Your account may not open this"),
        lazy_gettext("If it should, ask the focal point of your country or the regional secretariat."),
    ),
    404: (
        lazy_gettext("There is no such page"),
        lazy_gettext(
            "Check the address, or go back to the start. What is not published is not shown either."
        ),
    ),
    405: (
        lazy_gettext("This address takes no such request"),
        lazy_gettext("Go back to the page you came from."),
    ),
    409: (
        lazy_gettext("Something changed in between"),
        lazy_gettext("Go back to the page, look at what changed, and decide."),
    ),
    410: (
        lazy_gettext("This link opens nothing any more"),
        lazy_gettext("Ask for a new one where it came from."),
    ),
    422: (lazy_gettext("Something needs a mend"), lazy_gettext("Look at what you gave and send it again.")),
    429: (lazy_gettext("Too many tries"), lazy_gettext("Wait 15 minutes, then try again.")),
    503: (
        lazy_gettext("The server cannot write just now"),
        lazy_gettext("Nothing was saved. Wait a minute, then send it again."),
    ),
}
UNEXPECTED = (
    lazy_gettext("Something went wrong here"),
    lazy_gettext("It is not your doing. Try again; if it stays, write to the regional secretariat."),
)


def words_for(status: int) -> tuple[str, str]:
    """What happened and what to do, for a status."""
    if status == 413:
        return gettext("This is too much at once"), gettext(
            "At most %(most)s megabytes can be sent here at once. Shorten the text, or send it in parts.",
            most=str((request.max_content_length or 0) // MEGABYTE),
        )
    title, advice = WORDS.get(status, UNEXPECTED)
    return str(title), str(advice)

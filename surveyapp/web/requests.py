"""Limits on what a request may bring, before any view sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, current_app, request, session

from surveyapp.database import begin_write

MEGABYTE = 1024 * 1024
LARGEST_FORM = 2 * MEGABYTE
LARGEST_FILE = 20 * MEGABYTE
LARGEST_UPLOAD = LARGEST_FILE + 64 * 1024  # one file, and the fields and part heads around it
MOST_FIELDS = 1000
UNREADABLE = {"\x00", "\ufffd"}  # what no text has: NUL, and what stands for bytes that are no UTF-8
READING_METHODS = ("GET", "HEAD", "OPTIONS")

View = TypeVar("View", bound=Callable[..., object])
_MARK = "takes_a_file"


def takes_a_file(view: View) -> View:
    """Let a view receive one file; all other views receive forms alone, which are much smaller."""
    setattr(view, _MARK, True)
    return view


def init_app(app: Flask) -> None:
    """Hold every request of `app` to the limits, and let those that write begin as such."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=MOST_FIELDS
    )
    app.before_request(check_form)


def check_form() -> None:
    """Refuse too many fields (413) and characters that no text has (400); begin the write transaction."""
    if "\x00" in request.path:
        abort(400)
    if request.method in READING_METHODS or request.endpoint is None:
        return
    if getattr(current_app.view_functions[request.endpoint], _MARK, False) and "_user_id" in session:
        request.max_content_length = LARGEST_UPLOAD
    if not is_readable():
        abort(400)
    if sum(1 for _ in request.form.items(multi=True)) > MOST_FIELDS:
        abort(413)
    if any(UNREADABLE & set(value) for _, value in request.form.items(multi=True)):
        abort(400)
    begin_write()


def is_readable() -> bool:
    """Whether a form that is sent as one text is UTF-8; the parser would keep what is not as it came."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return True
    try:
        unquote_to_bytes(request.get_data(cache=True)).decode()
    except UnicodeDecodeError:
        return False
    return True


def wants_json() -> bool:
    """Whether a program asks, which the pages' own scripts are too, and not a person's browser."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or accepted["application/json"] > accepted["text/html"]

"""Limits on what a request may bring, before any view sees it."""

from __future__ import annotations

from flask import Flask, abort, request

from surveyapp.database import begin_write

LARGEST_FORM = 2 * 1024 * 1024
MOST_FIELDS = 1000
READING_METHODS = ("GET", "HEAD", "OPTIONS")


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
    if sum(1 for _ in request.form.items(multi=True)) > MOST_FIELDS:
        abort(413)
    if any("\x00" in value for _, value in request.form.items(multi=True)):
        abort(400)
    begin_write()

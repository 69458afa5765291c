"""The texts of small forms: what seems to name somebody is pointed out before it is saved."""

from __future__ import annotations

from flask import request

from surveyapp.assessments.personal_data import require_nobody_named


def read_free_text(name: str) -> str:
    """What was typed into a field of the form that was sent.

    :raises SeemsToNameSomebody: it looks as if it held personal data, and nobody ticked that it does not.
    """
    text = request.form.get(name, "")
    require_nobody_named(text, is_checked="checked" in request.form)
    return text

"""The texts of small forms: what seems to name somebody is pointed out before it is saved."""

from __future__ import annotations

from flask import request

from surveyapp.assessments.errors import SeemsToNameSomebody
from surveyapp.assessments.personal_data import find_personal_data, words_for


def read_free_text(name: str) -> str:
    """What was typed into a field of the form that was sent.

    :raises SeemsToNameSomebody: it looks as if it held personal data, and nobody ticked that it does not.
    """
    text = request.form.get(name, "")
    found = [] if "checked" in request.form else find_personal_data(text)
    if found:
        raise SeemsToNameSomebody(words_for(found[0]))
    return text

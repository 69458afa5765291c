"""The glossary of a cycle as a page shows it."""

from __future__ import annotations

from surveyapp.language.content import Content, TermText
from surveyapp.web.countries import collation_key


def list_terms(content: Content) -> list[TermText]:
    """Every term in the reader's language, in the alphabetical order of that language."""
    terms = map(content.term, content.framework.glossary)
    return sorted(terms, key=lambda term: (collation_key(term.term.text), term.id))

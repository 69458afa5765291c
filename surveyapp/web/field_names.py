"""What the fields of forms are called, for a page that shows what was typed without its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext, lazy_pgettext
from flask_babel.speaklater import LazyString

Words = Mapping[str, LazyString]

FIELDS: Words = {
    "closes_on": lazy_gettext("Closing day"),
    "countries": lazy_gettext("Participating countries"),
    "country": lazy_gettext("Country"),
    "dated_on": lazy_gettext("Date of the document, if it has one"),
    "deadline": lazy_gettext("Deadline"),
    "email": lazy_gettext("E-mail address"),
    "framework": lazy_gettext("Framework version"),
    "is_sure": lazy_gettext("I know that this cannot be undone."),
    "keeps_meaning": lazy_gettext("I have read the texts below: no correction changes what a question asks."),
    "locale": lazy_gettext("Language"),
    "note": lazy_gettext("Note"),
    "objective": lazy_gettext("Objective"),
    "office": lazy_gettext("Office"),
    "opens_on": lazy_gettext("Opening day"),
    "question": lazy_gettext("Question"),
    "reason": lazy_gettext("Reason"),
    "role": lazy_gettext("Role"),
    "shows": lazy_gettext("Show to everybody?"),
    "signed_by_function": lazy_gettext("Declared by this office or function"),
    "statement": lazy_gettext("Statement"),
    "text": lazy_gettext("Remark"),
    "title": lazy_gettext("Title of the document"),
    "wants_reminders": lazy_gettext("Send me reminders before the deadline"),
    "year": lazy_gettext("Year"),
}
# Of the fields that stand once for each question or objective: `o07.a2-comment`, `o07-reach`.
FIELDS_OF_PLACES: Words = {
    "changed": lazy_gettext("What changed since the last cycle"),
    "comment": lazy_gettext("Comment"),
    "evidence_date": lazy_gettext("Date of the document, if it has one"),
    "evidence_title": lazy_gettext("Title of the document"),
    "evidence_url": lazy_gettext("Link, if there is one"),
    "level": lazy_gettext("Answer"),
    "measure_source": lazy_gettext("Source"),
    "measure_value": lazy_gettext("Figure"),
    "measure_year": lazy_gettext("Year"),
    "reach": lazy_gettext("What may be shown"),
    "reason": lazy_gettext("Reason"),
    "remark": lazy_gettext("Remark"),
    "verdict": lazy_gettext("Your review"),
}
CHOICES: Mapping[str, Words] = {
    "level": {"not_applicable": lazy_gettext("Does not apply"), "unknown": lazy_gettext("Unknown")},
    "verdict": {"accept": lazy_pgettext("review", "Accept"), "ask": lazy_pgettext("review", "Ask")},
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed or chose in one field."""

    name: str  # of the field, as the form sends it
    words: str  # what people call it; empty for a field that is not known here
    place: str  # the number of the question or objective that it belongs to; empty where it belongs to none
    value: str


def describe(name: str, value: str, places: Mapping[str, str]) -> Typed:
    """One field that was sent; `places` are the numbers of questions and objectives by their ids."""
    if name in FIELDS:
        return Typed(name, str(FIELDS[name]), "", value)
    place, _, field = name.rpartition("-")
    if not place or field not in FIELDS_OF_PLACES:
        return Typed(name, "", "", value)
    chosen = str(CHOICES.get(field, {}).get(value, value))
    return Typed(name, str(FIELDS_OF_PLACES[field]), places.get(place, place), chosen)

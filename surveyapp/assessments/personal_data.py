"""What in a free text looks as if it named a person: pointed out before it is saved, never stored unasked.

It looks for forms, not for meaning: an e-mail address, a telephone number, a date of birth. Names cannot
be told from other words, which is why each text field also says what does not belong into it.
"""

from __future__ import annotations

import re
from enum import StrEnum

from flask_babel import gettext

from surveyapp.assessments.errors import SeemsToNameSomebody


class PersonalData(StrEnum):
    """What was found."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    BIRTH_DATE = "birth_date"


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?!\d)")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d ?[-\u2013/] ?(?:19|20)?\d\d(?!\d)")  # 2024-2026, 2025/26
_DIGITS = r"(?:[\s.\-/()]{0,2}\d)"
# With its country's code, or with the 0 that national numbers begin with.
_TELEPHONE = re.compile(
    rf"(?<![\d.,])(?:\+{_DIGITS}{{7,15}}|00[1-9]{_DIGITS}{{7,13}}|\(?0[1-9]{_DIGITS}{{6,10}})(?!\d)"
)
_NAMED_TELEPHONE = re.compile(
    rf"(?:\btel\b|\bt[ée]l[ée]phone\b|\btelefon\w*|\bphone\b|\bmobile\b|\bportable\b|\bтел\b|телефон\w*|هاتف|جوال)"
    rf"[^\d\n]{{0,12}}\d{_DIGITS}{{5,14}}",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:born|date of birth|birth ?date|d\.?o\.?b\b|née?s?\b|naissance|geboren|geburtsdatum)"
    r"|\b(?:родена?|рођена?|rođena?|datelindj\w*)"
    r"|ولد|مولود|مواليد|الميلاد|ميلاده",
    re.IGNORECASE,
)
_BETWEEN = 40  # characters between such a word and its date
_DIGITS_TO_ASCII = {
    ord(digit): str(ord(digit) - base)
    for base in (0x660, 0x6F0)
    for digit in map(chr, range(base, base + 10))
}


def find_personal_data(text: str) -> list[PersonalData]:
    """The kinds of personal data that `text` seems to hold, in a fixed order."""
    text = text.translate(_DIGITS_TO_ASCII)
    without_dates = _YEARS.sub(" ", _DATE.sub(" ", text))
    found = {
        PersonalData.EMAIL: _EMAIL.search(text) is not None,
        PersonalData.TELEPHONE: any(p.search(without_dates) for p in (_TELEPHONE, _NAMED_TELEPHONE)),
        PersonalData.BIRTH_DATE: _has_birth_date(text),
    }
    return [kind for kind, is_there in found.items() if is_there]


def require_nobody_named(text: str, *, is_checked: bool) -> None:
    """Let pass what names nobody, and what somebody has looked at.

    :raises SeemsToNameSomebody: it looks as if it held personal data.
    """
    found = [] if is_checked else find_personal_data(text)
    if found:
        raise SeemsToNameSomebody(words_for(found[0]))


def words_for(found: PersonalData) -> str:
    """What to do about a text that seems to name somebody."""
    return {
        PersonalData.EMAIL: gettext("This looks like an e-mail address. Take it out, or tick the box below."),
        PersonalData.TELEPHONE: gettext(
            "This looks like a telephone number. Take it out, or tick the box below."
        ),
        PersonalData.BIRTH_DATE: gettext(
            "This looks like a date of birth. Take it out, or tick the box below."
        ),
    }[found]


def _has_birth_date(text: str) -> bool:
    dates = [match.start() for match in _DATE.finditer(text)]
    return any(0 <= date - word.end() <= _BETWEEN for word in _BORN.finditer(text) for date in dates)

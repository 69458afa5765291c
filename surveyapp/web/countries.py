"""Countries by their names in the page's language, and the order that its readers expect."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from babel import Locale

from surveyapp.web.locale import current_locale

# Codes in use here that the locale data may lack.
_WITHOUT_NAME = {"XK": "Kosovo"}
_ARABIC_ARTICLE = "ال"  # not part of what an Arabic list is ordered by


def country_name(code: str, locale: str | None = None) -> str:
    """The country's name in `locale`, by default the page's; its code where nothing names it."""
    territories = Locale.parse(locale or current_locale()).territories
    return territories.get(code) or _WITHOUT_NAME.get(code) or code


def in_order(codes: Iterable[str], locale: str | None = None) -> list[str]:
    """The codes in alphabetical order of the countries' names."""
    return sorted(codes, key=lambda code: (collation_key(country_name(code, locale)), code))


def collation_key(name: str) -> str:
    """What names are ordered by: no case, no accents, no Arabic article."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return plain.removeprefix(_ARABIC_ARTICLE)

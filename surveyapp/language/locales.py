"""Locales: their codes, names and directions, which are offered, and which one a reader gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import polib
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

from surveyapp.language.catalogues import INTERFACE, load_catalogue
from surveyapp.language.shipped import translations_folder
from surveyapp.language.subtags import Subtags, maximise, parse_subtags
from surveyapp.web.locale import SOURCE_LOCALE

LONGEST_HEADER = 1000  # characters of an Accept-Language header that are read
MOST_WANTED = 20  # languages of one reader that are looked at

_URL_CODE = re.compile("[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_WANTED = re.compile(
    r"\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?"
)


def from_url_code(code: str) -> str | None:
    """`sr_Latn` for `sr-Latn`; None unless CLDR knows the locale and it is spelled the one right way."""
    if not _URL_CODE.fullmatch(code):
        return None
    locale = code.replace("-", "_")
    return locale if locale in _known_locales() else None


@lru_cache(maxsize=1)
def _known_locales() -> frozenset[str]:
    return frozenset(locale_identifiers())


@lru_cache(maxsize=256)
def native_name(locale: str) -> str:
    """The locale's name in itself, spelled as CLDR does: `français`, `srpski (latinica)`.

    The script is named too where the packaged locales hold the language in two scripts.

    :raises babel.UnknownLocaleError: CLDR has no such locale.
    """
    own = maximise(_subtags(locale))
    scripts = {full.script for full in map(_maximised, packaged_locales()) if full.language == own.language}
    if len(scripts | {own.script}) > 1 and f"{own.language}_{own.script}" in _known_locales():
        locale = Subtags(own.language, own.script, _subtags(locale).region).code
    return str(Locale.parse(locale).get_display_name(locale))


@lru_cache(maxsize=8)
def packaged_locales(folder: Path | None = None) -> tuple[str, ...]:
    """English, then each locale that has a folder among the language files, by code."""
    folder = folder or translations_folder()
    names = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    return (SOURCE_LOCALE, *sorted((names & _known_locales()) - {SOURCE_LOCALE}))


@lru_cache(maxsize=8)
def interface_locales(folder: Path | None = None) -> tuple[str, ...]:
    """The locales whose interface is complete: English, and those that translate each text of `messages.pot`.

    Looked up once per process.
    """
    folder = folder or translations_folder()
    template = folder / f"{INTERFACE}.pot"
    if not template.is_file():
        return (SOURCE_LOCALE,)
    entries = polib.pofile(str(template))
    others = [locale for locale in packaged_locales(folder) if locale != SOURCE_LOCALE]
    complete = [o for o in others if all(map(load_catalogue(o, INTERFACE, folder).translates, entries))]
    return (SOURCE_LOCALE, *complete)


def fallback_chain(locale: str) -> tuple[str, ...]:
    """The locales to look in, in order: itself, its parents, English at the end.

    A parent is CLDR's, and never one in another script: Serbian in Latin script falls back to English, not to
    Cyrillic. Languages never stand in for each other, however near they are.
    """
    chain = [locale]
    while (parent := _parent(chain[-1])) is not None:
        chain.append(parent)
    return (*chain, SOURCE_LOCALE) if SOURCE_LOCALE not in chain else tuple(chain)


def _parent(locale: str) -> str | None:
    exception = get_global("parent_exceptions").get(locale)
    if exception is not None:
        return None if exception == "root" else str(exception)
    if "_" not in locale:
        return None
    own, shorter = _maximised(locale), locale.rpartition("_")[0]
    if _maximised(shorter).script == own.script:
        return shorter
    scripted = f"{own.language}_{own.script}"
    return scripted if scripted != locale else None


def negotiate(wanted: Sequence[str], available: Sequence[str]) -> str | None:
    """The one of `available` that suits a reader best; None when none does. `wanted` has the dearest first.

    Each wanted code, hyphens or underscores, is filled up by CLDR's likely subtags and matched by language
    and script; among several, its own fallback chain decides, then the region. A script that the reader did
    not ask for (`sr_Latn` for `sr`) is taken only when no other wanted language is there: most who read
    Serbian read both, and not all do. Bosnian, Croatian and Serbian are never given for each other.
    """
    full = {code: _maximised(code) for code in available if parse_subtags(code)}
    asked = [code for code in wanted[:MOST_WANTED] if parse_subtags(code)]
    for code in asked:
        own = _maximised(code)
        same = [a for a, tags in full.items() if tags[:2] == own[:2]]
        if same:
            return _nearest(code, own, same, full)
    for code in asked:
        language = _maximised(code).language
        for candidate, tags in full.items():
            if tags.language == language:
                return candidate
    return None


def _nearest(code: str, own: Subtags, same: Sequence[str], full: dict[str, Subtags]) -> str:
    """Of locales in the right language and script: from the code's chain, its region, without one, first."""
    for link in fallback_chain(_subtags(code).code):
        if link in same:
            return link
    in_region = [candidate for candidate in same if full[candidate].region == own.region]
    plain = [candidate for candidate in same if _subtags(candidate).region is None]
    return (in_region or plain or list(same))[0]


def parse_accept_language(header: str | None) -> list[str]:
    """The language codes of an `Accept-Language` header, best first; never raises.

    Left out: `*`, which asks for nothing, languages refused with `q=0`, and whatever is malformed. Of a
    header longer than 1,000 characters or 20 languages, only the beginning is read.
    """
    if not header:
        return []
    pieces = header[: LONGEST_HEADER + 1].split(",")
    if len(header) > LONGEST_HEADER:
        pieces.pop()  # cut in the middle
    ranked: list[tuple[float, str]] = []
    for piece in pieces[:MOST_WANTED]:
        match = _WANTED.fullmatch(piece)
        quality = float(match[2] or 1) if match else 0.0
        if match and quality > 0:
            ranked.append((quality, match[1]))
    return [code for _, code in sorted(ranked, key=lambda pair: -pair[0])]


def _subtags(locale: str) -> Subtags:
    return parse_subtags(locale) or Subtags(locale)


def _maximised(locale: str) -> Subtags:
    return maximise(_subtags(locale))

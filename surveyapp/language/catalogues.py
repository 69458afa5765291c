"""Compiled catalogues: the translations of one locale and domain, as pages look them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from types import MappingProxyType

from polib import POEntry

from surveyapp.language.shipped import translations_folder

INTERFACE = "messages"
CONTENT = "questionnaires"
DOMAINS = (INTERFACE, CONTENT)

_CONTEXT_END = "\x04"  # between context and source in a compiled catalogue

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Catalogue:
    """The translations of one locale, by context and source.

    A text stands here only when it translates exactly this source: what needs review is not compiled.
    """

    locale: str
    texts: Mapping[Key, str] = field(default_factory=lambda: MappingProxyType({}))
    plurals: Mapping[Key, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def find(self, context: str | None, source: str) -> str | None:
        return self.texts.get((context, source)) or None

    def translates(self, entry: POEntry) -> bool:
        """Whether a message of a POT file is translated, in each plural form where it has plurals."""
        if entry.msgid_plural:
            forms = self.plurals.get((entry.msgctxt, entry.msgid), ())
            return bool(forms) and all(forms)
        return self.find(entry.msgctxt, entry.msgid) is not None


def catalogue_path(locale: str, domain: str, folder: Path | None = None) -> Path:
    """The PO file of a locale and domain; its compiled form lies beside it with the suffix `.mo`."""
    return (folder or translations_folder()) / locale / "LC_MESSAGES" / f"{domain}.po"


def load_catalogue(locale: str, domain: str = CONTENT, folder: Path | None = None) -> Catalogue:
    """The compiled catalogue; an empty one where there is none. Read again when its file has changed.

    :raises OSError: the file is no compiled catalogue.
    """
    path = catalogue_path(locale, domain, folder).with_suffix(".mo")
    try:
        modified = path.stat().st_mtime_ns
    except FileNotFoundError:
        return Catalogue(locale)
    return _read(path, locale, modified)


@lru_cache(maxsize=128)
def _read(path: Path, locale: str, modified: int) -> Catalogue:
    """`modified` is part of the cache's key."""
    with path.open("rb") as file:
        compiled: Mapping[str | tuple[str, int], str] = vars(GNUTranslations(file))["_catalog"]
    texts: dict[Key, str] = {}
    plurals: dict[Key, dict[int, str]] = {}
    for key, translation in compiled.items():
        if isinstance(key, tuple):
            plurals.setdefault(_split(key[0]), {})[key[1]] = translation
        elif key:  # the empty source is the header
            texts[_split(key)] = translation
    forms = {key: tuple(text for _, text in sorted(found.items())) for key, found in plurals.items()}
    return Catalogue(locale, MappingProxyType(texts), MappingProxyType(forms))


def _split(key: str) -> Key:
    context, separator, source = key.partition(_CONTEXT_END)
    return (context, source) if separator else (None, key)

"""Bringing PO files up to their POT without losing a word that somebody translated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polib

from surveyapp.language.catalogues import CONTENT, DOMAINS, catalogue_path
from surveyapp.language.plural_rules import (
    PluralRule,
    PluralRuleFault,
    plural_forms,
    read_plural_rule,
    remap,
    rule_of,
)
from surveyapp.language.po_files import empty_po, read_po, write_po
from surveyapp.language.shipped import translations_folder

PLURAL_FORMS = "Plural-Forms"


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did to one file, in numbers of messages."""

    path: Path
    is_written: bool
    added: int
    changed: int  # the source changed; the translation needs review
    restored: int  # the source is again what the translation was made for
    gone: int


def update_locale(locale: str, folder: Path | None = None) -> list[Updated]:
    """Bring each PO file of a locale up to its POT; a file that is not there yet is begun.

    :raises PoFault: a file cannot be read; it is left as it is.
    :raises PluralRuleFault: the language's plural rule is not known.
    :raises FileNotFoundError: a POT file is missing.
    """
    folder = folder or translations_folder()
    done = []
    for domain in DOMAINS:
        pot = read_po(folder / f"{domain}.pot")
        path = catalogue_path(locale, domain, folder)
        old = read_po(path) if path.is_file() else empty_po(locale)
        merge = _Merge(old, pot, locale, matches_context=domain == CONTENT)
        done.append(merge.report(path, write_po(path, merge.result)))
    return done


def update_po(old: polib.POFile, pot: polib.POFile, locale: str, domain: str) -> polib.POFile:
    """The PO file with the messages of the POT, in its order; `old` is not to be used any more.

    Content is matched by its context, which is its place and never changes: a changed source keeps its
    translation as *needs review*, with the source it was made for. Interface texts are matched by context and
    source together. No translation is ever guessed from another message's. What is gone stays at the end as
    obsolete and is offered again when it returns.

    :raises PluralRuleFault: the language's plural rule is not known.
    """
    return _Merge(old, pot, locale, matches_context=domain == CONTENT).result


class _Merge:
    """One PO file on its way to one POT."""

    def __init__(self, old: polib.POFile, pot: polib.POFile, locale: str, *, matches_context: bool) -> None:
        self.added = self.changed = self.restored = self.gone = 0
        self._matches_context = matches_context
        self._rule = rule_of(locale)
        self._old_rule = _readable_rule(old)
        self._known = self._by_key(old)
        self.result = polib.POFile()
        self.result.header = old.header
        self.result.metadata = {**old.metadata, "Language": locale, PLURAL_FORMS: plural_forms(locale)}
        self.result.metadata_is_fuzzy = old.metadata_is_fuzzy
        for template in pot:
            self.result.append(self._merged(template))
        for entry in (entry for entries in self._known.values() for entry in entries):
            self._keep_obsolete(entry)

    def report(self, path: Path, is_written: bool) -> Updated:
        return Updated(path, is_written, self.added, self.changed, self.restored, self.gone)

    def _key(self, entry: polib.POEntry) -> tuple[str | None, str]:
        by_place = self._matches_context and entry.msgctxt
        return (entry.msgctxt, "" if by_place else entry.msgid)

    def _by_key(self, old: polib.POFile) -> dict[tuple[str | None, str], list[polib.POEntry]]:
        """The entries of each key, best first: one with a translation, then one in use."""
        known: dict[tuple[str | None, str], list[polib.POEntry]] = {}
        for entry in sorted(old, key=lambda entry: (not _is_begun(entry), entry.obsolete)):
            known.setdefault(self._key(entry), []).append(entry)
        return known

    def _merged(self, template: polib.POEntry) -> polib.POEntry:
        entry = next(iter(self._known.get(self._key(template), ())), None)
        if entry is None:
            entry = polib.POEntry(msgid=template.msgid, msgid_plural=template.msgid_plural)
            self.added += 1
        else:
            self._known[self._key(template)].remove(entry)
            self.added += entry.obsolete
        self._follow_source(entry, template)
        entry.obsolete = False
        entry.msgctxt, entry.msgid, entry.msgid_plural = (
            template.msgctxt,
            template.msgid,
            template.msgid_plural,
        )
        entry.comment, entry.occurrences = template.comment, template.occurrences
        entry.flags = [*(["fuzzy"] if entry.fuzzy else []), *template.flags]
        self._shape_plurals(entry)
        return entry

    def _follow_source(self, entry: polib.POEntry, template: polib.POEntry) -> None:
        """Mark what was made for another source and note the first such source, until it is back."""
        if not _is_begun(entry):
            _set_fuzzy(entry, False)
            _forget_previous(entry)
            return
        now = (template.msgid, template.msgid_plural)
        if not entry.fuzzy:
            _forget_previous(entry)  # left behind by a tool; the translation was made for the present source
        if entry.fuzzy and (entry.previous_msgid, entry.previous_msgid_plural or "") == now:
            _set_fuzzy(entry, False)
            _forget_previous(entry)
            self.restored += 1
        elif (entry.msgid, entry.msgid_plural) != now:
            # What a person marked for review is not known to be right for any source: none is noted.
            if not entry.fuzzy:
                entry.previous_msgctxt = entry.msgctxt
                entry.previous_msgid = entry.msgid
                entry.previous_msgid_plural = entry.msgid_plural or None
            _set_fuzzy(entry, True)
            self.changed += 1

    def _shape_plurals(self, entry: polib.POEntry) -> None:
        """As many forms as the locale has, each translation with the numbers it was made for."""
        if not entry.msgid_plural:
            if entry.msgstr_plural:
                entry.msgstr = entry.msgstr_plural.get(max(entry.msgstr_plural), "")
                entry.msgstr_plural = {}
            return
        forms = entry.msgstr_plural or {0: entry.msgstr}
        entry.msgstr = ""
        if any(forms.values()) and self._old_rule is None:
            _set_fuzzy(entry, True)  # nobody can tell which numbers its forms were made for
        elif any(forms.values()) and self._old_rule is not None and self._old_rule != self._rule:
            forms, is_kept = remap(forms, self._old_rule, self._rule)
            _set_fuzzy(entry, entry.fuzzy or not is_kept)
        entry.msgstr_plural = {form: forms.get(form, "") for form in range(self._rule.count)}

    def _keep_obsolete(self, entry: polib.POEntry) -> None:
        if not _is_begun(entry):
            return
        if not entry.obsolete:
            self.gone += 1
            entry.obsolete = True
            entry.comment, entry.occurrences = "", []
        if entry.msgid_plural:
            self._shape_plurals(entry)
        self.result.append(entry)


def _readable_rule(old: polib.POFile) -> PluralRule | None:
    """The rule that the old translations follow; None where the file states none that works."""
    try:
        return read_plural_rule(old.metadata.get(PLURAL_FORMS, ""))
    except PluralRuleFault:
        return None


def _is_begun(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr) or any(entry.msgstr_plural.values())


def _set_fuzzy(entry: polib.POEntry, is_fuzzy: bool) -> None:
    others = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.flags = ["fuzzy", *others] if is_fuzzy else others


def _forget_previous(entry: polib.POEntry) -> None:
    entry.previous_msgctxt = entry.previous_msgid = entry.previous_msgid_plural = None

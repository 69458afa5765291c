"""Wording revisions: texts corrected in a running cycle, without a change of meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from surveyapp.accounts.models import User
from surveyapp.assessments.cycles import require_manager
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.frameworks import get_framework, pin_wording, read_wordings
from surveyapp.assessments.models import Cycle, Wording, WordingRevision
from surveyapp.assessments.typed import stripped
from surveyapp.audit.service import record
from surveyapp.database import db, now
from surveyapp.framework.document import to_document
from surveyapp.framework.model import Framework
from surveyapp.language.content import wording_of
from surveyapp.language.locales import packaged_locales
from surveyapp.language.messages import content_messages
from surveyapp.web.locale import InLocale

LONGEST_NOTE = 1000

# What a correction may touch in a framework's document; all else is what is asked and how it is scored.
TEXTS = {"text", "title", "short", "introduction", "help", "unit", "version", "colour"}
TEXTS |= {"note_for_translators", "note_on_points", "glossary"}


@dataclass(frozen=True, slots=True)
class Rewording(InLocale):
    """One locale's texts as they would be; `before` are those that read otherwise now, by context."""

    locale: str
    texts: Mapping[str, str]
    before: Mapping[str, str]

    @property
    def changed(self) -> int:
        return len(self.before)


@dataclass(frozen=True, slots=True)
class AppliedRevision:
    """One revision as it was applied: by locale how many texts."""

    number: int
    note: str
    applied_at: datetime
    office: str | None
    texts: tuple[tuple[str, int], ...]


def asks_the_same(one: Framework, other: Framework) -> bool:
    """Whether the two differ in nothing but their texts: same questions, levels, points, weights, marks."""
    return bool(_without_texts(to_document(one)) == _without_texts(to_document(other)))


def _without_texts(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_texts(value) for key, value in part.items() if key not in TEXTS}
    return [_without_texts(one) for one in part] if isinstance(part, list) else part


def list_rewordings(cycle: Cycle, present: Framework) -> list[Rewording]:
    """What would read otherwise if the texts as they are now were taken over, locale by locale.

    Where `present` asks something else than the cycle's framework, only translations of texts whose source
    is the same are taken; a text that has no translation now keeps the one that the cycle has.
    """
    pinned = get_framework(cycle.framework_version)
    kept = read_wordings({wording.locale: wording.sha256 for wording in cycle.wordings})
    source = {message.context: message.source for message in content_messages(pinned)}
    is_same = asks_the_same(pinned, present)
    found = []
    for locale in dict.fromkeys((pinned.language, *packaged_locales())):
        is_source = locale == pinned.language
        before: Mapping[str, str] = kept.get(locale, source if is_source else {})
        if is_source:
            texts = {m.context: m.source for m in content_messages(present)} if is_same else {}
        else:
            texts = wording_of(present if is_same else pinned, locale)
        after = {**before, **{context: text for context, text in texts.items() if context in source}}
        changed = {c: before.get(c, "") for c, text in after.items() if before.get(c) != text}
        if changed:
            found.append(Rewording(locale, after, changed))
    return found


def reword_cycle(cycle: Cycle, present: Framework, note: str, *, by: User | None) -> list[Rewording]:
    """Take the present texts over into a running cycle, as its next revision; gives what changed.

    What was submitted keeps the wording that it was frozen with. The cycle must be locked.

    :raises NotAllowed: this person manages no cycles.
    :raises CycleFault: the cycle is closed, no note says what is corrected, or nothing would change.
    """
    require_manager(by)
    note = stripped(note)
    if cycle.closed_at:
        raise CycleFault(gettext("This cycle is closed already."))
    if not note or len(note) > LONGEST_NOTE:
        raise CycleFault(
            gettext("Say what is corrected, in at most %(most)s characters.", most=str(LONGEST_NOTE))
        )
    rewordings = list_rewordings(cycle, present)
    if not rewordings:
        raise CycleFault(gettext("No text differs from those of the cycle, so there is nothing to correct."))
    last = select(func.max(WordingRevision.number)).where(WordingRevision.cycle_id == cycle.id)
    number = (db.session.scalar(last) or 0) + 1
    for one in rewordings:
        _replace(cycle, number, one, note, by)
    facts = {one.locale: one.changed for one in rewordings} | {"number": number}
    record("cycle.reword", f"cycle/{cycle.year}", by=by.id if by else None, facts=facts)
    db.session.flush()
    return rewordings


def _replace(cycle: Cycle, number: int, one: Rewording, note: str, by: User | None) -> None:
    old: Wording | None = next((w for w in cycle.wordings if w.locale == one.locale), None)
    new = pin_wording(one.locale, one.texts)
    if old is not None:
        cycle.wordings.remove(old)
    cycle.wordings.append(new)
    db.session.add(
        WordingRevision(
            cycle_id=cycle.id,
            number=number,
            locale=one.locale,
            old_sha256=old.sha256 if old else None,
            new_sha256=new.sha256,
            texts=one.changed,
            note=note,
            applied_at=now(),
            applied_by_id=by.id if by else None,
        )
    )


def list_revisions(cycle: Cycle) -> Sequence[AppliedRevision]:
    """The revisions of a cycle, the last first."""
    query = (
        select(WordingRevision)
        .where(WordingRevision.cycle_id == cycle.id)
        .options(joinedload(WordingRevision.applied_by))
        .order_by(WordingRevision.number.desc(), WordingRevision.locale)
    )
    found = []
    for number, group in groupby(db.session.scalars(query), key=lambda row: row.number):
        rows = list(group)
        office = rows[0].applied_by.office if rows[0].applied_by else None
        texts = tuple((row.locale, row.texts) for row in rows)
        found.append(AppliedRevision(number, rows[0].note, rows[0].applied_at, office, texts))
    return found

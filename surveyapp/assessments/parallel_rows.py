"""One version of an NGO's answer as a row: what it says and the documents that it names, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from surveyapp.assessments.models import Answer, Evidence
from surveyapp.assessments.parallel_models import ParallelAnswer, ParallelView
from surveyapp.assessments.service import GivenAnswer

MOST_AT_ONCE = 1_000  # documents that come with one version of an answer


def as_answer(row: ParallelAnswer) -> Answer:
    """The row as questionnaires show answers, of no session."""
    return Answer(
        question_id=row.question_id,
        state=row.state,
        level=row.level,
        reason=row.reason,
        comment=row.comment,
        measure_value=row.measure_value,
        measure_year=row.measure_year,
        measure_source=row.measure_source,
        is_confirmed=False,
        changed_because="",
        version=row.version,
        changed_at=row.changed_at,
        changed_by=None,
        evidence=[_as_evidence(document) for document in json.loads(row.documents or "[]")],
    )


def _as_evidence(document: dict[str, Any]) -> Evidence:
    day = date.fromisoformat(document["date"]) if document["date"] else None
    return Evidence(id=document["id"], title=document["title"], url=document["url"], dated_on=day, file=None)


def own_part(one: GivenAnswer) -> GivenAnswer:
    """What of a given answer an NGO can give: nothing about the last cycle, for which it has none."""
    return replace(one, is_confirmed=False, changed_because="")


def list_documents(last: Answer | None, one: GivenAnswer) -> list[Evidence]:
    """The links and references of the next version: the last one's, without what was removed, with what is
    new, once. Each is numbered by the version that it came with and its place in that, so that no number is
    given twice: a version may come with all that was named last year.
    """
    first = (last.version + 1 if last else 1) * MOST_AT_ONCE
    documents = [row for row in last.evidence if row.id not in one.removed_evidence] if last else []
    for number, new in enumerate(one.new_evidence, first):
        if not new.stands_in(documents):
            documents.append(Evidence(id=number, title=new.title, url=new.url, dated_on=new.dated_on))
    return documents


def make_row(
    view: ParallelView, said: GivenAnswer, documents: Sequence[Evidence], *, version: int, moment: datetime
) -> ParallelAnswer:
    """A version of an answer, to be added."""
    return ParallelAnswer(
        view_id=view.id,
        question_id=said.question_id,
        state=said.state,
        level=said.level,
        reason=said.reason,
        comment=said.comment,
        measure_value=said.measure.value,
        measure_year=said.measure.year,
        measure_source=said.measure.source,
        documents=_as_json(documents),
        version=version,
        changed_at=moment,
    )


def _as_json(documents: Sequence[Evidence]) -> str | None:
    told = [
        {
            "id": row.id,
            "title": row.title,
            "url": row.url,
            "date": row.dated_on.isoformat() if row.dated_on else None,
        }
        for row in documents
    ]
    return json.dumps(told, ensure_ascii=False) if told else None

"""Bundles made in code, over small frameworks and without a database."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import rfc8785

from surveyapp.bundle.document import Pinned, sha256_of, write_bundle
from surveyapp.bundle.verify import verify_bundle
from surveyapp.framework.document import canonical_bytes, to_document
from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answer, Answers, Evidence, MeasuredValue
from surveyapp.scoring.method1 import score, scores_document
from surveyapp.scoring.reader import AnswersFile, write_answers
from tests.scoring.builders import level, two_objectives

FRENCH = {"locale": "fr", "texts": {"o01.a1.text": "Jusqu’où ?", "o01.title": "Objectif 1"}}
ANSWERS: Answers = {
    "o01.a1": Answer(level="3", comment="Every region but one, “for now”."),
    "o01.a2": Answer(not_applicable="There is no such border."),
    "o01.i1": Answer(
        unknown="Nobody counts.", measure=MeasuredValue(Decimal(12), "persons", 2025, "Ministry")
    ),
    "o01.p1": level(1),
    "o02.a1": Answer(level="4", evidence=(Evidence("Law 12", "https://example.org/law"),)),
}


def pin(document: dict[str, Any]) -> Pinned:
    body = rfc8785.dumps(document)
    return Pinned(body.decode(), hashlib.sha256(body).hexdigest())


def make_bundle(
    framework: Framework | None = None,
    answers: Answers = ANSWERS,
    *,
    country: str = "AL",
    cycle: int = 2026,
    revision: int = 1,
    previous: str | None = None,
    submitted_at: str = "2026-11-20T14:05:00+00:00",
) -> bytes:
    """The bundle that an installation would write of these answers."""
    framework = framework or two_objectives()
    pinned = Pinned(*_with_hash(canonical_bytes(to_document(framework))))
    french = pin(FRENCH)
    submission = {
        "format": "surveyapp-submission/1",
        "country": country,
        "cycle": cycle,
        "revision": revision,
        "previous": previous,
        "submitted_at": submitted_at,
        "submitted_by": "Ministry of Justice",
        "framework": {"id": framework.id, "version": framework.version, "sha256": pinned.sha256},
        "wordings": {"fr": french.sha256},
        "method": "1",
        "answers": write_answers(AnswersFile(country, cycle, answers)),
        "scores": scores_document(
            score(framework, answers),
            framework,
            country=country,
            cycle=cycle,
            framework_sha256=pinned.sha256,
        ),
    }
    return write_bundle(pin(submission), pinned, {"fr": french})


def _with_hash(body: bytes) -> tuple[str, str]:
    return body.decode(), hashlib.sha256(body).hexdigest()


def change(raw: bytes, path: str, value: object) -> bytes:
    """The bundle with another value at a path such as `submission/cycle`; its hashes as they were."""
    document = json.loads(raw)
    *way, last = path.split("/")
    place = document
    for name in way:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[int(last) if isinstance(place, list) else last] = value
    return rfc8785.dumps(document)


def rehash(raw: bytes) -> bytes:
    """The bundle with all its hashes recomputed, as somebody would do who wants a change to go unseen."""
    document = json.loads(raw)
    submission, hashes = document["submission"], document["hashes"]
    hashes["framework"] = sha256_of(document["framework"])
    submission["framework"]["sha256"] = hashes["framework"]
    submission["scores"]["framework"]["sha256"] = hashes["framework"]
    hashes["wordings"] = {locale: sha256_of(one) for locale, one in document["wordings"].items()}
    submission["wordings"] = hashes["wordings"]
    hashes["previous"] = submission["previous"]
    for name in ("answers", "scores"):
        hashes[name] = sha256_of(submission[name])
    hashes["submission"] = sha256_of(submission)
    return rfc8785.dumps(document)


def differences(raw: bytes) -> list[str]:
    """What `verify` says of a bundle, a line each."""
    return [str(difference) for difference in verify_bundle(raw).differences]

"""Pinned frameworks and wordings: put in the database once, found by hash, kept in memory for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import undefer

from surveyapp.assessments.models import Cycle, FrameworkVersion, Submission, Wording
from surveyapp.database import db, now
from surveyapp.framework.document import canonical_bytes, from_document, to_document
from surveyapp.framework.model import Framework
from surveyapp.language.content import Content, catalogue_of_wording, translation_chain, wording_of
from surveyapp.language.locales import packaged_locales

_frameworks: dict[str, Framework] = {}
_wordings: dict[str, dict[str, str]] = {}


def pin_framework(framework: Framework) -> FrameworkVersion:
    """The database's copy of exactly this framework; added when there is none."""
    body = canonical_bytes(to_document(framework))
    sha256 = hashlib.sha256(body).hexdigest()
    found = db.session.scalar(select(FrameworkVersion).where(FrameworkVersion.sha256 == sha256))
    if found is None:
        found = FrameworkVersion(
            sha256=sha256,
            framework_id=framework.id,
            version=framework.version,
            loaded_at=now(),
            body=body.decode(),
        )
        db.session.add(found)
        db.session.flush()
    _frameworks.setdefault(sha256, framework)
    return found


def pin_wordings(framework: Framework) -> list[Wording]:
    """The database's copy of the translations as they are now, one for each locale that has some."""
    pinned = []
    for locale in packaged_locales():
        texts = wording_of(framework, locale)
        if texts:
            pinned.append(pin_wording(locale, texts))
    return pinned


def pin_wording(locale: str, texts: Mapping[str, str]) -> Wording:
    """The database's copy of exactly these texts, by context; added when there is none."""
    body = rfc8785.dumps({"locale": locale, "texts": dict(texts)})
    sha256 = hashlib.sha256(body).hexdigest()
    found = db.session.scalar(select(Wording).where(Wording.sha256 == sha256))
    if found is None:
        found = Wording(sha256=sha256, locale=locale, body=body.decode())
        db.session.add(found)
        db.session.flush()
    return found


def get_framework(version: FrameworkVersion) -> Framework:
    """The framework that was pinned. Pins never change, so each is read from the database once."""
    if version.sha256 not in _frameworks:
        query = select(FrameworkVersion.body).where(FrameworkVersion.id == version.id)
        _frameworks[version.sha256] = from_document(json.loads(db.session.scalars(query).one()))
    return _frameworks[version.sha256]


def list_places() -> dict[str, str]:
    """The number of each objective and question in its guidelines, by id, of all that was ever pinned: `7`,
    `7.A2`. Where two versions differ, that of the newer one.
    """
    places: dict[str, str] = {}
    for version in db.session.scalars(select(FrameworkVersion).order_by(FrameworkVersion.id)):
        framework = get_framework(version)
        places |= {objective.id: str(objective.number) for objective in framework.objectives}
        places |= {question.id: question.source for question in framework.questions.values()}
    return places


def count_asked(framework: Framework) -> int:
    """How many questions are asked; one that repeats another is asked at the other's place."""
    return sum(question.same_as is None for question in framework.questions.values())


def get_content(cycle: Cycle, locale: str, submission: Submission | None = None) -> Content:
    """The texts of a cycle's framework in `locale`, in the wording that the cycle has now; with a
    submission in that which it was frozen with.

    `cycle.framework_version` and `cycle.wordings`, or the submission's body, must be loaded.
    """
    if submission is None:
        pins = {wording.locale: wording.sha256 for wording in cycle.wordings}
    else:
        pins = json.loads(submission.body)["wordings"]
    return get_pinned_content(cycle.framework_version, pins, locale)


def get_pinned_content(version: FrameworkVersion, wordings: Mapping[str, str], locale: str) -> Content:
    """The same for a framework version and the wordings of certain hashes, by locale."""
    get_framework(version)
    read_wordings(wordings)
    return _content(version.sha256, tuple(sorted(wordings.items())), locale)


def read_wordings(pins: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The texts of pinned wordings, by locale and context; `pins` are their hashes by locale."""
    missing = [sha256 for sha256 in pins.values() if sha256 not in _wordings]
    if missing:
        query = select(Wording).where(Wording.sha256.in_(missing)).options(undefer(Wording.body))
        for wording in db.session.scalars(query):
            _wordings[wording.sha256] = json.loads(wording.body)["texts"]
    return {locale: _wordings[sha256] for locale, sha256 in pins.items()}


@lru_cache(maxsize=64)
def _content(framework_sha256: str, pins: tuple[tuple[str, str], ...], locale: str) -> Content:
    framework, pinned = _frameworks[framework_sha256], dict(pins)
    # In the framework's own language there is a wording once a text of it was corrected.
    chain = [link for link in (*translation_chain(framework, locale), framework.language) if link in pinned]
    return Content(
        framework, locale, [catalogue_of_wording(framework, link, _wordings[pinned[link]]) for link in chain]
    )

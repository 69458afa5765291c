"""Pinned frameworks and wordings: put in the database once, found by hash, kept in memory for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import undefer

from surveyapp.assessments.models import Cycle, FrameworkVersion, Wording
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
        if not texts:
            continue
        body = rfc8785.dumps({"locale": locale, "texts": texts})
        sha256 = hashlib.sha256(body).hexdigest()
        found = db.session.scalar(select(Wording).where(Wording.sha256 == sha256))
        if found is None:
            found = Wording(sha256=sha256, locale=locale, body=body.decode())
            db.session.add(found)
            db.session.flush()
        pinned.append(found)
    return pinned


def get_framework(version: FrameworkVersion) -> Framework:
    """The framework that was pinned. Pins never change, so each is read from the database once."""
    if version.sha256 not in _frameworks:
        query = select(FrameworkVersion.body).where(FrameworkVersion.id == version.id)
        _frameworks[version.sha256] = from_document(json.loads(db.session.scalars(query).one()))
    return _frameworks[version.sha256]


def get_content(cycle: Cycle, locale: str) -> Content:
    """The texts of a cycle's framework in `locale`, in the wording that the cycle pinned.

    `cycle.framework_version` and `cycle.wordings` must be loaded.
    """
    pins = {wording.locale: wording.sha256 for wording in cycle.wordings}
    return get_pinned_content(cycle.framework_version, pins, locale)


def get_pinned_content(version: FrameworkVersion, wordings: Mapping[str, str], locale: str) -> Content:
    """The same for a framework version and the wordings of certain hashes, by locale."""
    get_framework(version)
    pins = tuple(wordings.items())
    missing = [sha256 for _, sha256 in pins if sha256 not in _wordings]
    if missing:
        query = select(Wording).where(Wording.sha256.in_(missing)).options(undefer(Wording.body))
        for wording in db.session.scalars(query):
            _wordings[wording.sha256] = json.loads(wording.body)["texts"]
    return _content(version.sha256, pins, locale)


@lru_cache(maxsize=64)
def _content(framework_sha256: str, pins: tuple[tuple[str, str], ...], locale: str) -> Content:
    framework, pinned = _frameworks[framework_sha256], dict(pins)
    chain = [link for link in translation_chain(framework, locale) if link in pinned]
    return Content(
        framework, locale, [catalogue_of_wording(framework, link, _wordings[pinned[link]]) for link in chain]
    )

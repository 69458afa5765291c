"""A bundle: one submission with its framework, its wordings and the hashes of all parts, as one file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

FORMAT = "surveyapp-bundle/1"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A canonical JSON text and the hash that it was kept under."""

    body: str
    sha256: str


def sha256_of(part: Any) -> str:
    """Hex SHA-256 of the part's RFC 8785 bytes."""
    return hashlib.sha256(rfc8785.dumps(part)).hexdigest()


def write_bundle(submission: Pinned, framework: Pinned, wordings: Mapping[str, Pinned]) -> bytes:
    """The bundle's bytes: RFC 8785 canonical JSON, so that the same submission gives the same file.

    The hashes are those that the parts were kept under: where a part was changed since, `verify` sees it.

    :raises ValueError: a body is no JSON object, or the submission lacks answers or scores.
    """
    frozen = _parse(submission)
    if not {"answers", "scores", "previous"} <= frozen.keys():
        raise ValueError("the submission has no answers, scores or previous")
    document: dict[str, Any] = {
        "format": FORMAT,
        "submission": frozen,
        "framework": _parse(framework),
        "wordings": {locale: _parse(wording) for locale, wording in wordings.items()},
        "hashes": {
            "submission": submission.sha256,
            "answers": sha256_of(frozen["answers"]),
            "scores": sha256_of(frozen["scores"]),
            "framework": framework.sha256,
            "wordings": {locale: wording.sha256 for locale, wording in wordings.items()},
            "previous": frozen["previous"],
        },
    }
    return rfc8785.dumps(document)


def _parse(pinned: Pinned) -> dict[str, Any]:
    value = json.loads(pinned.body)
    if not isinstance(value, dict):
        raise ValueError("a body is no JSON object")
    return value

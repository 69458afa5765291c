"""Whether a bundle is whole: its form, its hashes, and every score recomputed from its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveyapp.bundle.differences import Difference, Differences, describe, read_object
from surveyapp.bundle.document import FORMAT, sha256_of
from surveyapp.bundle.reading import read_document
from surveyapp.bundle.submission import OPTIONAL, SUBMISSION, Identity, read_framework, verify_submission

_BUNDLE = ("format", "submission", "framework", "wordings", "hashes")
_HASHES = ("submission", "answers", "scores", "framework", "wordings", "previous")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found; `identity` is None where the file does not even say whose it is."""

    identity: Identity | None
    differences: tuple[Difference, ...]


def verify_bundle(raw: bytes) -> Verdict:
    """Verify a bundle by itself: no database, no network, nothing but its bytes."""
    found = Differences()
    document = read_document(raw, found)
    if found.found and document is None:
        return Verdict(None, found.listed())
    if isinstance(document, dict) and document.get("format") != FORMAT:
        found.add(
            "format", f'it is {describe(document.get("format"))}, not "{FORMAT}": this is no such bundle'
        )
        return Verdict(None, found.listed())
    bundle = read_object("", document, _BUNDLE, found)
    identity = _verify_parts(bundle, found) if bundle else None
    return Verdict(identity, found.listed())


def _verify_parts(bundle: Mapping[str, Any], found: Differences) -> Identity | None:
    submission = read_object("submission", bundle["submission"], SUBMISSION, found, optional=OPTIONAL)
    hashes = read_object("hashes", bundle["hashes"], _HASHES, found)
    if submission is None or hashes is None:
        return None
    framework_sha256 = sha256_of(bundle["framework"])
    _verify_hashes(submission, bundle["framework"], hashes, found)
    _verify_wordings(submission, bundle["wordings"], hashes["wordings"], found)
    framework = read_framework(bundle["framework"], found)
    identity, _ = verify_submission(submission, framework, framework_sha256, found)
    return identity


def _verify_hashes(
    submission: Mapping[str, Any], framework: object, hashes: Mapping[str, Any], found: Differences
) -> None:
    inner = {"answers": submission["answers"], "scores": submission["scores"]}
    are_inner_whole = all(sha256_of(part) == hashes[name] for name, part in inner.items())
    for name, part in {"submission": submission, **inner, "framework": framework}.items():
        actual = sha256_of(part)
        if hashes[name] == actual:
            continue
        where = " outside its answers and scores" if name == "submission" and are_inner_whole else ""
        found.add(
            f"hashes.{name}",
            f"the file says {describe(hashes[name])}, recomputed {describe(actual)}: "
            f"the {name} or this hash was changed{where}",
        )
    if hashes["previous"] != submission["previous"]:
        found.add(
            "hashes.previous",
            f"it is {describe(hashes['previous'])}, and in submission {describe(submission['previous'])}",
        )


def _verify_wordings(
    submission: Mapping[str, Any], wordings: object, hashes: object, found: Differences
) -> None:
    """Each locale's texts against the hash that the submission froze and against the one of the bundle."""
    pinned = submission["wordings"]
    if not (isinstance(wordings, dict) and isinstance(pinned, dict) and isinstance(hashes, dict)):
        found.add(
            "wordings", "they are not an object from locale to texts, here, in submission and in hashes"
        )
        return
    for locale in sorted(wordings.keys() | pinned.keys() | hashes.keys()):
        if locale not in wordings:
            found.add(f"wordings.{locale}", "it is missing, and the submission names it")
            continue
        wording = read_object(f"wordings.{locale}", wordings[locale], ("locale", "texts"), found)
        if wording and wording["locale"] != locale:
            found.add(f"wordings.{locale}.locale", f"it is {describe(wording['locale'])}")
        actual = sha256_of(wordings[locale])
        for where, stated in (("hashes", hashes), ("submission", pinned)):
            if stated.get(locale) != actual:
                found.add(
                    f"{where}.wordings.{locale}",
                    f"the file says {describe(stated.get(locale))}, recomputed {describe(actual)}: "
                    "a text or this hash was changed",
                )

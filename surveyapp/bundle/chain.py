"""Whether bundles follow each other: each names the hash of the country's submission before it."""

from __future__ import annotations

from collections.abc import Mapping

from surveyapp.bundle.differences import Differences
from surveyapp.bundle.submission import Identity


def verify_chain(last: Identity, earlier: Mapping[str, Identity], found: Differences) -> None:
    """Follow the hashes back from `last` through all of `earlier`, given by file name in any order."""
    unmet, later = dict(earlier), last
    while unmet:
        name = next((name for name, one in unmet.items() if one.sha256 == later.previous), None)
        if name is None:
            _add_break(later, unmet, found)
            return
        one = unmet.pop(name)
        if one.country != later.country:
            found.add("submission.previous", f"{later} follows {one}, which is of another country ({name})")
        if one.submitted_at > later.submitted_at:
            found.add("submission.submitted_at", f"{later} says a time before that of {one} ({name})")
        later = one


def _add_break(later: Identity, unmet: Mapping[str, Identity], found: Differences) -> None:
    held = ", ".join(f"{name} holds {one} under {one.sha256}" for name, one in unmet.items())
    says = f"follows {later.previous}" if later.previous else "says that it is the country's first submission"
    found.add("submission.previous", f"{later} {says}; {held}")

"""How sure scores are: the draws of one country's answers, made once and kept in memory.

What was submitted never changes, so its hash names its draws for good; a draft's answers are hashed. Where
somebody may see a dimension's score and no single answer, it is drawn from that score alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from surveyapp.framework.model import Framework
from surveyapp.results.service import CountryResult, list_hidden
from surveyapp.results.withheld import withhold_bands
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.method1 import DRAWS, METHOD, SEED, Intervals, Scores, scores_bytes
from surveyapp.scoring.reader import AnswersFile, write_answers

if TYPE_CHECKING:
    from surveyapp.scoring.robustness import Array, Robustness

OVERALL = ""  # names the overall score among the draws
Hidden = frozenset[tuple[str, str]]  # ids of objectives and their dimensions
KEPT = 64  # countries whose draws are kept, about 0.3 megabytes each


@dataclass(frozen=True, slots=True)
class Robust:
    """The 5 to 95 % band of each score, and the draws of the objectives and of the whole; None of what is
    withheld. `hidden` are the dimensions that were drawn from their scores alone.
    """

    bands: Intervals
    drawn: Mapping[str, Array | None]
    hidden: Hidden
    draws: int = DRAWS
    seed: int = SEED
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose draws they are, as somebody may see them; equal where the hashes and what is withheld are, which
    stand for all the rest.
    """

    framework_sha256: str
    sha256: str
    withheld: frozenset[str]
    hidden: Hidden
    framework: Framework = field(compare=False)
    answers: Answers = field(compare=False)
    scores: Scores = field(compare=False)
    country: str = field(compare=False)
    year: int = field(compare=False)


def robust_of(result: CountryResult, framework_key: str = "", hidden: Hidden | None = None) -> Robust:
    """The bands and draws of a country's scores in one cycle.

    `framework_key` names the result's framework where that is not the one its cycle pinned; `hidden` are
    then the dimensions of it that show their reader no single answer.
    """
    if hidden is None:
        hidden = frozenset() if result.sees_all else list_hidden(result)
    subject = _Subject(
        framework_sha256=framework_key or result.cycle.framework_version.sha256,
        sha256=hash_of(result),
        withheld=result.withheld,
        hidden=hidden,
        framework=result.framework,
        answers=result.answers,
        scores=result.scores,
        country=result.country,
        year=result.cycle.year,
    )
    return _draw(subject)


def hash_of(result: CountryResult) -> str:
    """What names the answers of a result for good, so that what is computed from them can be kept."""
    if result.submission is not None:
        return result.submission.sha256
    document = write_answers(AnswersFile(result.country, result.cycle.year, result.answers))
    return hashlib.sha256(scores_bytes(document)).hexdigest()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A framework by its hash."""

    sha256: str
    framework: Framework = field(compare=False)


@lru_cache(maxsize=8)
def _robustness(asked: _Asked) -> Robustness:
    """The draws of a framework's weights, the same for all countries."""
    from surveyapp.scoring.robustness import Robustness  # numpy is slow to load, and most pages need none

    return Robustness(asked.framework)


@lru_cache(maxsize=KEPT)
def _draw(subject: _Subject) -> Robust:
    robustness = _robustness(_Asked(subject.framework_sha256, subject.framework))
    closed = {
        (one.id, name): score
        for one in subject.scores.objectives
        for name, score in one.dimensions.items()
        if (one.id, name) in subject.hidden
    }
    drawn = robustness.draw(subject.answers, country=subject.country, cycle=subject.year, closed=closed)
    names = (OVERALL, *(objective.id for objective in subject.framework.objectives))
    blank = {OVERALL, *subject.withheld} if subject.withheld else frozenset[str]()
    return Robust(
        withhold_bands(robustness.intervals(drawn, subject.scores), subject.withheld),
        {name: None if name in blank else drawn.find(name) for name in names},
        frozenset(closed),
    )

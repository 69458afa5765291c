"""The draws of one country's answers, made once and kept in memory: they need some milliseconds each time.

A hash names the answers for good: that of the submission, which never changes, or of a draft's answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.method1 import Intervals, Scores, scores_bytes
from surveyapp.scoring.reader import AnswersFile, write_answers

if TYPE_CHECKING:
    from surveyapp.scoring.robustness import Robustness
    from surveyapp.scoring.streams import Array

OVERALL = ""  # names the overall score among the draws
Hidden = frozenset[tuple[str, str]]  # ids of objectives and their dimensions
KEPT = 64  # countries whose draws are kept, about 0.3 megabytes each


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose draws they are; equal where the hashes and what is hidden are, which stand for all the rest.

    The dimensions in `hidden` are drawn from their scores alone.
    """

    framework_sha256: str
    sha256: str
    hidden: Hidden
    framework: Framework = field(compare=False)
    answers: Answers = field(compare=False)
    scores: Scores = field(compare=False)
    country: str = field(compare=False)
    year: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class KeptDraws:
    """The 5 to 95 % band of each score, the draws of the objectives and of the whole, and which dimensions
    were drawn from their scores alone.
    """

    bands: Intervals
    drawn: Mapping[str, Array | None]
    closed: Hidden


def hash_of_answers(country: str, year: int, answers: Answers) -> str:
    """What names the answers of a draft."""
    document = write_answers(AnswersFile(country, year, answers))
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
def draw_kept(subject: Subject) -> KeptDraws:
    """The bands and draws of a country's scores in one cycle."""
    robustness = _robustness(_Asked(subject.framework_sha256, subject.framework))
    closed = {
        (one.id, name): score
        for one in subject.scores.objectives
        for name, score in one.dimensions.items()
        if (one.id, name) in subject.hidden
    }
    drawn = robustness.draw(subject.answers, country=subject.country, cycle=subject.year, closed=closed)
    names = (OVERALL, *(objective.id for objective in subject.framework.objectives))
    return KeptDraws(
        robustness.intervals(drawn, subject.scores),
        {name: drawn.find(name) for name in names},
        frozenset(closed),
    )

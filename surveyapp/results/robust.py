"""How sure scores are: their bands and draws as somebody may see them.

Where somebody may see a dimension's score and no single answer, it is drawn from that score alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveyapp.results.service import CountryResult, list_hidden
from surveyapp.results.withheld import withhold_bands
from surveyapp.scoring.kept_draws import OVERALL, Hidden, Subject, draw_kept, hash_of_answers
from surveyapp.scoring.method1 import DRAWS, METHOD, SEED, Intervals

if TYPE_CHECKING:
    from surveyapp.scoring.robustness import Array


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


def robust_of(result: CountryResult, framework_key: str = "", hidden: Hidden | None = None) -> Robust:
    """The bands and draws of a country's scores in one cycle.

    `framework_key` names the result's framework where that is not the one its cycle pinned; `hidden` are
    then the dimensions of it that show their reader no single answer.
    """
    if hidden is None:
        hidden = frozenset() if result.sees_all else list_hidden(result)
    subject = Subject(
        framework_sha256=framework_key or result.cycle.framework_version.sha256,
        sha256=_name_of(result),
        hidden=hidden,
        framework=result.framework,
        answers=result.answers,
        scores=result.scores,
        country=result.country,
        year=result.cycle.year,
    )
    kept = draw_kept(subject)
    blank = {OVERALL, *result.withheld} if result.withheld else frozenset[str]()
    return Robust(
        withhold_bands(kept.bands, result.withheld),
        {name: None if name in blank else drawn for name, drawn in kept.drawn.items()},
        kept.closed,
    )


def _name_of(result: CountryResult) -> str:
    """What names the answers and what is left of them where something is withheld."""
    return " ".join((hash_of(result), *sorted(result.withheld)))


def hash_of(result: CountryResult) -> str:
    """What names the answers of a result for good, so that what is computed from them can be kept."""
    if result.submission is not None:
        return result.submission.sha256
    return hash_of_answers(result.country, result.cycle.year, result.answers)

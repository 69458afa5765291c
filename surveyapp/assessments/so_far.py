"""The score of the answers as they stand, of one objective or of the whole, for whoever reads all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surveyapp.assessments.frozen import to_scoring
from surveyapp.assessments.models import Answer, Assessment
from surveyapp.framework.model import Framework
from surveyapp.scoring.kept_draws import Subject, draw_kept, hash_of_answers
from surveyapp.scoring.method1 import DRAWS, METHOD, SEED, Interval, Score, level_range
from surveyapp.scoring.methods import current_method


@dataclass(frozen=True, slots=True)
class SoFar:
    """A score, the maturity levels of its bounds, and its 5 to 95 % band where that is told and there is a
    score that it could be around.
    """

    score: Score
    levels: tuple[int, int] | None
    band: Interval | None = None
    draws: int = DRAWS
    seed: int = SEED
    method: str = METHOD


def score_so_far(
    framework: Framework,
    answers: Mapping[str, Answer],
    objective_id: str | None = None,
    drawn_for: Assessment | None = None,
) -> SoFar:
    """The score of an objective, or of all together; its band is drawn for an assessment alone.

    The band is that of the answers: it is for nobody who may not read them.
    """
    given = to_scoring(answers, framework)
    scores = current_method().score(framework, given)
    score = scores.get_objective(objective_id).score if objective_id else scores.overall
    if drawn_for is None or score.value is None:
        return SoFar(score, level_range(score, framework))
    country, year = drawn_for.country_code, drawn_for.cycle.year
    bands = draw_kept(
        Subject(
            framework_sha256=drawn_for.cycle.framework_version.sha256,
            sha256=hash_of_answers(country, year, given),
            hidden=frozenset(),
            framework=framework,
            answers=given,
            scores=scores,
            country=country,
            year=year,
        )
    ).bands
    band = bands.objectives[objective_id] if objective_id else bands.overall
    return SoFar(score, level_range(score, framework), band)

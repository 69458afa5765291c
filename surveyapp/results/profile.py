"""One country's profile: its objectives on rulers, its objectives by dimension."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from surveyapp.language.content import Content, Text
from surveyapp.results.cells import Cell, cell_of
from surveyapp.results.robust import Robust
from surveyapp.results.series import Step
from surveyapp.results.service import CountryResult
from surveyapp.scoring.like_for_like import Change
from surveyapp.scoring.method1 import Interval, Score


@dataclass(frozen=True, slots=True)
class DimensionCell:
    """One dimension of an objective, with the 5 to 95 % band of its score."""

    cell: Cell
    band: Interval | None


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One objective; `change` is in points since the year before, None where there is nothing to compare.

    `compared` says on how many questions, where the version changed.
    """

    id: str
    number: int
    title: Text
    score: Score
    cell: Cell
    change: Fraction | None
    compared: Change | None
    band: Interval | None
    dimensions: tuple[DimensionCell, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """The rows in the framework's order; `cuts` are the limits of the bands above the first, 0 to 100."""

    rows: tuple[ProfileRow, ...]
    dimension_titles: tuple[Text, ...]
    overall: Cell
    robust: Robust


def make_profile(result: CountryResult, content: Content, step: Step | None, robust: Robust) -> Profile:
    """The profile of what one person may see; `step` leads here from the year before."""
    framework, bands = result.framework, robust.bands
    rows = []
    for (objective, questionnaire), scored in zip(framework.pairs(), result.scores.objectives, strict=True):
        rows.append(
            ProfileRow(
                id=objective.id,
                number=objective.number,
                title=content.title(questionnaire),
                score=scored.score,
                cell=cell_of(framework, scored.score),
                change=step.find_change(objective.id) if step else None,
                compared=step.find_compared(objective.id) if step else None,
                band=bands.objectives[objective.id],
                dimensions=tuple(
                    DimensionCell(
                        cell_of(framework, scored.dimensions.get(dimension.id)),
                        bands.dimensions.get((objective.id, dimension.id)),
                    )
                    for dimension in framework.dimensions
                ),
            )
        )
    return Profile(
        rows=tuple(rows),
        dimension_titles=tuple(map(content.dimension, framework.dimensions)),
        overall=cell_of(framework, result.scores.overall),
        robust=robust,
    )

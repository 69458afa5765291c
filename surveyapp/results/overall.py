"""Why a country's overall score is what it is: its objectives times their weights."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from surveyapp.language.content import Content, Text
from surveyapp.results.next_level import OverallNext, make_overall_next
from surveyapp.results.robust import Robust
from surveyapp.results.sentences import sentences_on_overall
from surveyapp.results.service import CountryResult, list_hidden
from surveyapp.results.sums import Addition, add
from surveyapp.scoring.explain import ObjectiveTerm, explain_overall
from surveyapp.scoring.method1 import Interval, Score


@dataclass(frozen=True, slots=True)
class OverallRow:
    """One objective in the sum; each part is a score times the objective's weight."""

    term: ObjectiveTerm
    title: Text

    @property
    def weight(self) -> Fraction:
        return self.term.objective.weight

    def weighed(self, score: Fraction | None) -> Fraction | None:
        return None if score is None else self.weight * score


@dataclass(frozen=True, slots=True)
class Division:
    """A sum of weighed scores, divided by the sum of their weights."""

    parts: tuple[Fraction | None, ...]  # one for each objective
    sum: Addition
    weight: Fraction

    @property
    def result(self) -> Fraction:
        return self.sum.total / self.weight


@dataclass(frozen=True, slots=True)
class WhyOverall:
    """All that the page says of the overall score; `value` None where nothing is known."""

    score: Score
    rows: tuple[OverallRow, ...]
    robust: Robust
    value: Division | None
    evidenced: Division | None
    low: Division | None
    high: Division | None
    next: OverallNext

    @property
    def interval(self) -> Interval | None:
        return self.robust.bands.overall

    @property
    def has_gaps(self) -> bool:
        """Whether evidenced scores or bounds, rounded one by one, do not add up exactly."""
        divisions = (self.evidenced, self.low, self.high)
        return any(one is not None and one.sum.shown != one.sum.total for one in divisions)

    @property
    def sentences(self) -> list[str]:
        rated = {row.weight for row in self.rows if row.term.score.value is not None}
        return sentences_on_overall(
            self.score, [row.term.score for row in self.rows], is_equal=len(rated) == 1
        )


def make_overall(result: CountryResult, content: Content, robust: Robust) -> WhyOverall:
    """The explanation of the overall score for the person that `result` was made for."""
    framework = result.framework
    explained = explain_overall(framework, result.answers)
    rows = tuple(
        OverallRow(term, content.title(questionnaire))
        for term, (_, questionnaire) in zip(explained.objectives, framework.pairs(), strict=True)
    )
    return WhyOverall(
        score=explained.score,
        rows=rows,
        robust=robust,
        value=_divide(rows, [row.term.score.value for row in rows]),
        evidenced=_divide(rows, [row.term.score.evidenced for row in rows]),
        low=_divide(rows, [row.term.score.low for row in rows]),
        high=_divide(rows, [row.term.score.high for row in rows]),
        next=make_overall_next(
            result, explained.score, is_hidden=not result.sees_all and bool(list_hidden(result))
        ),
    )


def _divide(rows: tuple[OverallRow, ...], scores: list[Fraction | None]) -> Division | None:
    """The mean by weight; None where no objective has that score."""
    parts = tuple(row.weighed(score) for row, score in zip(rows, scores, strict=True))
    weight = sum((row.weight for row, part in zip(rows, parts, strict=True) if part is not None), Fraction(0))
    return Division(parts, add(parts), weight) if weight else None

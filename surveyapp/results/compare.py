"""Two results side by side: two countries of one year, or one country in two years. Never a rank.

Which of the two is above the other is said only where the draws tell them apart. Two years with different
versions of the questions are compared on those that both have, scored and drawn anew for that alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from werkzeug.datastructures import MultiDict

from surveyapp.assessments.frameworks import get_content
from surveyapp.language.content import Text
from surveyapp.results.cells import NOT_PUBLISHED, Cell, cell_of
from surveyapp.results.robust import OVERALL, Robust, robust_of
from surveyapp.results.series import hidden_questions
from surveyapp.results.service import CountryResult
from surveyapp.results.withheld import withhold, withhold_changes
from surveyapp.results.years_page import LeftOutRow, list_left_out
from surveyapp.scoring.like_for_like import Change, LikeForLike, Year, like_for_like, on_shared
from surveyapp.scoring.method1 import Interval, Score
from surveyapp.scoring.methods import METHODS
from surveyapp.web.countries import in_order
from surveyapp.web.locale import current_locale

_NAMED = re.compile(r"([A-Z]{2})-([0-9]{4})")


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A result by its country and year, in an address `AL-2025`."""

    country: str
    year: int

    def __str__(self) -> str:
        return f"{self.country}-{self.year}"


def read_named(given: MultiDict[str, str], name: str) -> Named | None:
    """The result that an address names; None where it names none."""
    found = _NAMED.fullmatch(given.get(name, ""))
    return Named(found[1], int(found[2])) if found and int(found[2]) <= 2999 else None


def group_by_year(results: Sequence[tuple[int, str]]) -> list[tuple[int, list[Named]]]:
    """What can be chosen, newest year first, its countries in alphabetical order."""
    return [
        (year, [Named(country, year) for country in in_order(country for _, country in some)])
        for year, some in groupby(results, key=lambda one: one[0])
    ]


def preselect(
    choices: Sequence[tuple[int, Sequence[Named]]], a: Named | None, b: Named | None
) -> tuple[Named | None, Named | None]:
    """What a form has chosen already: what was asked for, else two countries of the newest year."""
    newest = list(choices[0][1]) if choices else []
    first = a or next((one for one in newest if one != b), None)
    return first, b or next((one for one in newest if one != first), None)


class Obstacle(StrEnum):
    """Why two results are not compared."""

    THE_SAME = "the-same"
    OTHER_COUNTRY_AND_YEAR = "other-country-and-year"
    OTHER_FRAMEWORK = "other-framework"
    OTHER_METHOD = "other-method"


def find_obstacle(a: CountryResult, b: CountryResult) -> Obstacle | None:
    """What keeps two results from being compared; None where there are scores that mean the same."""
    if (a.country, a.cycle.year) == (b.country, b.cycle.year):
        return Obstacle.THE_SAME
    if a.country != b.country and a.cycle.year != b.cycle.year:
        return Obstacle.OTHER_COUNTRY_AND_YEAR
    if a.framework.id != b.framework.id:
        return Obstacle.OTHER_FRAMEWORK
    return Obstacle.OTHER_METHOD if a.method != b.method else None


class Verdict(StrEnum):
    """What can be said of two scores."""

    A_ABOVE = "a-above"
    B_ABOVE = "b-above"
    NOT_DISTINGUISHABLE = "not-distinguishable"
    NO_SCORE = "no-score"  # one of the two has nothing that applies
    NOT_PUBLISHED = "not-published"  # one of the two is not shown to whoever reads this


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two scores, with its band."""

    score: Score
    cell: Cell
    band: Interval | None


@dataclass(frozen=True, slots=True)
class ComparedScore:
    """Two scores of one thing; `probability`, from 0 to 1, is that the first is above the second.

    `change` is the second less the first in points, with its 5 to 95 % band.
    """

    a: Side
    b: Side
    probability: Fraction | None
    verdict: Verdict
    change: Fraction | None
    change_band: Interval | None


@dataclass(frozen=True, slots=True)
class ComparedObjective:
    """One objective of both."""

    id: str
    number: int
    title: Text
    both: ComparedScore


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results: objectives in the framework's order, the overall score last.

    With `shared` they are of two versions, and all scores are over the questions that both have.
    """

    a: CountryResult
    b: CountryResult
    rows: tuple[ComparedObjective, ...]
    overall: ComparedScore
    robust: Robust
    cuts: tuple[Fraction, ...]
    shared: LikeForLike | None
    left_out: tuple[LeftOutRow, ...]

    def find_shared(self, objective_id: str) -> Change | None:
        """On how many questions an objective is compared; None where the versions are the same."""
        found = self.shared.find_objective(objective_id) if self.shared else None
        return found.whole if found else None

    @property
    def is_of_years(self) -> bool:
        """Whether it is one country in two years."""
        return self.a.country == self.b.country

    @property
    def told_apart(self) -> int:
        """In how many objectives one is above the other."""
        return sum(row.both.verdict in (Verdict.A_ABOVE, Verdict.B_ABOVE) for row in self.rows)

    @property
    def cut_numbers(self) -> tuple[Fraction, ...]:
        return (Fraction(0), *self.cuts, Fraction(100))


def in_reading_order(a: CountryResult, b: CountryResult) -> tuple[CountryResult, CountryResult]:
    """The earlier year first, countries alphabetically: who is named first says nothing."""
    if a.country == b.country:
        return (a, b) if a.cycle.year <= b.cycle.year else (b, a)
    first = in_order([a.country, b.country])[0]
    return (a, b) if a.country == first else (b, a)


def make_comparison(a: CountryResult, b: CountryResult) -> Comparison:
    """The comparison of two results without an obstacle between them."""
    contents = [get_content(result.cycle, current_locale()) for result in (a, b)]
    pinned = [result.cycle.framework_version.sha256 for result in (a, b)]
    shared, key = None, ""
    if pinned[0] != pinned[1]:
        a, b, shared = _on_shared(a, b)
        key = f"{'+'.join(pinned)} {a.sees_all} {b.sees_all}"
    robusts = robust_of(a, key), robust_of(b, key)
    rows = tuple(
        ComparedObjective(
            id=objective.id,
            number=objective.number,
            title=contents[1].title(questionnaire),
            both=_compare(a, b, robusts, objective.id),
        )
        for objective, questionnaire in b.framework.pairs()
    )
    return Comparison(
        a=a,
        b=b,
        rows=rows,
        overall=_compare(a, b, robusts, OVERALL),
        robust=robusts[0],
        cuts=tuple(band.starts_at for band in b.framework.bands[1:]),
        shared=shared,
        left_out=list_left_out(shared.left_out, *contents) if shared else (),
    )


def _on_shared(a: CountryResult, b: CountryResult) -> tuple[CountryResult, CountryResult, LikeForLike]:
    """Both results as far as their versions have the same questions, scored by the later one's weights."""
    years = [
        Year(one.framework, one.answers, frozenset() if one.sees_all else hidden_questions(one))
        for one in (a, b)
    ]
    on = on_shared(*years)
    score = METHODS[a.method].score
    scored = [
        replace(
            result,
            framework=on.framework,
            answers=answers,
            scores=withhold(score(on.framework, answers), result.withheld),
        )
        for result, answers in ((a, on.earlier), (b, on.later))
    ]
    return scored[0], scored[1], withhold_changes(like_for_like(*years), a.withheld | b.withheld)


def _compare(a: CountryResult, b: CountryResult, robusts: tuple[Robust, Robust], name: str) -> ComparedScore:
    from surveyapp.scoring.robustness import (  # numpy is slow to load
        band_of,
        is_distinguishable,
        probability_above,
    )

    before, after = (robust.drawn[name] for robust in robusts)
    sides = _side(a, robusts[0], name), _side(b, robusts[1], name)
    if any(side.cell == NOT_PUBLISHED for side in sides):
        return ComparedScore(*sides, None, Verdict.NOT_PUBLISHED, None, None)
    values = [side.score.value for side in sides]
    change = None if values[0] is None or values[1] is None else values[1] - values[0]
    probability = probability_above(before, after)
    if probability is None:
        verdict = Verdict.NO_SCORE
    elif not is_distinguishable(probability):
        verdict = Verdict.NOT_DISTINGUISHABLE
    else:
        verdict = Verdict.A_ABOVE if probability > Fraction(1, 2) else Verdict.B_ABOVE
    moved = None if before is None or after is None else after - before
    return ComparedScore(*sides, probability, verdict, change, band_of(moved, change))


def _side(result: CountryResult, robust: Robust, name: str) -> Side:
    if name == OVERALL:
        score, band = result.scores.overall, robust.bands.overall
    else:
        score, band = result.scores.get_objective(name).score, robust.bands.objectives[name]
    is_held_back = bool(result.withheld) if name == OVERALL else name in result.withheld
    # On shared questions alone, an objective may have none: that is not the same as held back.
    cell = NOT_PUBLISHED if is_held_back else cell_of(result.framework, score if score.questions else None)
    return Side(score, cell, band)

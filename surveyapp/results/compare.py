"""Two results side by side: two countries of one year, or one country in two years. Never a rank."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from werkzeug.datastructures import MultiDict

from surveyapp.assessments.frameworks import get_content
from surveyapp.language.content import Text
from surveyapp.results.certainty import ComparedScore, Verdict, pair_up
from surveyapp.results.left_out import LeftOutRow, list_left_out
from surveyapp.results.robust import OVERALL, Robust
from surveyapp.results.service import CountryResult
from surveyapp.scoring.like_for_like import Change, LikeForLike
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
    hides_something: bool  # a dimension of either is drawn from its score alone
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


def in_reading_order(a: CountryResult, b: CountryResult) -> tuple[CountryResult, CountryResult]:
    """The earlier year first, countries alphabetically: who is named first says nothing."""
    if a.country == b.country:
        return (a, b) if a.cycle.year <= b.cycle.year else (b, a)
    first = in_order([a.country, b.country])[0]
    return (a, b) if a.country == first else (b, a)


def make_comparison(a: CountryResult, b: CountryResult) -> Comparison:
    """The comparison of two results without an obstacle between them."""
    contents = [get_content(result.cycle, current_locale(), result.submission) for result in (a, b)]
    pair = pair_up(a, b)
    rows = tuple(
        ComparedObjective(
            id=objective.id,
            number=objective.number,
            title=contents[1].title(questionnaire),
            both=pair.compare(objective.id),
        )
        for objective, questionnaire in pair.b.framework.pairs()
    )
    return Comparison(
        a=pair.a,
        b=pair.b,
        rows=rows,
        overall=pair.compare(OVERALL),
        robust=pair.robusts[0],
        hides_something=any(robust.hidden for robust in pair.robusts),
        shared=pair.shared,
        left_out=list_left_out(pair.shared.left_out, *contents) if pair.shared else (),
    )

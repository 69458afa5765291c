"""The heatmap of a cycle, country × objective, as a template draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from werkzeug.datastructures import MultiDict

from surveyapp.framework.model import Band, Framework
from surveyapp.language.content import Content, Text
from surveyapp.results.cells import NOT_PUBLISHED, WITH_DIGITS, Cell, cell_of, gap_cell_of
from surveyapp.results.evidenced import evidenced_scores
from surveyapp.results.service import CountryScores
from surveyapp.scoring.method1 import Interval, Intervals, ObjectiveScore, Score, Scores
from surveyapp.web.countries import country_name, in_order
from surveyapp.web.numbers import half_up

ALL = "all"
DECLARED, EVIDENCED, GAP = "declared", "evidenced", "gap"
BOUNDS, BANDS, NEITHER = "yes", "band", "no"  # what small figures tell, as it stands in addresses
NO_BANDS: Mapping[str, Intervals] = MappingProxyType({})
MOST_SAMPLED = 3  # bands in the legend's sample


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose to see: a dimension's id or `all`; declared, evidenced or the gap between them;
    the bounds in small figures, the 5 to 95 % band, or neither.
    """

    show: str = ALL
    score: str = DECLARED
    small: str = BOUNDS

    @property
    def query(self) -> dict[str, str]:
        """The choice as it stands in an address; what is usual is left out."""
        parts = {"show": self.show, "score": self.score, "bounds": self.small}
        usual = {"show": ALL, "score": DECLARED, "bounds": BOUNDS}
        return {name: value for name, value in parts.items() if value != usual[name]}

    @property
    def has_bounds(self) -> bool:
        return self.small == BOUNDS

    @property
    def has_bands(self) -> bool:
        """A band is of the declared score."""
        return self.small == BANDS and self.score == DECLARED


def read_choice(given: MultiDict[str, str], dimensions: Sequence[str] | None) -> Choice:
    """The choice in an address; what cannot be meant is as usual. `dimensions` None: any is kept."""
    show = given.get("show", ALL)
    score, small = given.get("score", DECLARED), given.getlist("bounds")[-1:]
    return Choice(
        show=show if dimensions is None or show in dimensions else ALL,
        score=score if score in (EVIDENCED, GAP) else DECLARED,
        small=small[0] if small and small[0] in (BANDS, NEITHER) else BOUNDS,
    )


@dataclass(frozen=True, slots=True)
class Column:
    """An objective as a heading: its number, a short name and its title."""

    id: str
    number: int
    short: Text
    title: Text


@dataclass(frozen=True, slots=True)
class Row:
    """One country; cells as the columns. Without a published assessment all of them say so."""

    country: str
    name: str
    is_published: bool
    cells: tuple[Cell, ...]
    overall: Cell


@dataclass(frozen=True, slots=True)
class LegendBand:
    """A maturity level in the legend, with the whole numbers that it begins and ends with."""

    level: int
    first: int
    last: int
    title: Text


@dataclass(frozen=True, slots=True)
class LegendSample:
    """What a cell of low coverage looks like: a score, and the levels that it could have."""

    score: Fraction
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Countries in alphabetical order, objectives in the framework's."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def published_count(self) -> int:
        return sum(row.is_published for row in self.rows)


def make_heatmap(
    framework: Framework,
    content: Content,
    participants: Sequence[str],
    published: Sequence[CountryScores],
    choice: Choice,
    bands: Mapping[str, Intervals] = NO_BANDS,
) -> Heatmap:
    """All participating countries; those that published nothing in this cycle have rows that say so.

    `bands` are those of each country, where the choice asks for them.
    """
    scores = {one.country: one.scores for one in published}
    columns = tuple(
        Column(objective.id, objective.number, content.short(questionnaire), content.title(questionnaire))
        for objective, questionnaire in framework.pairs()
    )
    rows = (
        _make_row(framework, code, scores.get(code), choice, bands.get(code))
        for code in in_order({*participants, *scores})
    )
    return Heatmap(columns, tuple(rows))


def _make_row(
    framework: Framework, country: str, scores: Scores | None, choice: Choice, bands: Intervals | None
) -> Row:
    if scores is None:
        cells = (NOT_PUBLISHED,) * len(framework.objectives)
        return Row(country, country_name(country), False, cells, NOT_PUBLISHED)
    declared = [*(_find_shown(scored, choice.show) for scored in scores.objectives), scores.overall]
    if choice.score == EVIDENCED:
        other = evidenced_scores(framework, scores)
        evidenced = [*(_find_shown(scored, choice.show) for scored in other.objectives), other.overall]
        drawn = [
            replace(cell_of(framework, shown), declared=score)
            for shown, score in zip(evidenced, declared, strict=True)
        ]
    else:
        draw = gap_cell_of if choice.score == GAP else cell_of
        drawn = [draw(framework, score) for score in declared]
    if bands is not None:
        found = [*(_find_band(bands, scored.id, choice.show) for scored in scores.objectives), bands.overall]
        # An analyst knows the band of what a country holds back; the cell says that it is not published.
        drawn = [
            replace(cell, band=band) if cell.state in WITH_DIGITS else cell
            for cell, band in zip(drawn, found, strict=True)
        ]
    return Row(country, country_name(country), True, tuple(drawn[:-1]), drawn[-1])


def _find_band(bands: Intervals, objective_id: str, show: str) -> Interval | None:
    return bands.objectives[objective_id] if show == ALL else bands.dimensions.get((objective_id, show))


def _find_shown(scored: ObjectiveScore, show: str) -> Score | None:
    """The objective's score or that of the dimension chosen; None where it has no scored question."""
    return scored.score if show == ALL else scored.dimensions.get(show)


def make_legend(framework: Framework, content: Content) -> list[LegendBand]:
    """The bands with their whole numbers: `0-19` is from 0 to below 20."""
    ends: list[Band | None] = [*framework.bands[1:], None]
    return [
        LegendBand(
            level=band.level,
            first=int(half_up(band.starts_at)),
            last=int(half_up(following.starts_at)) - 1 if following else 100,
            title=content.band(band),
        )
        for band, following in zip(framework.bands, ends, strict=True)
    ]


def make_legend_sample(framework: Framework) -> LegendSample:
    """The middle bands, three of them where there are as many, and the score in the midst of those."""
    bands = framework.bands
    first = max(0, len(bands) - MOST_SAMPLED) // 2
    sampled = bands[first : first + MOST_SAMPLED]
    end = bands[first + MOST_SAMPLED].starts_at if first + MOST_SAMPLED < len(bands) else Fraction(100)
    return LegendSample((sampled[0].starts_at + end) / 2, tuple(band.level for band in sampled))

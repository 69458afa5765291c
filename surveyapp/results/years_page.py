"""The page of a country over the years: a column for each cycle, and a gap where the series breaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveyapp.assessments.frameworks import get_content
from surveyapp.framework.model import Objective
from surveyapp.language.content import Content, Text
from surveyapp.results.bands import bands_hash, scope_of
from surveyapp.results.cells import Cell, CellState, cell_of
from surveyapp.results.certainty import ComparedScore, Pair, pair_up
from surveyapp.results.heatmap import LegendBand, LegendSample, make_legend, make_legend_sample
from surveyapp.results.left_out import LeftOutRow, list_left_out
from surveyapp.results.robust import Robust, robust_of
from surveyapp.results.series import Step, list_steps
from surveyapp.results.service import CountryResult
from surveyapp.results.withheld import is_withheld
from surveyapp.scoring.kept_draws import OVERALL
from surveyapp.scoring.like_for_like import Change
from surveyapp.scoring.method1 import Interval
from surveyapp.web.locale import current_locale

NOT_ASKED = Cell(CellState.NOT_ASKED, None, ())


@dataclass(frozen=True, slots=True)
class YearColumn:
    """The scores of one cycle, as they are published or as this person may see them; `before` is the year
    before, drawn with this one, where the two scores can be compared as they are.
    """

    shown: CountryResult
    robust: Robust
    before: Pair | None

    @property
    def cuts(self) -> tuple[Fraction, ...]:
        """The limits of this year's own bands."""
        return self.shown.framework.cuts

    @property
    def scope(self) -> str:
        """The class that gives cells the colours of this year's own bands."""
        return scope_of(self.shown.framework)


@dataclass(frozen=True, slots=True)
class GapColumn:
    """A break between two cycles; `pair` are both drawn over the questions that they share, if any."""

    step: Step
    pair: Pair | None


@dataclass(frozen=True, slots=True)
class YearItem:
    """A score of one cycle with its band; `objective_id` is None for the whole and where nothing is asked or
    shown. `since` is what it is against the year before, where no break lies between.
    """

    column: YearColumn
    objective_id: str | None
    cell: Cell
    band: Interval | None
    since: ComparedScore | None

    @property
    def year(self) -> int:
        return self.column.shown.year


@dataclass(frozen=True, slots=True)
class GapItem:
    """The change over a break; `compared` is None where nothing can be compared. Where it is withheld it
    would tell what one of the years does not show. `both` says how sure the change is.
    """

    step: Step
    compared: Change | None
    is_withheld: bool
    both: ComparedScore | None


@dataclass(frozen=True, slots=True)
class YearsRow:
    """An objective, or all together where there is no number; the items run parallel to the columns."""

    number: int | None
    title: Text | None
    items: tuple[YearItem | GapItem, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared over one break, and what was not."""

    step: Step
    overall: Change
    left_out: tuple[LeftOutRow, ...]


@dataclass(frozen=True, slots=True)
class Legend:
    """The bands of one or more of the years, and the class that gives them their colours."""

    scope: str
    years: tuple[int, ...]
    bands: tuple[LegendBand, ...]
    sample: LegendSample


@dataclass(frozen=True, slots=True)
class YearsPage:
    """Rows in the order of the newest framework; objectives that it dropped follow."""

    columns: tuple[YearColumn | GapColumn, ...]
    rows: tuple[YearsRow, ...]
    overall: YearsRow
    comparisons: tuple[Comparison, ...]
    legends: tuple[Legend, ...]

    @property
    def years(self) -> list[YearColumn]:
        return [column for column in self.columns if isinstance(column, YearColumn)]

    @property
    def newest(self) -> YearColumn:
        return self.years[-1]

    @property
    def styles(self) -> dict[str, int]:
        """A year for each hash of the style sheets that the columns need."""
        return {bands_hash(column.shown.framework): column.shown.year for column in self.years}

    @property
    def hides_something(self) -> bool:
        """Whether a dimension of some year is drawn from its score alone."""
        return any(column.robust.hidden for column in self.years)

    @property
    def tells_changes(self) -> bool:
        """Whether some change stands on the page."""
        return any(
            column.before if isinstance(column, YearColumn) else column.pair for column in self.columns
        )


def make_years_page(years: Sequence[CountryResult]) -> YearsPage:
    """The page of at least one year, oldest first, with the texts in the page's language."""
    columns: list[YearColumn | GapColumn] = [YearColumn(years[0], robust_of(years[0]), None)]
    for step in list_steps(years):
        pair = pair_up(step.earlier, step.later) if step.compared or not step.breaks else None
        columns += [GapColumn(step, pair)] if step.breaks else []
        columns.append(YearColumn(step.later, robust_of(step.later), None if step.breaks else pair))
    return YearsPage(
        columns=tuple(columns),
        rows=tuple(_make_row(columns, *found) for found in _list_objectives(years)),
        overall=YearsRow(None, None, tuple(map(_make_overall_item, columns))),
        comparisons=tuple(_list_comparisons(columns)),
        legends=tuple(_list_legends(years)),
    )


def content_of(year: CountryResult) -> Content:
    """The texts as that year's answers were frozen with, of a draft as its cycle has them now."""
    return get_content(year.cycle, current_locale(), year.submission)


def _list_objectives(years: Iterable[CountryResult]) -> list[tuple[Objective, Text]]:
    """Each objective that any year has, as the newest one that has it words it."""
    found: dict[str, tuple[Objective, Text]] = {}
    for year in sorted(years, key=lambda one: one.year, reverse=True):
        content = content_of(year)
        for objective, questionnaire in year.framework.pairs():
            found.setdefault(objective.id, (objective, content.title(questionnaire)))
    return list(found.values())


def _make_row(columns: Iterable[YearColumn | GapColumn], objective: Objective, title: Text) -> YearsRow:
    items = (
        _make_gap(column, objective.id) if isinstance(column, GapColumn) else _make_item(column, objective.id)
        for column in columns
    )
    return YearsRow(objective.number, title, tuple(items))


def _make_gap(column: GapColumn, objective_id: str) -> GapItem:
    step = column.step
    compared = step.find_compared(objective_id)
    both = column.pair.compare(objective_id) if column.pair and compared else None
    return GapItem(step, compared, objective_id in step.withheld, both)


def _make_item(column: YearColumn, objective_id: str) -> YearItem:
    score = column.shown.scores.find_objective(objective_id)
    if score is None:
        return YearItem(column, None, NOT_ASKED, None, None)
    return YearItem(
        column,
        objective_id=None if is_withheld(score.score) else objective_id,
        cell=cell_of(column.shown.framework, score.score),
        band=column.robust.bands.objectives[objective_id],
        since=column.before.compare(objective_id) if column.before else None,
    )


def _make_overall_item(column: YearColumn | GapColumn) -> YearItem | GapItem:
    if isinstance(column, YearColumn):
        cell = cell_of(column.shown.framework, column.shown.scores.overall)
        since = column.before.compare(OVERALL) if column.before else None
        return YearItem(column, None, cell, column.robust.bands.overall, since)
    compared = column.step.compared.overall if column.step.compared else None
    both = column.pair.compare(OVERALL) if column.pair else None
    return GapItem(column.step, compared, bool(column.step.withheld), both)


def _list_comparisons(columns: Iterable[YearColumn | GapColumn]) -> Iterable[Comparison]:
    for column in columns:
        if isinstance(column, GapColumn) and column.step.compared:
            step, compared = column.step, column.step.compared
            rows = list_left_out(compared.left_out, content_of(step.earlier), content_of(step.later))
            yield Comparison(step, compared.overall, rows)


def _list_legends(years: Iterable[CountryResult]) -> Iterable[Legend]:
    """One for all years that have the same bands under the same titles."""
    found: dict[tuple[str, tuple[LegendBand, ...]], list[CountryResult]] = {}
    for year in years:
        bands = tuple(make_legend(year.framework, content_of(year)))
        found.setdefault((scope_of(year.framework), bands), []).append(year)
    for (scope, bands), some in found.items():
        sample = make_legend_sample(some[0].framework)
        yield Legend(scope, tuple(year.year for year in some), bands, sample)

"""The page of a country over the years: a column for each cycle, and a gap where the series breaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveyapp.assessments.frameworks import get_content
from surveyapp.framework.model import Objective
from surveyapp.language.content import Content, QuestionText, Text
from surveyapp.results.cells import Cell, CellState, cell_of
from surveyapp.results.series import CountryYear, Step, list_steps
from surveyapp.results.withheld import is_withheld
from surveyapp.scoring.like_for_like import Change
from surveyapp.scoring.shared_questions import Cause, LeftOut
from surveyapp.web.locale import current_locale

NOT_ASKED = Cell(CellState.NOT_ASKED, None, ())


@dataclass(frozen=True, slots=True)
class YearColumn:
    """The scores of one cycle, as they are published or as this person may see them."""

    shown: CountryYear


@dataclass(frozen=True, slots=True)
class GapColumn:
    """A break between two cycles."""

    step: Step


@dataclass(frozen=True, slots=True)
class YearItem:
    """A score of one cycle; `objective_id` is None for the whole and where nothing is asked or shown."""

    year: int
    objective_id: str | None
    cell: Cell


@dataclass(frozen=True, slots=True)
class GapItem:
    """The change over a break; `compared` is None where nothing can be compared. Where it is withheld it
    would tell what one of the years does not show.
    """

    step: Step
    compared: Change | None
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class YearsRow:
    """An objective, or all together where there is no number; the items run parallel to the columns."""

    number: int | None
    title: Text | None
    items: tuple[YearItem | GapItem, ...]


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A question that is not compared over a break; `codes` are the levels that one version alone has."""

    source: str
    text: QuestionText
    cause: Cause
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared over one break, and what was not."""

    step: Step
    overall: Change
    left_out: tuple[LeftOutRow, ...]


@dataclass(frozen=True, slots=True)
class YearsPage:
    """Rows in the order of the newest framework; objectives that it dropped follow."""

    columns: tuple[YearColumn | GapColumn, ...]
    rows: tuple[YearsRow, ...]
    overall: YearsRow
    comparisons: tuple[Comparison, ...]

    @property
    def newest(self) -> CountryYear:
        column = self.columns[-1]
        assert isinstance(column, YearColumn)  # a gap lies between two years
        return column.shown


def make_years_page(years: Sequence[CountryYear]) -> YearsPage:
    """The page of at least one year, oldest first, with the texts in the page's language."""
    columns: list[YearColumn | GapColumn] = [YearColumn(years[0])]
    for step in list_steps(years):
        columns += [GapColumn(step)] if step.breaks else []
        columns.append(YearColumn(step.later))
    overall = (
        GapItem(
            column.step,
            column.step.compared.overall if column.step.compared else None,
            is_withheld=bool(column.step.withheld),
        )
        if isinstance(column, GapColumn)
        else YearItem(column.shown.year, None, cell_of(column.shown.framework, column.shown.scores.overall))
        for column in columns
    )
    return YearsPage(
        columns=tuple(columns),
        rows=tuple(_make_row(columns, *found) for found in _list_objectives(years)),
        overall=YearsRow(None, None, tuple(overall)),
        comparisons=tuple(_list_comparisons(columns)),
    )


def content_of(year: CountryYear) -> Content:
    return get_content(year.cycle, current_locale())


def _list_objectives(years: Iterable[CountryYear]) -> list[tuple[Objective, Text]]:
    """Each objective that any year has, as the newest one that has it words it."""
    found: dict[str, tuple[Objective, Text]] = {}
    for year in sorted(years, key=lambda one: one.year, reverse=True):
        content = content_of(year)
        for objective, questionnaire in year.framework.pairs():
            found.setdefault(objective.id, (objective, content.title(questionnaire)))
    return list(found.values())


def _make_row(columns: Iterable[YearColumn | GapColumn], objective: Objective, title: Text) -> YearsRow:
    items = (
        GapItem(
            column.step,
            column.step.find_compared(objective.id),
            is_withheld=objective.id in column.step.withheld,
        )
        if isinstance(column, GapColumn)
        else _make_item(column.shown, objective.id)
        for column in columns
    )
    return YearsRow(objective.number, title, tuple(items))


def _make_item(year: CountryYear, objective_id: str) -> YearItem:
    score = year.scores.find_objective(objective_id)
    if score is None:
        return YearItem(year.year, None, NOT_ASKED)
    cell = cell_of(year.framework, score.score)
    return YearItem(year.year, None if is_withheld(score.score) else objective_id, cell)


def _list_comparisons(columns: Iterable[YearColumn | GapColumn]) -> Iterable[Comparison]:
    for column in columns:
        if isinstance(column, GapColumn) and column.step.compared:
            step, compared = column.step, column.step.compared
            rows = list_left_out(compared.left_out, content_of(step.earlier), content_of(step.later))
            yield Comparison(step, compared.overall, rows)


def list_left_out(left_out: Iterable[LeftOut], earlier: Content, later: Content) -> tuple[LeftOutRow, ...]:
    """What is not compared between two years, in the words of the year that has the question."""
    return tuple(
        LeftOutRow(
            source=one.question.source,
            text=(earlier if one.cause is Cause.GONE else later).question(one.question),
            cause=one.cause,
            codes=one.codes,
        )
        for one in left_out
    )

"""One score as a cell of a table: its state, its digits, and the words that say the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from babel.numbers import format_percent
from flask_babel import gettext

from surveyapp.framework.model import Framework
from surveyapp.results.withheld import is_withheld
from surveyapp.scoring.method1 import Interval, Score, in_json, level_range
from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import half_up, show, show_gap


class CellState(StrEnum):
    """What a cell can say."""

    SCORE = "score"
    LOW_COVERAGE = "low-coverage"  # a value, and too little known for a level
    GAP = "gap"  # declared less evidenced, in points: no score, so it has no level
    UNKNOWN = "unknown"  # applicable, and nothing known
    NOT_APPLICABLE = "not-applicable"
    NOT_PUBLISHED = "not-published"
    NOT_ASKED = "not-asked"  # no scored question of this dimension


WITH_DIGITS = (CellState.SCORE, CellState.LOW_COVERAGE)  # the states of a score that is known


@dataclass(frozen=True, slots=True)
class Second:
    """A second score in a cell: the one with evidence, or the declared one where the cell shows that."""

    kind: str
    digits: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A score as it is drawn. `levels` are the maturity levels that it can have; one where it has a level.

    `declared` is the score as the country declares it, where `score` counts only what has evidence.
    A cell of the gap between the two has its digits and no colour.
    """

    state: CellState
    score: Score | None
    levels: tuple[int, ...]
    declared: Score | None = None
    band: Interval | None = None  # from 5 to 95 % of the draws, where the reader asked for it

    @property
    def level(self) -> int | None:
        return self.score.level if self.score else None

    @property
    def has_bounds(self) -> bool:
        """Whether the bounds, as shown, tell more than the score."""
        return self.state is not CellState.GAP and self.score is not None and has_bounds(self.score)

    @property
    def digits(self) -> str:
        """What stands in the cell."""
        if self.state in WITH_DIGITS and self.score is not None:
            return show(self.score.value)
        if self.state is CellState.GAP and self.score is not None:
            return show_gap(self.score.value, self.score.evidenced)
        if self.state is CellState.UNKNOWN:
            return "?"
        # Translators: in a small table cell; short for "not applicable".
        return gettext("n/a") if self.state is CellState.NOT_APPLICABLE else "–"

    @property
    def second(self) -> Second | None:
        """The other score beside the one that the cell shows, where they differ once rounded."""
        score = self.declared or self.score
        if score is None or score.value is None or score.evidenced is None:
            return None
        if self.state is CellState.NOT_PUBLISHED or half_up(score.value) == half_up(score.evidenced):
            return None
        if self.declared is not None:
            return Second("declared", show(score.value))
        return Second("evidenced", show(score.evidenced))

    @property
    def data(self) -> dict[str, str]:
        """The exact numbers for programs that read the page: up to 4 decimals, empty where there is none."""
        score = self.score
        numbers = (None, None, None) if score is None else (score.value, score.low, score.high)
        fields = dict(zip(("data-score", "data-low", "data-high"), map(in_json, numbers), strict=True))
        fields["data-level"] = self.level
        return {name: "" if number is None else str(number) for name, number in fields.items()}


def cell_of(framework: Framework, score: Score | None) -> Cell:
    """The cell of a score; None: its dimension has no scored question."""
    if score is None:
        return Cell(CellState.NOT_ASKED, None, ())
    if is_withheld(score):
        return NOT_PUBLISHED
    if score.low is None:
        return Cell(CellState.NOT_APPLICABLE, score, ())
    ends = level_range(score, framework)
    assert ends is not None  # only a score without bounds has none
    possible = tuple(b.level for b in framework.bands if ends[0] <= b.level <= ends[1])
    if score.value is None:
        return Cell(CellState.UNKNOWN, score, possible)
    if score.level is None:
        return Cell(CellState.LOW_COVERAGE, score, possible)
    return Cell(CellState.SCORE, score, (score.level,))


def gap_cell_of(framework: Framework, score: Score | None) -> Cell:
    """The gap of a score as a cell; where there is no score, the cell that says so."""
    cell = cell_of(framework, score)
    return replace(cell, state=CellState.GAP) if score is not None and score.gap is not None else cell


NOT_PUBLISHED = Cell(CellState.NOT_PUBLISHED, None, ())


def has_bounds(score: Score) -> bool:
    """Whether the bounds differ once they are rounded for people."""
    if score.low is None or score.high is None:
        return False
    return half_up(score.low) != half_up(score.high)


def show_share(share: Fraction | None) -> str:
    """A share from 0 to 1 as whole per cent, half up; an en dash where there is none."""
    if share is None:
        return "–"
    return format_percent(half_up(share, 2), locale=current_locale(), numbering_system="default")


def show_probability(probability: Fraction | None) -> str:
    """A probability as whole per cent; never 0 or 100, since the draws are not all that there could be."""
    one = Fraction(1, 100)
    if probability is not None and probability < one:
        # Translators: a probability so small that it would be rounded to nothing.
        return gettext("under %(share)s", share=show_share(one))
    if probability is not None and probability > 1 - one:
        # Translators: a probability so large that it would be rounded to all.
        return gettext("over %(share)s", share=show_share(1 - one))
    return show_share(probability)


def show_exact(number: Fraction) -> str:
    """A number of a sum: 2 decimals where those are all of it, else 4."""
    return show(number, 2 if number * 100 % 1 == 0 else 4)


def show_plain(number: Fraction) -> str:
    """A number that is mostly whole, such as a weight or a limit: no decimals where there are none."""
    return show(number) if number.denominator == 1 else show_exact(number)


def describe(cell: Cell) -> str:
    """The cell in words, for those who do not see its colour: state, score, bounds, level."""
    score = cell.score
    words = {
        CellState.NOT_PUBLISHED: gettext("Not published."),
        CellState.NOT_ASKED: gettext("Nothing is asked here."),
        CellState.NOT_APPLICABLE: gettext("Does not apply to this country."),
    }
    if cell.state in words or score is None:
        return words[cell.state]
    if cell.state is CellState.UNKNOWN:
        if score.answered < score.questions:
            return gettext("Nothing is known yet: there are questions without an answer.")
        return gettext("Unknown: the country cannot say.")
    parts = _describe_pair(score, cell.declared)
    if cell.has_bounds:
        parts.append(gettext("From %(low)s to %(high)s.", low=show(score.low), high=show(score.high)))
    if cell.band is not None:
        low, high = cell.band
        parts.append(gettext("Band from %(low)s to %(high)s.", low=show(low), high=show(high)))
    parts.append(_describe_level(cell))
    return " ".join(parts)


def _describe_pair(score: Score, declared: Score | None) -> list[str]:
    """The score as declared and with evidence; the first is the one that the cell shows."""
    both = declared or score
    numbers = {
        "evidenced": show(both.evidenced),
        "declared": show(both.value),
        "gap": show_gap(both.value, both.evidenced),
    }
    if declared is not None:
        # Translators: a score that counts only what has evidence, and how much more the country declares.
        return [
            gettext("Score with evidence %(evidenced)s; declared %(declared)s, a gap of %(gap)s.", **numbers)
        ]
    first = gettext("Score %(score)s.", score=show(score.value))
    if not score.gap:
        return [first, gettext("With evidence the same.")]
    # Translators: a score that counts only what has evidence, and how much less it is than declared.
    return [first, gettext("With evidence %(evidenced)s, a gap of %(gap)s.", **numbers)]


def _describe_level(cell: Cell) -> str:
    if cell.level is not None:
        return gettext("Level %(level)s.", level=show(cell.level))
    if cell.levels[0] == cell.levels[-1]:
        return gettext("Low coverage; the level would be %(level)s.", level=show(cell.levels[0]))
    return gettext(
        "Low coverage: level from %(lowest)s to %(highest)s.",
        lowest=show(cell.levels[0]),
        highest=show(cell.levels[-1]),
    )

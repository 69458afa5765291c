"""The framework as immutable values: what every other part reads and none changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from surveyapp.framework.glossary import Term, Vocabulary


@dataclass(frozen=True, slots=True)
class Level:
    """One answer option: a code that never changes, and points from 0 to 1."""

    code: str
    points: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The figure behind an indicator, recorded and shown, never scored."""

    unit: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked. A `same_as` question carries its target's text, levels and rules."""

    id: str
    kind: str
    source: str  # 7.A1: objective 7, activity 1; 7.P+ is an editorial addition
    text: str
    levels: tuple[Level, ...]
    help: str = ""
    ladder: str | None = None
    weight: Fraction = Fraction(1)
    may_be_not_applicable: bool = False
    evidence_from: str | None = None
    measure: Measure | None = None
    same_as: str | None = None
    is_sensitive: bool = False
    note_for_translators: str = ""
    note_on_points: str = ""  # why they are not evenly spaced; its own, or its ladder's
    replaces: str | None = None  # the retired question of an earlier version that this one continues

    @property
    def answer_id(self) -> str:
        """The question whose answer counts here: its own, or the target of `same_as`."""
        return self.same_as or self.id

    @property
    def texts(self) -> tuple[str, ...]:
        """All that a reader is shown: text, help and levels."""
        return (self.text, self.help, *(level.text for level in self.levels))

    @property
    def is_scored(self) -> bool:
        return self.weight > 0

    def find_level(self, code: str) -> Level | None:
        return next((level for level in self.levels if level.code == code), None)

    def needs_evidence(self, code: str) -> bool:
        """Whether the level counts as evidenced only with evidence."""
        if self.evidence_from is None:
            return False
        codes = [level.code for level in self.levels]
        return codes.index(code) >= codes.index(self.evidence_from)


@dataclass(frozen=True, slots=True)
class Dimension:
    """The questions of one kind within an objective."""

    kind: str
    id: str
    title: str
    weight: Fraction
    letter: str  # the letter of this kind in a `source`: A in 7.A1


@dataclass(frozen=True, slots=True)
class Band:
    """A maturity level: the scores from `starts_at` up to the next band."""

    level: int
    starts_at: Fraction
    title: str
    colour: str  # #rrggbb


@dataclass(frozen=True, slots=True)
class Source:
    """The guidelines document that the framework was derived from."""

    title: str
    year: int


@dataclass(frozen=True, slots=True)
class Objective:
    """One aim of the framework, with its items in the guidelines' own words."""

    number: int
    id: str
    title: str
    weight: Fraction = Fraction(1)
    items: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The questions derived from one objective."""

    id: str
    objective: int
    title: str
    questions: tuple[Question, ...]
    short: str = ""  # for narrow table columns; the title where empty
    introduction: str = ""

    @property
    def label(self) -> str:
        return self.short or self.title

    def of_kind(self, kind: str) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.kind == kind)


@dataclass(frozen=True)
class Framework:
    """A guidelines document in structured form.

    `objectives` and `questionnaires` run in parallel: each objective has exactly one questionnaire.
    """

    id: str
    version: str
    title: str
    source: Source
    dimensions: tuple[Dimension, ...]
    bands: tuple[Band, ...]  # rising; the first starts at 0
    minimum_coverage: Fraction
    objectives: tuple[Objective, ...]
    questionnaires: tuple[Questionnaire, ...]
    ladders: Mapping[str, tuple[Level, ...]] = field(default_factory=lambda: MappingProxyType({}))
    introduction: str = ""
    language: str = "en"  # of all texts, as CLDR names it
    glossary: tuple[Term, ...] = ()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Tells which terms of the glossary stand in a text."""
        return Vocabulary(self.glossary)

    @cached_property
    def terms(self) -> Mapping[str, tuple[Term, ...]]:
        """The terms that stand in each question's text, help and levels, by its id."""
        return MappingProxyType({q.id: self.vocabulary.terms_in(*q.texts) for q in self.questions.values()})

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by its id, in the order asked."""
        return MappingProxyType({q.id: q for sheet in self.questionnaires for q in sheet.questions})

    def pairs(self) -> Iterator[tuple[Objective, Questionnaire]]:
        """Each objective with its questionnaire, in framework order."""
        return zip(self.objectives, self.questionnaires, strict=True)

    def find_objective(self, objective_id: str) -> tuple[Objective, Questionnaire] | None:
        return next((pair for pair in self.pairs() if pair[0].id == objective_id), None)

    def dimension_of(self, kind: str) -> Dimension:
        """:raises KeyError: no dimension has that kind."""
        for dimension in self.dimensions:
            if dimension.kind == kind:
                return dimension
        raise KeyError(kind)

    @property
    def cuts(self) -> tuple[Fraction, ...]:
        """The limits between the bands, 0 to 100, rising."""
        return tuple(band.starts_at for band in self.bands[1:])

    def band_of(self, value: Fraction) -> Band:
        """The band that a score from 0 to 100 falls in; a limit belongs to the higher band."""
        return max((band for band in self.bands if band.starts_at <= value), key=lambda b: b.starts_at)

"""Which items of the guidelines no question covers."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.framework.derived import Derived
from surveyapp.framework.faults import one_line
from surveyapp.framework.framework_file import default_letter
from surveyapp.framework.model import Framework

_SHOWN_LENGTH = 60


@dataclass(frozen=True, slots=True)
class UncoveredItem:
    """An activity, actor or indicator of the guidelines without a question."""

    source: str  # 7.A1
    text: str

    def __str__(self) -> str:
        text = self.text if len(self.text) <= _SHOWN_LENGTH else self.text[: _SHOWN_LENGTH - 1].rstrip() + "…"
        return one_line(f'{self.source} "{text}": no question covers it; add one with source: {self.source}')


def uncovered_items(framework: Framework, derived: Derived) -> list[UncoveredItem]:
    """The items of the guidelines that no question names as its source, in the guidelines' order.

    Objectives count by their place in the guidelines, items by kind and place, with the framework's letters.
    """
    letters = {dimension.kind: dimension.letter for dimension in framework.dimensions}
    covered = {question.source for question in framework.questions.values()}
    uncovered = []
    for number, objective in enumerate(derived.objectives, 1):
        for kind, position, text in objective.items():
            source = f"{number}.{letters.get(kind) or default_letter(kind)}{position}"
            if source not in covered:
                uncovered.append(UncoveredItem(source, text))
    return uncovered

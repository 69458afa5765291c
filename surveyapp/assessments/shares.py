"""What of an assessment is given to one office: whole objectives, and single questions of others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from surveyapp.framework.model import Framework
from surveyapp.refusals import NotFound

Share = frozenset[str]  # the only questions of an objective that are given; none named: the whole of it
Shares = Mapping[str, Share]  # by objective
WHOLE: Share = frozenset()


def collect_shares(rows: Iterable[tuple[str, str | None]]) -> dict[str, Share]:
    """Put pairs of an objective and a question of it (None: the whole objective) together."""
    found: dict[str, Share] = {}
    for objective_id, question_id in rows:
        found[objective_id] = found.get(objective_id, WHOLE) | ({question_id} if question_id else WHOLE)
    return found


def covers(shares: Shares, objective_id: str, question_id: str) -> bool:
    """Whether a question is given: by itself, or with its whole objective."""
    only = shares.get(objective_id)
    return only is not None and (only == WHOLE or question_id in only)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whole objectives and single questions, as somebody ticked them."""

    objectives: Collection[str] = ()
    questions: Collection[str] = ()

    def of(self, framework: Framework) -> dict[str, Share]:
        """The same by objective. A whole objective holds its questions, ticked or not.

        A question that repeats another is answered where that one stands, so it is not given by itself.

        :raises NotFound: the framework has no such objective, or asks no such question.
        """
        asked = {
            question.id: objective.id
            for objective, questionnaire in framework.pairs()
            for question in questionnaire.questions
            if question.same_as is None
        }
        known = {objective.id for objective in framework.objectives}
        if not known.issuperset(self.objectives) or not asked.keys() >= set(self.questions):
            raise NotFound
        shares = collect_shares((asked[question_id], question_id) for question_id in self.questions)
        return shares | dict.fromkeys(self.objectives, WHOLE)


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody was given of one objective before and after; None: nothing."""

    objective_id: str
    before: Share | None
    after: Share | None

    @property
    def new(self) -> Share | None:
        """What they are to answer now and were not before; None: nothing."""
        if self.after is None or self.before == WHOLE or self.after == self.before:
            return None
        return self.after if self.after == WHOLE else (self.after - (self.before or WHOLE)) or None

    @property
    def gone(self) -> Share | None:
        """What they were to answer before and are not now; None: nothing."""
        return Change(self.objective_id, self.after, self.before).new


def change_share(before: Share | None, added: Share | None, removed: Share | None) -> Share | None:
    """What is given of an objective after something of it was added and something removed; None: nothing.

    What is not named stays: somebody else may have changed it meanwhile.
    """
    kept = None if before == WHOLE and removed == WHOLE else before
    if WHOLE in (added, kept):
        return WHOLE
    return ((kept or WHOLE) - (removed or WHOLE)) | (added or WHOLE) or None


def merge(one: Share | None, other: Share) -> Share:
    """Both together."""
    return WHOLE if WHOLE in (one, other) else (one or WHOLE) | other

"""An objective between a contributor and the focal point: at work, ready, taken over, sent back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import list_parts, require, require_open
from surveyapp.assessments.delegation_letters import post_part_back, post_part_ready
from surveyapp.assessments.delegation_models import Delegation, PartState
from surveyapp.assessments.errors import PartMoveRefused, RemarkRefused
from surveyapp.assessments.models import Assessment
from surveyapp.assessments.service import subject_of
from surveyapp.assessments.typed import stripped
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now
from surveyapp.refusals import NotAllowed, NotFound

P = PartState

LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Step:
    """What a button does: from which states to which, and whether the focal point or the contributor may."""

    before: tuple[PartState, ...]
    after: PartState
    is_of_focal_point: bool


STEPS: Mapping[str, Step] = {
    "ready": Step((P.WORKING,), P.READY, is_of_focal_point=False),
    "resume": Step((P.READY,), P.WORKING, is_of_focal_point=False),
    "take": Step((P.READY,), P.TAKEN, is_of_focal_point=True),
    "send_back": Step((P.READY, P.TAKEN), P.WORKING, is_of_focal_point=True),
}


def move_part(
    assessment: Assessment, objective_id: str, name: str, *, user_id: int, by: User, note: str = ""
) -> None:
    """Carry out one step with the objective that is delegated to the user of that number.

    The assessment must be locked.

    :raises NotFound: no such step, or nothing of that objective is delegated to them.
    :raises NotAllowed: a step of the other side.
    :raises AssessmentClosed: it was handed in, or its cycle is not open.
    :raises PartMoveRefused: it is in another state than the step starts from.
    :raises RemarkRefused: sent back without a word on what to mend, or with too many.
    """
    step = STEPS.get(name)
    part = next((p for p in list_parts(assessment, objective_id, by=by) if p.user_id == user_id), None)
    if step is None or part is None:
        raise NotFound
    if step.is_of_focal_point:
        require(Action.DELEGATE, assessment, by)
    elif part.user_id != by.id:
        raise NotAllowed
    require_open(assessment)
    if part.state not in step.before:
        raise PartMoveRefused
    part.state, part.moved_at = step.after, now()
    part.note = _checked_note(note) if name == "send_back" else None
    facts: dict[str, Fact] = {"objective": objective_id, "user": user_id, "to": step.after.value}
    entry = record(f"delegation.{name}", subject_of(assessment), by=by.id, facts=facts)
    db.session.flush()
    post = _LETTERS.get(name)
    if post:
        post(assessment, part, by.office, f"delegation/{entry.sequence}")


_LETTERS: Mapping[str, Callable[[Assessment, Delegation, str, str], None]] = {
    "ready": post_part_ready,
    "send_back": post_part_back,
}


def _checked_note(note: str) -> str:
    note = stripped(note)
    if not note:
        raise RemarkRefused(gettext("Say what should be mended, so that the other office knows."))
    if len(note) > LONGEST_NOTE:
        raise RemarkRefused(
            gettext("The remark is too long: at most %(most)s characters.", most=str(LONGEST_NOTE))
        )
    return note

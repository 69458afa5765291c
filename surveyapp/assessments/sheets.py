"""One questionnaire as a page shows it: each question with its texts and its answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import url_for
from werkzeug.datastructures import MultiDict

from surveyapp.assessments.due import Due, find_due
from surveyapp.assessments.forms import LATEST_VERSION, ObjectiveForm, objective_form
from surveyapp.assessments.frameworks import get_content, get_framework
from surveyapp.assessments.last_cycle import LastAnswer, LastCycle
from surveyapp.assessments.models import Answer, AnswerState, Assessment, Cycle, Submission
from surveyapp.assessments.parallel_models import ParallelView
from surveyapp.assessments.personal_data import find_personal_data
from surveyapp.assessments.service import AnswerConflict, SeenAnswer
from surveyapp.assessments.shares import Shares
from surveyapp.assessments.so_far import SoFar, score_so_far
from surveyapp.assessments.submission import is_answered
from surveyapp.database import now
from surveyapp.framework.model import Dimension, Framework, Objective, Question, Questionnaire
from surveyapp.language.content import Content, QuestionText, TermText, Text
from surveyapp.refusals import NotFound
from surveyapp.web.locale import current_locale
from surveyapp.web.time_zones import day_in

Answered = Assessment | ParallelView  # whose answers a questionnaire shows: a country's, or an NGO's on it


@dataclass(frozen=True, slots=True)
class TallyBox:
    """One question as a small box: what state its answer is in, and the way to it."""

    label: str  # A1, P+
    state: AnswerState
    href: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What stands in the fields of a question: what is kept, or what was typed and not kept."""

    choice: str  # a level's code, `not_applicable`, `unknown`, or empty
    reason: str
    comment: str
    version: int  # of the answer that the fields were filled from
    measure_value: str = ""
    measure_year: str = ""
    measure_source: str = ""
    changed: str = ""
    evidence_title: str = ""
    evidence_url: str = ""
    evidence_date: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A question by its number in the guidelines, and the way to it."""

    source: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question on the page."""

    question: Question
    text: QuestionText
    dimension: Dimension
    place: int  # first, second … of its dimension
    of: int
    shown: ShownAnswer
    kept: Answer | None
    guideline: Text | None  # the source's own words; None for an editorial addition
    terms: tuple[TermText, ...] = ()  # of the glossary, that stand in it
    target: Target | None = None  # where it is asked, when that is elsewhere
    complaints: Mapping[str, str] = field(default_factory=dict)
    conflict: AnswerConflict | None = None
    last: LastAnswer | None = None  # of the country's last cycle

    @property
    def seems_to_name_somebody(self) -> bool:
        """Whether a text was refused because it looks like personal data, which a tick can overrule."""
        texts = {name: getattr(self.shown, name) for name in ("reason", "comment", "changed")}
        return any(name in self.complaints and find_personal_data(text) for name, text in texts.items())

    @property
    def label(self) -> str:
        return self.question.source.split(".", 1)[1]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One objective's questionnaire on the page, with its score so far."""

    objective: Objective
    questionnaire: Questionnaire
    content: Content
    questions: tuple[ShownQuestion, ...]
    so_far: SoFar | None  # None for whoever sees single questions: others' answers could be made out of it
    total: int  # how many objectives there are
    next_objective: Objective | None
    introduced_at: Mapping[str, str]  # term of the glossary → the first question that it stands in
    due: Due
    is_parallel: bool = False  # an NGO's own view, with nothing of the government

    @property
    def is_whole(self) -> bool:
        """Whether all questions of the objective are on the page."""
        return len(self.questions) == len(self.questionnaire.questions)

    @property
    def answered(self) -> int:
        return sum(box.state is not AnswerState.NONE_YET for box in self.tally)

    @property
    def tally(self) -> tuple[TallyBox, ...]:
        return tuple(
            TallyBox(shown.label, state_of(shown.kept), f"#{shown.question.id}") for shown in self.questions
        )

    def tally_of(self, dimension: Dimension) -> tuple[TallyBox, ...]:
        kind = dimension.kind
        pairs = zip(self.questions, self.tally, strict=True)
        return tuple(box for shown, box in pairs if shown.question.kind == kind)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(dict.fromkeys(shown.dimension for shown in self.questions))


def state_of(answer: Answer | None) -> AnswerState:
    return answer.state if answer else AnswerState.NONE_YET


def find_sheet(cycle: Cycle, objective_id: str) -> tuple[Framework, Objective, Questionnaire]:
    """:raises NotFound: the cycle's framework has no such objective."""
    framework = get_framework(cycle.framework_version)
    found = framework.find_objective(objective_id)
    if found is None:
        raise NotFound
    return framework, *found


_forms: dict[tuple[str, str], type[ObjectiveForm]] = {}


def get_form(cycle: Cycle, questionnaire: Questionnaire) -> ObjectiveForm:
    """The form of a questionnaire, bound to what the request sent. Each form class is made once."""
    key = (cycle.framework_version.sha256, questionnaire.id)
    if key not in _forms:
        _forms[key] = objective_form(questionnaire)
    return _forms[key](meta={"csrf": False})  # the token is checked for every form of the application


@dataclass(frozen=True, slots=True)
class Unkept:
    """What a save refused: the fields as sent, and by question what is wrong with them or newer than them."""

    sent: MultiDict[str, str] = field(default_factory=MultiDict)
    complaints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    conflicts: Mapping[str, AnswerConflict] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()  # kept beside another office's answer: nothing is left to do here

    @property
    def is_empty(self) -> bool:
        return not (self.complaints or self.conflicts)

    @property
    def status(self) -> int:
        """Of the response that says so."""
        return 409 if self.conflicts else 422 if self.complaints else 200


def make_sheet(
    assessment: Answered,
    objective_id: str,
    answers: Mapping[str, Answer],
    unkept: Unkept | None = None,
    last: LastCycle | None = None,
    frozen: Submission | None = None,
    only: Collection[str] = (),
) -> Sheet:
    """Put a questionnaire together; a question with a complaint or a conflict keeps what was sent.

    What was submitted (`frozen`, with its body) is read in the wording that it was frozen with. With `only`
    the other questions of the objective are left out, and so is its score.

    :raises NotFound: no such objective.
    """
    framework, objective, questionnaire = find_sheet(assessment.cycle, objective_id)
    content = get_content(assessment.cycle, current_locale(), frozen)
    shown = [
        _show(assessment, objective, beside, question, content, answers, unkept or Unkept(), last)
        for dimension in framework.dimensions
        if (beside := questionnaire.of_kind(dimension.kind))
        for question in beside
        if not only or question.id in only
    ]
    drawn_for = assessment if isinstance(assessment, Assessment) else None
    return Sheet(
        objective=objective,
        questionnaire=questionnaire,
        content=content,
        questions=tuple(shown),
        so_far=None if only else score_so_far(framework, answers, objective.id, drawn_for),
        total=len(framework.objectives),
        next_objective=_next_objective(framework, objective),
        introduced_at={term.id: one.question.id for one in reversed(shown) for term in one.terms},
        is_parallel=isinstance(assessment, ParallelView),
        due=find_due(assessment, now()),
    )


def _show(
    assessment: Answered,
    objective: Objective,
    beside: Sequence[Question],
    question: Question,
    content: Content,
    answers: Mapping[str, Answer],
    unkept: Unkept,
    last: LastCycle | None,
) -> ShownQuestion:
    """One question, which stands in `beside`, the questions of its kind."""
    framework = content.framework
    kept = answers.get(question.answer_id)
    conflict = unkept.conflicts.get(question.id)
    is_unkept = conflict is not None or question.id in unkept.complaints
    guideline = objective.items.get(question.source.split(".", 1)[1])
    return ShownQuestion(
        question=question,
        text=content.question(question),
        dimension=framework.dimension_of(question.kind),
        place=beside.index(question) + 1,
        of=len(beside),
        shown=_sent_answer(unkept.sent, question.id, conflict) if is_unkept else kept_fields(kept),
        kept=kept,
        guideline=content.as_written(guideline) if guideline else None,
        terms=content.terms_of(question),
        target=target_of(assessment, framework.questions[question.same_as]) if question.same_as else None,
        complaints=unkept.complaints.get(question.id, {}),
        conflict=conflict,
        last=last.find(framework.questions[question.answer_id]) if last else None,
    )


def _next_objective(framework: Framework, objective: Objective) -> Objective | None:
    following = framework.objectives[framework.objectives.index(objective) + 1 :]
    return following[0] if following else None


def kept_fields(kept: SeenAnswer | None) -> ShownAnswer:
    """What stands in the fields of a question where nothing was typed."""
    if kept is None:
        return ShownAnswer("", "", "", 0)
    if kept.state is AnswerState.NONE_YET:
        choice = ""
    else:
        choice = kept.level if kept.level is not None else kept.state.value
    return ShownAnswer(
        choice=choice,
        reason=kept.reason or "",
        comment=kept.comment,
        version=kept.version,
        measure_value=kept.measure_value or "",
        measure_year=str(kept.measure_year or ""),
        measure_source=kept.measure_source or "",
        changed=kept.changed_because,
    )


def _sent_answer(sent: MultiDict[str, str], question_id: str, conflict: AnswerConflict | None) -> ShownAnswer:
    """What was typed. After a conflict, over the newer version: sending it again is a decision."""

    def typed(name: str) -> str:
        return sent.get(f"{question_id}-{name}", "")

    return ShownAnswer(
        choice=typed("level"),
        reason=typed("reason"),
        comment=typed("comment"),
        version=conflict.kept.version if conflict else _sent_version(typed("version")),
        measure_value=typed("measure_value"),
        measure_year=typed("measure_year"),
        measure_source=typed("measure_source"),
        changed=typed("changed"),
        evidence_title=typed("evidence_title"),
        evidence_url=typed("evidence_url"),
        evidence_date=typed("evidence_date"),
    )


def _sent_version(text: str) -> int:
    """0 for what is no version: what was saved meanwhile is shown as a conflict, never overwritten."""
    is_version = text.isascii() and text.isdigit() and len(text) <= len(str(LATEST_VERSION))
    return int(text) if is_version else 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one objective is."""

    objective: Objective
    questionnaire: Questionnaire
    tally: tuple[TallyBox, ...]  # of the questions that this person has to do with
    may_open: bool
    changed_on: date | None  # the day of the last change there; None, too, of what was frozen

    @property
    def is_whole(self) -> bool:
        """Whether that is all questions of the objective."""
        return len(self.tally) == len(self.questionnaire.questions)

    @property
    def answered(self) -> int:
        return sum(box.state is not AnswerState.NONE_YET for box in self.tally)

    @property
    def is_complete(self) -> bool:
        return self.answered == len(self.tally)


def list_progress(assessment: Answered, answers: Mapping[str, Answer], openable: Shares) -> list[Progress]:
    """How far each objective is, in framework order; `openable` is what this person may open. Of an objective
    of which that is single questions, nothing is said of the others.
    """
    framework = get_framework(assessment.cycle.framework_version)
    return [
        Progress(
            objective,
            questionnaire,
            tuple(
                _box(assessment, objective, question, answers)
                for question in questionnaire.questions
                if not openable.get(objective.id) or question.id in openable[objective.id]
            ),
            objective.id in openable,
            _last_change(assessment, questionnaire, answers),
        )
        for objective, questionnaire in framework.pairs()
    ]


def _last_change(
    assessment: Answered, questionnaire: Questionnaire, answers: Mapping[str, Answer]
) -> date | None:
    moments = [
        answers[question.id].changed_at for question in questionnaire.questions if question.id in answers
    ]
    return max((day_in(assessment.zone, moment) for moment in moments if moment is not None), default=None)


def _box(
    assessment: Answered, objective: Objective, question: Question, answers: Mapping[str, Answer]
) -> TallyBox:
    state = (
        state_of(answers.get(question.answer_id)) if is_answered(answers, question) else AnswerState.NONE_YET
    )
    return TallyBox(
        question.source.split(".", 1)[1], state, address_of_sheet(assessment, objective.id, question.id)
    )


def target_of(assessment: Answered, question: Question) -> Target:
    """A question and the way to it, wherever it is asked."""
    framework = get_framework(assessment.cycle.framework_version)
    for objective, questionnaire in framework.pairs():
        if question in questionnaire.questions:
            return Target(question.source, address_of_sheet(assessment, objective.id, question.id))
    raise KeyError(question.id)


def address_of_sheet(assessment: Answered, objective_id: str, question_id: str | None = None) -> str:
    """The page of one questionnaire, at one of its questions where one is named."""
    is_parallel = isinstance(assessment, ParallelView)
    return url_for(
        "parallel.edit_objective" if is_parallel else "assessments.edit_objective",
        cycle=assessment.cycle.year,
        country=assessment.country_code,
        objective=objective_id,
        _anchor=question_id,
    )

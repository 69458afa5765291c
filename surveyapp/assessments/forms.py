"""One objective's questionnaire as a form: parses, complains, and turns into what the service takes.

A template draws the levels from the framework; WTForms widgets would cost about seven times as much.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    FormField,
    IntegerField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from surveyapp.assessments.given import GivenAnswer, GivenEvidence, GivenMeasure
from surveyapp.assessments.models import Answer, AnswerState, Evidence
from surveyapp.assessments.personal_data import find_personal_data, words_for
from surveyapp.assessments.service import SeenAnswer
from surveyapp.assessments.typed import stripped, without_invisible
from surveyapp.framework.model import Question, Questionnaire
from surveyapp.scoring.fields import is_link
from surveyapp.scoring.reader import LONGEST_COMMENT, LONGEST_LINK, LONGEST_TITLE

MOST_NAMED = 50  # links and references of one answer
MOST_DIGITS = 15  # what every reader of JSON keeps exactly
LATEST_VERSION = 10**6
WITH_REASON = (AnswerState.NOT_APPLICABLE, AnswerState.UNKNOWN)

CONFIRMED = ("level", "reason", "changed")  # what the last cycle's answer takes the place of

# Fields without a place of their own on the page: a complaint about one stands at another.
STANDS_AT = {"version": "level", "evidence_remove": "evidence_title"}

DAMAGED = lazy_gettext("The form was damaged on its way. Look at this answer and save it again.")


def at_most(length: int) -> Length:
    return Length(max=length, message=lazy_gettext("This is too long: at most %(max)d characters."))


def with_decimal_point(text: str) -> str:
    """`12,5` as `12.5`. Three digits after a comma may be thousands, so those stay and are complained of."""
    return re.sub(r"(?<=\d)[,\u066b](?=\d{1,2}$)", ".", text)


class QuestionForm(Form):
    """The fields of one question; subclasses made by `question_form` say which."""

    question: Question
    seen: SeenAnswer | None = None  # what the page showed; a field that was not sent stays like that
    kept: Answer | None = None  # the answer as it is, which a page can be older than

    level = StringField(filters=[stripped])
    reason = StringField(filters=[stripped], validators=[at_most(LONGEST_COMMENT)])
    comment = StringField(filters=[stripped], validators=[at_most(LONGEST_COMMENT)])
    version = IntegerField(
        validators=[InputRequired(DAMAGED), NumberRange(0, LATEST_VERSION, DAMAGED)],
        invalid_value_message=DAMAGED,
    )
    measure_value = StringField(filters=[stripped, with_decimal_point])
    measure_year = IntegerField(
        validators=[Optional(), NumberRange(1900, 2999, lazy_gettext("Give the year as four digits."))],
        invalid_value_message=lazy_gettext("Give the year as four digits."),
    )
    measure_source = StringField(filters=[stripped], validators=[at_most(LONGEST_TITLE)])
    changed = StringField(filters=[stripped], validators=[at_most(LONGEST_COMMENT)])
    evidence_title = StringField(filters=[stripped], validators=[at_most(LONGEST_TITLE)])
    evidence_url = StringField(filters=[stripped, without_invisible], validators=[at_most(LONGEST_LINK)])
    evidence_date = DateField(
        validators=[Optional()],
        invalid_value_message=lazy_gettext("Give a date that exists, as year-month-day, such as 2026-03-01."),
    )
    checked = BooleanField()  # looked at: no person can be recognised by what looks as if
    evidence_remove = SelectMultipleField(coerce=int, validate_choice=False, invalid_value_message=DAMAGED)

    @property
    def choice(self) -> str:
        """A level's code, `not_applicable`, `unknown`, or empty: as sent, else as it was seen."""
        if self.level.raw_data:
            return str(self.level.data)
        if self.seen is None or self.seen.state is AnswerState.NONE_YET:
            return ""
        return self.seen.level if self.seen.level is not None else self.seen.state.value

    @property
    def reason_given(self) -> str | None:
        """The reason as sent; else as it was seen, where it belongs to the same choice."""
        if self.reason.raw_data:
            return str(self.reason.data)
        is_same = self.seen is not None and self.seen.state.value == self.choice
        return self.seen.reason if self.seen is not None and is_same else None

    def validate_level(self, field: Field) -> None:
        chosen = field.data
        if chosen == AnswerState.NOT_APPLICABLE and not self.question.may_be_not_applicable:
            raise ValidationError(
                gettext("This question applies to every country: choose a level, or unknown.")
            )
        if chosen and chosen not in WITH_REASON and self.question.find_level(chosen) is None:
            raise ValidationError(gettext("This is none of the levels of the question. Choose one of them."))

    def validate_reason(self, field: Field) -> None:
        if self.choice == AnswerState.NOT_APPLICABLE and not self.reason_given:
            raise ValidationError(gettext("Say why this question does not apply to your country."))
        if self.choice == AnswerState.UNKNOWN and not self.reason_given:
            raise ValidationError(gettext("Say why this cannot be known at present."))
        if not self.choice and field.data:
            raise ValidationError(gettext("Choose what this is the reason for, or move it to the comment."))
        self._require_nobody_named(field)

    def validate_comment(self, field: Field) -> None:
        self._require_nobody_named(field)

    def validate_changed(self, field: Field) -> None:
        self._require_nobody_named(field)

    def _require_nobody_named(self, field: Field) -> None:
        """Point out what looks like personal data, once: who has looked at it may save it."""
        found = [] if self.checked.data else find_personal_data(field.data or "")
        if found:
            raise ValidationError(words_for(found[0]))

    def validate_measure_value(self, field: Field) -> None:
        if not field.data:
            return
        if not re.fullmatch(r"-?[0-9]+([.][0-9]+)?", field.data):
            raise ValidationError(gettext("Give the figure in digits, such as 12 or 12.5."))
        if sum(character.isdigit() for character in field.data) > MOST_DIGITS:
            raise ValidationError(
                gettext("This has too many digits: at most %(most)s.", most=str(MOST_DIGITS))
            )

    def validate_evidence_title(self, field: Field) -> None:
        if (self.evidence_url.data or self.evidence_date.data) and not field.data:
            raise ValidationError(gettext("Give the document a title, so that readers know what it is."))
        is_new = field.data and not self._document().stands_in(self._list_named())
        if is_new and self._count_named() >= MOST_NAMED:
            raise ValidationError(
                gettext(
                    "This answer names %(most)s documents already. Remove one that is not needed.",
                    most=str(MOST_NAMED),
                )
            )

    def _document(self) -> GivenEvidence:
        """The link or reference that was sent; it is one only with a title."""
        return GivenEvidence(
            self.evidence_title.data, self.evidence_url.data or None, self.evidence_date.data
        )

    def _count_named(self) -> int:
        """How many links and references stay."""
        removed = self.evidence_remove.data or ()
        return sum(row.file is None and row.id not in removed for row in self._list_named())

    def _list_named(self) -> Sequence[Evidence]:
        return self.kept.evidence if self.kept else ()

    def validate_evidence_url(self, field: Field) -> None:
        if not field.data:
            return
        if not is_link(field.data):
            raise ValidationError(gettext("Give the whole address, beginning with https://."))

    def given(self) -> GivenAnswer:
        """What was given to this question. A field that was not sent stays as the page showed it."""
        seen, state = self.seen, _state_of(self.choice)
        level = self.choice if state is AnswerState.LEVEL else None
        reason = self.reason_given if state in WITH_REASON else None
        is_same = seen is not None and (seen.state, seen.level, seen.reason) == (state, level, reason)
        return GivenAnswer(
            question_id=self.question.id,
            state=state,
            seen_version=self.version.data,
            level=level,
            reason=reason,
            comment=self.comment.data if self.comment.raw_data else seen.comment if seen else "",
            measure=self._measure() if self.question.measure else GivenMeasure(),
            is_confirmed=seen is not None and seen.is_confirmed and is_same,
            changed_because=self.changed.data
            if self.changed.raw_data
            else seen.changed_because
            if seen
            else "",
            new_evidence=(self._document(),) if self.evidence_title.data else (),
            removed_evidence=frozenset(self.evidence_remove.data or ()),
        )

    def _measure(self) -> GivenMeasure:
        seen, value, year, source = self.seen, self.measure_value, self.measure_year, self.measure_source
        return GivenMeasure(
            value.data or None if value.raw_data else seen.measure_value if seen else None,
            year.data if year.raw_data else seen.measure_year if seen else None,
            source.data or None if source.raw_data else seen.measure_source if seen else None,
        )


def _state_of(chosen: str) -> AnswerState:
    if not chosen:
        return AnswerState.NONE_YET
    return AnswerState(chosen) if chosen in WITH_REASON else AnswerState.LEVEL


class ObjectiveForm(FlaskForm):
    """All questions of one objective that are asked there; made by `objective_form`."""

    def parts(self, sent: Collection[str]) -> Iterator[QuestionForm]:
        """The questions of which anything was sent."""
        for field in self:
            if isinstance(field, FormField) and any(inner.name in sent for inner in field.form):
                yield field.form

    def versions(self, sent: Collection[str]) -> dict[str, int]:
        """The version of each question's answer that the page showed."""
        versions = {part.question.id: part.version.data for part in self.parts(sent)}
        return {question_id: version for question_id, version in versions.items() if version is not None}

    def complaints(
        self, sent: Collection[str], answers: Mapping[str, Answer], seen: Mapping[str, SeenAnswer]
    ) -> dict[str, dict[str, str]]:
        """The first complaint about each wrong field: question id → field → words."""
        for part in self.parts(sent):
            part.kept, part.seen = answers.get(part.question.id), seen.get(part.question.id)
        self.validate()
        found: dict[str, dict[str, str]] = {}
        for part in self.parts(sent):
            for name, messages in part.errors.items():
                found.setdefault(part.question.id, {}).setdefault(STANDS_AT.get(name, name), str(messages[0]))
        return found

    def complaints_beside(
        self,
        sent: Collection[str],
        answers: Mapping[str, Answer],
        seen: Mapping[str, SeenAnswer],
        *,
        kept: str,
        unchanged: str,
    ) -> dict[str, dict[str, str]]:
        """The complaints where one question stays as it is saved (`kept`), and the last cycle's answer takes
        the place of what was chosen in another (`unchanged`).
        """
        found = {id_: words for id_, words in self.complaints(sent, answers, seen).items() if id_ != kept}
        beside = {name: words for name, words in found.pop(unchanged, {}).items() if name not in CONFIRMED}
        return found | ({unchanged: beside} if beside else {})

    def given(self, sent: Collection[str], without: Collection[str]) -> list[GivenAnswer]:
        """What was given to each question that has no complaint; `complaints` comes before."""
        return [part.given() for part in self.parts(sent) if part.question.id not in without]


def objective_form(questionnaire: Questionnaire) -> type[ObjectiveForm]:
    """The form class of one questionnaire: a field group for each question asked there."""
    groups = {
        question.id: FormField(type("OneQuestionForm", (QuestionForm,), {"question": question}))
        for question in questionnaire.questions
        if question.same_as is None
    }
    return type("OneObjectiveForm", (ObjectiveForm,), groups)

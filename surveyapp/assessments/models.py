"""Cycles and their frameworks, assessments and their answers, submissions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from surveyapp.accounts.models import Country, User
from surveyapp.database import Base, text_enum
from surveyapp.web.time_zones import day_in, zone_of


class AssessmentState(StrEnum):
    """Where an assessment stands; `submission.MOVES` says what may follow what."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"


class AnswerState(StrEnum):
    """What kind of answer was given."""

    LEVEL = "level"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    NONE_YET = "none_yet"  # a comment or evidence alone


class Verdict(StrEnum):
    """What the coordinator made of one answer."""

    ACCEPT = "accept"
    ASK = "ask"  # something is to be mended; the remark says what


class Reach(StrEnum):
    """Who may see an objective's results once they are published."""

    PRIVATE = "private"  # the country and those who review
    REGION = "region"  # besides them the other countries' focal points
    PUBLIC = "public"


class FrameworkVersion(Base):
    """A framework as it was when it was loaded, found by its hash and never changed."""

    __tablename__ = "framework_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    framework_id: Mapped[str]
    version: Mapped[str]
    loaded_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(deferred=True)  # canonical JSON


class Wording(Base):
    """The translated texts of a framework in one locale, as they were when a cycle opened."""

    __tablename__ = "wording"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    locale: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)  # canonical JSON: context → text


class Cycle(Base):
    """One yearly round over one framework version."""

    __tablename__ = "cycle"
    __table_args__ = (
        CheckConstraint("year BETWEEN 1900 AND 2999", "year_of_four_digits"),
        CheckConstraint("opens_on <= deadline AND deadline <= closes_on", "dates_in_order"),
        CheckConstraint("history_months BETWEEN 1 AND 120", "history_months_in_range"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    framework_version_id: Mapped[int] = mapped_column(ForeignKey("framework_version.id", ondelete="RESTRICT"))
    opens_on: Mapped[date]
    deadline: Mapped[date]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]  # the coordinator closed it, before or on its closing day
    history_months: Mapped[int] = mapped_column(
        default=12, server_default=text("12")
    )  # how long after acceptance it is kept
    framework_version: Mapped[FrameworkVersion] = relationship(lazy="raise")
    wordings: Mapped[list[Wording]] = relationship(
        secondary="cycle_wording", lazy="raise", order_by="Wording.locale"
    )


class CycleWording(Base):
    """Which wordings a cycle pinned."""

    __tablename__ = "cycle_wording"
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), primary_key=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id", ondelete="RESTRICT"), primary_key=True)


class Assessment(Base):
    """One country's answers in one cycle."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("cycle_id", "country_code"),
        CheckConstraint("(deadline IS NULL) = (extended_at IS NULL)", "extended_when_deadline"),
        CheckConstraint("(deadline IS NULL) = (extension_reason IS NULL)", "reason_when_deadline"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="RESTRICT"))
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code", ondelete="RESTRICT"), index=True)
    state: Mapped[AssessmentState] = mapped_column(text_enum(AssessmentState), default=AssessmentState.DRAFT)
    review_note: Mapped[str | None]  # why it was returned or reopened
    accepted_at: Mapped[datetime | None]  # the last time
    history_removed_at: Mapped[datetime | None]  # the last time that old history was deleted
    deadline: Mapped[date | None]  # this country's own, later than the cycle's
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[str | None]
    statement: Mapped[str | None]  # the country's own words beside its published results
    shows_sensitive: Mapped[bool] = mapped_column(default=False)  # sensitive answers may be public
    consented_at: Mapped[datetime | None]  # none: the country has said nothing, so all may be published
    cycle: Mapped[Cycle] = relationship(lazy="raise")
    country: Mapped[Country] = relationship(lazy="raise")
    consents: Mapped[list[ObjectiveConsent]] = relationship(lazy="raise", cascade="all, delete-orphan")
    answers: Mapped[list[Answer]] = relationship(back_populates="assessment", lazy="raise")

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this country's days end."""
        return zone_of(self.country_code, self.country.time_zone)

    @property
    def due_on(self) -> date:
        """The last day on which this country submits by itself."""
        return self.deadline or self.cycle.deadline

    @property
    def last_day(self) -> date:
        """The last day on which its answers are kept."""
        if self.cycle.closed_at:
            return self.due_on
        return max(self.cycle.closes_on, self.due_on)

    @property
    def to_do_by(self) -> date:
        """The last day for what is to be done now: answering, or mending what came back."""
        return self.last_day if self.state is AssessmentState.RETURNED else self.due_on

    def is_open(self, moment: datetime) -> bool:
        """Whether answers can be kept then, by the country's own day.

        An extension that was given after its cycle was closed opens it again, for this country.
        """
        closed_at = self.cycle.closed_at
        if closed_at and (self.extended_at is None or self.extended_at <= closed_at):
            return False
        return self.cycle.opens_on <= day_in(self.zone, moment) <= self.last_day

    def is_late(self, moment: datetime) -> bool:
        """Whether a first submission would come too late then, and what is saved is marked so.

        What was returned is mended when it comes back, whatever the day.
        """
        return self.state is AssessmentState.DRAFT and day_in(self.zone, moment) > self.due_on


class WordingRevision(Base):
    """Texts of one locale corrected in a running cycle; a revision has a row for each locale it touched."""

    __tablename__ = "wording_revision"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number", "locale"),
        CheckConstraint("number >= 1", "number_from_one"),
        CheckConstraint("note <> ''", "noted"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    number: Mapped[int]
    locale: Mapped[str]
    old_sha256: Mapped[str | None]  # none: the locale had no wording of its own before
    new_sha256: Mapped[str]
    texts: Mapped[int]  # how many read otherwise than before
    note: Mapped[str]
    applied_at: Mapped[datetime]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    applied_by: Mapped[User | None] = relationship(lazy="raise")


class ObjectiveConsent(Base):
    """How far the results of one objective may go; no row means to the public."""

    __tablename__ = "objective_consent"
    __table_args__ = (UniqueConstraint("assessment_id", "objective_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    objective_id: Mapped[str]
    reach: Mapped[Reach] = mapped_column(text_enum(Reach))


class ReviewMark(Base):
    """What the coordinator made of the answer to one question of one submission."""

    __tablename__ = "review_mark"
    __table_args__ = (
        UniqueConstraint("assessment_id", "revision", "question_id"),
        CheckConstraint("verdict <> 'ask' OR remark <> ''", "asked_in_words"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    revision: Mapped[int]  # of the submission
    question_id: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(text_enum(Verdict))
    remark: Mapped[str] = mapped_column(default="")
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    def is_kept_on(self, submission: Submission) -> bool:
        """Whether this mark on the submission was made on one before, which said the same."""
        return self.marked_at < submission.submitted_at


class AnswerContent:
    """The columns that an answer and each of its earlier versions share."""

    state: Mapped[AnswerState] = mapped_column(text_enum(AnswerState))
    level: Mapped[str | None]
    reason: Mapped[str | None]  # why not applicable, or why unknown
    comment: Mapped[str] = mapped_column(default="")
    measure_value: Mapped[str | None]  # the decimal as typed, so that no digit is lost
    measure_year: Mapped[int | None]
    measure_source: Mapped[str | None]
    is_confirmed: Mapped[bool] = mapped_column(default=False)  # last cycle's answer, confirmed as unchanged
    changed_because: Mapped[str] = mapped_column(default="")  # what changed since last cycle's answer
    version: Mapped[int]
    changed_at: Mapped[datetime]

    @declared_attr
    def changed_by_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


_CONTENT_CHECKS = (
    CheckConstraint("(state = 'level') = (level IS NOT NULL)", "level_when_answered"),
    CheckConstraint(
        "(state IN ('not_applicable', 'unknown')) = (reason IS NOT NULL AND reason <> '')",
        "reason_when_needed",
    ),
    CheckConstraint("version >= 1", "version_from_one"),
)


def _copies(checks: tuple[CheckConstraint, ...]) -> tuple[CheckConstraint, ...]:
    """A constraint belongs to one table, so each table takes its own."""
    return tuple(CheckConstraint(check.sqltext.text, name=str(check.name)) for check in checks)


class Answer(AnswerContent, Base):
    """What one country answered to one question; no row means none yet."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("assessment_id", "question_id"), *_copies(_CONTENT_CHECKS))
    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    question_id: Mapped[str]  # lives in the framework
    version: Mapped[int] = mapped_column()
    assessment: Mapped[Assessment] = relationship(back_populates="answers", lazy="raise")
    changed_by: Mapped[User | None] = relationship(lazy="raise")
    evidence: Mapped[list[Evidence]] = relationship(
        back_populates="answer", lazy="raise", order_by="Evidence.id", cascade="all, delete-orphan"
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class AnswerRevision(AnswerContent, Base):
    """An answer as it was at one version: its history, and what an old page showed."""

    __tablename__ = "answer_revision"
    __table_args__ = (UniqueConstraint("answer_id", "version"), *_copies(_CONTENT_CHECKS))
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"))


class OtherAnswer(AnswerContent, Base):
    """What somebody gave to a question that was answered meanwhile: kept beside the answer, never lost.

    Its `version` is the one that its writer had before them, 0 for none.
    """

    __tablename__ = "other_answer"
    __table_args__ = (*_copies(_CONTENT_CHECKS[:2]), Index("ix_other_answer_answer_id", "answer_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"))
    settled_at: Mapped[datetime | None]  # none yet: the focal point has to choose between the two


class Remark(Base):
    """What those who work on a question say to each other about it; the public never reads it."""

    __tablename__ = "remark"
    __table_args__ = (
        CheckConstraint("text <> ''", "says_something"),
        CheckConstraint("(resolved_at IS NULL) OR (resolved_at >= written_at)", "resolved_after_written"),
        Index("ix_remark_assessment_id_question_id", "assessment_id", "question_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    question_id: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    office: Mapped[str]  # stays when its user goes
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    mentions: Mapped[list[Mention]] = relationship(lazy="raise", cascade="all, delete-orphan")


class Mention(Base):
    """An office that a remark calls by its name, and whose people were written to."""

    __tablename__ = "mention"
    remark_id: Mapped[int] = mapped_column(ForeignKey("remark.id", ondelete="CASCADE"), primary_key=True)
    office: Mapped[str] = mapped_column(primary_key=True)  # stays when its user goes or is renamed


class EvidenceFile(Base):
    """A file that was uploaded to one question; its content is in the evidence store, under the hash.

    The row stays while an evidence row or a submission names it.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        UniqueConstraint("assessment_id", "question_id", "sha256", "name"),
        CheckConstraint("length(sha256) = 64", "sha256_whole"),
        CheckConstraint("name <> ''", "named"),
        CheckConstraint("size > 0", "holds_something"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    question_id: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)  # of the content as kept, in hexadecimal
    name: Mapped[str]  # a safe one, made of what the person called it
    media_type: Mapped[str]
    size: Mapped[int]  # bytes, as kept
    added_at: Mapped[datetime]


class Evidence(Base):
    """A titled link, document reference or file that supports an answer."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("title <> ''", "titled"),
        CheckConstraint("url IS NULL OR file_id IS NULL", "link_or_file"),
        Index("ix_evidence_answer_id", "answer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"))
    title: Mapped[str]
    url: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("evidence_file.id", ondelete="RESTRICT"), index=True
    )
    dated_on: Mapped[date | None]
    added_at: Mapped[datetime]
    answer: Mapped[Answer] = relationship(back_populates="evidence", lazy="raise")
    file: Mapped[EvidenceFile | None] = relationship(lazy="raise")


class Submission(Base):
    """The frozen, hashed copy of an assessment. Never changed, never recomputed."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("assessment_id", "revision"),
        CheckConstraint("revision >= 1", "revision_from_one"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="RESTRICT"))
    revision: Mapped[int]
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sha256: Mapped[str] = mapped_column(unique=True)
    signed_by_function: Mapped[str | None]  # the office or function that declares; none on older rows
    method: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)  # canonical JSON; sha256 is of these bytes
    scores: Mapped[str]  # the part of the body that the heatmap reads, so that it need not read all of it
    assessment: Mapped[Assessment] = relationship(lazy="raise")

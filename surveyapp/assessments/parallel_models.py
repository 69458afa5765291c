"""What NGOs say of a country beside its government: tables of their own, so that nothing of them can enter
a government's numbers.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.accounts.models import Country
from surveyapp.assessments.models import AnswerState, Cycle
from surveyapp.database import Base, text_enum
from surveyapp.web.time_zones import day_in, zone_of


class ParallelState(StrEnum):
    """Where a parallel view stands; `parallel.MOVES` says what may follow what."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"
    WITHDRAWN = "withdrawn"  # taken back by the NGO: nobody else sees it, and it may be handed in anew


class ParallelView(Base):
    """One NGO's answers about one country in one cycle, and who may see them."""

    __tablename__ = "parallel_view"
    __table_args__ = (
        UniqueConstraint("cycle_id", "country_code", "user_id"),
        CheckConstraint("organisation <> ''", "named"),
        CheckConstraint("(decided_at IS NULL) = (decision_note IS NULL)", "note_when_decided"),
        CheckConstraint(
            "NOT is_shown_publicly OR "
            "(consents_to_public AND state = 'handed_in' AND decided_at IS NOT NULL)",
            "public_by_consent_and_decision",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="RESTRICT"))
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code", ondelete="RESTRICT"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    organisation: Mapped[str]  # stays when its user goes
    state: Mapped[ParallelState] = mapped_column(text_enum(ParallelState), default=ParallelState.DRAFT)
    consents_to_public: Mapped[bool] = mapped_column(default=False)  # the NGO lets everybody see it
    is_shown_publicly: Mapped[bool] = mapped_column(default=False)  # and the regional body shows it
    decided_at: Mapped[datetime | None]  # none: nobody has decided on what was handed in last
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decision_note: Mapped[str | None]  # why, for the NGO; may be empty where it is shown
    cycle: Mapped[Cycle] = relationship(lazy="raise")
    country: Mapped[Country] = relationship(lazy="raise")

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the country's days end."""
        return zone_of(self.country_code, self.country.time_zone)

    @property
    def awaits_decision(self) -> bool:
        """Whether its NGO lets everybody see what it handed in, and nobody has decided on that."""
        return self.state is ParallelState.HANDED_IN and self.consents_to_public and self.decided_at is None

    @property
    def due_on(self) -> date:
        """The cycle's deadline; more time that a government was given is its own."""
        return self.cycle.deadline

    @property
    def last_day(self) -> date:
        """The last day on which its answers are kept."""
        return self.cycle.closes_on

    def is_open(self, moment: datetime) -> bool:
        """Whether the cycle takes answers then, by the country's own day, up to its closing day."""
        if self.cycle.closed_at:
            return False
        return self.cycle.opens_on <= day_in(self.zone, moment) <= self.last_day


class ParallelAnswer(Base):
    """What an NGO answered to one question, as it was at one version; the highest version is the answer.

    Rows are added and never changed, so that of two tabs that write the same version one is refused.
    """

    __tablename__ = "parallel_answer"
    __table_args__ = (
        UniqueConstraint("view_id", "question_id", "version"),
        CheckConstraint("(state = 'level') = (level IS NOT NULL)", "level_when_answered"),
        CheckConstraint(
            "(state IN ('not_applicable', 'unknown')) = (reason IS NOT NULL AND reason <> '')",
            "reason_when_needed",
        ),
        CheckConstraint("version >= 1", "version_from_one"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("parallel_view.id", ondelete="CASCADE"))
    question_id: Mapped[str]  # lives in the framework
    state: Mapped[AnswerState] = mapped_column(text_enum(AnswerState))
    level: Mapped[str | None]
    reason: Mapped[str | None]  # why not applicable, or why unknown
    comment: Mapped[str] = mapped_column(default="")
    measure_value: Mapped[str | None]  # the decimal as typed, so that no digit is lost
    measure_year: Mapped[int | None]
    measure_source: Mapped[str | None]
    documents: Mapped[str | None]  # links and references as JSON: a list of id, title, url and date
    version: Mapped[int]
    changed_at: Mapped[datetime]


class ParallelSubmission(Base):
    """The frozen, hashed copy of a parallel view: all that anybody but the NGO ever reads of it."""

    __tablename__ = "parallel_submission"
    __table_args__ = (
        UniqueConstraint("view_id", "revision"),
        CheckConstraint("revision >= 1", "revision_from_one"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("parallel_view.id", ondelete="RESTRICT"))
    revision: Mapped[int]
    handed_in_at: Mapped[datetime]
    signed_by_function: Mapped[str]  # the office or function that declares the answers
    sha256: Mapped[str] = mapped_column(unique=True)
    method: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)  # canonical JSON; sha256 is of these bytes
    scores: Mapped[str]  # the exact scores of the body, so that not all of it need be read
    view: Mapped[ParallelView] = relationship(lazy="raise")

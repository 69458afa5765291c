"""What is given to whom, whole objectives or single questions, and what is once an invitation is accepted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.accounts.models import User
from surveyapp.assessments.shares import Share
from surveyapp.database import Base, text_enum


class PartState(StrEnum):
    """Where an objective stands that was given to a contributor; `parts.STEPS` says what may follow what."""

    WORKING = "working"
    READY = "ready"  # the contributor has done it; the focal point looks at it
    TAKEN = "taken"  # the focal point goes on with it


class Delegation(Base):
    """An objective that a contributor answers: the whole of it, or the questions that are named."""

    __tablename__ = "delegation"
    __table_args__ = (UniqueConstraint("assessment_id", "objective_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    objective_id: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    state: Mapped[PartState] = mapped_column(text_enum(PartState), default=PartState.WORKING)
    moved_at: Mapped[datetime | None]
    note: Mapped[str | None]  # what to mend, when it was sent back
    user: Mapped[User] = relationship(lazy="raise")
    named: Mapped[list[DelegatedQuestion]] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def share(self) -> Share:
        """The only questions that are given; empty: all of the objective."""
        return frozenset(row.question_id for row in self.named)

    def covers(self, question_id: str) -> bool:
        """Whether this question of the objective is given."""
        return not self.named or question_id in self.share


class DelegatedQuestion(Base):
    """A question that is given alone; a delegation without one is of the whole objective."""

    __tablename__ = "delegated_question"
    delegation_id: Mapped[int] = mapped_column(
        ForeignKey("delegation.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(primary_key=True)


class InvitedObjective(Base):
    """An objective that is delegated once the invitation is accepted."""

    __tablename__ = "invited_objective"
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True
    )
    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True
    )
    objective_id: Mapped[str] = mapped_column(primary_key=True)
    named: Mapped[list[InvitedQuestion]] = relationship(lazy="raise", cascade="all, delete-orphan")


class InvitedQuestion(Base):
    """A question that is delegated alone then; an invited objective without one is the whole of it."""

    __tablename__ = "invited_question"
    __table_args__ = (
        ForeignKeyConstraint(
            ["invitation_id", "assessment_id", "objective_id"],
            [
                "invited_objective.invitation_id",
                "invited_objective.assessment_id",
                "invited_objective.objective_id",
            ],
            name="fk_invited_question_invited_objective",
            ondelete="CASCADE",
        ),
    )
    invitation_id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(primary_key=True)
    objective_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)

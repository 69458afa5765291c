"""Which objectives are given to whom, and which are once an invitation is accepted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.accounts.models import User
from surveyapp.database import Base, text_enum


class PartState(StrEnum):
    """Where an objective stands that was given to a contributor; `parts.STEPS` says what may follow what."""

    WORKING = "working"
    READY = "ready"  # the contributor has done it; the focal point looks at it
    TAKEN = "taken"  # the focal point goes on with it


class Delegation(Base):
    """An objective that a contributor answers."""

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

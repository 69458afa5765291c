"""People, what they may do for which country, their signed-in sessions, and the links that they are sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import cast

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.database import Base, text_enum


class Role(StrEnum):
    """What somebody is in this installation."""

    FOCAL_POINT = "focal_point"
    CONTRIBUTOR = "contributor"
    COORDINATOR = "coordinator"
    ANALYST = "analyst"
    TRANSLATOR = "translator"
    ADMINISTRATOR = "administrator"
    NGO = "ngo"  # answers the same questions for its country apart from the government: a parallel view


ANSWERING_ROLES = (Role.FOCAL_POINT, Role.CONTRIBUTOR)  # for the government of a country
COUNTRY_ROLES = (*ANSWERING_ROLES, Role.NGO)
_COUNTRY_FOR_COUNTRY_ROLES = (
    "(role IN ('focal_point', 'contributor', 'ngo')) = (country_code IS NOT NULL)",
    "country_for_country_roles",
)


class Country(Base):
    """A country by its ISO 3166 code; its name comes from the locale data."""

    __tablename__ = "country"
    __table_args__ = (CheckConstraint("length(code) = 2 AND code = upper(code)", "two_capitals"),)
    code: Mapped[str] = mapped_column(primary_key=True)
    time_zone: Mapped[str | None]  # such as Europe/Tirane; none: the capital's


class User(UserMixin, Base):
    """A person or a functional mailbox: an office, an e-mail address, and nothing else about them."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("email = lower(email)", "email_in_small_letters"),
        CheckConstraint("(email IS NULL) = (removed_at IS NOT NULL)", "address_until_removed"),
        CheckConstraint("removed_at IS NULL OR password_hash IS NULL", "no_password_once_removed"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    office: Mapped[str]  # shown beside answers; offices stand there, not persons' names. Stays when they go
    password_hash: Mapped[str | None]  # none yet: cannot sign in with a password
    locale: Mapped[str | None]  # none chosen: the browser's language
    is_active: Mapped[bool] = mapped_column(default=True)
    wants_reminders: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # the account is gone; what it did stays under its office
    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="user", lazy="raise", cascade="all, delete-orphan", order_by="RoleGrant.id"
    )

    # Of this request, set by the loader; no column, never stored.
    session_token = cast("str | None", None)
    session_seen_at = cast("datetime | None", None)

    def get_id(self) -> str:
        """What the browser's cookie holds: the token of the session, never the user's number."""
        if self.session_token is None:
            raise RuntimeError("a user without a session cannot be put into a cookie")
        return self.session_token

    def has_role(self, role: Role, country: str | None = None) -> bool:
        return any(g.role == role and country in (None, g.country_code) for g in self.grants)

    @property
    def follows_assessments(self) -> bool:
        """Whether there are assessments that this user may look at before they are public."""
        return bool(self.countries) or self.has_role(Role.COORDINATOR) or self.has_role(Role.ANALYST)

    @property
    def manages_users(self) -> bool:
        """Whether this user makes accounts of others, beyond the contributors of an own country."""
        return self.has_role(Role.COORDINATOR) or self.has_role(Role.ADMINISTRATOR)

    @property
    def works_for_one_country(self) -> bool:
        """Whether all that this user does here is to answer for one country."""
        return len(self.countries) == 1 and all(grant.role in ANSWERING_ROLES for grant in self.grants)

    @property
    def gives_views_alone(self) -> bool:
        """Whether all that this user does here is to give an NGO's view of one country."""
        return len(self.grants) == 1 and bool(self.viewed_countries)

    @property
    def countries(self) -> list[str]:
        """The countries that this user answers for, each once, in the order granted.

        Not those that an NGO gives its own view of: it must not see what the government works on.
        """
        answering = (g for g in self.grants if g.role in ANSWERING_ROLES)
        return list(dict.fromkeys(g.country_code for g in answering if g.country_code))

    @property
    def viewed_countries(self) -> list[str]:
        """The countries that this user gives an NGO's parallel view of."""
        return [g.country_code for g in self.grants if g.role is Role.NGO and g.country_code]


class RoleGrant(Base):
    """One role of one user, for one country where the role belongs to a country."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "country_code"),
        CheckConstraint(*_COUNTRY_FOR_COUNTRY_ROLES),
        # A unique constraint lets two rows with no country pass; this index does not.
        Index(
            "uq_role_grant_without_country",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("country_code IS NULL"),
            postgresql_where=text("country_code IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role))
    country_code: Mapped[str | None] = mapped_column(ForeignKey("country.code", ondelete="RESTRICT"))
    user: Mapped[User] = relationship(back_populates="grants", lazy="raise")


class SignedInSession(Base):
    """One signed-in browser. The row ends the session wherever its cookie went."""

    __tablename__ = "signed_in_session"
    token_hash: Mapped[str] = mapped_column(
        primary_key=True
    )  # SHA-256; the token itself is in the cookie alone
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="raise")


class FailedSignIn(Base):
    """A wrong password or an unknown address, kept as long as it slows the next try."""

    __tablename__ = "failed_sign_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


class Invitation(Base):
    """A link, sent to one address, that gives a role once. The row keeps its hash, the letter the link."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("email = lower(email)", "email_in_small_letters"),
        CheckConstraint(*_COUNTRY_FOR_COUNTRY_ROLES),
        CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", "used_or_withdrawn"),
        CheckConstraint("sent_at < expires_at", "expires_later"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    office: Mapped[str]  # as the inviter calls it; whoever accepts may mend it
    role: Mapped[Role] = mapped_column(text_enum(Role))
    country_code: Mapped[str | None] = mapped_column(ForeignKey("country.code", ondelete="RESTRICT"))
    locale: Mapped[str]
    invited_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL")
    )  # None: shell
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]  # with the link that is valid now
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    invited_by: Mapped[User | None] = relationship(lazy="raise")


class PasswordLink(Base):
    """A link that sets a new password once. Asked for at an address that has no account, it leads nowhere:
    the row is there all the same, so that both take the same work and are counted alike.
    """

    __tablename__ = "password_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    email_hash: Mapped[str] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

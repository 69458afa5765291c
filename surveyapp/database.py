"""The database: one declarative base, the types that both databases share, how transactions begin."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, registry

LOCK_WAIT_SECONDS = 5

# SQLite before this version may corrupt a file whose write-ahead log is reset while it is read.
WAL_IS_SAFE_FROM = (3, 51, 3)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC. SQLite drops the zone; this gives it back, and refuses a time without one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_enum(kind: type[StrEnum]) -> sa.Enum:
    """An enumeration kept as its text, with a CHECK that both databases enforce."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """All tables derive from this class."""

    registry = registry(type_annotation_map={datetime: UTCDateTime()})
    metadata = sa.MetaData(naming_convention=NAMING)


# What a page shows after a commit is what was committed; reading it again would only cost.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def now() -> datetime:
    """The present moment, in UTC; the one clock that the services read."""
    return datetime.now(UTC)


def engine_options(url: str) -> Mapping[str, Any]:
    """What the pool needs to notice a restarted database, and not to wait for a lock without end."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": LOCK_WAIT_SECONDS}}
    return {
        "pool_pre_ping": True,
        "max_overflow": 30,  # with the pool's own 5, one for each thread of the server
        "connect_args": {"options": f"-c lock_timeout={LOCK_WAIT_SECONDS * 1000} -c timezone=UTC"},
    }


def prepare_engine(engine: sa.Engine) -> None:
    """Give each SQLite connection its safety settings, and let write transactions begin as such."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `begin` below does
        for pragma in sqlite_pragmas():
            connection.execute(pragma).close()

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A transaction that reads first and writes later is refused at once when another wrote in between;
        # one that takes the write lock at its beginning waits for it instead.
        is_writing = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def sqlite_pragmas() -> list[str]:
    journal = "WAL" if sqlite3.sqlite_version_info >= WAL_IS_SAFE_FROM else "DELETE"
    return [
        f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}",
        "PRAGMA foreign_keys = ON",
        f"PRAGMA journal_mode = {journal}",
        "PRAGMA synchronous = FULL",
    ]


def begin_write() -> None:
    """Begin the session's transaction as one that writes; call it before the session reads anything."""
    db.session.connection(execution_options={"writes": True})


def roll_back() -> None:
    """Undo what the session has not committed, also where its connection has broken."""
    try:
        db.session.rollback()
    except sa.exc.OperationalError:  # the database ended the connection, and with it the transaction
        db.session().invalidate()


def init_app(app: Flask) -> None:
    """Bind the application to its database, at `SQLALCHEMY_DATABASE_URI`."""
    db.init_app(app)

    @app.teardown_appcontext
    def let_go(_error: BaseException | None) -> None:
        # Flask-SQLAlchemy closes after this, which fails on a broken connection: a page that was ready,
        # or an answer that was saved, would never be sent.
        try:
            db.session.close()
        except sa.exc.OperationalError:
            db.session().invalidate()

    with app.app_context():
        prepare_engine(db.engine)

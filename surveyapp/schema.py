"""Bringing a database to the schema of this version: all of it or nothing, one process at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from surveyapp.database import sqlite_pragmas

PACKAGE = Path(__file__).parent
MIGRATION_LOCK = 7_310_013  # any number, the same for every process of this product
MIGRATION_WAIT_SECONDS = 60
POSTGRES_DRIVERS = ("psycopg", "psycopg2")


class UnusableAddress(Exception):
    """Nothing can be a database at this address; the message says why."""


class SchemaFault(Exception):
    """The database cannot be brought to this version; the message says why and what to do."""


def migrations_folder() -> Path:
    """The folder of migrations: inside an installed package, else the repository's."""
    installed = PACKAGE / "_data" / "migrations"
    return installed if installed.is_dir() else PACKAGE.parent / "migrations"


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    return config


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def is_current(connection: sa.Connection) -> bool:
    """Whether the database has exactly the schema of this version."""
    return MigrationContext.configure(connection).get_current_revision() == newest_revision()


def migrate(url: str, to: str = "head") -> None:
    """Upgrade the database at `url`; a second process waits and then finds nothing to do.

    Both databases change their schema inside a transaction, so a killed migration leaves the old schema.

    :raises SchemaFault: the database was made by a newer version, or rows would break a rule.
    """
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            begin_alone(connection)
            refuse_newer(connection)
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            check_references(connection)
            connection.commit()
    finally:
        engine.dispose()


def make_engine(url: str) -> sa.Engine:
    """An engine for one task.

    :raises UnusableAddress: no address of a database, or one whose driver is not installed.
    """
    try:
        return sa.create_engine(url, poolclass=sa.NullPool)
    except ModuleNotFoundError as fault:
        if fault.name in POSTGRES_DRIVERS:
            mend = "PostgreSQL needs its driver; install it with: pip install 'surveyapp[postgres]'"
            raise UnusableAddress(mend) from fault
        raise UnusableAddress(f"its driver {fault.name} is not installed") from fault
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ValueError) as fault:
        raise UnusableAddress(str(fault).split("\n", 1)[0]) from fault


def begin_alone(connection: sa.Connection) -> None:
    """Begin the transaction that holds the one migration lock of this database."""
    if connection.dialect.name != "sqlite":
        hold_alone(connection)
        return
    driver = connection.connection.driver_connection
    driver.isolation_level = None  # type: ignore[union-attr]
    for pragma in sqlite_pragmas():
        driver.execute(pragma).close()  # type: ignore[union-attr]
    driver.execute(f"PRAGMA busy_timeout = {MIGRATION_WAIT_SECONDS * 1000}").close()  # type: ignore[union-attr]
    # Rebuilding a table would otherwise delete the rows that refer to it.
    driver.execute("PRAGMA foreign_keys = OFF").close()  # type: ignore[union-attr]
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def hold_alone(connection: sa.Connection) -> None:
    """Wait until no other process prepares this database, and keep others from it until the transaction
    ends. On SQLite a transaction that writes does so by itself.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def refuse_newer(connection: sa.Connection) -> None:
    """:raises SchemaFault: the database has a revision that this version does not know."""
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaFault(
            f"the database was made by a newer version of surveyapp (schema {found}); "
            "install that version, or restore the backup from before its upgrade"
        )


def check_references(connection: sa.Connection) -> None:
    """:raises SchemaFault: a row refers to one that is not there."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise SchemaFault(
                f"rows of table {broken[0][0]} refer to rows that are not there; nothing was changed"
            )


def require_current(url: str) -> None:
    """:raises SchemaFault: the database is not there, not migrated, or newer than this version."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            refuse_newer(connection)
            if not is_current(connection):
                raise SchemaFault("the database is not prepared for this version; run: surveyapp init")
    finally:
        engine.dispose()

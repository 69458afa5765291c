"""The record of who did what: its chain holds, and whoever changes it afterwards is found out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.accounts.models import Role
from surveyapp.audit.cli import audit
from surveyapp.audit.models import AuditEntry, AuditHead
from surveyapp.audit.service import record, verify
from surveyapp.database import begin_write, db
from tests.factories import get_user, make_user

Tampering = Callable[[sa.Connection], object]


def append(count: int) -> None:
    for number in range(count):
        begin_write()
        record(
            "test.step", f"step/{number}", by=None, facts={"number": number, "what": "ё", "is_last": False}
        )
        db.session.commit()


def run(statement: str) -> Tampering:
    return lambda connection: connection.execute(sa.text(statement))


def swap(connection: sa.Connection) -> None:
    """Exchange entries 2 and 3, with all that stands in them."""
    for old, new in ((2, 99), (3, 2), (99, 3)):
        connection.execute(sa.text(f"UPDATE audit_entry SET sequence = {new} WHERE sequence = {old}"))


def cut_the_end(connection: sa.Connection) -> None:
    connection.execute(sa.text("DELETE FROM audit_entry WHERE sequence > 3"))


def cut_end_and_head(connection: sa.Connection) -> None:
    cut_the_end(connection)
    connection.execute(sa.text("DELETE FROM audit_head"))


def put_one_in_between(connection: sa.Connection) -> None:
    connection.execute(
        sa.text(
            "INSERT INTO audit_entry (sequence, at, action, subject, facts, previous_hash, hash) "
            "SELECT 6, at, action, subject, facts, hash, 'forged' FROM audit_entry WHERE sequence = 5"
        )
    )


TAMPERINGS: dict[str, tuple[Tampering, str]] = {
    "action": (run("UPDATE audit_entry SET action = 'other' WHERE sequence = 3"), "entry 3: was changed"),
    "facts": (run("UPDATE audit_entry SET facts = '{}' WHERE sequence = 1"), "entry 1: was changed"),
    "subject": (run("UPDATE audit_entry SET subject = '' WHERE sequence = 5"), "entry 5: was changed"),
    "time": (
        run("UPDATE audit_entry SET at = '2020-01-01 00:00:00+00:00' WHERE sequence = 2"),
        "entry 2: was changed",
    ),
    "hash": (run("UPDATE audit_entry SET hash = 'x' WHERE sequence = 2"), "entry 2: was changed"),
    "first deleted": (
        run("DELETE FROM audit_entry WHERE sequence = 1"),
        "entry 1: missing; the next one is 2",
    ),
    "deleted": (run("DELETE FROM audit_entry WHERE sequence = 3"), "entry 3: missing; the next one is 4"),
    "swapped": (swap, "entry 2: does not follow the entry before it"),
    "end cut": (cut_the_end, "entry 5: the end of the record is missing or was changed"),
    "end and head cut": (cut_end_and_head, "entry 3: the end of the record is missing or was changed"),
    "all deleted": (
        run("DELETE FROM audit_entry"),
        "entry 5: the end of the record is missing or was changed",
    ),
    "head": (run("UPDATE audit_head SET sequence = 4"), "entry 4: the end of the record is missing"),
    "added": (put_one_in_between, "entry 6: was changed"),
}


def test_an_untouched_record_is_verified(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        assert list(verify(db.session())) == []
        db.session.rollback()
        append(5)
        assert list(verify(db.session())) == []
        assert db.session.scalars(sa.select(AuditEntry.sequence).order_by(AuditEntry.sequence)).all() == [
            1,
            2,
            3,
            4,
            5,
        ]


@pytest.mark.parametrize("name", TAMPERINGS)
def test_whoever_changes_the_record_afterwards_is_found_out(app_on_both: Flask, name: str) -> None:
    tamper, line = TAMPERINGS[name]
    with app_on_both.app_context():
        append(5)
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            tamper(connection)
        found = list(verify(db.session()))
    assert any(one.startswith(line) for one in found), found


@pytest.mark.parametrize(("name", "status"), [("none", 0), ("deleted", 1), ("end cut", 1)])
def test_the_command_says_verified_or_what_is_wrong(app: Flask, name: str, status: int) -> None:
    with app.app_context():
        append(5)
        if name in TAMPERINGS:
            with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
                TAMPERINGS[name][0](connection)
        db.session.remove()
    result = app.test_cli_runner().invoke(audit, ["verify"])
    assert result.exit_code == status
    if status:
        assert result.stdout == "" and TAMPERINGS[name][1] in result.stderr
    else:
        assert result.stdout == "verified: 5 entries\n"


@pytest.mark.parametrize("already", [0, 3])
def test_those_who_append_at_once_make_no_gap(app_on_both: Flask, already: int) -> None:
    """The first entries of all too: nobody begins a second chain."""
    people, each = 8, 5
    barrier = Barrier(people)

    def work(_person: int) -> None:
        barrier.wait()
        with app_on_both.app_context():
            append(each)

    with app_on_both.app_context():
        append(already)
        db.session.remove()
    with ThreadPoolExecutor(people) as pool:
        list(pool.map(work, range(people)))
    with app_on_both.app_context():
        assert list(verify(db.session())) == []
        assert db.session.get_one(AuditHead, 1).sequence == already + people * each


def test_an_entry_of_a_step_that_was_taken_back_is_not_there(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        append(2)
        db.session.remove()
        begin_write()
        record("test.undone", "step/undone", by=None)
        db.session.rollback()
        append(1)
        assert list(verify(db.session())) == []
        assert db.session.get_one(AuditHead, 1).sequence == 3


def test_the_record_keeps_what_a_deleted_account_did(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        user = get_user(make_user(Role.TRANSLATOR))
        db.session.remove()
        begin_write()
        record("test.step", "step/1", by=user.id)
        db.session.commit()
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(sa.text('DELETE FROM "user"'))

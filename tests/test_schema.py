"""The schema: up and down with rows in it, what the database itself refuses, two who prepare it at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from surveyapp import schema
from surveyapp.accounts.leaving import remove_account
from surveyapp.accounts.models import Role
from surveyapp.assessments import parallel
from surveyapp.assessments.given import GivenEvidence
from surveyapp.assessments.models import AssessmentState
from surveyapp.database import Base, begin_write, db, now
from surveyapp.framework.model import Framework
from surveyapp.mail.models import MailKind, MailState, OutgoingMail

from .assessments.viewing import hand_in, level, say, viewing
from .conftest import SECRET, application, postgres_database
from .factories import bring_to, delegate, get_user, make_cycle, make_user

SURVEYAPP = str(Path(sys.executable).with_name("surveyapp"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        yield url


def list_tables(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names())


def count_rows(url: str) -> dict[str, int]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }


def environment(url: str) -> dict[str, str]:
    return os.environ | {"SURVEYAPP_DATABASE_URL": url, "SURVEYAPP_SECRET_KEY": SECRET}


def test_models_and_schema_say_the_same(database_url: str) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert schema.is_current(connection)


def list_checks(url: str) -> dict[str, set[str]]:
    inspector = sa.inspect(sa.create_engine(url, poolclass=sa.NullPool))
    return {
        table: {str(check["name"]) for check in inspector.get_check_constraints(table)}
        for table in Base.metadata.tables
    }


def test_models_and_schema_have_the_same_checks(database_url: str) -> None:
    """Alembic compares no CHECK constraints."""
    declared = {
        name: {
            str(check.name)
            for check in table.constraints
            if isinstance(check, sa.CheckConstraint) and check.name
        }
        for name, table in Base.metadata.tables.items()
    }
    convention = Base.metadata.naming_convention["ck"]
    assert isinstance(convention, str)
    named = {
        table: {
            name if name.startswith("ck_") else convention % {"table_name": table, "constraint_name": name}
            for name in names
        }
        for table, names in declared.items()
    }
    assert list_checks(database_url) == named


def test_the_schema_goes_up_and_down_and_up_with_rows_in_it(
    app_on_both: Flask, database_url: str, shipped: Framework
) -> None:
    with app_on_both.app_context():
        focal, coordinator = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)
        make_cycle(shipped)
        delegate(make_user(Role.CONTRIBUTOR, "AL"), "o07")
        ngo = make_user(Role.NGO, "AL")
        say(ngo, level("o07.a2", "1"))
        hand_in(ngo)
        bring_to(AssessmentState.PUBLISHED, shipped, focal, coordinator)
        db.session.remove()
        db.engine.dispose()
    before = count_rows(database_url)
    assert before["answer"] > 100 and before["submission"] == 1
    schema.migrate(database_url)
    assert count_rows(database_url) == before, "nothing to do, nothing done"
    step(database_url, "base")
    assert list_tables(database_url) <= {"alembic_version"}
    schema.migrate(database_url)
    assert list_tables(database_url) >= set(Base.metadata.tables)


def read_kept(url: str) -> dict[str, object]:
    """What the step to 0009 must carry over: when it was accepted, and whose account was removed."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return {
            "accepted": connection.execute(
                sa.text("SELECT count(*) FROM assessment WHERE accepted_at IS NOT NULL")
            ).scalar_one(),
            "accounts": connection.execute(sa.text('SELECT office FROM "user" ORDER BY id')).scalars().all(),
        }


def test_a_removed_account_and_the_day_of_acceptance_outlive_a_step_down_and_up(
    app_on_both: Flask, database_url: str, shipped: Framework
) -> None:
    with app_on_both.app_context():
        focal, coordinator = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)
        make_cycle(shipped)
        bring_to(AssessmentState.ACCEPTED, shipped, focal, coordinator)
        begin_write()
        remove_account(get_user(focal), by=None)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    rows, kept = count_rows(database_url), read_kept(database_url)
    assert kept["accepted"] == 1
    step(database_url, "0008")
    schema.migrate(database_url)
    assert (count_rows(database_url), read_kept(database_url)) == (rows, kept)


def add_letter(kind: MailKind, key: str) -> None:
    """One that was sent."""
    moment = now()
    db.session.add(
        OutgoingMail(
            key=key,
            kind=kind,
            address="al@example.org",
            locale="en",
            subject="New deadline",
            text="",
            html="",
            message_id=f"<{key}@example.org>",
            state=MailState.SENT,
            attempts=1,
            created_at=moment,
            next_try_at=moment,
            expires_at=moment,
            sent_at=moment,
        )
    )


def test_letters_of_cycles_and_answers_of_ngos_outlive_a_step_down_and_up(
    app_on_both: Flask, database_url: str, shipped: Framework
) -> None:
    with app_on_both.app_context():
        make_cycle(shipped)
        ngo = make_user(Role.NGO, "AL")
        answer = replace(level("o07.a2", "1"), new_evidence=(GivenEvidence("Report"),))
        say(ngo, answer)
        begin_write()
        add_letter(MailKind.CYCLE, "deadline/1/1")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    rows, checks = count_rows(database_url), list_checks(database_url)
    step(database_url, "0010")
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        keys = connection.execute(sa.text("SELECT key FROM outgoing_mail")).scalars().all()
    assert keys == ["deadline/1/1"], "what was told is not told again after the next step up"
    schema.migrate(database_url)
    assert (count_rows(database_url), list_checks(database_url)) == (rows, checks)
    with app_on_both.app_context():
        say(ngo, answer)
        with viewing(ngo) as (view, _):
            assert [row.title for row in parallel.list_answers(view)["o07.a2"].evidence] == ["Report"]


def step(url: str, revision: str) -> None:
    """Take the schema down to a revision, as `surveyapp.schema` takes it up."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        schema.begin_alone(connection)
        config = schema.alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def test_init_can_be_run_again_and_two_at_once_both_succeed(empty_url: str) -> None:
    both = [
        subprocess.Popen([SURVEYAPP, "init"], env=environment(empty_url), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    notes = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], notes
    rows = count_rows(empty_url)
    assert rows["framework_version"] == 1 and rows["country"] > 240
    again = subprocess.run([SURVEYAPP, "init"], env=environment(empty_url), capture_output=True, text=True)
    assert again.returncode == 0 and "0 countries added" in again.stderr
    assert count_rows(empty_url) == rows


@pytest.mark.parametrize("arguments", [["init"], ["serve"]])
def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(
    database_url: str, arguments: list[str]
) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    before = count_rows(database_url)
    done = subprocess.run(
        [SURVEYAPP, *arguments], env=environment(database_url), capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "newer version" in done.stderr and "9999" in done.stderr and "restore the backup" in done.stderr
    assert count_rows(database_url) == before


NEXT = '''"""A next step, for tests."""
import os, signal, time
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "next", "{head}", None, None

def upgrade():
    op.create_table("half_done", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("country") as table:
        table.add_column(sa.Column("note", sa.String(), nullable=True))
    {fault}
'''


def add_migration(folder: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the migrations with one more that does half its work."""
    shutil.copytree(schema.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = schema.newest_revision()
    (folder / "versions" / "next.py").write_text(NEXT.format(head=head, fault=fault))
    monkeypatch.setattr(schema, "migrations_folder", lambda: folder)


def test_a_migration_that_fails_half_way_leaves_the_old_schema(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, tables = count_rows(database_url), list_tables(database_url)
    add_migration(tmp_path / "migrations", 'raise RuntimeError("half way")', monkeypatch)
    with pytest.raises(RuntimeError, match="half way"):
        schema.migrate(database_url)
    assert list_tables(database_url) == tables and count_rows(database_url) == before
    (tmp_path / "migrations" / "versions" / "next.py").unlink()
    schema.require_current(database_url)


KILLED = """
import sys
from pathlib import Path
from surveyapp import schema
schema.migrations_folder = lambda: Path(sys.argv[1])
schema.migrate(sys.argv[2])
"""


def test_a_migration_that_is_killed_leaves_the_old_schema_and_can_be_run_again(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, tables = count_rows(database_url), list_tables(database_url)
    folder, mark = tmp_path / "migrations", tmp_path / "half-way"
    add_migration(folder, f"open({str(mark)!r}, 'w').close(); time.sleep(60)", monkeypatch)
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(folder), database_url])
    deadline = time.monotonic() + 30
    while not mark.exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list_tables(database_url) == tables and count_rows(database_url) == before
    text = (folder / "versions" / "next.py").read_text()
    (folder / "versions" / "next.py").write_text(text.replace("time.sleep(60)", "pass"))
    schema.migrate(database_url)
    assert "half_done" in list_tables(database_url) and count_rows(database_url) == before


def test_a_database_that_was_not_prepared_says_what_to_run(empty_url: str) -> None:
    with pytest.raises(schema.SchemaFault, match="run: surveyapp init"):
        schema.require_current(empty_url)


ANSWER = (
    "INSERT INTO answer (id, assessment_id, question_id, state, level, reason, comment, is_confirmed, "
    "changed_because, version, changed_at) VALUES "
    "(1, (SELECT min(id) FROM assessment), 'o07.a1', {}, '', false, '', {}, '2026-01-01 00:00:00+00:00')"
)
GRANT = 'INSERT INTO role_grant (user_id, role, country_code) VALUES ((SELECT min(id) FROM "user"), {})'
CYCLE = (
    "INSERT INTO cycle (year, framework_version_id, opens_on, deadline, closes_on) "
    "VALUES ({}, (SELECT min(id) FROM framework_version), {})"
)
USER = (
    'INSERT INTO "user" (email, office, is_active, created_at) '
    "VALUES ({}, 'Office', true, '2026-01-01 00:00:00+00:00')"
)
MAIL = (
    "INSERT INTO outgoing_mail (key, kind, address, locale, subject, text, html, message_id, state, "
    "attempts, created_at, next_try_at, expires_at, sent_at) "
    "VALUES ('a', {}, 'a@example.org', 'en', 'x', {}, '', 'a', {}, 0, "
    "'2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', {})"
)
INVITATION = (
    "INSERT INTO invitation (token_hash, email, office, role, country_code, locale, created_at, sent_at, "
    "expires_at, used_at, withdrawn_at) VALUES ('a', 'a@example.org', 'x', {}, 'en', "
    "'2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', '2026-01-08 00:00:00+00:00', {})"
)
VIEW = (
    "INSERT INTO parallel_view (cycle_id, country_code, organisation, state, consents_to_public, "
    "is_shown_publicly, decided_at, decision_note) "
    "VALUES ((SELECT min(id) FROM cycle), 'AL', {}, {})"
)
A_MOMENT = "'2026-01-02 00:00:00+00:00'"
BAD_ROWS = {
    "a letter that was sent at no time": MAIL.format("'reminder'", "''", "'sent'", "NULL"),
    "a letter that was sent and kept": MAIL.format("'reminder'", "'Dear'", "'sent'", A_MOMENT),
    "a letter of no kind": MAIL.format("'advertisement'", "'x'", "'waiting'", "NULL"),
    "an invitation used and withdrawn": INVITATION.format("'contributor', 'AL'", f"{A_MOMENT}, {A_MOMENT}"),
    "an invitation of a contributor of no country": INVITATION.format("'contributor', NULL", "NULL, NULL"),
    "a level without the state": ANSWER.format("'unknown', '2', 'why'", 1),
    "the state without a level": ANSWER.format("'level', NULL, NULL", 1),
    "not applicable without a reason": ANSWER.format("'not_applicable', NULL, NULL", 1),
    "unknown with an empty reason": ANSWER.format("'unknown', NULL, ''", 1),
    "a state that does not exist": ANSWER.format("'maybe', NULL, NULL", 1),
    "a version before the first": ANSWER.format("'level', '2', NULL", 0),
    "a contributor without a country": GRANT.format("'contributor', NULL"),
    "an analyst with a country": GRANT.format("'analyst', 'AL'"),
    "a role that does not exist": GRANT.format("'king', NULL"),
    "a country that does not exist": GRANT.format("'focal_point', 'QQ'"),
    "two grants alike without a country": GRANT.format("'coordinator', NULL"),
    "an NGO without a country": GRANT.format("'ngo', NULL"),
    "an invitation of an NGO of no country": INVITATION.format("'ngo', NULL", "NULL, NULL"),
    "a view of nobody": VIEW.format("''", "'draft', false, false, NULL, NULL"),
    "a view shown without consent": VIEW.format("'A'", f"'handed_in', false, true, {A_MOMENT}, ''"),
    "a view shown without a decision": VIEW.format("'A'", "'handed_in', true, true, NULL, NULL"),
    "a view shown that was taken back": VIEW.format("'A'", f"'withdrawn', true, true, {A_MOMENT}, ''"),
    "a decision without a note": VIEW.format("'A'", f"'handed_in', true, false, {A_MOMENT}, NULL"),
    "a view in no state": VIEW.format("'A'", "'published', true, false, NULL, NULL"),
    "an address in capitals": USER.format("'A@example.org'"),
    "the same address again": USER.format("'coordinator.region@example.org'"),
    "a deadline before the opening": CYCLE.format(2027, "'2027-02-01', '2027-01-01', '2027-03-01'"),
    "a close before the deadline": CYCLE.format(2027, "'2027-01-01', '2027-03-01', '2027-02-01'"),
    "a year of five digits": CYCLE.format(20270, "'2027-01-01', '2027-02-01', '2027-03-01'"),
    "the same year again": CYCLE.format(2026, "'2027-01-01', '2027-02-01', '2027-03-01'"),
    "a second assessment of a country": (
        "INSERT INTO assessment (cycle_id, country_code, state) "
        "SELECT cycle_id, country_code, 'draft' FROM assessment"
    ),
    "a second end of the record": "INSERT INTO audit_head (id, sequence, hash) VALUES (2, 0, '')",
    "a country code in small letters": "INSERT INTO country (code) VALUES ('al')",
    "a cycle without its framework": "DELETE FROM framework_version",
}


def test_the_database_itself_refuses_what_must_not_be(app_on_both: Flask, shipped: Framework) -> None:
    with app_on_both.app_context():
        make_user(Role.COORDINATOR)
        make_cycle(shipped)
        for what, statement in BAD_ROWS.items():
            with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
                db.session.execute(sa.text(statement))
                pytest.fail(f"{what} was taken")


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_right_row_is_taken(request: pytest.FixtureRequest, kind: str, shipped: Framework) -> None:
    """So that the refusals above are those of the rule."""
    with application(request.getfixturevalue(f"{kind}_url")) as app, app.app_context():
        make_user(Role.COORDINATOR)
        make_cycle(shipped)
        for statement in (
            ANSWER.format("'level', '2', NULL", 1),
            GRANT.format("'contributor', 'AL'"),
            GRANT.format("'analyst', NULL"),
            CYCLE.format(2027, "'2027-01-01', '2027-02-01', '2027-03-01'"),
            USER.format("'a@example.org'"),
            MAIL.format("'reminder'", "''", "'sent'", A_MOMENT),
            INVITATION.format("'contributor', 'AL'", f"{A_MOMENT}, NULL"),
            GRANT.format("'ngo', 'AL'"),
            VIEW.format("'A'", f"'handed_in', true, true, {A_MOMENT}, ''"),
        ):
            db.session.execute(sa.text(statement))

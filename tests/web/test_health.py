"""`/healthz` says that the process lives, `/readyz` that its database is there and migrated."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.app import create_app
from surveyapp.database import db
from surveyapp.settings import Settings
from tests.conftest import SECRET


def status(app: Flask, path: str) -> int:
    return app.test_client().get(path).status_code


def test_a_prepared_database_is_ready(app_on_both: Flask) -> None:
    assert status(app_on_both, "/healthz") == status(app_on_both, "/readyz") == 200


def test_a_database_that_was_not_migrated_is_not_ready(app_on_both: Flask) -> None:
    with app_on_both.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    assert status(app_on_both, "/readyz") == 503
    assert status(app_on_both, "/healthz") == 200


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/surveyapp",
        "sqlite:////nowhere/at/all/surveyapp.db",
        pytest.param("empty", id="an empty file"),
    ],
)
def test_a_database_that_is_not_there_is_not_ready_and_the_reason_stands_in_the_log_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    if url == "empty":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    app = create_app(Settings(database_url=url, secret_key=SECRET))
    with caplog.at_level(logging.ERROR, "surveyapp"):
        response = app.test_client().get("/readyz")
    assert response.status_code == 503 and response.json == {"status": "not ready"}
    assert "nowhere" not in response.text and "127.0.0.1" not in response.text
    assert status(app, "/healthz") == 200
    with app.app_context():
        db.session.remove()
        db.engine.dispose()

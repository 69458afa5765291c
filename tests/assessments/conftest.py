"""Albania in an open cycle, over each database and over SQLite; made once, each test has a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.accounts.models import Role
from surveyapp.framework.model import Framework
from tests.conftest import application, postgres_database
from tests.factories import make_cycle, make_user

FOCAL_POINT = "focal_point.al@example.org"


def fill(url: str, framework: Framework) -> None:
    with application(url) as app, app.app_context():
        make_user(Role.FOCAL_POINT, "AL", email=FOCAL_POINT)
        make_cycle(framework)


@pytest.fixture(scope="session")
def albania_sqlite(
    prepared_sqlite: Path, shipped: Framework, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("albania") / "surveyapp.db"
    shutil.copy(prepared_sqlite, path)
    fill(f"sqlite:///{path}", shipped)
    return path


@pytest.fixture(scope="session")
def albania_postgres(postgres: sa.Engine, prepared_postgres: str, shipped: Framework) -> Iterator[str]:
    """The name of the database."""
    with postgres_database(postgres, prepared_postgres) as url:
        fill(url, shipped)
        yield str(sa.make_url(url).database)


@pytest.fixture
def albania_sqlite_url(albania_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "albania.db"
    shutil.copy(albania_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def albania_postgres_url(postgres: sa.Engine, albania_postgres: str) -> Iterator[str]:
    with postgres_database(postgres, albania_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def focal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Albania's focal point, in an application over each database, whose context is open."""
    url = request.getfixturevalue(f"albania_{request.param}_url")
    with application(url, str(tmp_path / "evidence")) as app, app.app_context():
        yield FOCAL_POINT


@pytest.fixture
def focal_point(app: Flask, sqlite_url: str, albania_sqlite: Path) -> str:
    """Albania's focal point, in the application over SQLite, for pages."""
    shutil.copy(albania_sqlite, str(sa.make_url(sqlite_url).database))
    return FOCAL_POINT

"""An application over a SQLite file, in which tests make cycles, people and submissions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from .site import application, make_tables
from .world import World


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them; each test works on a copy."""
    path = tmp_path_factory.mktemp("results") / "tables.db"
    make_tables(path)
    return path


@pytest.fixture
def app(tables: Path, tmp_path: Path) -> Iterator[Flask]:
    path = tmp_path / "test.db"
    shutil.copy(tables, path)
    with application(path) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)

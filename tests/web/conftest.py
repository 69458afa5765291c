"""An application whose faults become pages, as in production, and one in three languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import application


@pytest.fixture
def app_of_faults(app: Flask) -> Flask:
    """The application with views that fail: faults become pages there, as in production."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def app_in_three_languages(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """English, French and Arabic are offered, whatever is translated."""
    monkeypatch.setattr("surveyapp.app.interface_locales", lambda: ("en", "fr", "ar"))
    with application(sqlite_url) as app:
        yield app

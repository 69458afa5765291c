"""Opening a cycle, and what it holds on to while it runs."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.models import Role
from surveyapp.assessments import frameworks
from surveyapp.assessments.cycles import open_cycle
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.models import Assessment, Cycle, FrameworkVersion
from surveyapp.database import begin_write, db
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from tests.conftest import ClientAs
from tests.factories import make_cycle, make_user

OPENS, DUE, CLOSES = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)


ORDER = "A cycle opens first, then comes its deadline, then it closes."
FAULTS = [
    (2025, ["AL"], (OPENS, DUE, CLOSES), "There is a cycle for 2025 already."),
    (2026, ["AL", "ZZ"], (OPENS, DUE, CLOSES), "ZZ is no ISO 3166 country code."),
    (2026, ["AL", "BA", "AL"], (OPENS, DUE, CLOSES), "AL is named twice."),
    (2026, [], (OPENS, DUE, CLOSES), "A cycle needs at least one country."),
    (2026, ["AL"], (DUE, OPENS, CLOSES), ORDER),
    (2026, ["AL"], (OPENS, CLOSES, DUE), ORDER),
]


def test_a_cycle_with_a_fault_is_refused_in_words_and_nothing_is_made(
    app_on_both: Flask, shipped: Framework
) -> None:
    with app_on_both.app_context():
        make_cycle(shipped, year=2025)
        for year, countries, (opens, due, closes), words in FAULTS:
            begin_write()
            with pytest.raises(CycleFault) as fault:
                open_cycle(year, shipped, countries, opens_on=opens, deadline=due, closes_on=closes, by=None)
            db.session.rollback()
            assert str(fault.value) == words
        assert db.session.scalar(select(func.count()).select_from(Cycle)) == 1
        assert db.session.scalar(select(func.count()).select_from(Assessment)) == 2


def test_a_running_cycle_keeps_the_framework_that_it_opened_with(
    app: Flask, client_as: ClientAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "questionnaires"
    shutil.copytree(shipped_folder(), folder)
    with app.app_context():
        make_cycle(load_framework(folder), year=2025)
        email = make_user(Role.FOCAL_POINT, "AL")
    file = folder / "o07.yaml"
    text = file.read_text(encoding="utf-8")
    title = load_framework(folder).find_objective("o07")[1].title  # type: ignore[index]
    file.write_text(text.replace(f"title: {title}", "title: Another title", 1), encoding="utf-8")
    with app.app_context():
        make_cycle(load_framework(folder), year=2026)
        assert db.session.scalar(select(func.count()).select_from(FrameworkVersion)) >= 2
    monkeypatch.setattr(frameworks, "_frameworks", {})  # as after a restart: read from the database
    client = client_as(email)
    assert title in client.get("/en/assessments/2025/AL/o07").text
    old, new = (client.get(f"/en/assessments/{year}/AL/o07").text for year in (2025, 2026))
    assert "Another title" not in old and "Another title" in new


def test_a_framework_is_kept_once_however_many_cycles_open_over_it(
    app_on_both: Flask, shipped: Framework
) -> None:
    with app_on_both.app_context():
        make_cycle(shipped, year=2025)
        make_cycle(shipped, year=2026)
        assert db.session.scalar(select(func.count()).select_from(FrameworkVersion)) == 1

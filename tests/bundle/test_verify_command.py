"""`surveyapp submission verify` as somebody runs it who has nothing but a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveyapp.cli import surveyapp

from . import independent
from .samples import change, make_bundle


def verify(*arguments: object) -> Result:
    return CliRunner().invoke(
        surveyapp, ["submission", "verify", *map(str, arguments)], catch_exceptions=False
    )


def hash_in(raw: bytes) -> str:
    return str(json.loads(raw)["hashes"]["submission"])


@pytest.fixture
def chain(tmp_path: Path) -> list[Path]:
    """Three bundles of a country, each following the one before."""
    files: list[Path] = []
    previous = None
    for place, year in enumerate((2024, 2025, 2026)):
        raw = make_bundle(cycle=year, previous=previous, submitted_at=f"{year}-11-20T14:05:00+00:00")
        previous = hash_in(raw)
        files.append(tmp_path / f"{place}.json")
        files[-1].write_bytes(raw)
    return files


def test_a_whole_bundle_is_verified_and_its_hash_told(chain: list[Path]) -> None:
    result = verify(chain[0])
    assert (result.exit_code, result.stdout) == (0, "verified\n")
    assert "AL 2024, revision 1, submitted 2024-11-20T14:05:00+00:00" in result.stderr
    assert hash_in(chain[0].read_bytes()) in result.stderr


def test_it_needs_no_settings_no_database_and_no_web_server(chain: list[Path]) -> None:
    program = (
        "import atexit, sys; from surveyapp.cli import main\n"
        "atexit.register(lambda: print(sorted({'flask', 'sqlalchemy', 'socket'} & sys.modules.keys())))\n"
        "main()"
    )
    settings = {"SURVEYAPP_DATABASE_URL": "nonsense", "SURVEYAPP_BASE_URL": "nonsense"}
    done = subprocess.run(
        [sys.executable, "-c", program, "submission", "verify", str(chain[0])],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "verified\n[]\n"), done.stderr


def test_each_difference_is_a_line_with_the_name_of_the_file(chain: list[Path]) -> None:
    chain[0].write_bytes(change(chain[0].read_bytes(), "submission/answers/answers/o01.p1/level", "0"))
    result = verify(chain[0])
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert len(lines) > 4 and all(line.startswith(f"{chain[0]}: ") for line in lines)


@pytest.mark.parametrize("order", [(1, 0), (0, 1)])
def test_a_chain_of_earlier_bundles_is_followed_in_any_order(
    chain: list[Path], order: tuple[int, int]
) -> None:
    earlier = [argument for place in order for argument in ("--previous", chain[place])]
    result = verify(chain[2], *earlier)
    assert (result.exit_code, result.stdout) == (0, "verified\n"), result.stderr
    independent.verify(chain[2].read_bytes(), chain[1].read_bytes(), chain[0].read_bytes())


def test_that_a_bundle_follows_another_is_said_where_that_one_is_not_given(chain: list[Path]) -> None:
    assert f"it follows the submission {hash_in(chain[0].read_bytes())}" in verify(chain[1]).stderr
    assert "follows" not in verify(chain[1], "--previous", chain[0]).stderr


def test_a_changed_past_is_seen_however_well_it_was_made(chain: list[Path]) -> None:
    """The first bundle is forged with all of its hashes right; the second still names the true one."""
    true = hash_in(chain[0].read_bytes())
    chain[0].write_bytes(make_bundle(cycle=2024, answers={}, submitted_at="2024-11-20T14:05:00+00:00"))
    assert verify(chain[0]).stdout == "verified\n"
    result = verify(chain[1], "--previous", chain[0])
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert f"submission.previous: AL 2025, revision 1 follows {true}; " in line
    assert f"{chain[0]} holds AL 2024, revision 1 under {hash_in(chain[0].read_bytes())}" in line


def test_a_gap_in_the_chain_and_a_bundle_that_is_first_are_said(chain: list[Path]) -> None:
    gap = verify(chain[2], "--previous", chain[0])
    assert gap.exit_code == 1 and f"{chain[0]} holds AL 2024" in gap.stderr
    first = verify(chain[0], "--previous", chain[1])
    assert first.exit_code == 1 and "says that it is the country's first submission" in first.stderr


def test_an_earlier_bundle_that_is_at_fault_is_told_too(chain: list[Path]) -> None:
    chain[0].write_bytes(chain[0].read_bytes()[:-1])
    result = verify(chain[1], "--previous", chain[0])
    assert result.exit_code == 1 and result.stderr.startswith(f"{chain[0]}: line 1, column ")


def test_another_country_or_a_later_time_is_no_predecessor(chain: list[Path]) -> None:
    before = make_bundle(country="BA", cycle=2025, submitted_at="2027-01-01T00:00:00+00:00")
    chain[0].write_bytes(before)
    chain[1].write_bytes(make_bundle(previous=hash_in(before)))
    result = verify(chain[1], "--previous", chain[0])
    assert result.exit_code == 1
    assert "follows BA 2025, revision 1, which is of another country" in result.stderr
    assert "says a time before that of BA 2025" in result.stderr


def test_a_file_that_is_not_there_and_a_folder_are_one_line(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        result = verify(path)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"{path}: cannot be read: ") and result.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("a.json", "b.json"), ("a.json", "--past", "b.json")])
def test_used_wrongly_it_shows_the_usage(arguments: tuple[str, ...]) -> None:
    result = verify(*arguments)
    assert result.exit_code == 2 and "Usage:" in result.stderr

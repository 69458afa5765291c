"""What people install works without the repository: a wheel, in its own environment, in any folder."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ANSWERS = {
    "format": "surveyapp-answers/1",
    "country": "AL",
    "cycle": 2026,
    "answers": {"o07.a1": {"unknown": "The ministry does not keep the figure."}},
}

# One worker builds the wheel once for all of these tests.
pytestmark = pytest.mark.xdist_group("wheel")


@dataclass(frozen=True)
class Installation:
    """A virtual environment that holds surveyapp from the wheel, and an empty folder to work in."""

    python: Path
    folder: Path
    environment: dict[str, str]

    def command(self, *arguments: str) -> list[str]:
        return [str(self.python.with_name("surveyapp")), *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this repository."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("surveyapp-*.whl")
    return built


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in an environment that sees this one's dependencies, but not the repository.

    A .pth file adds the folder of the dependencies behind the environment's own packages. Python reads no
    .pth files in a folder added so, which leaves the editable install of the repository out.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.create(home / "venv", with_pip=False, symlinks=True)
    python = home / "venv" / "bin" / "python"
    pip("--python", str(python), "install", "--quiet", "--no-index", "--no-deps", str(wheel))
    (packages,) = (home / "venv" / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    folder = home / "elsewhere"
    folder.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "SURVEYAPP_DATABASE_URL": f"sqlite:///{home / 'survey.db'}",
        "SURVEYAPP_SECRET_KEY": secrets.token_urlsafe(48),
    }
    return Installation(python, folder, environment)


def pip(*arguments: str) -> None:
    """Run this environment's pip; what it said is in the failure."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def names_in(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as opened:
        return set(opened.namelist())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> tuple[int, str]:
    """Status and text at an address of the server under test."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def wait_until_alive(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server ended at its start:\n{log.read_text()}"
        try:
            if get(f"{address}/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer at /healthz:\n{log.read_text()}")


@pytest.fixture
def server(installation: Installation, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`surveyapp serve` on a database that `surveyapp init` made, and its address."""
    prepared = installation.run("init")
    assert prepared.returncode == 0, prepared.stderr
    port, log = free_port(), tmp_path / "server.log"
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            installation.command("serve", "--host", "127.0.0.1", "--port", str(port)),
            cwd=installation.folder,
            env=installation.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until_alive(process, address, log)
        yield process, address
    finally:
        process.kill()
        process.wait()


def test_the_wheel_carries_the_questionnaires_the_languages_and_the_migrations(wheel: Path):
    held = names_in(wheel)
    for pattern in ("questionnaires/*.yaml", "translations/**/*.po", "migrations/**/*.py", "docs/method.md"):
        for file in ROOT.glob(pattern):
            assert f"surveyapp/_data/{file.relative_to(ROOT).as_posix()}" in held
    catalogues = [name for name in held if name.endswith(".po")]
    assert {name.removesuffix(".po") + ".mo" for name in catalogues} <= held
    assert {f"surveyapp/web/static/vendor/{name}" for name in ("plotly-heatmap.min.js", "plotly.css")} <= held


def test_the_wheel_carries_nothing_but_the_package_and_its_description(wheel: Path):
    held = names_in(wheel)
    assert {name.split("/")[0].split("-")[0] for name in held} == {"surveyapp"}
    assert not [name for name in held if "__pycache__" in name or "node_modules" in name]


def test_an_editable_install_reads_the_folders_of_the_repository_and_holds_no_copy(tmp_path: Path):
    subprocess.run(
        [
            sys.executable,
            "-c",
            f"from hatchling.build import build_editable; build_editable({str(tmp_path)!r})",
        ],
        cwd=ROOT,
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    (built,) = tmp_path.glob("surveyapp-*.whl")
    assert not [name for name in names_in(built) if name.startswith("surveyapp/")]
    assert not (ROOT / "surveyapp" / "_data").exists()


def test_the_installed_package_comes_from_the_wheel(installation: Installation):
    found = subprocess.run(
        [str(installation.python), "-c", "import surveyapp; print(surveyapp.__file__)"],
        cwd=installation.folder,
        env=installation.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()).is_relative_to(installation.python.parents[1])


def test_an_installed_surveyapp_scores_answers_from_any_folder(installation: Installation):
    (installation.folder / "answers.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    done = installation.run("score", "answers.json")
    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout)
    assert (scores["format"], scores["country"], scores["cycle"]) == ("surveyapp-scores/1", "AL", 2026)
    assert len(scores["objectives"]) == len(list((ROOT / "questionnaires").glob("o*.yaml")))
    assert scores["overall"]["answered"] >= 1


def test_an_installed_surveyapp_can_be_initialised_again(installation: Installation):
    for _ in range(2):
        done = installation.run("init")
        assert done.returncode == 0, done.stderr


def test_an_installed_surveyapp_serves_pages_and_ends_when_asked(
    installation: Installation, server: tuple[subprocess.Popen[bytes], str]
):
    process, address = server
    assert get(f"{address}/readyz")[0] == 200
    status, page = get(f"{address}/")
    assert status == 200
    assert "<html" in page
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
    assert {entry.name for entry in installation.folder.iterdir()} <= {"answers.json"}

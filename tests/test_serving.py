"""The server and the demonstration as processes: they start, answer, end when told to, and lose nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from surveyapp.demo import ACCOUNTS

from .assessments.questionnaire import fields_of
from .assessments.serving import Browser, free_port
from .conftest import SECRET

SURVEYAPP = str(Path(sys.executable).with_name("surveyapp"))
PAGE = "/en/assessments/2026/AL/o07"
pytestmark = pytest.mark.xdist_group("servers")


class Running:
    """A command that serves, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str], port: int, began: float) -> None:
        self.process, self.port, self.began = process, port, began

    def wait_until_it_answers(self) -> float:
        """Seconds from the start until `/readyz` is 200."""
        while time.monotonic() - self.began < 60:
            assert self.process.poll() is None, self.process.communicate()
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                    return time.monotonic() - self.began
            except URLError:
                time.sleep(0.05)
        raise AssertionError("it never answered")

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float, str]:
        """Exit status, seconds it took, and stdout."""
        asked = time.monotonic()
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - asked, said


def hear_ctrl_c() -> None:
    """What a shell starts in the background is deaf to it, and so are its children, unless they are told."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def running(*arguments: str, **settings: str) -> Iterator[Running]:
    """`surveyapp …` on a free port; killed at the end where it still runs."""
    port = free_port()
    process = subprocess.Popen(
        [SURVEYAPP, *arguments, "--port", str(port)],
        env=os.environ | {f"SURVEYAPP_{name.upper()}": value for name, value in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,
    )
    try:
        yield Running(process, port, time.monotonic())
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_the_server_prints_its_address_and_ends_within_5_seconds_when_told_to(
    sqlite_url: str, workers: str, number: int
) -> None:
    with running("serve", "--workers", workers, database_url=sqlite_url, secret_key=SECRET) as server:
        server.wait_until_it_answers()
        assert Browser(server.port).ask("GET", "/en/method").status == 200
        status, seconds, said = server.end(number)
    assert said == f"http://127.0.0.1:{server.port}/\n"
    assert seconds < 5
    assert status == 0


def read_demo(said: str, port: int) -> None:
    """The URL, and a line for each account: role, e-mail, password."""
    lines = said.splitlines()
    assert lines[-1] == f"http://127.0.0.1:{port}/"
    assert [line.split() for line in lines[:-1]] == [[a.role.value, a.email, a.password] for a in ACCOUNTS]


def test_a_demonstration_is_up_in_10_seconds_keeps_what_was_typed_and_can_begin_afresh(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "made" / "here"
    focal = next(account for account in ACCOUNTS if account.email == "focal.al@example.org")
    arguments = ("demo", "--dir", str(folder))
    with running(*arguments) as demo:
        assert demo.wait_until_it_answers() < 10 * slowness()
        browser = sign_in(demo.port, focal.email, focal.password)
        fields = open_page(browser)
        fields["o07.a1-comment"] = "Typed into the demonstration."
        assert browser.save(PAGE, fields).status == 303
        status, seconds, said = demo.end()
        assert status == 0 and seconds < 5
        read_demo(said, demo.port)
    with running(*arguments) as again:
        again.wait_until_it_answers()
        kept = open_page(sign_in(again.port, focal.email, focal.password))
        assert kept["o07.a1-comment"] == "Typed into the demonstration."
        read_demo(again.end()[2], again.port)
    with running(*arguments, "--reset") as afresh:
        afresh.wait_until_it_answers()
        fields = open_page(sign_in(afresh.port, focal.email, focal.password))
        assert fields["o07.a1-comment"] != "Typed into the demonstration."


def slowness() -> float:
    """How much slower this machine is now than an idle one: others may be at work on it."""
    cores = os.cpu_count() or 1
    return max(1.0, os.getloadavg()[0] / cores)


def sign_in(port: int, email: str, password: str) -> Browser:
    browser = Browser(port)
    page = browser.ask("GET", "/en/sign-in").page
    browser.token = fields_of(next(iter(page.all("form"))))["csrf_token"]
    assert browser.ask("POST", "/en/sign-in", {"email": email, "password": password}).status == 303
    return browser


def open_page(browser: Browser) -> dict[str, str]:
    return browser.open(PAGE)


@pytest.mark.parametrize("where", ["a file", "/proc", "below a file"])
def test_a_demonstration_in_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, where: str) -> None:
    file = tmp_path / "file"
    file.write_text("a file")
    folder = {"a file": file, "/proc": Path("/proc/demo"), "below a file": file / "demo"}[where]
    done = subprocess.run([SURVEYAPP, "demo", "--dir", str(folder)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1 and str(folder) in done.stderr
    assert file.read_text() == "a file"


def test_reset_deletes_no_folder_that_is_no_demonstration(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear all")
    (tmp_path / "surveyapp.db").write_text("a database")
    command = [SURVEYAPP, "demo", "--reset", "--dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds no demonstration, so nothing in it was deleted" in done.stderr
    assert (tmp_path / "letters" / "dear.txt").read_text() == "Dear all"
    assert (tmp_path / "surveyapp.db").read_text() == "a database"

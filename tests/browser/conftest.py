"""A fresh demonstration, and a real browser that notices errors, foreign hosts and barriers."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """The address of a demonstration over `folder`, which ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("surveyapp")),
        "demo",
        "--port",
        str(port),
        "--dir",
        str(folder),
    ]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout
    try:
        address = next(line.strip() for line in server.stdout if line.startswith("http"))
        yield address.rstrip("/")
    finally:
        server.terminate()
        server.wait(timeout=10)
        server.stdout.close()


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration that nobody has used; to copy it takes half as long as to make one."""
    folder = tmp_path_factory.mktemp("untouched") / "data"
    with demonstration(folder):
        return folder


@pytest.fixture(scope="module")
def base(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a fresh demonstration, for tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    with demonstration(Path(shutil.copytree(untouched, folder))) as address:
        yield address


@pytest.fixture
def own_base(untouched: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh demonstration that only this test changes."""
    with demonstration(Path(shutil.copytree(untouched, tmp_path / "data"))) as address:
        yield address


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, base: str) -> Iterator[OpenPage]:
    """Open a browser window of its own; at the end no page may have complained or asked another host."""
    complaints: list[str] = []
    contexts = []

    def watch(request: Request) -> None:
        if urlsplit(request.url).netloc not in ("", urlsplit(base).netloc):
            complaints.append(f"a request to another host: {request.url}")

    def open_window(locale: str = "en", width: int = 1280, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            locale=locale, viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("request", watch)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda m: complaints.append(f"{page.url}: {m.text}") if m.type == "error" else None
        )
        return page

    yield open_window
    for context in contexts:
        context.close()
    # A refusal and a line that a test took away are complained of by the browser, not by the page.
    own = [c for c in complaints if "status of 4" not in c and "net::ERR_" not in c]
    assert not own, own


def assert_no_barrier(page: Page) -> None:
    """axe finds nothing against WCAG 2.2 AA, and nothing runs out of the window sideways."""
    options = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        "resultTypes": ["violations"],  # what is in order is not listed, which takes long on long pages
    }
    found = Axe().run(page, options=options).response["violations"]
    words = [f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found]
    assert not words, f"{page.url}\n" + "\n".join(words)
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= seen, f"{page.url} is {wide} px wide in a window of {seen}"


def sign_in(page: Page, base: str, locale: str, email: str, password: str) -> None:
    page.goto(f"{base}/{locale}/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    page.click("main button")

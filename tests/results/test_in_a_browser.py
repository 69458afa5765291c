"""What only a browser can tell: the chart is drawn under the page's own rules, and nothing is too wide."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from .site import application
from .world import World, full_answers, second_version

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application listens, with two countries published."""
    path = tmp_path_factory.mktemp("browser") / "test.db"
    shutil.copy(tables, path)
    with application(path) as app:
        give_years(World(app))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.port}/en/results/"
        server.shutdown()
        thread.join()
        server.server_close()


def give_years(world: World) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    world.submission(2025, "BA", full_answers("4"))
    world.framework = second_version()
    world.cycle(2026)
    world.submission(2026, "AL", full_answers("3", world.framework))


def open_page(browser: Browser, address: str, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page, complaints


def test_the_chart_is_drawn_and_answers_to_the_mouse_without_a_complaint(
    browser: Browser, address: str
) -> None:
    page, complaints = open_page(browser, address + "2025", 1280)
    page.wait_for_selector(".chart[data-drawn]")
    page.locator(".chart .nsewdrag").hover()
    page.wait_for_selector(".chart .hovertext")
    assert "Score" in (page.locator(".chart .hovertext").text_content() or "")
    assert complaints == []
    page.close()


OF_ALBANIA = ["2025/AL", "2025/AL/o01", "2025/AL/overall", "2026/AL", "AL"]
PATHS = ["2025", "2025?score=gap", *OF_ALBANIA, "compare?a=AL-2025&b=BA-2025"]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_a_small_screen(browser: Browser, address: str, path: str) -> None:
    page, complaints = open_page(browser, address + path, 360)
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    assert complaints == []
    page.close()


def test_two_results_are_chosen_and_compared_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}compare")
    page.select_option("#a", "BA-2025")
    page.select_option("#b", "AL-2025")
    page.click("form.filter button")
    assert page.locator("h1").inner_text() == "Albania and Bosnia & Herzegovina, 2025"
    assert page.locator(".verdict").all_inner_texts() == ["Bosnia & Herzegovina is above"] * 2
    context.close()


def test_without_javascript_the_table_is_complete(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "2025")
    assert page.locator("table").count() == 1
    assert page.locator("a.cell").all_inner_texts()
    assert not page.locator(".chart").is_visible()
    context.close()

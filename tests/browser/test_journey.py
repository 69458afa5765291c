"""From an empty question to a public heatmap, in a real browser, as each of its people does it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenPage, assert_no_barrier, sign_in

FOCAL = ("focal.al@example.org", "answer-for-albania")
COORDINATOR = ("coordinator@example.org", "review-and-publish")

# Without a click each: what is chosen one by one saves itself, and that has its own tests.
CHOOSE = "inputs => inputs.forEach(input => { input.checked = true })"

pytestmark = pytest.mark.browser


@pytest.fixture
def base(own_base: str) -> str:
    """Each journey changes its demonstration, so each has its own."""
    return own_base


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_country_answers_is_reviewed_and_becomes_public(
    open_page: OpenPage, base: str, locale: str, width: int
) -> None:
    page = open_page(locale, width)
    meet_the_start_page(page, base, locale)
    sign_in(page, base, locale, *FOCAL)
    find_the_questionnaires(page, base, locale)
    answer_some_questions(page, base, locale)

    page = open_page(locale, width)  # the browser was closed in between
    sign_in(page, base, locale, *FOCAL)
    find_everything_again(page, base, locale)
    answer_the_rest(page, base, locale)
    submit(page, base, locale)

    page = open_page(locale, width)
    sign_in(page, base, locale, *COORDINATOR)
    accept_and_publish(page, base, locale)

    page = open_page(locale, width)
    read_what_is_public(page, base, locale, width)


def meet_the_start_page(page: Page, base: str, locale: str) -> None:
    page.goto(base)
    expect(page).to_have_url(f"{base}/{locale}/results/2025")
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
    assert_no_barrier(page)


def find_the_questionnaires(page: Page, base: str, locale: str) -> None:
    expect(page).to_have_url(f"{base}/{locale}/assessments/2026/AL")
    expect(page.locator(".objectives tbody tr")).to_have_count(13)
    assert_no_barrier(page)


def answer_some_questions(page: Page, base: str, locale: str) -> None:
    page.click(".objectives a[href$='/o07']")
    score = page.locator(".score-now")
    before = [score.get_attribute(name) for name in ("data-score", "data-low", "data-high")]
    page.check("[name='o07.a1-level'][value='3']")
    evidence = page.locator("#o07\\.a1 .evidence")
    evidence.locator("summary").click()
    evidence.locator("[name$=evidence_title]").fill("Law on shelters, article 4")
    evidence.locator("[name$=evidence_url]").fill("https://example.org/law")
    evidence.locator("[name$=evidence_date]").fill("2026-03-01")
    page.check("[name='o07.a2-level'][value='not_applicable']")
    page.fill("[name='o07.a2-reason']", "All victims of the year spoke the national language.")
    page.check("[name='o07.i1-level'][value='unknown']")
    page.fill("[name='o07.i1-reason']", "The register is being rebuilt.")
    assert_no_barrier(page)
    page.locator("#o07\\.a1 .buttons button").click()
    expect(page.locator(".saved[role=status]")).to_be_visible()
    after = [score.get_attribute(name) for name in ("data-score", "data-low", "data-high")]
    assert before != after
    assert_no_barrier(page)


def find_everything_again(page: Page, base: str, locale: str) -> None:
    page.goto(f"{base}/{locale}/assessments/2026/AL/o07")
    expect(page.locator("[name='o07.a1-level'][value='3']")).to_be_checked()
    expect(page.locator("#o07\\.a1 .evidence")).to_contain_text("Law on shelters, article 4")
    expect(page.locator("[name='o07.a2-level'][value='not_applicable']")).to_be_checked()
    expect(page.locator("[name='o07.a2-reason']")).to_have_value(
        "All victims of the year spoke the national language."
    )
    expect(page.locator("[name='o07.i1-reason']")).to_have_value("The register is being rebuilt.")


def answer_the_rest(page: Page, base: str, locale: str) -> None:
    """Press submit too early, then answer each open question, objective by objective."""
    page.goto(f"{base}/{locale}/assessments/2026/AL")
    page.click("form[action$='/submit'] button")
    expect(page.locator("[role=alert]")).to_be_visible()
    assert_no_barrier(page)
    for number in range(7, 14):
        page.goto(f"{base}/{locale}/assessments/2026/AL/o{number:02}")
        page.eval_on_selector_all(".question:not(:has(:checked)) .ladder input[value='1']", CHOOSE)
        page.locator("[name=then][value=overview]").click()
        expect(page).to_have_url(f"{base}/{locale}/assessments/2026/AL")


def submit(page: Page, base: str, locale: str) -> None:
    page.click("form[action$='/submit'] button")
    expect(page.locator(".saved[role=status]")).to_be_visible()
    expect(page.locator("form[action$='/submit']")).to_have_count(0)
    assert_no_barrier(page)


def accept_and_publish(page: Page, base: str, locale: str) -> None:
    expect(page).to_have_url(f"{base}/{locale}/next")
    assert_no_barrier(page)
    page.click("a[href$='/assessments/2026/AL']")
    page.click(".objectives a[href$='/o07']")
    expect(page.locator("#o07\\.a2")).to_contain_text("All victims of the year spoke the national language.")
    assert_no_barrier(page)
    page.go_back()
    page.click("form[action$='/accept'] button")
    page.click("form[action$='/publish'] button")
    expect(page.locator("form[action$='/withdraw']")).to_have_count(1)
    assert_no_barrier(page)


def read_what_is_public(page: Page, base: str, locale: str, width: int) -> None:
    page.goto(f"{base}/{locale}/results/2026")
    cell = page.locator("a[href*='/results/2026/AL/o07']").first
    if width < 700:  # a narrow screen is asked first
        page.click(".chart button")
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    assert_no_barrier(page)
    page.locator("a[href$='/results/2026/AL']").first.click()
    assert_no_barrier(page)
    page.go_back()
    cell.click()
    expect(page).to_have_url(f"{base}/{locale}/results/2026/AL/o07")
    assert "register is being rebuilt" not in page.content()
    assert_no_barrier(page)

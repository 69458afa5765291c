"""Pages that no journey crosses, and the questionnaire without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import OpenPage, assert_no_barrier, sign_in

pytestmark = pytest.mark.browser

FOCAL = ("focal.si@example.org", "answer-for-slovenia")
COORDINATOR = ("coordinator@example.org", "review-and-publish")

# Each direction and each width once; the journeys go through all four together.
BOTH = [("en", 1280), ("ar", 360)]


@pytest.mark.parametrize(("locale", "width"), [*BOTH, ("fr", 360)])
def test_the_plain_pages_have_no_barrier(open_page: OpenPage, base: str, locale: str, width: int) -> None:
    page = open_page(locale, width)
    paths = ("sign-in", "method", "data", "about", "accessibility", "privacy", "glossary/2026")
    for path in (*paths, "results/1999"):
        page.goto(f"{base}/{locale}/{path}")
        expect(page.locator("h1")).to_have_count(1)
        assert_no_barrier(page)


def test_a_question_is_answered_without_javascript(open_page: OpenPage, base: str) -> None:
    page = open_page(javascript=False)
    sign_in(page, base, "en", *FOCAL)
    page.goto(f"{base}/en/assessments/2026/SI/o07")
    page.check("[name='o07.a1-level'][value='unknown']")
    page.locator("#o07\\.a1 .buttons button").click()
    expect(page.locator("[role=alert] a")).to_have_attribute("href", "#o07.a1-reason")
    page.fill("[name='o07.a1-reason']", "The inspection is under way.")
    page.locator("#o07\\.a1 .buttons button").click()
    expect(page.locator(".saved[role=status]")).to_be_visible()
    expect(page.locator("[name='o07.a1-reason']")).to_have_value("The inspection is under way.")


@pytest.mark.parametrize(("locale", "width"), BOTH)
def test_a_file_is_sent_and_saved_without_javascript(
    open_page: OpenPage, base: str, locale: str, width: int
) -> None:
    page = open_page(locale, width, javascript=False)
    sign_in(page, base, locale, *FOCAL)
    page.goto(f"{base}/{locale}/assessments/2026/SI/o07")
    page.locator("#o07\\.a2 a[href$='/o07.a2#evidence']").click()
    page.fill("#evidence-title", f"Decree, {locale}")
    for content, kept in ((b"<html>", False), (b"%PDF-1.7 " + locale.encode() + b" %%EOF", True)):
        page.set_input_files("#evidence-file", {"name": "d.pdf", "mimeType": "a/b", "buffer": content})
        page.locator("form:has(#evidence-file) button").click()
        expect(page.locator("#evidence-file-error")).to_have_count(0 if kept else 1)
    with page.expect_download() as saved:
        page.get_by_role("link", name=f"Decree, {locale}").click()
    assert saved.value.suggested_filename == "d.pdf"
    assert saved.value.path().read_bytes() == content


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_page_of_a_question_has_no_barrier_before_and_after_a_refusal(
    open_page: OpenPage, base: str, locale: str
) -> None:
    page = open_page(locale, 360)
    sign_in(page, base, locale, *FOCAL)
    page.goto(f"{base}/{locale}/assessments/2026/SI/o07/o07.a3")
    assert_no_barrier(page)
    page.locator("form:has(#evidence-file) button").click()
    expect(page.locator("[role=alert] a")).to_have_attribute("href", "#evidence-title")
    assert_no_barrier(page)


def test_an_office_is_mentioned_by_a_press(open_page: OpenPage, base: str) -> None:
    page = open_page(width=360)
    sign_in(page, base, "en", "focal.al@example.org", "answer-for-albania")
    page.goto(f"{base}/en/assessments/2026/AL/o07/o07.a1")
    remark = page.locator("#remark-text")
    remark.fill("Can you look,")
    page.get_by_role("button", name="@Ministry of Social Welfare, Albania").click()
    expect(remark).to_have_value("Can you look, @Ministry of Social Welfare, Albania ")
    assert_no_barrier(page)
    page.locator("form:has(#remark-text) button:not([type=button])").click()
    expect(page.locator("b.mention")).to_have_text("@Ministry of Social Welfare, Albania")


def test_a_word_is_explained_by_keyboard_without_javascript_and_on_paper(
    open_page: OpenPage, base: str
) -> None:
    page = open_page(width=360, javascript=False)
    sign_in(page, base, "en", *FOCAL)
    page.goto(f"{base}/en/assessments/2026/SI/o07")
    page.fill("[name='o07.a1-comment']", "Half typed")
    word = page.locator("#o07\\.a1 .terms details").first
    expect(word.locator("p").first).to_be_hidden()
    word.locator("summary").press("Enter")
    expect(word.locator("p").first).to_be_visible()
    expect(page.locator("[name='o07.a1-comment']")).to_have_value("Half typed")
    word.locator("summary").press("Enter")
    page.emulate_media(media="print")
    expect(word.locator("p").first).to_be_visible()
    expect(page.locator("#o07\\.a2 .terms .again p").first).to_be_hidden()


def test_the_heatmap_is_complete_without_javascript(open_page: OpenPage, base: str) -> None:
    page = open_page(javascript=False)
    page.goto(f"{base}/en/results/2025")
    expect(page.locator("td a[data-score]")).not_to_have_count(0)
    assert page.locator("a[href$='/results/2025/AL/o07']").inner_text().strip().split()[0].isdigit()


def test_the_chart_offers_no_upload(open_page: OpenPage, base: str) -> None:
    page = open_page()
    page.goto(f"{base}/en/results/2025")
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    expect(page.locator(".modebar-btn")).to_have_count(0)


@pytest.mark.parametrize(("locale", "width"), BOTH)
def test_the_pages_that_explain_and_compare_have_no_barrier(
    open_page: OpenPage, base: str, locale: str, width: int
) -> None:
    page = open_page(locale, width)
    for path in (
        "results/2025?score=gap",
        "results/2025/AL",
        "results/2025/AL/o03",
        "results/2025/AL/o07",
        "results/2025/AL/overall",
        "results/2025/AL/sensitivity",
        "results/2025/AL/o07/sensitivity",
        "results/compare",
        "results/compare?a=AL-2025&b=MD-2025",
        "results/compare?a=AL-2024&b=AL-2025",
    ):
        page.goto(f"{base}/{locale}/{path}")
        expect(page.locator("h1")).to_have_count(1)
        assert_no_barrier(page)


@pytest.mark.parametrize(("locale", "width"), BOTH)
def test_an_office_is_invited_accepts_and_answers_without_javascript(
    open_page: OpenPage, base: str, locale: str, width: int
) -> None:
    page = open_page(locale, width)  # axe is JavaScript, so this one window has it
    sign_in(page, base, locale, *FOCAL)
    people = f"{base}/{locale}/assessments/2026/SI/people"
    page.goto(people)
    form = page.locator("form:has([name=email])")
    form.locator(".buttons button").click()
    expect(page.locator("[role=alert] a")).to_have_count(3)
    assert_no_barrier(page)
    page.fill("[name=email]", f"justice.{locale}.{width}@example.org")
    page.fill("[name=office]", "Ministry of Justice")
    page.check("#new-o07")
    form.locator(".buttons button").click()
    assert_no_barrier(page)
    link = page.input_value("#handed-over")
    visitor = open_page(locale, width, javascript=False)
    visitor.goto(link)
    visitor.fill("[name=new]", "twelve-or-more")
    visitor.fill("[name=repeated]", "twelve-or-more")
    visitor.locator("main .buttons button").click()
    expect(visitor.locator("[role=status]")).to_be_visible()
    expect(visitor.locator(".objectives th a")).to_have_count(1)
    page.goto(link)
    assert_no_barrier(page)
    page.goto(f"{base}/{locale}/forgotten")
    assert_no_barrier(page)


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_on_a_phone_each_line_of_a_followed_country_says_what_it_is(
    open_page: OpenPage, base: str, locale: str
) -> None:
    page = open_page(locale, 360)
    sign_in(page, base, locale, *COORDINATOR)
    page.goto(f"{base}/{locale}/cycles/2026")
    row = page.locator(".followed tbody tr").first
    expect(row.locator(".narrow-label:visible")).to_have_count(3)
    if locale == "en":
        lines = row.inner_text().splitlines()
        assert any(line.startswith("Last saved 8.P+") for line in lines), lines
        assert any(line.startswith("Deadline 15 Dec 2026") for line in lines), lines
    assert_no_barrier(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(row.locator(".narrow-label:visible")).to_have_count(0)

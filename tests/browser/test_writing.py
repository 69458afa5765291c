"""Writing with a script: answers save themselves, and nothing typed is lost with the line or the session."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import OpenPage, assert_no_barrier, sign_in

FOCAL = ("focal.al@example.org", "answer-for-albania")
SHEET = "/en/assessments/2026/AL/o07"
A1, A1_COMMENT = "#o07\\.a1", "[name='o07.a1-comment']"

pytestmark = pytest.mark.browser


@pytest.fixture
def base(own_base: str) -> str:
    """Each test changes its demonstration, so each has its own."""
    return own_base


@pytest.fixture
def page(open_page: OpenPage, base: str) -> Page:
    """Albania's focal point at objective 7."""
    page = open_page()
    sign_in(page, base, "en", *FOCAL)
    page.goto(base + SHEET)
    return page


def standing(page: Page) -> Locator:
    return page.locator(f"{A1} .standing")


def drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(sessionStorage)")


def test_an_answer_saves_itself_and_says_so(page: Page, base: str) -> None:
    page.check("[name='o07.a1-level'][value='3']")
    expect(standing(page)).to_contain_text("Saved on")
    page.fill(A1_COMMENT, "Since May, in each region.")
    page.locator(A1_COMMENT).blur()
    expect(page.locator("[name='o07.a1-version']")).to_have_value("2")
    expect(standing(page)).to_contain_text("Saved on")
    expect(page.locator(".tallies a[href='#o07.a1']")).to_have_class("is-level")
    expect(page.locator(f"{A1} .last-saved")).to_contain_text("Last saved")
    assert drafts(page) == []
    assert page.evaluate("localStorage.length") == 0
    assert_no_barrier(page)
    page.goto(base + SHEET)
    expect(page.locator(A1_COMMENT)).to_have_value("Since May, in each region.")


def test_a_reason_is_asked_for_before_unknown_is_saved(page: Page) -> None:
    page.locator("[name='o07.a1-level'][value='unknown']").check()
    expect(standing(page)).to_have_text("Not saved yet: give the reason first.")
    page.fill("[name='o07.a1-reason']", "The register is being rebuilt.")
    expect(standing(page)).to_contain_text("Saved on")


def test_arrow_keys_pass_levels_without_saving_each_or_moving_away(page: Page) -> None:
    level = page.locator("[name='o07.a1-level']")
    level.first.focus()
    for _ in range(level.count()):  # the last press comes round to the first again
        page.keyboard.press("ArrowDown")
        expect(page.locator("[name='o07.a1-level']:checked")).to_be_focused()
    expect(level.first).to_be_checked()
    expect(standing(page)).to_contain_text("Saved on")
    expect(page.locator("[name='o07.a1-version']")).to_have_value("1")
    page.keyboard.press("ArrowUp")  # to “unknown”
    expect(standing(page)).to_have_text("Not saved yet: give the reason first.")
    page.keyboard.press("Tab")
    expect(page.locator("[name='o07.a1-reason']")).to_be_focused()


def test_what_was_typed_without_a_line_is_sent_when_the_line_is_back(page: Page, base: str) -> None:
    page.context.set_offline(True)
    page.fill(A1_COMMENT, "Typed in the train.")
    page.locator(A1_COMMENT).blur()
    expect(standing(page)).to_contain_text("There is no connection.")
    assert drafts(page) != []
    page.context.set_offline(False)
    expect(standing(page)).to_contain_text("Saved on")
    assert drafts(page) == []
    page.goto(base + SHEET)
    expect(page.locator(A1_COMMENT)).to_have_value("Typed in the train.")


def test_after_the_session_ended_the_same_person_finds_what_was_typed(page: Page, base: str) -> None:
    page.context.clear_cookies()
    page.fill(A1_COMMENT, "Typed over lunch.")
    page.locator(A1_COMMENT).blur()
    expect(standing(page)).to_contain_text("You are signed out.")
    standing(page).locator("a").click()
    page.fill("[name=email]", FOCAL[0])
    page.fill("[name=password]", FOCAL[1])
    page.click("main button")
    offer = page.locator(".offer")
    expect(offer).to_contain_text("7.A1")
    assert_no_barrier(page)
    offer.locator(".put-back").click()
    expect(page.locator(A1_COMMENT)).to_have_value("Typed over lunch.")
    expect(standing(page)).to_contain_text("Saved on")
    assert drafts(page) == []


def test_signing_in_again_in_another_tab_is_enough(page: Page, base: str) -> None:
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, base, "en", *FOCAL)
    page.fill(A1_COMMENT, "Typed before.")
    page.locator(A1_COMMENT).blur()
    expect(standing(page)).to_contain_text("Saved on")


def test_somebody_else_in_the_same_tab_never_sees_it(page: Page, base: str) -> None:
    page.context.clear_cookies()
    page.fill(A1_COMMENT, "Albania's own words.")
    page.locator(A1_COMMENT).blur()
    expect(standing(page)).to_contain_text("You are signed out.")
    standing(page).locator("a").click()
    page.fill("[name=email]", "focal.si@example.org")
    page.fill("[name=password]", "answer-for-slovenia")
    page.click("main button")
    page.goto(f"{base}/en/assessments/2026/SI/o07")
    expect(page.locator("form.sheet")).to_be_visible()
    expect(page.locator(".offer")).to_have_count(0)
    assert drafts(page) == []


def test_signing_out_clears_what_waits(page: Page, base: str) -> None:
    page.context.set_offline(True)
    page.fill(A1_COMMENT, "Not for the next person.")
    page.locator(A1_COMMENT).blur()
    expect(standing(page)).to_contain_text("There is no connection.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/o07", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.context.set_offline(False)
    page.goto(f"{base}/en/account")
    page.click("form[action$='sign-out'] button")
    expect(page.locator("header")).to_contain_text("Sign in")
    assert drafts(page) == []


def test_two_people_at_one_answer_choose_by_a_click(page: Page, open_page: OpenPage, base: str) -> None:
    theirs = open_page()
    sign_in(theirs, base, "en", "welfare.al@example.org", "answer-objective-seven")
    theirs.goto(base + SHEET)
    theirs.fill(A1_COMMENT, "The ministry's words.")
    theirs.locator(A1_COMMENT).blur()
    expect(standing(theirs)).to_contain_text("Saved on")
    page.fill(A1_COMMENT, "The focal point's words.")
    page.locator(A1_COMMENT).blur()
    conflict = page.locator("[id='o07.a1-conflict']")
    expect(conflict).to_contain_text("The ministry's words.")
    assert_no_barrier(page)
    conflict.locator("[name=then]").click()
    expect(page.locator(A1_COMMENT)).to_have_value("The focal point's words.")
    expect(conflict).to_have_count(0)
    page.goto(f"{base}{SHEET}/o07.a1")
    expect(page.get_by_role("region", name="History")).to_contain_text("The ministry's words.")
    assert_no_barrier(page)


def test_a_document_alone_waits_for_its_button(page: Page, base: str) -> None:
    page.locator(f"{A1} summary").first.click()
    page.fill("[name='o07.a1-evidence_title']", "Law on shel")
    page.wait_for_timeout(2500)
    page.fill("[name='o07.a1-evidence_title']", "Law on shelters")
    page.locator(f"{A1} .buttons button[name=then]").click()
    expect(page.locator(f"{A1} .evidence li")).to_have_count(1)
    expect(page.locator(".offer")).to_have_count(0)
    assert drafts(page) == []

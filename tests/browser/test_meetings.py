"""Notes and drafts in a real browser: nothing typed is lost, nothing confidential touches the device."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.accounts import sign_in

pytestmark = pytest.mark.browser

VISIT = "cambodia-2022-08"
SUMMARY = "textarea[name=public_summary]"
NOTE = "textarea[name=text]"


def context_of(browser: Browser, site: str, role: str, **options: object) -> BrowserContext:
    context = browser.new_context(base_url=site, **options)  # type: ignore[arg-type]
    page = sign_in(context.new_page(), site, role)
    page.close()
    return context


@pytest.fixture
def editor(browser: Browser, site: str) -> Iterator[BrowserContext]:
    with context_of(browser, site, "editor") as context:
        yield context


@pytest.fixture
def reviewer(browser: Browser, site: str) -> Iterator[BrowserContext]:
    with context_of(browser, site, "reviewer") as context:
        yield context


def enter_meeting(page: Page, title: str, visibility: str = "internal") -> str:
    """Enter a meeting at the desk and return the address of its page."""
    page.goto(f"/desk/visits/{VISIT}/meetings/new/")
    page.fill("[name=title]", title)
    page.fill("[name=date]", "2022-08-17")
    page.select_option("[name=visibility]", visibility)
    page.fill("[name=who-0-name]", "a villager")
    page.select_option("[name=who-0-side]", "affected")
    page.click("text=Enter the meeting")
    page.wait_for_url("**/desk/meetings/*/")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".who-row")).to_contain_text("a villager")
    return page.url


def stored(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(localStorage)"))


def test_what_is_typed_is_kept_within_a_second_and_a_killed_tab_loses_at_most_the_last(editor: BrowserContext) -> None:
    page = editor.new_page()
    address = enter_meeting(page, "Autosave")
    kept: list[float] = []
    page.on("response", lambda answer: kept.append(time.monotonic()) if answer.request.method == "PUT" else None)
    page.focus(NOTE)
    page.keyboard.type("The first words")
    began = time.monotonic()
    page.wait_for_selector("[data-draft-status][data-state=good]")
    assert kept[0] - began < 1
    page.keyboard.type(" and what was typed for more than a second", delay=40)
    time.sleep(1)
    page.keyboard.type("LOST?")
    # Killed in mid-word: the process of the tab is gone, and with it whatever it would have done in closing.
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    again = editor.new_page()
    again.goto(address)
    offered = again.locator(".offer")
    expect(offered).to_contain_text(re.compile(r"at \d\d:\d\d UTC"))
    offered.locator("summary").click()
    expect(offered.locator(".as-typed").first).to_contain_text("and what was typed for more than a second")
    offered.locator("text=Take it back").click()
    expect(again.locator(NOTE)).to_have_value(re.compile("The first words and what was typed"))
    again.click("text=Save the note")
    expect(again.locator("article .prose")).to_contain_text("The first words")
    expect(again.locator(".offer")).to_have_count(0)


def test_offline_a_plain_form_is_kept_on_the_device_and_offered_back(editor: BrowserContext) -> None:
    page = editor.new_page()
    address = enter_meeting(page, "Offline")
    editor.set_offline(True)
    page.fill(SUMMARY, "Typed without a line")
    expect(page.locator("form:has(textarea[name=public_summary]) [data-draft-status]")).to_contain_text("Offline: kept")
    assert "Typed without a line" in stored(page)
    page.close(run_before_unload=False)
    editor.set_offline(False)
    again = editor.new_page()
    again.goto(address)
    # What the page sent in closing may have reached the server after all: that offer stands beside the device's.
    offered = again.locator(".offer:not([data-offer-of])")
    expect(offered).to_contain_text("Typed without a line")
    offered.locator("text=Take it back").click()
    expect(again.locator(SUMMARY)).to_have_value("Typed without a line")
    expect(again.locator("[data-draft-status][data-state=good]")).to_have_count(1)
    assert stored(again) == "{}"
    again.click("text=Save the summary")
    expect(again.locator("[role=status] .note")).to_contain_text("saved")


def test_offline_neither_notes_nor_confidential_summaries_touch_the_device(editor: BrowserContext) -> None:
    page = editor.new_page()
    enter_meeting(page, "Never on the device", "confidential")
    editor.set_offline(True)
    page.fill(NOTE, "Whispered words")
    page.fill(SUMMARY, "Closed words")
    page.fill("[name=who-0-name]", "Secret Witness")
    for text in (NOTE, SUMMARY, "[name=who-0-name]"):
        expect(page.locator(f"form:has({text}) [data-draft-status]")).to_contain_text("NOT saved")
    assert stored(page) == "{}"
    assert page.evaluate("sessionStorage.length") == 0
    editor.set_offline(False)
    expect(page.locator("[data-draft-status][data-state=good]")).to_have_count(3, timeout=20000)
    assert stored(page) == "{}"


def test_a_late_save_is_refused_and_merged_in_one_step_and_both_editors_see_each_other(
    editor: BrowserContext, reviewer: BrowserContext
) -> None:
    first, second = editor.new_page(), reviewer.new_page()
    address = enter_meeting(first, "Two at once")
    first.fill(SUMMARY, "He came.\n\nHe left.")
    first.click("text=Save the summary")
    expect(first.locator("[role=status] .note")).to_contain_text("saved")
    second.goto(address)
    expect(second.locator(".also-here")).to_contain_text("Another editor is here: editor")
    expect(first.locator(".also-here")).to_contain_text("Another editor is here: reviewer", timeout=15000)
    second.fill(SUMMARY, "She came.\n\nHe left.")
    second.click("text=Save the summary")
    expect(second.locator("[role=status] .note")).to_contain_text("saved")
    first.fill(SUMMARY, "He came.\n\nHe left late.")
    with first.expect_response(lambda answer: answer.request.method == "POST" and answer.url == address) as answered:
        first.click("text=Save the summary")
    assert answered.value.status == 409
    expect(first.locator(".conflict del")).to_have_text("She")
    expect(first.locator(SUMMARY)).to_have_value("She came.\n\nHe left late.")
    first.click("text=Save the summary")
    expect(first.locator("[role=status] .note")).to_contain_text("saved")
    expect(first.locator(SUMMARY)).to_have_value("She came.\n\nHe left late.")


def test_selected_words_of_a_note_become_a_statement(editor: BrowserContext) -> None:
    page = editor.new_page()
    enter_meeting(page, "Out of a note")
    page.fill(NOTE, "*Dry* season.\n\nThey took the land.")
    page.click("text=Preview")
    expect(page.locator(".preview em")).to_have_text("Dry")
    page.click("text=Save the note")
    page.click("text=Statements out of this note")
    # The script is there when the page is: before that, a selection is nobody's.
    page.wait_for_load_state("load")
    paragraph = page.locator(".paragraph p").nth(1)
    paragraph.select_text()
    paragraph.dispatch_event("mouseup")
    expect(page.locator("[name=passage]")).to_have_value("They took the land.")
    page.fill("[name=speaker]", "a villager")
    page.locator("summary", has_text="New person").click()
    page.select_option("[name=speaker_is]", "label")
    page.select_option("[name=side]", "affected")
    page.select_option("[name=act]", "alleges")
    page.click("text=Save and next")
    expect(page.locator(".note.done")).to_contain_text("a villager")
    expect(page.locator("mark.entered")).to_contain_text("They took the land.")
    assert stored(page) == "{}"


def test_without_javascript_everything_but_keeping_drafts_works(browser: Browser, site: str) -> None:
    with context_of(browser, site, "editor", java_script_enabled=False) as context:
        page = context.new_page()
        address = enter_meeting(page, "Plain")
        page.fill(NOTE, "*Dry* season.\n\nThey took the land.")
        page.click("text=Preview")
        expect(page.locator(".preview em")).to_have_text("Dry", use_inner_text=True)
        page.click("text=Save the note")
        page.click("text=Statements out of this note")
        page.check("[name=p][value='1']")
        page.click("text=Take the ticked paragraphs")
        expect(page.locator("[name=passage]")).to_have_value("They took the land.")
        page.fill("[name=speaker]", "a villager")
        page.locator("summary", has_text="New person").click()
        page.select_option("[name=speaker_is]", "label")
        page.select_option("[name=side]", "affected")
        page.select_option("[name=act]", "alleges")
        page.click("text=Save and next")
        expect(page.locator("mark.entered")).to_contain_text("They took the land.", use_inner_text=True)
        page.goto(address)
        version = page.locator("form:has(textarea[name=public_summary]) [name=version]").get_attribute("value")
        assert version is not None
        page.fill(SUMMARY, "One.")
        page.click("text=Save the summary")
        expect(page.locator("[role=status] .note")).to_contain_text("saved")
        expect(page.locator(SUMMARY)).to_have_value("One.")


@pytest.mark.parametrize("script", [True, False])
def test_who_was_signed_out_meanwhile_signs_in_elsewhere_and_sends_the_note_again(
    browser: Browser, site: str, script: bool
) -> None:
    with context_of(browser, site, "editor", java_script_enabled=script) as context:
        page = context.new_page()
        enter_meeting(page, f"Signed out {script}")
        page.fill(NOTE, "Typed for an hour.\n\nTo the last word.")
        context.clear_cookies()
        page.click("text=Save the note")
        expect(page.locator("h1")).to_have_text("Not saved yet")
        expect(page.locator(".as-typed")).to_contain_text("To the last word.")
        with context.expect_page() as opened:
            page.get_by_role("link", name="Sign in, in another tab").click()
        sign_in(opened.value, site, "editor")
        page.get_by_role("button", name="Send it again").click()
        expect(page.locator("main")).to_contain_text("has expired")
        page.get_by_role("button", name="Send it again").click()
        expect(page.locator("article .prose")).to_contain_text("To the last word.")

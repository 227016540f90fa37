"""The capture page in a real browser, as an editor: with the mouse, by keys alone, and without JavaScript."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accounts import sign_in
from tests.browser.barriers import violations
from tests.browser.desk import PLANS, Desk, manage, run

pytestmark = pytest.mark.browser

TEXT = (
    "Minister Lena Brook met the envoy on 12 March.\n\n"
    "“The dam is safe. Nobody has to leave,” Brook said.\n\n"
    "“We will publish every figure,” she added.\n\n"
    "A neighbour 😀 said the water was rising fast."
)
FIRST = "“The dam is safe. Nobody has to leave,”"
_SOURCE = """
from visits.actions import enter_source
from visits.models import Source, User
row = enter_source(source=Source(title="Valley paper", kind="news", language="en", visibility="public",
                                 extracted_text={text!r}), by=User.objects.get(username="editor"))
print(row.public_id)
"""
_SAID = """
import json
from statements.models import Statement
rows = Statement.objects.filter(citations__source__public_id={key!r}).order_by("id")
print(json.dumps([[str(row.speakers.get()), row.act, row.citations.get().verdict, row.texts.get().text]
                  for row in rows]))
"""


def folder() -> Path:
    return Path(os.environ["SAMPLE_ACCOUNTS"]).parent


def said(key: str) -> list[list[str]]:
    """Return speaker, act, verdict and words of what was entered from a source."""
    found: list[list[str]] = json.loads(manage(folder(), _SAID.format(key=key)).splitlines()[-1])
    return found


@pytest.fixture
def source(site: str) -> tuple[str, str]:
    """Return the public id and the address of a new source."""
    key = manage(folder(), _SOURCE.format(text=TEXT)).split()[-1]
    return key, f"{site}/desk/sources/{key}/"


@pytest.fixture
def tabs(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open pages of a signed-in editor."""
    opened = []

    def tab(**options: object) -> Page:
        context = browser.new_context(**{"reduced_motion": "reduce", **options})
        opened.append(context)
        return sign_in(context.new_page(), site, "editor")

    yield tab
    for context in opened:
        context.close()


def passage(tab: Page) -> str:
    return tab.locator("#id_passage").input_value()


def expect_passage(tab: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the page that was asked for shows the passage."""
    expect(tab.locator("#id_passage")).to_have_value(words)


def test_an_article_of_our_own_is_entered_in_few_actions_and_comes_out_right(browser, site):
    desk, entered, right = run(browser, site, folder(), PLANS / "river.txt", PLANS / "river.toml")
    assert (entered, right) == (15, 15), desk.log
    assert desk.actions <= 50, desk.log


def test_without_javascript_a_passage_is_ticked_edited_looked_at_and_saved(source, tabs):
    key, address = source
    tab = tabs(java_script_enabled=False)
    tab.goto(address)
    expect_passage(tab, FIRST)
    tab.get_by_label("Paragraph 3").check()
    tab.get_by_role("button", name="Take the ticked paragraphs").click()
    expect_passage(tab, re.compile("^“We will publish every figure,”"))
    tab.fill("#id_passage", "“We will publish no figure,”")
    tab.get_by_role("button", name="Check").click()
    expect(tab.locator("#verdict")).to_contain_text("The quoted words differ from the stored text.")
    expect(tab.locator("#verdict mark").first).to_have_text("no")
    tab.fill("#id_passage", "“We will publish every figure,”")
    tab.select_option("#id_side", "government")
    tab.get_by_role("button", name="Save and next").click()
    expect(tab.locator(".note.done")).to_contain_text("Saved: Lena Brook commits.")
    assert said(key) == [["Lena Brook", "commits", "match", "“We will publish every figure,”"]]
    expect(tab.locator("#id_passage")).not_to_have_value("“We will publish every figure,”")


def test_words_are_chosen_by_keys_alone(source, tabs):
    _key, address = source
    tab = tabs()
    tab.goto(address)
    expect(tab.locator("#save")).to_be_focused()
    tab.keyboard.press("Escape")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("w")
    # From the passage in hand one line down, and the first words there.
    for _line in range(2):
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.down("Shift")
    for _word in range(3):
        tab.keyboard.press("ArrowRight")
    before = passage(tab)
    with tab.expect_navigation():
        tab.keyboard.up("Shift")
    taken = passage(tab)
    assert taken != before and taken in TEXT and len(taken.split()) >= 2
    # What was typed meanwhile stays: then only the passage is replaced, by the same words.
    tab.fill("#id_speaker", "Typed")
    tab.keyboard.press("Escape")
    tab.keyboard.press("w")
    tab.keyboard.press("Shift+ArrowDown")
    expect(tab.locator("#id_speaker")).to_have_value("Typed")
    assert "[" not in passage(tab)


def test_without_javascript_mistakes_come_back_with_all_that_was_typed(source, tabs):
    key, address = source
    tab = tabs(java_script_enabled=False)
    tab.goto(address)
    tab.fill("#id_date", "12 March")
    tab.fill("#id_topic1", "Something typed")
    tab.get_by_role("button", name="Save and next").click()
    expect(tab.get_by_role("alert")).to_contain_text("Not saved")
    expect(tab.locator("#id_topic1")).to_have_value("Something typed")
    assert said(key) == []


def test_without_javascript_a_passage_is_set_aside_and_offered_again(source, tabs):
    _key, address = source
    tab = tabs(java_script_enabled=False)
    tab.goto(address)
    tab.get_by_role("button", name="Not a statement").click()
    expect(tab.locator("#id_passage")).not_to_have_value(FIRST)
    tab.locator("summary", has_text="Passages set aside").click()
    with tab.expect_navigation():
        tab.get_by_role("button", name="Offer it again").click()
    tab.goto(address)
    expect_passage(tab, FIRST)


def test_text_selected_with_the_mouse_becomes_the_passage_where_it_stands(source, tabs):
    _key, address = source
    tab = tabs()
    tab.goto(address)
    start = TEXT.index("the water was")
    Desk(tab).select(start, start + len("the water was rising fast"))
    expect_passage(tab, "the water was rising fast")
    expect(tab.locator("[name=span_start]")).to_have_value(str(start))


def test_what_was_typed_stays_when_another_passage_is_selected(source, tabs):
    _key, address = source
    tab = tabs()
    tab.goto(address)
    tab.fill("#id_topic1", "Typed before")
    tab.locator("[data-start] a", has_text="We will publish").evaluate(
        "a => document.getSelection().selectAllChildren(a)"
    )
    tab.locator(".text").dispatch_event("mouseup")
    expect(tab.locator("#id_passage")).to_have_value("“We will publish every figure,”")
    expect(tab.locator("#id_topic1")).to_have_value("Typed before")


def test_the_choice_follows_a_name_taken_from_the_list_until_the_editor_chooses(source, tabs):
    _key, address = source
    tab = tabs()
    tab.goto(address + "?p=3")
    choice = tab.locator("#capture-form [name=speaker_is]")
    expect(choice).to_have_value("label")  # a neighbour
    tab.fill("#capture-form [name=speaker]", "Hun Sen")
    expect(choice).to_have_value("")
    tab.fill("#capture-form [name=speaker]", "Hun Seng")
    expect(choice).to_have_value("label")
    choice.select_option("person")
    tab.fill("#capture-form [name=speaker]", "Hun Sen")
    expect(choice).to_have_value("person")


def test_on_a_wide_screen_the_fields_of_the_form_stand_two_in_a_row(source, tabs):
    _key, address = source
    tab = tabs(viewport={"width": 1280, "height": 900})
    tab.goto(address)
    first, second = (tab.locator(f"#capture-form [name={name}]").bounding_box() for name in ("speaker", "speaker_is"))
    assert first and second
    assert abs(first["y"] - second["y"]) < 4
    assert second["x"] > first["x"] + first["width"]


def test_the_check_follows_the_typing(source, tabs):
    _key, address = source
    tab = tabs()
    tab.goto(address)
    expect(tab.locator("#verdict")).to_contain_text("Wording found in the stored text, paragraph 2, characters 1 to 39")
    tab.fill("#id_passage", "“The dam is sound. Nobody has to leave,”")
    expect(tab.locator("#verdict mark").first).to_have_text("sound.")
    tab.fill("#id_passage", FIRST)
    expect(tab.locator("#verdict")).to_contain_text("Wording found")


def test_everything_is_done_by_keys(source, tabs):
    key, address = source
    tab = tabs()
    tab.goto(address)
    tab.keyboard.press("?")
    expect(tab.locator("#keys")).to_have_attribute("open", "")
    with tab.expect_navigation():
        tab.keyboard.press("n")
    expect_passage(tab, "“We will publish every figure,”")
    tab.keyboard.press("e")
    expect(tab.locator("[name=passage]")).to_be_focused()
    tab.keyboard.press("Escape")
    tab.keyboard.press("t")
    expect(tab.locator("[name=p]:focus")).to_have_count(1)
    tab.goto(address)
    tab.locator("#id_side").focus()
    tab.keyboard.press("ArrowDown")
    with tab.expect_navigation():
        tab.keyboard.press("Control+Enter")
    assert said(key)[0][:3] == ["Lena Brook", "asserts", "match"]
    expect_passage(tab, "“We will publish every figure,”")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert len(said(key)) == 2
    with tab.expect_navigation():
        tab.keyboard.press("x")
    expect(tab.locator("mark.aside")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_barrier_and_no_breach_of_the_policy(source, tabs, scheme):
    _key, address = source
    tab = tabs(color_scheme=scheme)
    logs: list[str] = []
    tab.on("console", lambda message: logs.append(message.text))
    tab.goto(address)
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations(tab)] == []
    assert logs == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_runs_over_the_edge(source, tabs, width):
    _key, address = source
    tab = tabs(viewport={"width": width, "height": 800})
    tab.goto(address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_enter_held_down_saves_once(source, tabs):
    key, address = source
    tab = tabs()
    tab.goto(address)
    tab.locator("#id_side").select_option("government")
    tab.evaluate("document.activeElement.blur()")
    # As a keyboard repeats a key: the page hears of it again and again before the first answer comes.
    for _time in range(3):
        tab.keyboard.down("Enter")
    tab.keyboard.up("Enter")
    expect(tab.locator(".note.done")).to_contain_text("Saved: Lena Brook")
    expect_passage(tab, "“We will publish every figure,”")
    assert len(said(key)) == 1


def test_what_was_typed_leaves_the_device_when_it_turns_confidential_and_on_signing_out(source, tabs, site):
    _key, address = source
    tab = tabs()
    tab.goto(address)
    tab.context.set_offline(True)
    tab.fill("#id_topic1", "Typed offline")
    status = tab.locator("#capture-form [data-draft-status]")
    expect(status).to_contain_text("Offline: kept on this device")
    stored = "JSON.stringify(localStorage)"
    assert "Typed offline" in tab.evaluate(stored)
    for more in tab.locator("#capture-form details:has([name=visibility]) > summary").all():
        more.click()
    tab.locator("#capture-form [name=visibility]").select_option("confidential")
    expect(status).to_contain_text("NOT saved")
    assert tab.evaluate(stored) == "{}"
    tab.locator("#capture-form [name=visibility]").select_option("")
    tab.fill("#id_topic1", "Typed offline again")
    expect(status).to_contain_text("Offline: kept on this device")
    assert "Typed offline again" in tab.evaluate(stored)
    # Without leaving the page by its own hand: the draft must not be sent and forgotten on the way.
    other = tab.context.new_page()
    tab.context.set_offline(False)
    other.goto(site + "/accounts/logout/")
    other.evaluate("localStorage.setItem('draft:of:a:lost:line', 'Typed long ago')")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("link", name="Sign in")).to_be_visible()
    assert other.evaluate(stored) == "{}"

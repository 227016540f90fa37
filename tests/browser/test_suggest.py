"""The search box of the header suggests records: by keys and by pointer, in every look, and never in the way."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.barriers import violations

pytestmark = pytest.mark.browser

LABEL = "Search statements, visits, people and topics"


def opened(browser: Browser, site: str, *, width: int = 1280, **more: object) -> tuple[Page, list[str]]:
    """Return the list of countries with what the browser complained of."""
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce", **more)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site + "/countries/")
    return page, complaints


def box_of(page: Page) -> Locator:
    return page.get_by_role("combobox", name=LABEL)


def typed(page: Page, text: str) -> Locator:
    """Type letter by letter; return the options once they stand there."""
    box_of(page).press_sequentially(text)
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box_of(page)).to_have_attribute("aria-expanded", "true")
    return options


def test_arrows_choose_and_enter_opens_what_is_chosen(site: str, browser: Browser) -> None:
    page, complaints = opened(browser, site)
    box = box_of(page)
    expect(box).to_have_attribute("aria-expanded", "false")
    options = typed(page, "vitit")
    expect(page.get_by_role("status").filter(has_text="2 suggestions")).to_have_count(1)
    expect(options).to_have_count(2)
    expect(page.get_by_role("group", name="People").get_by_role("option")).to_have_count(1)
    for key, chosen in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", None), ("ArrowUp", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0 if chosen is None else 1)
        if chosen is None:
            assert box.get_attribute("aria-activedescendant") is None
        else:
            expect(options.nth(chosen)).to_have_attribute("aria-selected", "true")
            expect(box).to_have_attribute("aria-activedescendant", str(options.nth(chosen).get_attribute("id")))
        expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(site + "/people/vitit-muntarbhorn/")
    assert complaints == []
    page.context.close()


def test_enter_without_a_choice_is_the_plain_search(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site)
    typed(page, "vitit")
    page.keyboard.press("Enter")
    expect(page).to_have_url(site + "/search/?q=vitit")
    page.context.close()


def test_escape_and_leaving_close_the_list_and_keep_what_was_typed(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site)
    options, box = typed(page, "camb"), box_of(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    assert box.get_attribute("aria-activedescendant") is None
    expect(box).to_have_value("camb")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("Tab")
    expect(options.first).to_be_hidden()
    expect(page.get_by_role("button", name="Search").first).to_be_focused()
    page.context.close()


def test_a_suggestion_is_opened_by_pointer_on_a_phone(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, width=360, has_touch=True)
    typed(page, "كمبوديا").first.tap()
    expect(page).to_have_url(site + "/countries/khm/")
    page.context.close()


@pytest.mark.parametrize("width", [1280, 360, 320])
@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_the_open_list_puts_up_no_barrier(width: int, look: dict[str, str], site: str, browser: Browser) -> None:
    page, complaints = opened(browser, site, width=width, **look)
    options = typed(page, "cam")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    # Where the browser chooses the colours, the page's own are not those that are seen.
    rules = {"color-contrast": {"enabled": "forced_colors" not in look}}
    assert violations(page, {"rules": rules}) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    listed = page.get_by_role("listbox").bounding_box()
    assert listed is not None and listed["x"] >= 0 and listed["x"] + listed["width"] <= width
    edge = "one => getComputedStyle(one).borderInlineStartColor"
    assert options.nth(0).evaluate(edge) != options.nth(1).evaluate(edge)
    assert complaints == []
    page.context.close()


def answer_with(page: Page, answer: object) -> list[str]:
    """Have every question for suggestions answered so; return what is asked."""
    asked: list[str] = []

    def handle(route: Route) -> None:
        asked.append(route.request.url)
        answer(route)  # type: ignore[operator]

    page.route("**/search/suggest/**", handle)
    return asked


@pytest.mark.parametrize(
    "answer",
    [
        lambda route: route.fulfill(status=500, body="{}"),
        lambda route: route.fulfill(status=200, body="<html>"),
        lambda route: route.abort(),
    ],
)
def test_where_nothing_can_be_asked_nothing_is_shown_and_the_search_goes_on(
    answer: object, site: str, browser: Browser
) -> None:
    page, _complaints = opened(browser, site)
    asked = answer_with(page, answer)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    box_of(page).press_sequentially("vitit")
    page.wait_for_timeout(600)
    assert asked and not errors
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box_of(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page).to_have_url(site + "/search/?q=vitit")
    page.context.close()


def one(name: str) -> dict[str, object]:
    return {"groups": [{"label": "People", "rows": [{"name": name, "notes": [], "url": "/"}]}], "told": "1 suggestion"}


def test_an_answer_that_comes_too_late_is_not_shown(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site)
    waiting: list[Route] = []

    def answer(route: Route) -> None:
        if route.request.url.endswith("first"):
            waiting.append(route)
        else:
            route.fulfill(json=one("later"))

    asked = answer_with(page, answer)
    box_of(page).fill("first")
    page.wait_for_timeout(400)
    box_of(page).fill("second")
    expect(page.get_by_role("option", name="later")).to_be_visible()
    assert len(waiting) == 1 and len(asked) == 2
    try:
        waiting[0].fulfill(json=one("earlier"))
    except Exception as error:
        assert "earlier" not in str(error)
    page.wait_for_timeout(200)
    expect(page.get_by_role("option")).to_have_text(["later"])
    page.context.close()


def test_quick_typing_asks_once(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site)
    asked = answer_with(page, lambda route: route.fulfill(json=one("Somebody")))
    box_of(page).focus()
    page.evaluate(
        """box => {
          for (const text of ["v", "vi", "vit"]) { box.value = text; box.dispatchEvent(new Event("input")); }
        }""",
        box_of(page).element_handle(),
    )
    expect(page.get_by_role("option")).to_have_count(1)
    time.sleep(0.3)
    assert [re.sub(".*q=", "", address) for address in asked] == ["vit"]
    page.context.close()


def test_names_are_shown_as_text_and_never_as_markup(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site)
    answer_with(page, lambda route: route.fulfill(json=one("<img src=x>")))
    box_of(page).press_sequentially("ab")
    expect(page.get_by_role("option", name="<img src=x>")).to_be_visible()
    assert page.locator(".suggested img").count() == 0
    page.context.close()


def test_without_javascript_the_box_is_the_plain_search(site: str, browser: Browser) -> None:
    page, complaints = opened(browser, site, width=360, java_script_enabled=False)
    box = page.get_by_role("searchbox", name=LABEL)
    expect(page.get_by_role("combobox", name=LABEL)).to_have_count(0)
    box.press_sequentially("vitit")
    expect(page.locator(".suggested")).to_have_count(0)
    box.press("Enter")
    expect(page).to_have_url(site + "/search/?q=vitit")
    page.locator('a[href="/people/vitit-muntarbhorn/"]').first.click()
    expect(page).to_have_url(site + "/people/vitit-muntarbhorn/")
    assert complaints == []
    page.context.close()

"""Saved searches in a real browser, without JavaScript: kept, changed and deleted, and no page puts up a barrier."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accounts import sign_in
from tests.browser.barriers import violations

pytestmark = pytest.mark.browser

LONG = "Assembly, association and expression in one country, whoever speaks of it, in whatever year it was"


def barriers(page: Page) -> list[str]:
    """Return what stands in somebody's way on the page as it is now, sideways scroll included."""
    found = [rule["id"] for rule in violations(page)]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["sideways scroll"] if wide else [])]


def test_a_search_is_saved_changed_followed_and_deleted_without_javascript(site: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    page = sign_in(context.new_page(), site, "member")
    page.goto(site + "/statements/?q=assembly&country=khm")
    page.get_by_text("Save this search").click()
    form = page.locator("details.save")
    expect(form.get_by_label("Name")).to_have_value("assembly · Cambodia")
    form.get_by_label("Name").fill(LONG)
    form.get_by_label("Mail").select_option("a mail every week")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("is saved.")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=LONG))
    row.get_by_label("Name").fill("Assembly")
    row.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Assembly")).to_be_visible()
    address = page.get_by_label("Address of the feed").input_value()
    answer = context.request.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    page.get_by_text("New address, delete").click()
    page.get_by_role("button", name="Give the feed a new address").click()
    expect(page.get_by_label("Address of the feed")).not_to_have_value(address)
    assert context.request.get(address).status == 404
    page.get_by_text("New address, delete").click()
    page.get_by_role("button", name="Delete this search").click()
    expect(page.get_by_role("heading", name="You have saved no search yet")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_of_saved_searches_puts_up_a_barrier(width: int, scheme: str, site: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = sign_in(context.new_page(), site, "reader")
    page.goto(site + "/searches/")
    found = {"empty": barriers(page)}
    for number, query in enumerate(("q=assembly", "act=denies&topic=elections", "year=2022")):
        page.goto(f"{site}/statements/?{query}")
        page.get_by_text("Save this search").click()
        found[query] = barriers(page)
        page.locator("details.save").get_by_label("Name").fill(LONG if number else "One")
        page.locator("details.save").get_by_role("button", name="Save").click()
        found[f"{number + 1} saved"] = barriers(page)
    page.goto(f"{site}/statements/?q=assembly")
    page.get_by_text("Save this search").click()
    page.locator("details.save").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="This search is not saved yet")).to_be_visible()
    found["refused"] = barriers(page)
    for _n in range(3):
        page.locator("main details summary").first.click()
        found["open"] = barriers(page)
        page.get_by_role("button", name="Delete this search").first.click()
        page.goto(site + "/searches/")
    expect(page.get_by_role("heading", name="You have saved no search yet")).to_be_visible()
    assert {place: what for place, what in found.items() if what} == {}
    assert len(found) == 9
    context.close()


def test_a_page_of_statements_leads_a_reader_to_its_feed(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(site + "/statements/?q=assembly")
    expect(page.get_by_role("link", name="Atom feed")).to_have_attribute(
        "href", re.compile(r"^/statements/feed/\?q=assembly$")
    )
    page.context.close()

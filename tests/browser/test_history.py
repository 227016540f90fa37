"""History, restoring, undoing and merging in a real browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.accounts import sign_in
from tests.browser.barriers import violations

pytestmark = pytest.mark.browser
_numbers = count(1)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def desk(request: pytest.FixtureRequest, site: str, browser: Browser) -> Iterator[Page]:
    """Return a page on which a reviewer has signed in."""
    context = browser.new_context(base_url=site, java_script_enabled=request.param)
    page = context.new_page()
    sign_in(page, site, "reviewer")
    yield page
    context.close()


def topic(page: Page, name: str) -> str:
    """Enter a topic in the administration and return its slug."""
    page.goto("/admin/statements/topic/add/")
    page.locator("#id_name").fill(name)
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    slug = page.locator(".field-slug .readonly").inner_text()
    page.goto(f"/admin/statements/topic/?q={quote(name)}")
    return slug


def test_an_old_version_is_read_restored_and_that_is_undone(desk: Page) -> None:
    slug = topic(desk, "Freedom of assembly")
    desk.get_by_role("link", name="Freedom of assembly").first.click()
    desk.locator("#id_name").fill("Freedom of peaceful assembly")
    # Two saves within a moment are one version.
    desk.wait_for_timeout(700)
    desk.locator("[name=_save]").click()
    desk.goto(f"/desk/history/topic/{slug}/")
    expect(desk.locator(".version")).to_have_count(2)
    expect(desk.locator("#v-2 ins")).to_have_text("peaceful ")
    expect(desk.locator("#v-2")).to_contain_text("reviewer")
    desk.get_by_role("button", name="Restore version 1").click()
    expect(desk.get_by_role("status")).to_contain_text("Version 1 was restored.")
    expect(desk.get_by_role("heading", level=1)).to_have_text("History: Freedom of assembly")
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_role("status")).to_contain_text("Undone: topic")
    expect(desk.get_by_role("heading", level=1)).to_have_text("History: Freedom of peaceful assembly")
    expect(desk.get_by_role("button", name="Undo", exact=True)).to_have_count(0)


def test_two_topics_are_merged_and_parted_again(desk: Page, site: str) -> None:
    name = f"Right to water {next(_numbers)}"
    kept, gone = topic(desk, name), topic(desk, f"{name}s")
    desk.goto("/desk/merge/topic/?q=Right to water")
    desk.locator(f"input[name=kept][value={kept}]").check()
    desk.locator(f"input[name=gone][value={gone}]").check()
    desk.get_by_role("button", name="See what moves").click()
    expect(desk.get_by_text(f"“{name}s” is kept as another name.")).to_be_visible()
    desk.get_by_role("button", name="Merge").click()
    expect(desk.get_by_role("status")).to_contain_text("was merged into")
    answer = desk.request.get(f"{site}/topics/{gone}/", max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (301, f"/topics/{kept}/")
    desk.get_by_role("listitem").filter(has_text=f"{name}s").get_by_role("button").click()
    expect(desk.get_by_role("status")).to_contain_text("was undone.")
    assert desk.request.get(f"{site}/topics/{gone}/", max_redirects=0).status == 200


def test_what_is_typed_in_the_administration_is_kept_and_offered_back(site: str, browser: Browser) -> None:
    context = browser.new_context(base_url=site, reduced_motion="reduce")
    page = sign_in(context.new_page(), site, "reviewer")
    topic(page, f"Kept while typing {next(_numbers)}")
    page.get_by_role("link", name="Kept while typing").first.click()
    address = page.url
    status = page.locator("[data-draft-status]")
    page.locator("#id_name").fill("Typed and lost with the tab")
    expect(status).to_have_attribute("data-state", "good")
    page.locator("#aliases-group .add-row a").click()
    page.locator("#id_aliases-0-text").fill("in a row that was new")
    page.wait_for_timeout(1000)
    expect(status).to_have_attribute("data-state", "good")
    assert "Typed" not in page.evaluate("JSON.stringify(localStorage)")
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".offer")).to_contain_text("Typed and lost with the tab")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#id_name")).to_have_value("Typed and lost with the tab")
    expect(page.locator("#id_aliases-0-text")).to_have_value("in a row that was new")
    other = browser.new_context(base_url=site)
    second = sign_in(other.new_page(), site, "editor")
    second.goto(address)
    expect(second.locator(".also-here")).to_contain_text("Another editor is here: reviewer")
    expect(second.locator(".offer")).to_have_count(0)
    other.close()
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(address)
    expect(page.locator("#id_aliases-0-text")).to_have_value("in a row that was new")
    page.wait_for_timeout(1000)
    expect(page.locator(".offer")).to_have_count(0)
    context.close()


PAGES = ("/desk/history/visit/cambodia-2022-08/", "/desk/merge/", "/desk/merge/source/?q=a", "/corrections/")


@pytest.mark.parametrize("width", [1280, 360, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_puts_up_a_barrier_or_is_wider_than_the_screen(
    scheme: str, width: int, site: str, browser: Browser
) -> None:
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    sign_in(page, site, "reviewer")
    for path in (*PAGES, "/visits/example-retraction/corrections/"):
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = violations(page)
        assert [(path, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert complaints == []
    context.close()

"""The balance of a visit and its corrections in a real browser, as an editor, with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accounts import sign_in
from tests.browser.barriers import violations

pytestmark = pytest.mark.browser
VISIT = "/visits/cambodia-2022-08/"
BALANCE = "/desk/visits/cambodia-2022-08/balance/"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_an_editor_sees_what_is_recorded_of_each_side_and_what_is_open(
    script: bool, site: str, browser: Browser
) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=script)
    page = context.new_page()
    sign_in(page, site, "editor")
    page.goto(VISIT)
    page.get_by_role("link", name="Balance").click()
    expect(page).to_have_url(site + BALANCE)
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(4)
    counts = [int(text) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
    assert sum(counts) > 30 and all(counts), counts
    told = re.search(r"Resting on a single source or note: (\d+) of (\d+)\.", page.locator("main").inner_text())
    assert told and int(told[1]) <= int(told[2]) == sum(counts)
    # A topic that one side raised and the other was silent on leads to its page.
    page.get_by_role("heading", name="Raised by one side").locator("xpath=following-sibling::ul[1]").locator(
        "a"
    ).first.click()
    expect(page).to_have_url(re.compile(r"/topics/[\w-]+/$"))
    context.close()


def test_readers_do_not_learn_of_the_balance(site: str, browser: Browser) -> None:
    page = browser.new_page(base_url=site)
    page.goto(VISIT)
    expect(page.get_by_role("link", name="Balance")).to_have_count(0)
    page.goto(BALANCE)
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.close()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_balance_puts_up_no_barrier(scheme: str, width: int, site: str, browser: Browser) -> None:
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    sign_in(page, site, "editor")
    for path in (BALANCE, f"{VISIT}corrections/"):
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = violations(page)
        assert [(path, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    context.close()

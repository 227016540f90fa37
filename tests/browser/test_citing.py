"""How to cite a page, in a real browser: readable without scripts, and data that the policy of scripts leaves alone."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

VISIT = "/visits/cambodia-2022-08/"
LISTEN = """
window.heard = [];
document.addEventListener('securitypolicyviolation', event => window.heard.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def paths(site: str, browser: Browser) -> list[str]:
    """Return a visit, and a meeting, a statement and a source of it, and a person."""
    page = browser.new_page()
    page.goto(site + VISIT)
    links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    page.close()
    # The list of statements is linked too.
    found = [
        next(link for link in links if re.fullmatch(rf"/{kind}/\w+/", link))
        for kind in ("meetings", "statements", "sources")
    ]
    return [VISIT, *found, "/people/hun-sen/"]


def test_the_policy_neither_blocks_nor_reports_json_ld_but_does_report_a_script(
    site: str, browser: Browser, paths: list[str]
) -> None:
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page, kinds = context.new_page(), []
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in paths:
        page.goto(site + path)
        assert page.evaluate("window.heard") == [], path
        assert complaints == [], path
        block = page.locator('script[type="application/ld+json"]')
        kinds.append(json.loads(block.text_content() or "")["@type"])
    assert kinds[0] == kinds[1] == "Event"
    assert kinds[2] in {"Quotation", "Claim"}
    assert kinds[4] == "Person"
    # The same element without its type is a script: the listener would have heard of it.
    page.evaluate(
        "() => { const made = document.createElement('script'); made.textContent = '1'; document.head.append(made); }"
    )
    page.wait_for_function("window.heard.length > 0")
    assert page.evaluate("window.heard")[0].startswith("script-src")
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_lines_unfold_without_scripts_and_stay_on_the_screen(
    width: int, site: str, browser: Browser, paths: list[str]
) -> None:
    for path in paths[:4]:
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
        page = context.new_page()
        page.goto(site + path)
        block = page.locator("details.cite", has_text="OSCOLA")
        expect(block.get_by_text("OSCOLA")).not_to_be_visible()
        block.locator("summary").click()
        for name in ("United Nations", "Chicago (notes)", "Bluebook", "OSCOLA", "APA"):
            expect(block.get_by_text(name, exact=True)).to_be_visible()
        box = block.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
        for line in block.locator("dd").all():
            inside = line.bounding_box()
            assert inside is not None
            assert inside["x"] + inside["width"] <= width, path
        with page.expect_download() as download:
            block.get_by_role("link", name="BibTeX").click()
        assert download.value.suggested_filename.endswith(".bib")
        context.close()

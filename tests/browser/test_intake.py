"""A source is taken in with the browser: pasted, uploaded, with and without JavaScript, on a phone, by the keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from statements.intake.failures import MAX_BYTES
from tests.browser.accounts import sign_in
from tests.browser.barriers import violations
from tests.statements.intake import files

pytestmark = pytest.mark.browser
ADDRESS = "/desk/sources/new/"
ARTICLE = "The premier answers\n\nThe premier said on 16 August 2022: “All is well.”\n\nShe thanked the expert."


@pytest.fixture(scope="module")
def signed_in(site: str, browser: Browser) -> dict[str, Any]:
    """Return the cookies of an editor."""
    context = browser.new_context()
    sign_in(context.new_page(), site, "editor")
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, site: str, browser: Browser, signed_in: dict[str, Any]) -> Iterator[Page]:
    """Return the page of the intake, with and without JavaScript; the browser has nothing to complain of."""
    context: BrowserContext = browser.new_context(
        storage_state=signed_in, java_script_enabled=request.param, reduced_motion="reduce"
    )
    found = context.new_page()
    complaints: list[str] = []
    found.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.goto(site + ADDRESS)
    yield found
    context.close()
    assert [text for text in complaints if "413" not in text] == []


def expect_value(page: Page, label: str, words: str) -> None:
    """Wait until that stands in a field."""
    expect(page.get_by_label(label, exact=True)).to_have_value(words)


def test_a_pasted_article_is_checked_and_saved(page: Page, site: str) -> None:
    page.get_by_label("Paste the text").fill(ARTICLE)
    page.get_by_role("button", name="Read it").click()
    expect_value(page, "Text as it will be stored", ARTICLE)
    expect_value(page, "Title", "")
    expect_value(page, "Published on", "")
    page.get_by_role("button", name="Take The premier answers").click()
    expect_value(page, "Title", "The premier answers")
    expect_value(page, "Published on", "")
    page.get_by_label("Author", exact=True).fill("Typed by hand")
    page.get_by_role("button", name="Take all suggestions").click()
    expect_value(page, "Published on", "2022-08-16")
    expect_value(page, "Author", "Typed by hand")
    # Another test, with or without script, may have stored the same text before.
    if page.get_by_text("is stored already").count():
        page.get_by_label("Store it as another source all the same").check()
    page.get_by_label("Title", exact=True).press("Enter")
    page.wait_for_url(lambda url: "/sources/" in url and url != site + ADDRESS)
    expect(page.locator("main")).to_contain_text("The premier answers", use_inner_text=True)
    expect(page.locator("main")).to_contain_text("The source is stored.", use_inner_text=True)


def test_an_uploaded_pdf_passes_on_a_new_original(page: Page, site: str, tmp_path: Path) -> None:
    words = f"The minister wrote that all was well, in the copy number {os.urandom(4).hex()}."
    (tmp_path / "post.pdf").write_bytes(files.pdf([[words]], Title="Report on a post"))
    page.get_by_label("Upload a file").set_input_files(tmp_path / "post.pdf")
    page.get_by_role("button", name="Read it").click()
    expect_value(page, "Text as it will be stored", words)
    page.get_by_label("Title", exact=True).fill("Report on a post")
    page.get_by_text("It passes on another source").click()
    page.get_by_label("Find the original").fill("nothing is called this")
    page.get_by_role("button", name="Find", exact=True).last.click()
    page.get_by_text("No source that you may see fits.").wait_for()
    expect_value(page, "Title", "Report on a post")
    page.get_by_label("It does so how").select_option("relays")
    page.get_by_label("Title of an original that is not here yet").fill("The post itself")
    page.get_by_role("button", name="Save and capture").click()
    page.wait_for_url(lambda url: "/sources/" in url and url != site + ADDRESS)
    expect(page.locator("main")).to_contain_text("Report on a post", use_inner_text=True)


def test_what_cannot_be_read_is_told_beside_its_field(page: Page, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"MZ\x90\x00" + bytes(range(256)) * 20)
    page.get_by_label("Upload a file").set_input_files(tmp_path / "report.pdf")
    page.get_by_role("button", name="Read it").click()
    expect(page.locator(".errorlist")).to_contain_text("none of the files that are read here", use_inner_text=True)


def test_too_large_a_file_is_told_of(page: Page, tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(MAX_BYTES * 11 // 10)
    page.get_by_label("Upload a file").set_input_files(tmp_path / "large.txt")
    page.get_by_role("button", name="Read it").click()
    # With script the browser does not even send it, and says so at the field.
    told = page.locator("main").filter(has_text="larger than 25 MB").or_(page.locator("#id_file:invalid"))
    expect(told).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 360, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_put_up_no_barrier_and_fit_the_screen(
    width: int, scheme: str, site: str, browser: Browser, signed_in: dict[str, Any]
) -> None:
    context = browser.new_context(
        storage_state=signed_in, viewport={"width": width, "height": 800}, color_scheme=scheme  # type: ignore[arg-type]
    )  # fmt: skip
    page = context.new_page()
    page.goto(site + ADDRESS)
    for step in ("Read it", ""):
        found = violations(page)
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if step:
            page.get_by_label("Paste the text").fill(ARTICLE)
            page.get_by_role("button", name=step).click()
            expect_value(page, "Text as it will be stored", ARTICLE)
            page.get_by_text("It passes on another source").click()
    context.close()

"""A briefing in a real browser: chosen without scripts, no barrier, no breach of the policy, and on paper in print."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from tests.browser.barriers import violations
from tests.browser.test_pages import AXE, opened

pytestmark = pytest.mark.browser

BRIEFING = "/visits/cambodia-2022-08/briefing"
PATHS = (
    f"{BRIEFING}/",
    "/countries/khm/briefing/",
    "/topics/elections/briefing/",
    "/positions/briefing/?topic=conduct-of-the-mandate&country=khm",
    f"{BRIEFING}.html",
    "/positions/briefing.html?topic=conduct-of-the-mandate&country=khm&paper=letter",
)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_options_nor_briefing_put_up_a_barrier_or_grow_wider_than_the_screen(
    scheme: str, width: int, site: str, browser: Browser
) -> None:
    found = []
    for path in PATHS:
        page, complaints = opened(browser, site, path, scheme, width)
        found += [(path, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
                  for rule in violations(page, AXE[scheme])]  # fmt: skip
        found += [(path, "console", text) for text in complaints]
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, (path, across)
        page.context.close()
    assert found == []


def test_a_briefing_is_chosen_and_taken_without_javascript(site: str, browser: Browser, tmp_path: Path) -> None:
    page, _complaints = opened(browser, site, "/visits/cambodia-2022-08/", "light", 360, java_script_enabled=False)
    page.get_by_role("navigation", name="This visit").get_by_role("link", name="Briefing").click()
    expect(page).to_have_url(site + f"{BRIEFING}/")
    expect(page.get_by_label("With what only members may see")).to_have_count(0)
    for column in ("◆ Mandate holder", "○ Others"):
        page.get_by_label(column).uncheck()
    page.get_by_label("Elections", exact=True).check()
    page.get_by_label("US Letter").check()
    page.get_by_role("button", name="Count what fits again").click()
    expect(page.get_by_label("Elections", exact=True)).to_be_checked()
    expect(page.get_by_label("◆ Mandate holder")).not_to_be_checked()
    for name, end in (("PDF", ".pdf"), ("Word", ".docx")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename == f"briefing-cambodia-2022-08{end}"
        download.value.save_as(tmp_path / f"briefing{end}")
    sizes = {tuple(round(side) for side in page.mediabox[2:]) for page in PdfReader(tmp_path / "briefing.pdf").pages}
    assert sizes == {(612, 792)}
    page.get_by_role("button", name="Page to print").click()
    expect(page).to_have_url(re.compile(r"briefing\.html\?column=state&column=civil&topic=elections&paper=letter"))
    expect(page.get_by_role("columnheader", name="■ State")).to_have_count(1)
    expect(page.get_by_role("columnheader", name="◆ Mandate holder")).to_have_count(0)
    for interface in ("navigation", "search", "button", "banner"):
        expect(page.get_by_role(interface)).to_have_count(0)
    # A note and the way back.
    page.locator("a#mark-1").click()
    expect(page).to_have_url(re.compile("#note-1$"))
    page.locator("#note-1 .back a").click()
    expect(page).to_have_url(re.compile("#mark-1$"))
    page.context.close()


@pytest.mark.parametrize(("query", "size"), [("", (595, 842)), ("?paper=letter", (612, 792))])
def test_the_page_prints_on_its_paper_with_header_and_numbers(query: str, size: tuple[int, int], site: str,
                                                             browser: Browser) -> None:  # fmt: skip
    page, _complaints = opened(browser, site, f"{BRIEFING}.html{query}", "dark", 1280)
    file = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    page.context.close()
    assert len(file.pages) > 2
    for number, sheet in enumerate(file.pages, 1):
        assert abs(sheet.mediabox.width - size[0]) < 2
        assert abs(sheet.mediabox.height - size[1]) < 2
        text = sheet.extract_text()
        assert "Vis-à-vis" in text
        assert f"{number} / {len(file.pages)}" in text

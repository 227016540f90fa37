"""A copy of the site in a real browser: opened from a disk and from a folder of any server, with nothing behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from config.lifeboat.searching import terms_of
from tests.audit.figures import is_long
from tests.bin.test_start import environment
from tests.browser.conftest import ROOT
from tests.copies import broken

pytestmark = pytest.mark.browser

VISIT = "visits/cambodia-2022-08/index.html"
PART = (
    "/visits/cambodia-2022-08/", r"/visits/\?year=2022", "/countries/(khm/)?$", "/people/hun-sen/",
    "/topics/(elections/)?$", r"/statements/(\?page=2)?$", "/statements/[0-9]", r"/positions/\?topic=elections",
    r"/corrections/$",
)  # fmt: skip
# Of the short form so many pages are opened.
OPENED = 20


@pytest.fixture(scope="module")
def copy(site: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the site that is served, in the short form of a part of it."""
    data, folder = Path(os.environ["SAMPLE_ACCOUNTS"]).parent, tmp_path_factory.mktemp("lifeboat") / "copy"
    only = [] if is_long() else [word for address in PART for word in ("--only", address)]
    subprocess.run(
        [sys.executable, ROOT / "manage.py", "export_site", folder, "--unsigned", "--verbosity", "0", *only],
        env=environment(data, 0, SECRET_KEY="x"),
        timeout=3000 if is_long() else 120,
        check=True,
    )
    return folder


@pytest.fixture(scope="module")
def served(copy: Path) -> Iterator[str]:
    """Serve the copy from a folder within another site; yield its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_parts: object) -> None:
            pass

    inside = copy.parent / "some" / "where"
    inside.mkdir(parents=True)
    (inside / "else").symlink_to(copy)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=copy.parent)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/some/where/else/"
        server.shutdown()


class Heard:
    """What a page asked for outside of the copy, and what the browser complained of."""

    def __init__(self, page: Page, within: str) -> None:
        self.outside: list[str] = []
        page.on("request", lambda request: request.url.startswith(within) or self.outside.append(request.url))
        page.on("requestfailed", self._failed)
        page.on("console", lambda message: self.outside.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.outside.append(f"{page.url}: {error}"))

    def _failed(self, request: Request) -> None:
        # What was still loading when the next page was opened is none.
        if request.failure != "net::ERR_ABORTED":
            self.outside.append(f"failed: {request.url}: {request.failure}")


def some(copy: Path) -> list[str]:
    """Return pages of every folder of the copy."""
    pages = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*.html"))
    step = 10 if is_long() else max(1, len(pages) // OPENED)
    return ["countries/index.html", VISIT, *pages[::step]]


@pytest.mark.audit
def test_no_page_of_a_copy_asks_for_anything_outside_of_it(copy: Path, served: str, browser: Browser, figure) -> None:
    assert broken(copy, "http://localhost")[0] == []
    opened, outside = 0, []
    for within in (copy.as_uri() + "/", served):
        page = browser.new_page()
        heard = Heard(page, within)
        for file in some(copy) if within.startswith("file:") else some(copy)[::4]:
            page.goto(within + file)
            opened += 1
        outside += heard.outside
        # That it is heard at all.
        page.evaluate(
            "document.head.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/'}))"
        )
        page.wait_for_timeout(200)
        assert any("127.0.0.1:9" in url for url in heard.outside)
        page.close()
    assert outside == []
    figure("lifeboat_opened", opened)
    figure("lifeboat_outside", len(outside))


@pytest.mark.parametrize("way", ["disk", "server"])
def test_the_search_finds_what_stands_in_the_copy(way: str, copy: Path, served: str, browser: Browser) -> None:
    within = copy.as_uri() + "/" if way == "disk" else served
    page = browser.new_page()
    heard = Heard(page, within)
    page.goto(within + VISIT)
    # From any page, by the beginnings of words, in whatever case and with whatever accents.
    page.get_by_role("searchbox").fill("CÁMBOD 2022 aug")
    page.get_by_role("button", name="Search").click()
    link = page.get_by_role("link", name="Cambodia, 15–26 August 2022")
    expect(link).to_be_visible()
    expect(page.get_by_label("Words to look for")).to_have_value("CÁMBOD 2022 aug")
    link.click()
    expect(page).to_have_url(within + VISIT)
    # A list asks for pages of its own kind; nothing is found is said.
    page.goto(within + "statements/index.html")
    page.get_by_label("Words in statements").fill("rapporteur")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=2)).to_have_count(1)
    expect(page.get_by_role("heading", level=2)).to_contain_text("Statements")
    page.get_by_role("link", name="Everything").click()
    expect(page.get_by_role("heading", level=2)).not_to_have_count(1)
    page.goto(within + "search/index.html?q=nothingofthekind")
    expect(page.get_by_text("Nothing fits these words.")).to_be_visible()
    page.goto(within + "search/index.html?q=" + "<img src=x onerror=alert(1)>")
    expect(page.get_by_text("Nothing fits these words.")).to_be_visible()
    assert heard.outside == []
    page.close()


def test_the_browser_takes_words_apart_as_the_index_does(copy: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(copy.as_uri() + "/search/index.html")
    texts = [
        "Łódź, CAFÉ and Straße №5", "人権状況 in 2022", "សិទ្ធិមនុស្ស", "ΛΌΓΟΣ λόγος", "права человека", "حقوق الإنسان",
        "don’t — “quoted”", "İstanbul ŉ ﬁne", "สิทธิมนุษยชน x", "मानव अधिकार", "a_b-c", "x" * 80, "𠀀𠀁", "½ ⅷ ²",
    ]  # fmt: skip
    plain = page.evaluate("load('head.js').then(head => head.plain)")
    for text in texts:
        found = page.evaluate("([text, plain]) => termsOf(text, plain).map(one => one.term)", [text, plain])
        assert set(found) == terms_of(text), text
    page.close()


def test_without_javascript_the_search_leads_to_the_lists(copy: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(copy.as_uri() + "/search/index.html?q=x")
    page.locator("#found").get_by_role("link", name="Topics").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Topics")
    context.close()

"""Cards in a real browser: on a page of another site, without barriers, in the room that their snippet asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.barriers import violations
from tests.browser.test_pages import AXE, SCHEMES, VISIT, WIDTHS, opened

pytestmark = pytest.mark.browser


def read(address: str) -> str:
    with urlopen(address) as answer:
        return str(answer.read().decode())


@pytest.fixture(scope="module")
def statements(site: str) -> list[str]:
    """Return the ids of statements of two visits, one of which holds a retracted one."""
    found = [re.findall(r'href="/statements/([a-z0-9]{16})/"', read(site + visit))
             for visit in ("/visits/example-retraction/", VISIT)]  # fmt: skip
    return list(dict.fromkeys(found[0] + found[1]))


def cards(statements: list[str]) -> list[str]:
    return [f"/embed/statements/{key}/" for key in statements[:4]] + [
        "/embed/visits/cambodia-2022-08/",
        "/embed/visits/example-retraction/",
        "/embed/visits/never-was/",
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_card_puts_up_a_barrier(scheme: str, width: int, site: str, browser: Browser, statements: list[str]) -> None:
    found, looked_at = [], 0
    for path in cards(statements):
        page, complaints = opened(browser, site, path, scheme, width)
        result = violations(page, AXE[scheme])
        found += [(path, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
                  for rule in result]  # fmt: skip
        found += [(path, "console", text) for text in complaints if "status of 40" not in text]
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, (path, across)
        looked_at += 1
        page.context.close()
    assert found == []
    assert looked_at == 7


@contextmanager
def elsewhere(html: str) -> Iterator[str]:
    """Serve a page of another site that holds `html`; yield its address.

    By a server of its own: of a page that only pretends to come from the internet, Chromium lets none of this machine
    into a frame, whatever its headers say.
    """

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Elsewhere</title>{html}".encode())

        def log_message(self, *_parts: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("kind", ["statement", "visit"])
def test_the_snippet_that_a_page_shows_works_on_another_site(
    kind: str, site: str, browser: Browser, statements: list[str]
) -> None:
    path = f"/statements/{statements[-1]}/" if kind == "statement" else VISIT
    own, _complaints = opened(browser, site, path, "light", 1280, java_script_enabled=False)
    own.get_by_text(f"Embed this {kind}").click()
    snippet = own.get_by_label("Copy this into the HTML of your page").input_value()
    own.context.close()
    page = browser.new_page()
    with elsewhere(snippet) as address:
        page.goto(address)
        card = page.frame_locator("iframe")
        expect(card.get_by_role("heading", level=1)).to_be_visible()
        # Its style came through the policy, also where the frame is a sandbox.
        assert card.locator("body").evaluate("one => getComputedStyle(one).display") == "flex"
        with page.context.expect_page() as opening:
            card.get_by_role("link", name="The statement with" if kind == "statement" else "The visit with").click()
        expect(opening.value).to_have_url(site + path)
        expect(opening.value.get_by_role("navigation", name="Main")).to_be_visible()
        assert page.context.cookies() == []
    page.context.close()


def test_no_other_page_is_shown_in_a_frame(site: str, browser: Browser, statements: list[str]) -> None:
    shown = {}
    for path in (VISIT, f"/statements/{statements[0]}/", "/accounts/login/", "/", "/embed/visits/cambodia-2022-08/"):
        page = browser.new_page()
        with elsewhere(f'<iframe src="{site}{path}"></iframe>') as address:
            page.goto(address)
            # What is refused leaves a page of the browser's own, in which nothing of ours stands.
            shown[path] = page.frame_locator("iframe").locator("h1").filter(visible=True).count() == 1
        page.context.close()
    # The last may be framed: what keeps the others out is not the browser's dislike of frames.
    assert list(shown.values()) == [False, False, False, False, True]


@pytest.mark.parametrize("width", [320, 400, 560])
def test_a_card_fits_into_the_room_that_it_asked_for(
    width: int, site: str, browser: Browser, statements: list[str]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 100})
    too_small, spare = [], []
    for key in statements:
        told = json.loads(read(f"{site}/oembed?url={site}/statements/{key}/&maxwidth={width}"))
        page.goto(f"{site}/embed/statements/{key}/")
        needed = page.evaluate("document.documentElement.scrollHeight")
        # The highest that is asked for; a longer card scrolls.
        if told["height"] < min(needed, 720):
            too_small.append((key, told["height"], needed))
        spare.append(told["height"] - needed)
        assert f'width="{told["width"]}" height="{told["height"]}"' in unescape(told["html"])
    page.close()
    assert too_small == []
    assert len(spare) >= 30
    assert sorted(spare)[len(spare) // 2] <= 90

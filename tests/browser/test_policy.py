"""The strict policy of content is broken by no page: every address of the record and of the admin, as an admin."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.audit.figures import is_long
from tests.browser.accounts import sign_in
from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.audit]

# Pages that are alike in what they load: one of so many, after the first of each kind.
ONE_IN = 1 if is_long() else 40
# Told by the page itself as it happens, whatever the console says of it.
LISTEN = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile} ${event.sample}`));"""
ADDRESSES = """
import json, sys, django
django.setup()
from tests.audit.pages import opened, unopened
found = opened()
print(json.dumps([*found, unopened([*sum(found, []), *sys.argv[1:]])]))
"""
# As anybody: whoever is signed in is led on from most of them.
OPEN = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-none/",
    "/accounts/password/reset/key/done/",
    "/accounts/invitation/none/",
    "/accounts/inactive/",
]


@pytest.fixture(scope="session")
def addresses(site: str) -> list[str]:
    """Return every address to be opened, of the record as it is served."""
    data = Path(os.environ["SAMPLE_ACCOUNTS"]).parent
    env = os.environ | {
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "x",
        "FULL_SWEEP": "1" if is_long() else "",
    }
    env.pop("DATABASE_URL", None)
    said = subprocess.run(
        [sys.executable, "-c", ADDRESSES, *OPEN], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    lists, record, ours, left_out = json.loads(said.stdout)
    assert left_out == []
    # In the short form, every fourth of the lists and of what is for signed-in people; which, differs by kind.
    step = 1 if is_long() else 4
    return [*lists[::step], *_some(record), *ours[::step]]


def _some(addresses: list[str]) -> list[str]:
    """Return the first address of each kind, and one in so many of the others."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for number, address in enumerate(addresses):
        parts = address.strip("/").split("/")
        kind = (parts[0], *parts[2:])
        if kind not in seen or number % ONE_IN == 0:
            found.append(address)
        seen.add(kind)
    return found


def violations(page: Page, site: str, addresses: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what broke the policy while the addresses were opened one after the other."""
    said: list[str] = []
    page.add_init_script(LISTEN)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"policy: {error}"))
    for address in addresses:
        said.clear()
        page.goto(site + address)
        yield from ((address, text) for text in said if "policy" in text.lower() or "Refused to" in text)


def test_no_page_breaks_the_policy(site: str, browser: Browser, addresses: list[str], figure) -> None:
    context = browser.new_context()
    # First that a breach is heard at all: the page tries what the policy forbids.
    page = context.new_page()
    heard: list[str] = []
    page.add_init_script(LISTEN)
    page.on("console", lambda message: heard.append(message.text))
    page.goto(site + "/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.broken = 1'}))")
    page.wait_for_timeout(200)
    assert sum(text.startswith("policy: ") for text in heard) == 2
    assert page.evaluate("window.broken") is None
    page.close()
    found = list(violations(context.new_page(), site, OPEN))
    signed_in = sign_in(context.new_page(), site, "admin")
    found += violations(signed_in, site, addresses)
    context.close()
    assert found == []
    assert len(set(addresses)) == len(addresses)
    figure("policy_pages", len(addresses) + len(OPEN))
    figure("policy_violations", len(found))

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
ONE_IN = 3 if is_long() else 40
# Told by the page itself as it happens, whatever the console says of it.
LISTEN = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile} ${event.sample}`));"""
ADDRESSES = """
import json, django
django.setup()
from django.contrib import admin
from django.urls import reverse
from tests.record.addresses import list_addresses, record_addresses
lists, record, back = list_addresses(), record_addresses(), [reverse("admin:index")]
for model, own in admin.site._registry.items():
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    back += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
    row = model._base_manager.first()
    if row:
        back += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete")]
print(json.dumps([lists, [address for address in record if "/cite." not in address], back]))
"""
OURS = [
    "/desk/",
    "/desk/statements/",
    "/desk/review/",
    "/desk/removals/",
    "/desk/merges/",
    "/desk/invitations/",
    "/desk/sources/new/",
    "/searches/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/password/change/",
    "/accounts/confirm/",
    "/accounts/2fa/app/",
    "/accounts/2fa/passkeys/new/",
    "/accounts/logout/",
    "/nowhere/",
    "/visits/?q=%00",
]
OPEN = ["/accounts/login/", "/accounts/password/reset/", "/accounts/invitation/none/", "/accounts/inactive/"]


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
        [sys.executable, "-c", ADDRESSES], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    lists, record, back = json.loads(said.stdout)
    # In the short form, of the lists and of the admin every fourth; which, differs from model to model.
    step = 1 if is_long() else 4
    return [*lists[::step], *_some(record), *OURS, *back[::step]]


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

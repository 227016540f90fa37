"""Script payloads in every text field of the record run nowhere: in Chromium, with the policy of content turned off.

What the policy would stop must not be there in the first place. So most pages are opened by a browser that ignores it,
where a payload that is not escaped runs at once; the others by one that heeds it, where a breach would be heard.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.audit.figures import is_long
from tests.audit.naughty import payloads
from tests.browser.accounts import sign_in
from tests.browser.conftest import ROOT, served
from tests.browser.test_policy import LISTEN

pytestmark = [pytest.mark.browser, pytest.mark.audit]

# Stores the payloads past every action, and prints what was stored and where to look.
POISON = """
import json, os
from django.core.management import call_command
from tests.audit.hostile_record import (
    Stored, admin_addresses, desk_addresses, make_one_of_each, one_of_each, poison,
)
from tests.audit.naughty import payloads
from tests.record.addresses import list_addresses, record_addresses
from visits.actions import raise_stamp
from visits.models import User
admin = User.objects.get(username="admin")
make_one_of_each(admin)
stored = Stored()
poison(payloads(), stored, turn=int(os.environ["TURN"]), most=int(os.environ["MOST"]))
call_command("reindex", verbosity=0)
raise_stamp()
lists, record = list_addresses(), [at for at in record_addresses() if "/cite." not in at]
print("FOUND", json.dumps({
    "strings": len(stored.strings()),
    "whole": sum(len(held) == len(payloads()) for held in stored.held.values()),
    "first": [*one_of_each([*lists, *record]), *desk_addresses()],
    "rest": [*lists, *record],
    "back": admin_addresses(),
}))
"""
# Whatever a payload would have made of the page, run or not: elements, attributes and addresses that act.
LOOK = r"""() => {
  const found = [];
  for (const one of document.querySelectorAll("*")) {
    for (const {name, value} of one.attributes) {
      if (name.startsWith("on") || name === "srcdoc") found.push(`${one.tagName} ${name}=${value.slice(0, 60)}`);
      if (["href", "src", "action", "formaction", "data", "xlink:href"].includes(name) &&
          /^[\s\x00-\x1f]*(javascript|vbscript|data):/i.test(value))
        found.push(`${one.tagName} ${name}=${value.slice(0, 60)}`);
    }
    if (["IFRAME", "OBJECT", "EMBED", "BASE", "MARQUEE"].includes(one.tagName)) found.push(one.tagName);
    if (one.tagName === "SCRIPT" && !one.src && !["application/ld+json", "application/json"].includes(one.type))
      found.push(`SCRIPT ${one.textContent.slice(0, 60)}`);
  }
  return found;
}"""


def run(code: str, folder: Path, **more: str) -> str:
    """Run code in the shell of the site in `folder`; return what it prints."""
    env = {**os.environ, "DATA_DIR": str(folder), "SECRET_KEY": "for this one command", "FULL_SWEEP": "", **more}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-v", "0", "-c", code]
    done = subprocess.run(command, check=False, env=env, capture_output=True, text=True, cwd=ROOT, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def copied(to: Path) -> Path:
    """Copy the served record, its key and its accounts into another folder, as of one moment."""
    old = Path(os.environ["SAMPLE_ACCOUNTS"]).parent
    with sqlite3.connect(old / "db.sqlite3") as source, sqlite3.connect(to / "db.sqlite3") as target:
        source.backup(target)
    for name in ("secret-key", "sample-accounts.txt"):
        shutil.copy2(old / name, to / name)
    return to


class Ears:
    """What a page does that a payload would make it do: call the canary, ask something, run into an error."""

    def __init__(self, page: Page) -> None:
        self.page, self.heard, self.breaches = page, list[str](), list[str]()
        page.expose_function("canary", lambda number: self.heard.append(f"canary {number} on {page.url}"))
        page.add_init_script(LISTEN)
        page.on("dialog", self._dialog)
        page.on("console", self._console)

    def _dialog(self, dialog: object) -> None:
        self.heard.append(f"a dialog on {self.page.url}")
        dialog.dismiss()  # type: ignore[attr-defined]

    def _console(self, message: object) -> None:
        text = message.text  # type: ignore[attr-defined]
        if text.startswith("policy: ") or "Refused to" in text:
            self.breaches.append(f"{self.page.url}: {text}")

    def open(self, address: str) -> Iterator[str]:
        """Open a page; yield what it holds that acts."""
        answer = self.page.goto(address)
        assert answer is not None and answer.status < 500, address
        yield from (f"{what} on {address}" for what in self.page.evaluate(LOOK))


def test_no_payload_runs_on_any_page(site: str, browser: Browser, tmp_path: Path, figure) -> None:
    folder = copied(tmp_path)
    opened, heard, breaches, strings, whole = 0, list[str](), list[str](), 0, 0
    for turn in range(3 if is_long() else 1):
        said = run(POISON, folder, TURN=str(turn), MOST="400" if is_long() else "60")
        found = json.loads(next(line for line in said.splitlines() if line.startswith("FOUND"))[6:])
        strings, whole = max(strings, found["strings"]), max(whole, found["whole"])
        step = 1 if is_long() else 8
        with served(folder) as port:
            at = f"http://127.0.0.1:{port}"
            for ignoring in (True, False):
                context = browser.new_context(bypass_csp=ignoring)
                page = sign_in(context.new_page(), at, "admin", folder / "sample-accounts.txt")
                ears = Ears(page)
                # Which strings stand where turns with the turn; of pages that are alike each turn opens others.
                rest = found["rest"][turn::3] if is_long() else []
                pages = [*found["first"], *found["back"][::step], *rest]
                for address in pages if ignoring else pages[:: 5 if is_long() else 20]:
                    opened += 1
                    heard += ears.open(at + address)
                page.wait_for_timeout(300)
                heard += ears.heard
                # What the policy stops is a breach, and is there.
                breaches += ears.breaches
                context.close()
    assert heard == []
    assert breaches == []
    assert len(payloads()) == strings
    figure("hostile_payloads", strings)
    figure("hostile_payload_fields", whole)
    figure("hostile_payload_pages", opened)
    figure("hostile_executions", len(heard))


def test_a_payload_that_is_not_escaped_is_heard_and_seen(browser: Browser) -> None:
    context = browser.new_context(bypass_csp=True)
    ears = Ears(context.new_page())
    ran = seen = 0
    for payload in payloads():
        before = len(ears.heard)
        ears.page.set_content(
            f"<!doctype html><title>x</title><p>{payload}</p><input value='{payload}'><input value=\"{payload}\">"
        )
        ears.page.wait_for_timeout(30)
        seen += bool(ears.page.evaluate(LOOK))
        ran += len(ears.heard) > before
    context.close()
    # Where nothing is escaped, half of them run by themselves, and most can be seen.
    assert ran >= 30
    assert seen >= 40

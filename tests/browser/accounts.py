"""Signing in with a sample account of the served site."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page


def password_of(name: str, accounts: Path | None = None) -> str:
    """Return the password of a sample account, from the file `accounts` or that of the site that the tests serve."""
    lines = Path(accounts or os.environ["SAMPLE_ACCOUNTS"]).read_text(encoding="utf-8").splitlines()
    return next(line.split()[1] for line in lines if line.split()[:1] == [name])


def sign_in(page: Page, site: str, name: str, accounts: Path | None = None) -> Page:
    """Sign in on `page` and return it, on the page that one is led to."""
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password_of(name, accounts))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    return page

"""What axe finds on a page: asked in one place, and only once the page is there."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Rules that found nothing are not written out.
WANTED = {"resultTypes": ["violations"]}


def violations(page: Page, options: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return what axe finds on the page as it is now, each with its rule (`id`) and the elements (`nodes`).

    A click that leads elsewhere returns when the next page has begun: for a moment that one has no element to look at.
    """
    page.wait_for_load_state()
    return list(Axe().run(page, options=WANTED | (options or {})).response["violations"])

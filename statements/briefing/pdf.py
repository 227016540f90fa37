"""The page of a briefing as PDF, by WeasyPrint: imported when one is asked for, since it is slow and needs Pango."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.templatetags.static import static

STYLE = "css/briefing.css"
# Where a page stands that is printed without being served: a name that leads nowhere (RFC 2606).
NOWHERE = "https://briefing.invalid/"
# Each of these packages of Debian brings a library without which WeasyPrint does not start.
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


class NoPangoError(Exception):
    """The libraries that PDF is made with are not installed."""


def own_style_alone() -> Any:
    """Return a fetcher that answers for the one style of a briefing, and asks nobody for anything.

    Raise NoPangoError where WeasyPrint cannot be imported.
    """
    try:
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:
        raise NoPangoError from error

    class OwnStyleAlone(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url != NOWHERE.rstrip("/") + static(STYLE):
                raise ValueError(f"a briefing fetches nothing: {url[:80]}")
            found = finders.find(STYLE)
            if not isinstance(found, str):
                raise ValueError(f"{STYLE} is missing")
            return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": "text/css; charset=utf-8"})

    return OwnStyleAlone()


def written(html: str) -> bytes:
    """Return a page as PDF with tags for screen readers; raise NoPangoError where that cannot be made here."""
    fetcher = own_style_alone()
    from weasyprint import HTML

    pdf: bytes = HTML(string=html, base_url=NOWHERE, url_fetcher=fetcher).write_pdf(pdf_tags=True)
    return pdf

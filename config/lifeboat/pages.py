"""How a page that was read is written: with the files that its links lead to, and known to the search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from config.lifeboat import folder as folders
from config.lifeboat.assets import name_of as asset_name
from config.lifeboat.assets import shape
from config.lifeboat.places import address_of, relative
from config.lifeboat.rewriting import Rules, rewritten
from config.lifeboat.scope import held, name_of
from config.lifeboat.searching import Document, document_of
from config.lifeboat.spool import Page, Spool

ABOUT, SCRIPT = "/copy/", "js/offline_search.js"
# Which kind of pages a form looks for, by the name of the list that it is sent to.
_LISTS = {"search": "", "visit_list": "visit", "statement_list": "statement"}


@dataclass(frozen=True, slots=True)
class Part:
    """A file that was written, with its SHA-256: whether anew, whether a page, what it loads, what finds it."""

    file: str
    digest: str
    anew: bool
    is_page: bool
    assets: tuple[str, ...] = ()
    document: Document | None = None


@lru_cache(maxsize=1)
def _spool(path: Path) -> Spool:
    return Spool(path)


@lru_cache(maxsize=100_000)
def _file(path: Path, address: str) -> str:
    """Return the file in which an address of a link stands in the copy, "" where in none."""
    found = held(address)
    return _spool(path).file(found) if found else ""


@lru_cache(maxsize=1)
def _sentences() -> tuple[str, str]:
    """Return what stands in place of a form that needs the server, and what ends each page."""
    return render_to_string("lifeboat/needs_server.html"), render_to_string("lifeboat/foot.html", {"about": ABOUT})


def written_page(site: str, folder: Path, spool: Path, address: str) -> Part:
    """Write what stands at an address into its file of the copy."""
    page = _spool(spool).page(address)
    if page.media_type != "text/html":
        digest, anew = folders.write(folder, page.file, page.body)
        return Part(page.file, digest, anew, is_page=False)
    assets: set[str] = set()
    html = rewritten(page.body.decode(), _rules(site, spool, page, assets), narrowed="?" in address)
    digest, anew = folders.write(folder, page.file, html.encode())
    kind, _mark, what = name_of(address).rpartition("_")
    is_found = what == "detail" and "?" not in address and not page.gone
    document = document_of(kind, html) if is_found else None
    return Part(page.file, digest, anew, True, tuple(sorted(assets)), document)


def _rules(site: str, spool: Path, page: Page, assets: set[str]) -> Rules:
    """Return what the links of a page lead to; what it loads is added to `assets`."""

    def leads(link: str) -> str:
        found = address_of(link, page.address, site)
        if found is None:
            return link
        address, fragment = found
        if name := asset_name(address):
            if name.endswith((".js", ".mjs")) and name != asset_name(static(SCRIPT)):
                return ""
            assets.add(name)
            return relative(f"static/{name}", page.file)
        file = _file(spool, address)
        return relative(file, page.file, fragment) if file else ""

    def lists(action: str) -> str | None:
        found = address_of(action, page.address, site)
        return _LISTS.get(name_of(found[0])) if found else None

    needs_server, foot = _sentences()
    script = relative(f"static/{asset_name(static(SCRIPT))}", page.file)
    search = relative(_file(spool, reverse("search")), page.file)
    return Rules(leads, lists, search, shape, needs_server, foot, frozenset({script}))

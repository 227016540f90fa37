"""Which addresses a copy holds: what everybody may read, without what only a server can answer."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from config.public import BRIEFINGS, CACHED_PAGES, FILES
from statements.models import Statement, Topic
from visits.models import Country, Mandate, Meeting, Organisation, Person, Source, Visit

# Cards and pictures are loaded from the site by other sites; the search has a page of its own in the copy.
_ASKED_OF_THE_SITE = {"search", "oembed", "embed_visit", "embed_statement", "picture", "picture_of_the_site"}
# Briefings are chosen by a form; in the copy stands the one with nothing chosen.
CHOSEN = {f"{name.removesuffix('_file')}" for name in BRIEFINGS}
HELD = (CACHED_PAGES | FILES | BRIEFINGS | {"statement_feed"}) - _ASKED_OF_THE_SITE - CHOSEN
# They differ from one making to the next, or take a second each; the same stands in CSV, JSON and HTML.
_LEFT_OUT = (".xlsx", ".pdf", ".docx")
_TAKEN = ("csv", "json", "jsonl")
# What the copy has in place of pages of the site, by address: the templates of these pages.
OWN = {"/search/": "lifeboat/search.html", "/copy/": "lifeboat/about.html"}
RECORDS = (
    (Visit, "visit_detail", "slug"),
    (Meeting, "meeting_detail", "public_id"),
    (Statement, "statement_detail", "public_id"),
    (Source, "source_detail", "public_id"),
    (Person, "person_detail", "slug"),
    (Organisation, "organisation_detail", "slug"),
    (Topic, "topic_detail", "slug"),
)
# Words of the vocabulary, which hold nothing that could be hidden.
WORDS = ((Country, "country_detail", "iso3"), (Mandate, "mandate_detail", "slug"))


def name_of(address: str) -> str:
    """Return the name of an address, "" where there is none."""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


def held(address: str) -> str:
    """Return the address under which the copy holds what `address` shows, "" where it holds nothing of it."""
    if address.partition("?")[0] in OWN:
        return address.partition("?")[0]
    if address.partition("?")[0].endswith(_LEFT_OUT):
        return ""
    name = name_of(address)
    if name in CHOSEN:
        path, _mark, query = address.partition("?")
        address, name = f"{path.rstrip('/')}.html" + (f"?{query}" if query else ""), f"{name}_file"
    return address if name in HELD else ""


def is_followed(link: str, at: str) -> bool:
    """Whether an address that the page `at` leads to is written for its sake.

    A list with a filter chosen leads to the same list with each other filter as well: of these, which are without end,
    the copy has the pages of the list alone.
    """
    path, _mark, query = link.partition("?")
    own_path, _mark, own_query = at.partition("?")
    if not own_query or not query:
        return True
    return path == own_path and _without_page(query) == _without_page(own_query)


def _without_page(query: str) -> list[tuple[str, str]]:
    return [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "page"]


def beginnings() -> Iterator[str]:
    """Yield where the reading begins: all that has one address, and whatever everybody may see of the record."""
    yield from OWN
    for name in sorted(HELD):
        for arguments in [[form] for form in _TAKEN] if name.endswith("_export") else [[]]:
            try:
                yield reverse(name, args=arguments)
            except NoReverseMatch:
                continue
    nobody = AnonymousUser()
    rows = [(model.objects.visible_to(nobody), name, key) for model, name, key in RECORDS]
    for found, name, key in [*rows, *((model.objects.all(), name, key) for model, name, key in WORDS)]:
        for value in found.order_by(key).values_list(key, flat=True).iterator():
            yield reverse(name, args=[value.lower()])

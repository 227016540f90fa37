"""Visits, meetings, commitments, corrections and names as Atom feeds (RFC 4287), alone or with statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from statements.corrections import Correction
from statements.feeds import Feed, body, readable
from statements.following import Told
from visits.exports.calendar import Entry

MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a feed. `ident` never changes, `updated` is when the public last learned something of it.

    Names have no `published`: what is known of when they came up is `updated`.
    """

    ident: str
    address: str
    title: str
    content: str
    published: datetime | None
    updated: datetime
    categories: tuple[str, ...] = ()


def item_of_entry(entry: Entry) -> Item:
    """Return a visit, meeting or commitment, which a calendar tells in the same words."""
    content = render_to_string("statements/told_happening.html", {"lines": entry.description.split("\n")})
    return Item(entry.url, entry.url, entry.summary, content, entry.published, entry.updated)


def item_of_statement(row: Told, site: str) -> Item:
    """Return a statement as the feeds of searches tell it."""
    address = site + row.card.url
    topics = tuple(name for _slug, name in row.card.topics)
    return Item(address, address, row.title, body(row, site), row.published, row.updated, topics)


def item_of_correction(entry: Correction, site: str, path: str) -> Item:
    """Return a correction, told on its day; its address is its place in the list at `path`."""
    address = f"{site}{path}?entry={entry.anchor}"
    moment = datetime.combine(entry.told_on, time.min, UTC)
    cards = [card for card in (entry.statement, entry.by) if card is not None]
    titles = ", ".join(card.who for card in cards)
    title = f"{entry.label}: {titles}" if titles else entry.label
    context = {"entry": entry, "cards": cards, "site": site}
    return Item(address, address, title, render_to_string("statements/told_correction.html", context), moment, moment)


def newest_items(*items: Iterable[Item]) -> list[Item]:
    """Return the items that were last updated, the latest first."""
    found = [item for some in items for item in some]
    return sorted(found, key=lambda item: (item.updated, item.ident), reverse=True)[:MOST_TOLD]


def atom_of(*, title: str, site: str, page: str, path: str, items: Sequence[Item]) -> str:
    """Return a feed as text; `page` is the path of what it follows, `path` that of the feed."""
    feed = Feed(
        title=readable(title), link=site + page, description="", language=get_language(), feed_url=site + path,
        author_name="Vis-à-vis", author_link=f"{site}/", feed_guid=site + path,
    )  # fmt: skip
    for item in items:
        parts: dict[str, Any] = {"categories": [readable(name) for name in item.categories]}
        feed.add_item(
            title=readable(item.title) or gettext("untitled"), link=item.address, description=readable(item.content),
            unique_id=item.ident, pubdate=item.published, updateddate=item.updated, **parts,
        )  # fmt: skip
    return feed.writeString("utf-8")

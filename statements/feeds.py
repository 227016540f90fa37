"""A search as an Atom feed (RFC 4287), and the stamp by which its reader learns that nothing is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext, ngettext

from config.page_cache import read_stamp
from statements.following import Inner, Told
from statements.models import SavedSearch
from visits.signs import readable

# Raised with every change of what an entry shows: until then a reader is told that nothing is new.
FORMAT = 2
# Of a feed in which nothing stands and of a site at which nothing was published yet.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Feed(Atom1Feed):
    """An Atom feed that says the same whenever it is written: without entries too it has a moment of its own."""

    def latest_post_date(self) -> datetime:
        """Return when the latest entry changed."""
        found = [item["updateddate"] for item in self.items]
        return max(found, default=BEGINNING)


def site_address(request: HttpRequest | None = None) -> str:
    """Return where the site is reached, without a slash at its end: as it is set, or else as `request` reached it."""
    if settings.SITE_ADDRESS or request is None:
        return str(settings.SITE_ADDRESS)
    return f"{request.scheme}://{request.get_host()}"


def key_of(search: SavedSearch) -> str:
    """Return the secret end of the address of a search's feed; with another `feed_key` it is another."""
    return salted_hmac("statements.feeds", f"{search.public_id} {search.feed_key}", algorithm="sha256").hexdigest()


def is_key_of(search: SavedSearch, key: str) -> bool:
    """Whether `key` ends the address of the search's feed."""
    return constant_time_compare(key, key_of(search))


def own_path(search: SavedSearch) -> str:
    """Return the secret path of a search's feed."""
    return reverse("saved_feed", args=[search.public_id, key_of(search)])


def public_path(query: str) -> str:
    """Return the path of the feed that everybody may read of a search."""
    return reverse("statement_feed") + (f"?{query}" if query else "")


def etag_of(site: str, query: str, inner: Inner) -> str:
    """Return the stamp of a feed: of what is published, what is asked for where, and what members are told of.

    With the day (UTC): what is published turns by itself where a consent has ended.
    """
    parts = [FORMAT, get_language(), read_stamp(), timezone.now().date(), site, query, inner]
    return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def atom(*, title: str, site: str, path: str, guid: str, query: str, rows: Sequence[Told], inner: Inner) -> str:
    """Return a feed of public statements as text; `inner` adds an entry that tells how many more members find.

    `path` is where the feed is read, `guid` the path by which it is known, which tells no secret.
    """
    page = reverse("statement_list") + (f"?{query}" if query else "")
    feed = Feed(
        title=readable(title), link=site + page, description="", language=get_language(), feed_url=site + path,
        author_name="Vis-à-vis", author_link=f"{site}/",
        feed_guid=site + guid,
    )  # fmt: skip
    if inner.latest is not None:
        feed.add_item(
            title=members_too(inner), link=site + page, description=gettext("Sign in to read them."),
            unique_id=f"{site}{guid}#members", pubdate=None, updateddate=inner.latest,
        )  # fmt: skip
    for row in rows:
        address = site + row.card.url
        feed.add_item(
            title=readable(row.title), link=address, description=readable(body(row, site)), unique_id=address,
            pubdate=row.published, updateddate=row.updated, categories=[name for _slug, name in row.card.topics],
        )  # fmt: skip
    return feed.writeString("utf-8")


def body(row: Told, site: str) -> str:
    """Return the quotation of a statement with its source and day as HTML, its links whole."""
    context: dict[str, Any] = {"row": row, "card": row.card, "site": site}
    return render_to_string("statements/told_entry.html", context)


def members_too(inner: Inner) -> str:
    """Return in a sentence how many more statements members find."""
    number = f"{inner.number:,}+" if inner.more else f"{inner.number:,}"
    words = ngettext(
        "%(number)s more statement for members fits",
        "%(number)s more statements for members fit",
        inner.number,
    )
    return words % {"number": number}

"""Ours beside Datasette on the same rows, over HTTP: `python -m tests.bench.peer` prints the table for SCALE.

Datasette has its own SQLite file (peer_file.py) and its own virtual environment in BENCH_DATA. Both answer one reader,
in turns, on connections that are kept; the answers are compared before anything is measured. What a reader gets is
judged: its page, as it comes, beside ours. Its JSON without suggested facets stands beside it, and where we are slower
than the quicker of the two, the table says so.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SECRET_KEY", "only-for-measuring")
django.setup()

from statements.scale.record import MEASURED  # noqa: E402 - after the settings
from tests.bench.peer_answers import Answer, all_of_visits, by_peer, by_peer_as_json, entries, statements, visits  # noqa: E402
from tests.bench.peer_site import VERSION, Site, datasette, file_of, ours  # noqa: E402
from tests.bench.peer_words import Words, chosen, region_and_year  # noqa: E402
from tests.bench.table import SHARE, database  # noqa: E402

ROUNDS = max(15, int(os.environ.get("ROUNDS", "15")))
WARM = 8  # PostgreSQL plans a prepared statement anew five times before it settles on a plan.
PAGE, VISITS_PER_PAGE, ENTRIES = 20, 50, 100


@dataclass(frozen=True, slots=True)
class Work:
    """What a reader asks of both: an address of ours and one of the peer's; at least so many times quicker we are."""

    name: str
    ours: str
    peer: str
    read: Callable[[str], Answer]
    limit: float | None = None
    cached: bool = False
    # The words of a search by relevance: two such orders differ, so each row is looked for among what is found.
    best_of: str = ""
    # Further pages of the peer, whose facets belong to the answer.
    also: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[str, ...]:
        """Return the addresses of the peer."""
        return (self.peer, *self.also)

    @property
    def json(self) -> tuple[str, ...]:
        """Return the addresses of the same answer as JSON."""
        return tuple(
            f"{path}.json?{query}&_shape=objects&_nosuggest=1"
            for path, query in (page.split("?") for page in self.pages)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """Medians in milliseconds; how many times quicker we are than the peer's page, and than the quicker of both."""

    name: str
    database: str
    ours: float
    page: float
    json: float
    than_page: float
    quicker: float
    limit: float | None

    @property
    def holds(self) -> bool:
        """Whether we are as much quicker as we have to be."""
        return self.limit is None or self.than_page >= self.limit

    def line(self) -> str:
        """Return the row for the terminal."""
        told = ("  slower than Datasette" if self.quicker < 1 else "") + ("" if self.holds else "  TOO SLOW")
        return (
            f"{self.name:<58}{self.ours:>9.1f}{self.page:>11.1f}{self.json:>9.1f}"
            f"{self.than_page:>12.2f}{self.quicker:>9.2f}"
            f"{self.limit or '':>9}{told}"
        )


def works(words: Words, file: Path) -> Iterator[Work]:
    """Yield what is compared."""
    region, year = region_and_year(file, MEASURED)
    choices = {"region": region, "status": "completed", "kind": "official"}
    days = {"first_day__lte": f"{year}-12-31", "last_day__gte": f"{year}-01-01"}
    address = f"/visits/?{urlencode({**choices, 'year': year})}"
    facets = "&_facet=country&_facet=mandate&_facet=holder&_facet_array=topics&_facet_size=max"
    listed = f"/peer/visits?{urlencode({**choices, **days})}{facets}&_sort_desc=place&_size={VISITS_PER_PAGE}"
    yield Work("list of visits, 4 filters, 4 of 8 facets", address, listed, visits)
    # It counts under all filters: what another choice of one would leave, it says on a page without that one. So only
    # several of its pages answer what ours does.
    without = [
        {**{name: value for name, value in choices.items() if name != chosen}, **days, "_facet": chosen}
        for chosen in choices
    ]
    without.append({**choices, "_facet_array": "years"})
    more = tuple(f"/peer/visits?{urlencode(query)}&_facet_size=max&_size=0" for query in without)
    yield Work("the same, all 8 facets (5 pages of it)", address, listed, all_of_visits, 5, also=more)
    told = f"/peer/statements?{urlencode({'visit': MEASURED})}&_sort=reading&_size={ENTRIES}"
    for name, limit, cached in (("from the cache", 5, True), ("afresh", 1.2, False)):
        yield Work(f"visit of 60 entries, {name}", f"/visits/{MEASURED}/", told, entries, limit, cached)
    for kind, word in words.items():
        yield newest(f"search, {kind} ({word}), newest first", word, 3)
    for kind, word in words.items():
        address = f"/statements/?{urlencode({'q': word})}&sort=relevance"
        best = f"/peer/by_relevance?{urlencode({'words': word})}"
        yield Work(f"search, {kind} ({word}), by relevance", address, best, statements, best_of=word)


def newest(name: str, word: str, limit: float | None = None) -> Work:
    """Return the search for words, newest first."""
    found = f"/peer/statements?{urlencode({'_search': word})}&_sort_desc=place&_size={PAGE}"
    return Work(name, f"/statements/?{urlencode({'q': word})}", found, statements, limit)


def _gathered(answers: Iterable[Answer]) -> Answer:
    """Return the first answer with the facets of all."""
    first, *others = answers
    return first._replace(facets={name: counts for one in (first, *others) for name, counts in one.facets.items()})


def _found(peer: Site, words: str, rows: list[str]) -> bool:
    """Whether the peer finds all these rows by the words."""
    query = urlencode({"_search": words, "id__in": ",".join(rows), "_shape": "objects"})
    return len(by_peer_as_json(peer.text(f"/peer/statements.json?{query}")).rows) == len(rows)


def differences(work: Work, own: Site, peer: Site) -> str:
    """Return in a sentence how the answers differ, "" where they are the same."""
    answer = work.read(own.text(work.ours))
    page = _gathered(by_peer(peer.text(address)) for address in work.pages)
    told = _gathered(by_peer_as_json(peer.text(address)) for address in work.json)
    if page != told:
        return f"{work.peer} answers {page!r:.1500} as a page and {told!r:.1500} as JSON."
    if work.best_of:
        whole = answer.count == str(len(answer.rows))
        same = len(answer.rows) == len(page.rows) and (not whole or set(answer.rows) == set(page.rows))
        same = same and all(_found(peer, work.best_of, one.rows) for one in (answer, page))
    else:
        same = answer == page
    return "" if same else f"{work.ours} answers {answer!r:.1500}, and {work.peer} {page!r:.1500}."


def measure(work: Work, own: Site, peer: Site, vendor: str) -> Row:
    """Return the row of a work, after comparing the answers."""
    if differing := differences(work, own, peer):
        raise SystemExit(f"{work.name}: {differing} Nothing is measured where the answers differ.")
    ways = ((own, (work.ours,)), (peer, work.pages), (peer, work.json))
    for number in range(WARM):
        for site, addresses in ways[: 3 if number < 2 else 1]:
            site.seconds(addresses)
    rounds = [[site.seconds(addresses) * 1000 for site, addresses in ways] for _round in range(ROUNDS)]
    mine, page, told = (median(column) for column in zip(*rounds, strict=True))
    than_page, than_json = (median(times[one] / times[0] for times in rounds) for one in (1, 2))
    # Only on PostgreSQL are we held to a limit.
    limit = work.limit if vendor == "postgresql" else None
    return Row(work.name, vendor, mine, page, told, than_page, than_page if page <= told else than_json, limit)


def rows(vendor: str, share: float) -> Iterator[Row]:
    """Yield the rows of ours on a database, beside the peer on its file."""
    file = file_of(share)
    with contextlib.ExitStack() as open_sites:
        settings = open_sites.enter_context(database(vendor, share))
        peer = open_sites.enter_context(datasette(file))
        afresh, cached = (
            open_sites.enter_context(ours({**settings, "CACHE_URL": cache}))
            for cache in ("dummycache://", "locmemcache://")
        )
        words = chosen(file, lambda word: not differences(newest("", word), afresh, peer))
        for work in works(words, file):
            site = cached if work.cached else afresh
            if bool(site.header(work.ours, "ETag")) is not work.cached:
                raise SystemExit(f"{work.ours} is {'not ' if work.cached else ''}answered from the cache.")
            yield measure(work, site, peer, vendor)


def show() -> int:
    """Print the table; return how many figures fall short of what they have to be."""
    failed = 0
    for vendor in ("postgresql", "sqlite"):
        print(f"\nours on {vendor} beside Datasette {VERSION} on SQLite, {SHARE:g} of a million statements, over HTTP")
        print(
            f"{'work':<58}{'ours ms':>9}{'its page':>11}{'its JSON':>9}{'than page':>12}{'quicker':>9}{'at least':>9}"
        )
        for row in rows(vendor, SHARE):
            failed += not row.holds
            print(row.line(), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(1 if show() else 0)

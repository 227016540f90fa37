"""Known items: of 100 queries about what the sample record is known to hold, at least 95 show it among the first five.

`known_items.csv` holds what a reader types, the section of the search in which the answer is looked for, and its
address. The first five are those that the page shows: of the section on `/search/`, or of `/statements/` by relevance.
"""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

from django.test import Client

from statements.models import SearchKind

ITEMS = list(csv.DictReader((Path(__file__).parent / "known_items.csv").open(encoding="utf-8")))
FIRST = 5
ENOUGH = 95


def first_of(client: Client, query: str, section: str) -> list[str]:
    """Return the addresses of the first results of a section, in their order."""
    if section == SearchKind.STATEMENT:
        page = client.get(f"/statements/?q={quote(query)}&sort=relevance").content.decode()
        found = re.split(r'<li class="found', page)[1:]
        return [re.search(r'href="(/statements/[a-z0-9]+/)"', one).group(1) for one in found][:FIRST]
    page = client.get(f"/search/?q={quote(query)}").content.decode()
    part = re.search(rf'<section aria-labelledby="found-{section}">(.*?)</section>', page, re.S)
    links = re.findall(r'<li class="found">\s*<a href="([^"]+)"', part.group(1)) if part else []
    return [unescape(link) for link in links][:FIRST]


def test_there_are_a_hundred_queries_of_many_kinds_and_what_they_ask_for_is_there(db):
    assert len(ITEMS) == len({(row["query"], row["section"]) for row in ITEMS}) == 100
    assert len({row["difficulty"] for row in ITEMS}) >= 10
    client = Client()
    assert [row["wanted"] for row in ITEMS if client.get(row["wanted"]).status_code != 200] == []


def test_what_is_wanted_is_among_the_first_five(db):
    client = Client()
    misses = []
    for row in ITEMS:
        found = first_of(client, row["query"], row["section"])
        if row["wanted"] not in found:
            misses.append(f"{row['difficulty']}: {row['query']} → {row['wanted']}, found {found}")
    told = f"{len(ITEMS) - len(misses)} of {len(ITEMS)}\n" + "\n".join(misses)
    print(told)
    assert len(ITEMS) - len(misses) >= ENOUGH, told

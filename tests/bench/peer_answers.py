"""What a page says, read out of its HTML: which rows in which order, how many there are, the counts of its facets."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NamedTuple

from lxml import html

from statements.search.finding import MOST_COUNTED

# What our facets are called on the page, and the columns of the peer; the first four have a filter that is chosen.
FACETS = {
    "Region": "region", "Status": "status", "Kind": "kind", "Year": "years",
    "Country": "country", "Mandate": "mandate", "Mandate holder": "holder", "Topic": "topics",
}  # fmt: skip
NOT_CHOSEN = ("country", "mandate", "holder", "topics")


class Answer(NamedTuple):
    """The keys of the rows in order, their number as ours tells it, and by facet how many rows have each value."""

    rows: list[str]
    count: str
    facets: dict[str, dict[str, int]]


def all_of_visits(page: str) -> Answer:
    """Return what our list of visits says."""
    tree = html.fromstring(page)
    rows = [link.split("/")[2] for link in tree.xpath("//li[@class='visit']//h3/a/@href")]
    facets = {}
    for facet in tree.xpath("//details[@class='facet']"):
        name = FACETS[facet.xpath("summary")[0].text_content().partition(":")[0].strip()]
        counted: Counter[str] = Counter()
        for link in facet.xpath(".//li/a"):
            label, number = (part.text_content().strip() for part in link.xpath("span"))
            # A mandate without a scope is called by its address.
            counted[(label or link.get("href").rpartition("=")[2]).lower()] += _number(number)
        facets[name] = dict(counted)
    return Answer(rows, _told(tree, "visit"), facets)


def visits(page: str) -> Answer:
    """Return the same with the counts of those facets alone whose filter is not chosen."""
    answer = all_of_visits(page)
    return answer._replace(facets={name: answer.facets[name] for name in NOT_CHOSEN})


def entries(page: str) -> Answer:
    """Return what our page of a visit says: its statements in the order of time."""
    links = html.fromstring(page).xpath("//a[starts-with(@href, '/statements/')]/@href")
    rows = list(dict.fromkeys(link.split("/")[2] for link in links if re.fullmatch(r"/statements/[^/?]+/", link)))
    return Answer(rows, str(len(rows)), {})


def statements(page: str) -> Answer:
    """Return what our list of statements says."""
    tree = html.fromstring(page)
    links = tree.xpath("//li[contains(@class, 'found')]//a[starts-with(@href, '/statements/')]/@href")
    rows = list(dict.fromkeys(link.split("/")[2] for link in links))
    return Answer(rows, _told(tree, "statement"), {})


def by_peer(page: str) -> Answer:
    """Return what a page of the peer says."""
    tree = html.fromstring(page)
    cells = _cells(tree, "id") or _cells(tree, "slug")
    rows = [cell.text_content().strip() for cell in cells]
    facets = {}
    for facet in tree.xpath("//div[@class='facet-results']/div"):
        values = facet.xpath(".//li[a]")
        facets[facet.get("data-column")] = {
            value.xpath("a")[0].text_content().lower(): _number(value.xpath("a")[0].tail) for value in values
        }
    heading = tree.xpath("//h3")
    told = re.match(r"\s*([\d,]+) rows?\b", heading[0].text_content()) if heading else None
    return Answer(rows, _capped(_number(told.group(1))) if told else "", facets)


def by_peer_as_json(body: str) -> Answer:
    """Return what the peer says as JSON."""
    answer: dict[str, Any] = json.loads(body)
    if answer.get("error") or answer.get("facets_timed_out"):
        raise SystemExit(f"The peer gave up: {answer.get('error') or answer['facets_timed_out']}.")
    key = "id" if "id" in answer["columns"] else "slug"
    facets = {
        name: {value["label"].lower(): value["count"] for value in facet["results"]}
        for name, facet in answer.get("facet_results", {}).items()
    }
    count = answer.get("filtered_table_rows_count")
    return Answer([row[key] for row in answer["rows"]], "" if count is None else _capped(count), facets)


def _cells(tree: Any, column: str) -> list[Any]:
    found: list[Any] = tree.xpath(f"//td[contains(concat(' ', @class, ' '), ' col-{column} ')]")
    return found


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _capped(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def _told(tree: Any, word: str) -> str:
    """Return the number that a list of ours tells of its rows."""
    text = " ".join(part.text_content() for part in tree.xpath("//div[@class='tools']/p"))
    found = re.search(rf"([\d,]+\+?)\s+{word}s?\b", text)
    return found.group(1) if found else "0"

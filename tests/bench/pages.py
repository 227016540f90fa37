"""Pages built afresh on the generated record, each against its floor in turns: `python -m tests.bench.pages`.

Works on the database of the settings, which holds the record already; prints a row of JSON for each page.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["CACHE_URL"] = "dummycache://"
os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
django.setup()

from django.contrib.auth.models import AnonymousUser  # noqa: E402 - after the settings
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.template import Context  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment  # noqa: E402

from statements.models import Statement, Topic  # noqa: E402
from statements.scale.record import MEASURED  # noqa: E402
from statements.search.query import conditions_of, parse  # noqa: E402
from tests.bench import floors  # noqa: E402
from tests.bench.measure import seconds  # noqa: E402
from tests.bench.words import chosen  # noqa: E402
from visits.models import Mandate, Visit, VisitLeg, VisitMandate  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "25"))
WARM = 8
VISITS_COMPARED = 10


@dataclass
class Row:
    """A page and its floor: medians and p99 in milliseconds, queries, bytes, the most that the ratio may be."""

    name: str
    database: str
    statements: int
    ours: float
    p99: float
    floor: float
    ratio: float
    limit: float | None
    queries: int
    bytes: int


def ready(address: str) -> tuple[Callable[[], Any], int, dict[str, Any]]:
    """Return how to render the template of a page from ready rows, how many bytes the page has, and those rows."""
    setup_test_environment(debug=False)
    try:
        response = Client(SERVER_NAME="localhost").get(address)
    finally:
        teardown_test_environment()
    if response.status_code != 200 or not response.context:
        raise SystemExit(f"{address} answers {response.status_code}: there is nothing to measure.")
    template, values = response.templates[0], response.context[0].flatten()
    return lambda: template.render(Context(values)), len(response.content), values


def measure(
    name: str,
    address: str,
    floor: Callable[[], Any],
    limit: float | None,
    *,
    template: bool,
    shown: Callable[[dict[str, Any]], Any] = lambda _values: None,
) -> Row:
    """Return the row of a page; its floor renders the template from ready rows too where `template` says so.

    What the page shows has to be what the floor returns: `shown` reads it from the values of the template.
    """
    client = Client(SERVER_NAME="localhost")
    render, size, values = ready(address)
    answer, expected = shown(values), floor()
    if answer != expected:
        raise SystemExit(f"{address} shows {answer!r:.2000}, and the floor returns {expected!r:.2000}.")

    def ours() -> None:
        client.get(address)

    def against() -> None:
        floor()
        if template:
            render()

    with CaptureQueriesContext(connection) as found:
        ours()
    # Counted now: the next request empties the list.
    asked = len(found)
    # PostgreSQL plans a prepared statement anew five times before it settles on a plan.
    for _round in range(WARM):
        ours()
        against()
    pairs = [(seconds(ours), seconds(against)) for _round in range(ROUNDS)]
    times = [pair[0] * 1000 for pair in pairs]
    return Row(
        name, connection.vendor, Statement.objects.count(), median(times), quantiles(times, n=100)[-1],
        median(pair[1] for pair in pairs) * 1000, median(pair[0] / pair[1] for pair in pairs), limit, asked, size,
    )  # fmt: skip


def _visits_shown(values: dict[str, Any]) -> Any:
    """Return the slugs of a page of visits, and by filter the number of each choice."""
    numbers = {
        facet.name: {
            choice.value.upper() if facet.name == "country" else choice.label if facet.name == "region"
            else choice.value: choice.count
            for choice in facet.choices
        }
        for facet in values["facets"]
    }  # fmt: skip
    return [row.url.strip("/").rpartition("/")[2] for row in values["rows"]], numbers


def _statements_shown(values: dict[str, Any]) -> Any:
    """Return the ids of a page of statements, and how many there are."""
    return [quoted.card.pk for quoted in values["results"]], values["count"]


def rows() -> Iterator[Row]:
    """Yield every row."""
    reader = AnonymousUser()
    yield measure("visit of 60 entries, afresh", f"/visits/{MEASURED}/", lambda: None, 2, template=True)

    leg = VisitLeg.objects.filter(visit__slug=MEASURED).select_related("country").get()
    year = Visit.objects.get(slug=MEASURED).dates_latest.year  # type: ignore[union-attr]
    region = leg.country.region  # type: ignore[union-attr]
    address = f"/visits/?region={region}&status=completed&kind=official&year={year}"
    for listed, limit, template in (
        ("list of visits, 4 filters, all counts", 2, False),
        ("the same, and its template from ready rows", None, True),
    ):
        yield measure(
            listed, address, lambda: floors.visit_list(region, "completed", "official", year), limit,
            template=template, shown=_visits_shown,
        )  # fmt: skip

    for kind, words in chosen(Statement.objects.count(), reader).items():
        conditions = conditions_of(parse(words))
        for relevance in (False, True):
            address = f"/statements/?q={words.replace(' ', '+')}" + ("&sort=relevance" if relevance else "")

            def floor(conditions: Any = conditions, relevance: bool = relevance) -> Any:
                return floors.search(conditions, relevance=relevance)

            order = "by relevance" if relevance else "newest first"
            yield measure(f"search, {kind}, {order}", address, floor, 2, template=True, shown=_statements_shown)

    said = VisitMandate.objects.filter(visit__workflow="published", visit__visibility="public")
    most = said.values("mandate").annotate(n=Count("pk")).order_by("-n", "mandate").first()
    mandate = Mandate.objects.get(pk=most["mandate"])  # type: ignore[index]
    topic = Topic.objects.filter(statement_topics__statement__visit__visit_mandates__mandate=mandate).first()
    if topic is None:
        raise SystemExit("No topic was spoken of in a visit for the mandate: the record is too small.")
    address = f"/positions/?topic={topic.slug}&mandate={mandate.slug}"
    yield measure(
        f"comparison of a topic over {VISITS_COMPARED} visits", address,
        lambda: floors.comparison(topic.pk, mandate.pk, VISITS_COMPARED), 3, template=True,
        shown=lambda values: [line.url.split("/")[2] for line in values["panels"][0].lines],
    )  # fmt: skip


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(asdict(row)), flush=True)

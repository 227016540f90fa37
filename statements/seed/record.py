"""The whole sample record in its order, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from statements.models import Statement
from statements.sample import told
from statements.seed.cambodia import Telling
from statements.seed.examples import Examples
from statements.seed.geography import enter_countries
from statements.seed.hidden import AUDIENCES, STATES, Hidden
from statements.seed.mandates import enter_mandates, enter_terms
from statements.seed.press import (
    Press,
    claims,
    enter_articles,
    enter_names,
    enter_topics,
    numbered,
    unresolved_articles,
)
from statements.seed.reading import read_record, rows_of
from statements.seed.store import Store, public_id
from statements.seed.visit_rows import read_visits
from statements.seed.visits import enter_reading
from visits.models import Visit

# The row of visits.csv that the visit told in full stands in.
TOLD_ROW = "149"


def size() -> int:
    """Return how many ticks a whole run makes."""
    record = read_record()
    visits = read_visits(rows_of("visits"), record)
    cambodia = told("cambodia_2022")
    parts = [
        record.countries,
        record.mandates,
        record.terms,
        visits.visits,
        rows_of("press_articles"),
        claims(numbered(rows_of("press_positions")), told("press")["positions"]),
        told("topics")["topics"],
        *(cambodia[name] for name in ("sources", "meetings", "statements", "positions")),
    ]
    return sum(len(part) for part in parts) + 5 + len(AUDIENCES) + len(STATES)


@transaction.atomic
def enter_record(tick: Callable[[], Any] = lambda: None) -> Store:
    """Enter what is missing of the sample record; return what was entered, found and left open."""
    store = Store(tick=tick)
    record = read_record()
    readings = read_visits(rows_of("visits"), record)
    press_told, cambodia_told = told("press"), told("cambodia_2022")
    enter_countries(record.countries, store)
    enter_mandates(record.mandates, store)
    enter_terms(record.terms, store)
    enter_topics(told("topics")["topics"], store)
    article_rows = rows_of("press_articles")
    articles = enter_articles(article_rows, store)
    telling = Telling(cambodia_told, articles, store)
    telling.enter_vocabulary()
    telling.enter_sources()
    visits: dict[str, Visit] = {}
    for reading in readings.visits:
        full = TOLD_ROW in reading.row_ids
        if full:
            reading.duration = reading.duration or "11-day"
        visit = enter_reading(reading, store, steps=telling.steps() if full else None)
        for row_id in reading.row_ids:
            visits[row_id] = visit
        tick()
    telling.enter_meetings(visits[TOLD_ROW])
    telling.enter_statements()
    telling.enter_conclusions()
    press = Press(press_told, articles, store)
    rows = numbered(rows_of("press_positions"))
    for key, row in claims(rows, press_told["positions"]):
        press.enter(key, row, visits, telling.meetings)
        tick()
    enter_links(press, press_told["positions"], store)
    enter_names(press_told, store)
    Examples(store).enter()
    Hidden(
        store,
        Visit.objects.get(slug="example-working-group"),
        Statement.objects.get(public_id=public_id("example statement group-answer")),
    ).enter()
    store.unresolved += [
        *record.unresolved,
        *readings.unresolved,
        *unresolved_articles(press_told, article_rows),
    ]
    return store


def enter_links(press: Press, positions: dict[str, Any], store: Store) -> None:
    """Enter the links between statements of the press, which may name a later one."""
    from statements.actions import link_statements
    from statements.models import StatementLink

    for key, reading in positions.items():
        for link in reading.get("links", ()):
            statement, other = press.statements[key], press.statements[link["to"]]
            if StatementLink.objects.filter(from_statement=statement, to_statement=other, kind=link["kind"]).exists():
                continue
            # Each link raises the version of both ends: read them as they are now.
            link_statements(
                statement=Statement.objects.get(pk=statement.pk),
                to=Statement.objects.get(pk=other.pk),
                kind=link["kind"],
                by=None,
            )

"""The row-wise and the set-wise way in: the same rows leave the same behind in every table of the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction

from statements.imports import rowwise
from statements.imports.importing import Statements
from statements.imports.planned import Planned
from statements.imports.setwise import Writer
from statements.models import Statement
from statements.search.index import rebuild
from tests.statements.imports.rows import Record, good, record
from visits.imports.gathering import acting
from visits.models import Compartment, PublicationStamp, User

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
# Numbers by which rows are told apart, which no two runs share.
NUMBERS = {"id", "history_id", "public_id", "statement_id", "record", "part"}


@pytest.fixture
def known(db: None) -> Record:
    return record()


def rows_of(model: Any, statements: Sequence[int]) -> list[str]:
    """Return the rows of a table but for their numbers; of which statement each is stands as its place."""
    places = {key: place for place, key in enumerate(statements)}
    of = "id" if model._meta.label in {"statements.Statement", "statements.HistoricalStatement"} else "statement_id"
    # One that was made meanwhile has another number each time.
    closed = {key: place for place, key in enumerate(Compartment.objects.order_by("pk").values_list("pk", flat=True))}
    told = []
    for row in model._base_manager.order_by("pk").values():
        key = row.get("record") if row.get("kind") == "statement" else row.get(of)
        place = places.get(key, -1)
        if row.get("compartment_id") in closed:
            row["compartment_id"] = closed[row["compartment_id"]]
        if row.get("row_kind") == "statements.statement":
            row["row"] = places.get(row["row"], -1)
        if row.get("row_kind") == "visits.compartment":
            row["row"] = closed.get(row["row"], -1)
        told.append(json.dumps({"of": place} | {k: v for k, v in row.items() if k not in NUMBERS}, default=str))
    return sorted(told)


def left_behind(way: Callable[[], Sequence[int]]) -> dict[str, list[str]]:
    """Return every table as `way` leaves it, and take that back."""
    found = {}
    with transaction.atomic(), time_machine.travel(NOW, tick=False):
        ids = way()
        for model in apps.get_models():
            if model._meta.managed and model is not PublicationStamp:
                found[model._meta.label] = rows_of(model, ids)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("SELECT exact, other FROM statements_searchterms")
                found["terms"] = sorted(map(str, cursor.fetchall()))
        transaction.set_rollback(True)
    return found


def planned(known: Record, by: User | None, *, publish: bool = False) -> list[Planned]:
    statements = Statements(by, publish=publish)
    told = good(known)
    rows = statements.judge_many(told, [{}] * len(told))
    assert [row.problems for row in rows if row.planned is None and not publish] == []
    return [row.planned for row in rows if row.planned is not None]


def one_by_one(rows: Sequence[Planned], by: User | None) -> list[int]:
    with acting(by):
        return [rowwise.enter(row, by=by).pk for row in rows]


def at_once(rows: Sequence[Planned], by: User | None) -> list[int]:
    with acting(by):
        writer = Writer(by=by)
        # In two parts: what is prepared for the first serves the second.
        ids = [*writer.write(rows[:7])[0], *writer.write(rows[7:])[0]]
        writer.index(ids)
        return ids


def test_both_ways_leave_the_same_behind(known: Record) -> None:
    """Also histories, verdicts, compartments and the index, for all that a row can name."""
    expected = left_behind(lambda: one_by_one(planned(known, known.reviewer), known.reviewer))
    found = left_behind(lambda: at_once(planned(known, known.reviewer), known.reviewer))
    assert len(expected["statements.HistoricalStatement"]) == 22
    for table, rows in expected.items():
        assert found[table] == rows, table


def test_both_ways_publish_the_same(known: Record) -> None:
    """What is published was entered first: two versions, two rows of history."""
    expected = left_behind(lambda: one_by_one(planned(known, known.reviewer, publish=True), known.reviewer))
    found = left_behind(lambda: at_once(planned(known, known.reviewer, publish=True), known.reviewer))
    assert len(expected["statements.HistoricalStatement"]) == 2 * len(expected["statements.Statement"])
    assert len(expected["statements.Statement"]) == 3
    assert found == expected


def test_the_program_itself_writes_the_same(known: Record) -> None:
    rows = [row for row in planned(known, known.reviewer) if row.visibility != "confidential"]
    assert left_behind(lambda: at_once(rows, None)) == left_behind(lambda: one_by_one(rows, None))


def test_what_is_indexed_is_what_is_indexed_anew(known: Record) -> None:
    def anew() -> list[int]:
        ids = at_once(planned(known, known.reviewer), known.reviewer)
        rebuild()
        return ids

    at_first = left_behind(lambda: at_once(planned(known, known.reviewer), known.reviewer))
    assert left_behind(anew)["statements.SearchEntry"] == at_first["statements.SearchEntry"]


def test_numbers_are_never_those_of_rows_that_were_deleted(known: Record) -> None:
    rows = planned(known, known.reviewer)
    first = one_by_one(rows[:2], known.reviewer)
    Statement.objects.filter(pk__in=first).delete()
    assert min(Writer(by=known.reviewer).write(rows[2:4])[0]) > max(first)

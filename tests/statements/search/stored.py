"""What the index holds, whichever database it is in, and what it would hold if it were built anew."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from statements.models import NameWord, SearchEntry
from statements.search.columns import TABLE
from statements.search.index import rebuild

State = dict[tuple[str, int, int], tuple[Any, ...]]


def stored() -> State:
    """Return every entry with its terms and the words of its names, by kind, record and part."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT id, terms::text FROM {SearchEntry._meta.db_table}")  # noqa: S608
        else:
            cursor.execute(f"SELECT rowid, exact || '|' || other FROM {TABLE}")  # noqa: S608
        terms = dict(cursor.fetchall())
    rows = list(SearchEntry.objects.defer("terms"))
    if connection.vendor == "sqlite":
        # No words are left behind of what is gone.
        assert set(terms) == {row.pk for row in rows}
    words: dict[tuple[str, int], list[tuple[str, int, str]]] = {}
    for kind, record, *word in NameWord.objects.order_by("kind", "record", "word", "place").values_list(
        "kind", "record", "word", "place", "name"
    ):
        words.setdefault((kind, record), []).append(tuple(word))
    # No name is left behind either.
    assert set(words) <= {(row.kind, row.record) for row in rows}
    return {
        (row.kind, row.record, row.part): (row.date, row.language, terms[row.pk], words.get((row.kind, row.record), []))
        for row in rows
    }


class _Back(Exception):
    """Takes back what was built for comparing."""


def anew() -> State:
    """Return what the index would hold if it were built anew now; nothing is changed."""
    found: State = {}
    try:
        with transaction.atomic():
            rebuild()
            found = stored()
            raise _Back
    except _Back:
        return found

"""Who saw somebody's data since a day: the log, asked for every row that names the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from visits.models import AuditEntry, AuditKind, Person, Record

# Of more rows than this, one question to the database would name too many: they are asked in turns.
AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who saw rows that name the person: how often, how many rows, first and last."""

    by: int | None
    place: str
    times: int
    rows: int
    first: datetime
    last: datetime


def rows_naming(person: Person) -> dict[str, set[int]]:
    """Return by model the numbers of the records that name a person: themselves, or by one of their parts.

    Of every relation to people that the models have, followed up to the record that its rows are part of.
    """
    found: dict[str, set[int]] = defaultdict(set)
    found[Person._meta.label_lower].add(person.pk)
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        if model.__name__.startswith("Historical"):
            continue
        path = ""
        owner: Any = model
        while not issubclass(owner, Record) and hasattr(owner, "PART_OF") and owner.PART_OF:
            path += f"{owner.PART_OF}__"
            owner = owner._meta.get_field(owner.PART_OF).related_model
        # Terms, names and offices are of no record: they stand on the person's own page.
        if issubclass(owner, Record):
            named = model._base_manager.filter(**{relation.field.name: person})
            found[owner._meta.label_lower] |= set(named.values_list(f"{path}pk", flat=True))
    return found


def entries_about(rows: dict[str, set[int]], since: date) -> Iterator[QuerySet[AuditEntry]]:
    """Yield the entries about these rows since a day (00:00 UTC), in as few questions as may be."""
    beginning = datetime.combine(since, time.min, tzinfo=UTC)
    named = [(label, pk) for label, numbers in sorted(rows.items()) for pk in sorted(numbers)]
    for start in range(0, len(named), AT_ONCE):
        by_label: dict[str, list[int]] = defaultdict(list)
        for label, pk in named[start : start + AT_ONCE]:
            by_label[label].append(pk)
        condition = reduce(or_, (Q(row_kind=label, row__in=numbers) for label, numbers in by_label.items()))
        yield AuditEntry.objects.filter(condition, at__gte=beginning)


def readers_of(person: Person, since: date) -> list[Reader]:
    """Return who read rows that name a person since a day, the latest first."""
    told: dict[tuple[Any, str], Reader] = {}
    for entries in entries_about(rows_naming(person), since):
        counted = (
            entries.filter(kind__in=[AuditKind.READ, AuditKind.LOOKED])
            .values("by", "place")
            .annotate(times=Count("pk"), rows=Count("row", distinct=True), first=Min("at"), last=Max("at"))
            .order_by()
        )
        for row in counted:
            key = (row["by"], row["place"])
            before = told.get(key)
            told[key] = (
                Reader(**row)
                if before is None
                else Reader(
                    row["by"], row["place"], before.times + row["times"], before.rows + row["rows"],
                    min(before.first, row["first"]), max(before.last, row["last"]),
                )
            )  # fmt: skip
    return sorted(told.values(), key=lambda reader: reader.last, reverse=True)

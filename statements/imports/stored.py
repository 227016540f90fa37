"""Which rows of a file the record holds already, and how those statements are now, as far as somebody may see them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from statements.imports.planned import Planned, Proof, Spoken, Who
from statements.models import (
    Attribution,
    Citation,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    StatementTopic,
)
from statements.models.statement import WHO
from statements.verdicts import Version
from visits.among import Among
from visits.versions import seen

_VOICE = ("person_id", "organisation_id", "mandate_id", "label")
_PLAIN = (
    "act", "mode", "occasion", "visibility", "visit_id", "meeting_id", "leg_id", "compartment_id", "date",
    "date_earliest", "date_latest", "date_basis", "original_language", "answers_text", "is_example",
)  # fmt: skip


@dataclass(slots=True)
class Stored:
    """A statement of the record as a file would have it, and by what names it calls those whom it names."""

    id: int
    public_id: str
    planned: Planned
    names: dict[str, Who] = field(default_factory=dict)


def identity(row: Planned) -> bytes:
    """Return by what a statement is recognised that has no id: visit, date, first speaker and preferred words."""
    person, organisation, mandate, label = row.speakers[0].who
    told = f"{row.visit}\0{row.date}\0{person}\0{organisation}\0{mandate}\0{label}\0{row.texts[0].text}"
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def by_public_id(ids: Iterable[str], by: Any) -> dict[str, Stored]:
    """Return the statements with these ids that `by` may see."""
    wanted = [key for key in ids if key]
    if not wanted:
        return {}
    found = _loaded(seen(Statement, by).filter(public_id__in=wanted).values_list("pk", flat=True), by)
    return {stored.public_id: stored for stored in found}


def alike(rows: Sequence[Planned], by: Any, below: int | None = None) -> dict[bytes, Stored]:
    """Return by their identity the statements of the record that are recognised in `rows`.

    `below`: only those with smaller ids. Thousands that an import has entered itself may be of the same visit and day.
    """
    near = _near(rows, below)
    if not near:
        return {}
    visible = seen(Statement, by).filter(Among("pk", sorted(near))).values_list("pk", flat=True)
    # Of several that are the same, the oldest.
    whole = [stored for stored in _loaded(visible, by) if stored.planned.speakers and stored.planned.texts]
    return {identity(stored.planned): stored for stored in reversed(whole)}


def _near(rows: Sequence[Planned], below: int | None) -> set[int]:
    """Return the ids of statements of the same visits and days with the same words, for the program's own use."""
    found: set[int] = set()
    ways = {
        "s.visit_id = a.visit AND s.date_earliest = a.day": [row for row in rows if row.visit and row.date],
        "s.visit_id = a.visit AND s.date_earliest IS NULL": [row for row in rows if row.visit and not row.date],
        "s.visit_id IS NULL AND s.date_earliest = a.day": [row for row in rows if not row.visit and row.date],
        "s.visit_id IS NULL AND s.date_earliest IS NULL": [row for row in rows if not row.visit and not row.date],
    }
    for condition, asking in ways.items():
        if asking:
            found |= _matched(f"{condition} AND s.id < {int(below)}" if below else condition, asking)
    return found


def _matched(condition: str, rows: Sequence[Planned]) -> set[int]:
    asked = {(row.visit, row.earliest.isoformat() if row.earliest else None) for row in rows}
    words = {row.texts[0].text for row in rows}
    if connection.vendor == "postgresql":
        among = "(value ->> 0)::bigint AS visit, (value ->> 1)::date AS day FROM json_array_elements(%s)"
        told = "SELECT value FROM json_array_elements_text(%s)"
    else:
        among = "json_extract(value, '$[0]') AS visit, json_extract(value, '$[1]') AS day FROM json_each(%s)"
        told = "SELECT value FROM json_each(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.id FROM (SELECT {among}) AS a JOIN statements_statement s ON {condition}"  # noqa: S608 - constants
            f" JOIN statements_statementtext t ON t.statement_id = s.id WHERE t.preferred AND t.text IN ({told})",
            [json.dumps(list(each), ensure_ascii=False) for each in (asked, words)],
        )
        return {row[0] for row in cursor.fetchall()}


def _loaded(ids: Iterable[int], by: Any) -> list[Stored]:
    """Return statements by their ids, each with what `by` may see of it; a query for each kind of part."""
    keys = sorted(ids)
    if not keys:
        return []
    parts: dict[str, Mapping[int, list[Any]]] = {}
    names: dict[int, dict[str, Who]] = defaultdict(dict)
    voices = (("speakers", StatementSpeaker), ("addressees", StatementAddressee), ("chain", Attribution))
    for name, model in voices:
        held: dict[int, list[Any]] = defaultdict(list)
        more = ("side", "office_id", "term_id", "on_behalf_of_id", "attribution") if name == "speakers" else ()
        rows = model._base_manager.filter(Among("statement_id", keys)).order_by("statement_id", "order")
        for key, called, *values in rows.values_list("statement_id", WHO, *_VOICE, *more):
            who = Who(*values[:4])
            held[key].append(Spoken(who, *values[4:]) if more else who)
            names[key][called] = who
        parts[name] = held
    texts = seen(StatementText, by).filter(Among("statement_id", keys)).order_by("-preferred", "pk")
    parts["texts"] = _grouped(texts, Version, "kind", "language", "text", "preferred", "source_id")
    cited = seen(Citation, by).filter(Among("statement_id", keys), source__isnull=False).order_by("pk")
    parts["citations"] = _grouped(cited, Proof, "source_id", "exact", "locator", "role")
    topics = StatementTopic._base_manager.filter(Among("statement_id", keys)).order_by("order", "pk")
    parts["topics"] = _grouped(topics, int, "topic_id")
    found = []
    statements = Statement._base_manager.filter(Among("pk", keys)).order_by("pk")
    for key, public_id, *plain in statements.values_list("pk", "public_id", *_PLAIN):
        planned = Planned(*plain)
        for name, of in parts.items():
            setattr(planned, name, tuple(of.get(key, ())))
        found.append(Stored(key, public_id, planned, names[key]))
    return found


def _grouped(rows: Any, make: Any, *columns: str) -> dict[int, list[Any]]:
    held: dict[int, list[Any]] = defaultdict(list)
    for key, *values in rows.values_list("statement_id", *columns):
        held[key].append(make(*values))
    return held

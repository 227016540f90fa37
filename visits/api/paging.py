"""Lists in pages without numbers: each page begins after the last row of the one before, whatever was added meanwhile.

Where a page begins is told by what the last row shows (its place in the order, and its key), never by numbers of the
database: a row that is hidden changes nothing, and one that was taken out since is not missed.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from visits.api.problems import Problem, invalid
from visits.api.resource import Resource

# Of rows that share their key so many at most belong to one owner.
MOST_ALIKE = 10_000


class Cursor(NamedTuple):
    """The place after which a page begins: how the list is sorted, the last row's place and key.

    `passed` is how many rows with that place and key came before, where several rows share them.
    """

    sort: str
    place: str
    key: str
    passed: int

    def written(self) -> str:
        """Return the cursor as an address carries it."""
        text = json.dumps(self, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_of(text: str) -> Cursor:
    """Return the cursor out of an address; one that is none of ours is not understood."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
        cursor = Cursor(*parts)
        plain = all(isinstance(part, str) and "\x00" not in part for part in cursor[:3])
        known = plain and type(cursor.passed) is int and 0 <= cursor.passed <= MOST_ALIKE
        # A lone half of a sign beyond the first plane is none that a database takes.
        "".join(cursor[:3] if known else ()).encode()
    except (ValueError, TypeError, binascii.Error, RecursionError):
        known = False
    if not known:
        raise _misread(_("This cursor leads nowhere: begin with the first page."))
    return cursor


def _misread(detail: str) -> Problem:
    return invalid([{"detail": detail, "parameter": "cursor"}])


def page_of(
    resource: Resource, rows: QuerySet[Any], sort: str, size: int, after: str = ""
) -> tuple[list[int], Cursor | None]:
    """Return the ids of a page of `rows`, and where the next one begins; None after the last page."""
    order = resource.sorts[sort]
    by = F(order.by) if isinstance(order.by, str) else order.by
    rows = rows.annotate(api_place=by)
    cursor = cursor_of(after) if after else None
    if cursor is not None:
        rows = rows.filter(_beyond(resource, rows, cursor, sort))
    sign = "-" if order.descending else ""
    found = rows.order_by(f"{sign}api_place", resource.key, "pk").values_list("api_place", resource.key, "pk")
    skipped = cursor.passed if cursor else 0
    page = list(found[skipped : skipped + size + 1])
    ids = [pk for _place, _key, pk in page[:size]]
    if len(page) <= size:
        return ids, None
    place, key, _pk = page[size - 1]
    passed = 0
    if resource.mark is not None:
        passed = sum((p, k) == (place, key) for p, k, _pk in page[:size])
        if cursor is not None and (_text(place), key) == (cursor.place, cursor.key):
            passed += skipped
    return ids, Cursor(sort, _text(place), key, passed)


def _beyond(resource: Resource, rows: QuerySet[Any], cursor: Cursor, sort: str) -> Q:
    """Return the condition that a row comes after the cursor, or shares its place where several do."""
    order = resource.sorts[sort]
    if cursor.sort != sort:
        raise _misread(_("This cursor is of another order: begin with the first page."))
    field = rows.query.annotations["api_place"].output_field
    try:
        place = field.to_python(cursor.place)
        if isinstance(place, datetime):
            place = place.astimezone(UTC)
    except (ValidationError, OverflowError) as error:
        raise _misread(_("This cursor leads nowhere: begin with the first page.")) from error
    way = "lt" if order.descending else "gt"
    same = {f"{resource.key}__{'gte' if resource.mark else 'gt'}": cursor.key}
    # The first condition is what an index is good for.
    return Q(**{f"api_place__{way}e": place}) & (Q(**{f"api_place__{way}": place}) | Q(**same))


def _text(place: Any) -> str:
    return place.isoformat() if isinstance(place, date | datetime) else str(place)

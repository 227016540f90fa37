"""What a row that is to be entered may be already: one of the same name or address that whoever writes may see.

As at the desk, which shows it and asks: a body says “anyway” where another one is meant all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from visits.folding import fold
from visits.models import PersonName

Rows = QuerySet[Any]


def of_this_name(rows: Rows, data: Mapping[str, Any]) -> Rows:
    """Return the rows that are called so; case, accents and punctuation tell nothing apart."""
    wanted = fold(data["name"])
    return rows.filter(pk__in=[pk for pk, name in rows.values_list("pk", "name") if fold(name) == wanted])


def people(rows: Rows, data: Mapping[str, Any]) -> Rows:
    """Return the people one of whose names is this."""
    names = PersonName.objects.filter(folded=fold(data["name"])).values("person_id")
    return rows.filter(Q(pk__in=names) | Q(pk__in=of_this_name(rows, data).values("pk")))


def organisations(rows: Rows, data: Mapping[str, Any]) -> Rows:
    """Return the organisations of this name in the same country: each State has a Ministry of Justice."""
    return of_this_name(rows.filter(country=data.get("country")), data)


def sources(rows: Rows, data: Mapping[str, Any]) -> Rows:
    """Return the sources at this address, however it is written."""
    found: Rows = rows.at_address(data.get("url", ""))  # type: ignore[attr-defined]
    return found

"""Searches in words, as titles and lists tell them: “Words: assembly · Country: Cambodia”."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext

from statements.choices import Act, Verdict
from statements.filters import StatementFilter
from statements.models import Topic
from visits.choices import Column, Side, SourceKind
from visits.models import Country, Mandate, Organisation, Person
from visits.pieces import gather, pieces
from visits.templatetags.record import language_name

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User

# A filter and its value, both in words.
Words = list[tuple[str, str]]
_CHOICES: dict[str, Any] = {"column": Column, "side": Side, "act": Act, "source": SourceKind, "verdict": Verdict}


def described(queries: Sequence[str], reader: User | AnonymousUser) -> list[Words]:
    """Return each of `queries`, in the form of `following.canonical`, in words; names are read in one query for all.

    What is named and cannot be met by `reader` is told as not being there.
    """
    read = [QueryDict(query) for query in queries]
    names = _names(read, reader)
    return [
        [(_label(name), _value(name, value, names)) for name, value in query.dict().items() if value] for query in read
    ]


def in_a_line(words: Words) -> str:
    """Return the values of a search in one line, of one without any that it is for all statements."""
    return " · ".join(value for _label, value in words) or gettext("All statements")


def _label(name: str) -> str:
    return gettext("Words") if name == "q" else str(StatementFilter.base_filters[name].label)


def _value(name: str, value: str, names: dict[tuple[str, str], str]) -> str:
    if name in {"q", "year"}:
        return value
    if name == "language":
        return language_name(value)
    if name in _CHOICES:
        return capfirst(str(_CHOICES[name](value).label))
    kind, _colon, key = value.rpartition(":")
    return names.get((kind or name, key), gettext("no longer in the record"))


def _names(queries: Sequence[QueryDict], reader: User | AnonymousUser) -> dict[tuple[str, str], str]:
    """Return by kind and slug the names of what the searches ask for and `reader` may meet, in one query or none."""
    asked: dict[str, set[str]] = {}
    for query in queries:
        for name in ("topic", "country", "mandate", "speaker", "organisation"):
            kind, _colon, key = query.get(name, "").rpartition(":")
            if key:
                asked.setdefault(kind or name, set()).add(key)
    ways: dict[str, tuple[Any, str, str]] = {
        "topic": (Topic.objects.visible_to(reader), "slug", "name"),
        "country": (Country.objects.all(), "iso3", "name"),
        "mandate": (Mandate.objects.all(), "slug", "scope"),
        "person": (Person.objects.visible_to(reader).with_a_page(), "slug", "name"),
        "organisation": (Organisation.objects.visible_to(reader), "slug", "name"),
    }
    parts = []
    for kind, keys in asked.items():
        if kind in ways:
            rows, column, name = ways[kind]
            wanted = {key.upper() for key in keys} if kind == "country" else keys
            parts.append(pieces(kind, rows.filter(**{f"{column}__in": wanted}), "pk", 0, column, name))
    found = [row for rows in gather(*parts).values() for row in rows]
    return {(row.kind, row.a.lower() if row.kind == "country" else row.a): row.b for row in found}

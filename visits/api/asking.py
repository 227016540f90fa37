"""What a request for the API asks: filters, order, place, which columns and what to bring along; all of it understood.

A value or a name that is not understood is an error and not left aside: nobody reads the notes of a program's answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import django_filters as df
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from visits.api.problems import invalid
from visits.api.resource import Resource

SIZE, MOST = 50, 200
LONGEST_WORDS = 500
LONGEST_CURSOR = 2000
Field = serializers.Field[Any, Any, Any, Any]


class NamesField(serializers.CharField):
    """Names out of a list, parted by commas."""

    def __init__(self, names: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.names = names

    def to_internal_value(self, data: Any) -> Any:
        """Return the names, each once."""
        found = dict.fromkeys(str(data).split(","))
        unknown = [name for name in found if name not in self.names]
        if unknown:
            raise serializers.ValidationError(
                _("“%(name)s” is none of: %(names)s.") % {"name": unknown[0][:60], "names": ", ".join(self.names)}
            )
        return list(found)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a list or of one row."""

    filters: QueryDict
    sort: str
    size: int
    after: str
    fields: list[str]
    expand: list[str]


def _field(one: Any) -> Field:
    """Return the field of a query that a filter of a page is."""
    told = {"required": False, "help_text": one.label}
    if isinstance(one, df.ChoiceFilter):
        return serializers.ChoiceField(choices=one.extra["choices"], **told)
    if isinstance(one, df.NumberFilter):
        bounds = {name: one.extra[name] for name in ("min_value", "max_value")}
        return serializers.IntegerField(**bounds, **told)
    return _text(one.extra["max_length"], one.label)


def _text(length: int, about: Any) -> Field:
    return serializers.CharField(max_length=length, trim_whitespace=False, required=False, help_text=about)


@cache
def fields_of(resource: Resource, *, is_list: bool) -> Mapping[str, Field]:
    """Return the fields of the query of a list of a resource, or of one row."""
    found: dict[str, Field] = {}
    if is_list:
        if resource.has_words:
            found["q"] = _text(LONGEST_WORDS, gettext_lazy("Words, as they are typed on the page"))
        for name, one in resource.filter_class.base_filters.items():
            if name != "sort":
                found[name] = _field(one)
        found["sort"] = serializers.ChoiceField(
            choices=list(resource.sorts), required=False, help_text=gettext_lazy("In which order")
        )
        found["limit"] = serializers.IntegerField(
            min_value=1, max_value=MOST, required=False, help_text=gettext_lazy("How many rows a page has")
        )
        found["cursor"] = _text(LONGEST_CURSOR, gettext_lazy("Where the page begins: take it from “next”"))
    columns = ("self", *resource.kind.names)
    found["fields"] = NamesField(
        columns, required=False, help_text=gettext_lazy("Which columns are wanted, parted by commas; all without it")
    )
    if resource.expansions:
        found["expand"] = NamesField(
            tuple(resource.expansions),
            required=False,
            help_text=gettext_lazy("What each row brings along under “expanded”, parted by commas"),
        )
    return found


def asked_of(resource: Resource, query: QueryDict, *, is_list: bool) -> Asked:
    """Return what a query asks for; raise the problem of each part that is not understood."""
    fields = fields_of(resource, is_list=is_list)
    values: dict[str, Any] = {}
    errors = list(_read(fields, query, values))
    if errors:
        raise invalid(errors)
    given = QueryDict(mutable=True)
    for name, value in values.items():
        if name not in {"sort", "limit", "cursor", "fields", "expand"}:
            given[name] = str(value)
    return Asked(
        filters=given,
        sort=values.get("sort", next(iter(resource.sorts))),
        size=values.get("limit", SIZE),
        after=values.get("cursor", ""),
        fields=values.get("fields", []),
        expand=values.get("expand", []),
    )


def _read(fields: Mapping[str, Field], query: QueryDict, values: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Put what is understood of a query into `values`; yield an error for each part that is not."""
    for name, given in query.lists():
        if name not in fields:
            yield {"detail": _("There is no such parameter."), "parameter": name[:60]}
        elif len(given) != 1:
            yield {"detail": _("This parameter has one value."), "parameter": name}
        else:
            try:
                values[name] = fields[name].run_validation(given[0])
            except serializers.ValidationError as error:
                told: Any = error.detail
                yield {"detail": " ".join(str(part) for part in told), "parameter": name}

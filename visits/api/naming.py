"""Which rows the filters of a list name, and whether they are there for the reader: a slip of the pen is no question.

A hidden row and a missing one are the same error, in the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from visits.api.resource import RESOURCES, Resource
from visits.models import Country

if TYPE_CHECKING:
    from visits.access import Reading

# By the name of a filter the resource of whose rows it names one, by its key; “parent” names one of the same resource.
NAMED = {
    "visit": "visits", "country": "countries", "mandate": "mandates", "holder": "people", "person": "people",
    "topic": "topics", "organisation": "organisations", "statement": "statements",
}  # fmt: skip
SPEAKERS = {"person": "people", "organisation": "organisations", "mandate": "mandates"}


def not_there(resource: Resource, filters: QueryDict, reader: Reading) -> Iterator[dict[str, str]]:
    """Yield an error for each filter that names a row which the reader does not find; one query for each name."""
    for name, value in filters.items():
        if not _is_there(resource, name, str(value), reader):
            yield {"detail": _("“%(value)s” names nothing here.") % {"value": str(value)[:60]}, "parameter": name}


def _is_there(resource: Resource, name: str, value: str, reader: Reading) -> bool:
    if name == "region":
        return Country.objects.filter(region__iexact=value).exists()
    if name == "speaker":
        kind, _colon, value = value.partition(":")
        return kind in SPEAKERS and _has(RESOURCES[SPEAKERS[kind]], value, reader)
    if name == "parent":
        return _has(resource, value, reader)
    if name == "source" and resource.name == "citations":
        return _has(RESOURCES["sources"], value, reader)
    return name not in NAMED or _has(RESOURCES[NAMED[name]], value, reader)


def _has(resource: Resource, key: str, reader: Reading) -> bool:
    return resource.rows(reader).filter(**{resource.key: resource.read_key(key)}).exists()

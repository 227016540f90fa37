"""Which rows the filters of a list name, and whether they are there for the reader: a slip of the pen is no question.

A hidden row and a missing one are the same error, in the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from visits.api.resource import RESOURCES, Resource
from visits.models import Country

if TYPE_CHECKING:
    from visits.access import Reading
    from visits.narrowing import OneChoiceFilter

# By the name of a filter the resource of whose rows it names one, by its key; “parent” names one of the same resource.
NAMED = {
    "visit": "visits", "country": "countries", "mandate": "mandates", "holder": "people", "person": "people",
    "topic": "topics", "organisation": "organisations", "statement": "statements",
}  # fmt: skip
SPEAKERS = {"person": "people", "organisation": "organisations", "mandate": "mandates"}


def not_there(resource: Resource, filters: Mapping[str, Any], reader: Reading) -> Iterator[dict[str, str]]:
    """Yield an error for each filter that names a row which the reader does not find; one query for each name."""
    for name, value in filters.items():
        if not _is_there(resource, name, str(value), reader):
            yield {"detail": _("“%(value)s” names nothing here.") % {"value": str(value)[:60]}, "parameter": name}


def unmet(filters: OneChoiceFilter) -> list[str]:
    """Return a sentence for each part of a list's address that is not understood, or names a row that is not there.

    Whether it is there is asked as the reader of the filters sees it, and only where all of it is understood.
    """
    resource = next(one for one in RESOURCES.values() if one.model is filters.queryset.model)
    return filters.misread or [one["detail"] for one in not_there(resource, filters.chosen, filters.reader)]


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

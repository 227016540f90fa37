"""Examples in the schema: a row of each resource, made of its columns. Invented, as the record's examples are."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from visits.api.resource import ROOT, Resource
from visits.exports.columns import Column

_SITE = "https://record.example.org"
_TEXTS = {
    "id": "4f7kq2m9xw3tzb8c", "place": "Exampleland", "title": "Ministry of Examples", "dates": "2022-08-15/2022-08-26",
    "date": "2022-08-17", "act": "denies", "status": "completed", "words": "“There is no such list.”",
    "name": "A. Example",
    "workflow": "published", "visibility": "public", "licence": "CC BY 4.0", "exact": "There is no such list.",
    "what": "to answer in writing", "iso3": "XXA", "published_at": "2022-09-01T08:00:00Z",
}  # fmt: skip
_LISTS = {
    "countries": ["XXA"], "country_names": ["Exampleland"], "mandates": ["example-fair-markets"],
    "speakers": ["A. Example"], "topics": ["civic-space"], "sides": ["government"],
}  # fmt: skip


def choices_of(column: Column) -> list[str]:
    """Return the values that a column can have, where its field says them."""
    if column.holds != "stored":
        return []
    app, model, name = column.fields[0].split(".")
    field: Any = apps.get_model(app, model)._meta.get_field(name)
    values = [value for value, _label in field.flatchoices or ()]
    return list(dict.fromkeys([*values, ""] if values and field.blank else values))


def example_of(resource: Resource) -> dict[str, Any]:
    """Return a row as it could be; what nothing is said of in the example is left out, as `fields` would."""
    told: dict[str, Any] = {"self": f"{_SITE}{ROOT}{resource.name}/{_TEXTS['id']}/"}
    for column in resource.kind.columns:
        example = (_LISTS if column.holds == "texts" else _TEXTS).get(column.name)
        if example is not None:
            choices = choices_of(column)
            told[column.name] = example if not choices or example in choices else choices[0]
    return told

"""Every field of every model is declared, beside the model, in exactly one class."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from visits.classification import FieldClass, declare
from visits.models import Meeting, MeetingNote, Participant, Record, Source, User

OURS = [
    model
    for app in ("visits", "statements")
    for model in apps.get_app_config(app).get_models()
    if not model.__name__.startswith("Historical")
]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_has_a_class_and_every_class_a_field(model: type[models.Model]) -> None:
    declared = model.FIELD_CLASSES  # type: ignore[attr-defined]
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
    assert set(declared) == fields
    assert set(declared.values()) <= set(FieldClass)


@pytest.mark.parametrize(
    ("model", "field", "kind"),
    [
        (Record, "entered_by", FieldClass.IDENTITY),
        (Record, "compartment", FieldClass.IDENTITY),
        (Participant, "person", FieldClass.IDENTITY),
        (Participant, "label", FieldClass.IDENTITY),
        (MeetingNote, "author", FieldClass.IDENTITY),
        (MeetingNote, "text", FieldClass.CONFIDENTIAL),
        (Meeting, "note", FieldClass.INTERNAL),
        (Source, "extracted_text", FieldClass.INTERNAL),
        (Source, "stored_file", FieldClass.INTERNAL),
        (User, "password", FieldClass.CONFIDENTIAL),
        (User, "email", FieldClass.IDENTITY),
    ],
)
def test_what_could_harm_somebody_is_no_public_field(model: type[Record], field: str, kind: FieldClass) -> None:
    assert model.FIELD_CLASSES[field] is kind


def test_a_field_named_in_two_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="note is declared in two classes"):
        declare(public="title note", internal="note")


def test_a_model_may_hold_a_field_of_its_base_more_closely() -> None:
    base = declare(public="id title")
    found = declare(base, internal="title")
    assert found == {"id": FieldClass.PUBLIC, "title": FieldClass.INTERNAL}
    assert base["title"] is FieldClass.PUBLIC

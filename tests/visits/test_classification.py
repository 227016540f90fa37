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


# What a table of versions adds to the fields of its model: when and why, which is internal, and who, an identity.
OF_VERSIONS = {"history_id", "history_date", "history_change_reason", "history_type", "history_user"}


def undeclared(model: type[models.Model]) -> set[str]:
    """Return the fields of a table, of versions or between two others too, whose class is nowhere declared."""
    declared = set(getattr(model, "FIELD_CLASSES", ()))
    owner = model._meta.auto_created
    if owner:
        # Made by a field of a model, whose class is that of the table.
        (declared_as,) = (field.name for field in owner._meta.many_to_many if field.remote_field.through is model)
        return set() if declared_as in owner.FIELD_CLASSES else {declared_as}
    if hasattr(model, "instance_type"):
        declared = set(model.instance_type.FIELD_CLASSES) | OF_VERSIONS
    return {field.name for field in (*model._meta.fields, *model._meta.many_to_many)} - declared


def tables() -> list[type[models.Model]]:
    """Return all models of both apps, tables of versions and between two others among them."""
    return [
        model for app in ("visits", "statements") for model in apps.get_app_config(app).get_models(
            include_auto_created=True, include_swapped=True
        )
    ]  # fmt: skip


def test_no_table_holds_an_undeclared_field() -> None:
    versions = [model for model in tables() if hasattr(model, "instance_type")]
    assert len(versions) >= 35
    assert len(tables()) >= 85
    assert {model._meta.label: undeclared(model) for model in tables() if undeclared(model)} == {}


def test_a_field_that_is_not_declared_is_found_in_each_kind_of_table(monkeypatch: pytest.MonkeyPatch) -> None:
    less = {name: kind for name, kind in Meeting.FIELD_CLASSES.items() if name != "note"}
    monkeypatch.setattr(Meeting, "FIELD_CLASSES", less)
    assert undeclared(Meeting) == undeclared(Meeting.history.model) == {"note"}
    through = Participant._meta.model
    monkeypatch.setattr(through, "FIELD_CLASSES", {})
    assert "person" in undeclared(through)

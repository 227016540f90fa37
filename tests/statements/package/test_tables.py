"""Every model is in the package or left out for a reason, with every column."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from statements.package.public import CLOSED, NAMING, OPEN, PRIVATE, TELLING, PublicTable, public_record
from statements.package.tables import LEFT_OUT, LEFT_OUT_COLUMNS, file_fields, is_history, whole_record
from statements.package.values import described
from visits.classification import FieldClass

EVERY = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
DUMPED = {table.model._meta.label: table for table in whole_record()}


def test_every_model_is_dumped_or_left_out_for_a_reason() -> None:
    assert set(DUMPED) | set(LEFT_OUT) == set(EVERY)
    assert not set(DUMPED) & set(LEFT_OUT)
    assert all(len(reason) > 10 for reason in LEFT_OUT.values())
    assert len(DUMPED) >= 92


def test_every_column_is_dumped_or_left_out_for_a_reason() -> None:
    for label, table in DUMPED.items():
        columns = {field.attname for field in table.model._meta.concrete_fields}
        written = {field.attname for field in table.fields}
        assert columns - written == set(LEFT_OUT_COLUMNS.get(label, ()))
        for field in table.fields:
            # A field of a kind that no package can hold yet raises.
            assert described(field)["name"] == field.attname
    assert set(LEFT_OUT_COLUMNS) == {"visits.User"}


def test_every_history_comes_with_its_table() -> None:
    histories = {name for name, table in DUMPED.items() if is_history(table.model)}
    assert len(histories) >= 40
    assert {name.replace("Historical", "") for name in histories} <= set(DUMPED)


def test_stored_files_are_found_by_their_fields() -> None:
    named = {(model._meta.label, column) for model, column in file_fields()}
    assert named == {("visits.Source", "stored_file"), ("visits.HistoricalSource", "stored_file")}


def test_every_table_of_today_is_public_or_closed_for_a_reason(db: None) -> None:
    public = {table.name: table for table in public_record()}
    today = {table.name for table in whole_record() if not is_history(table.model)}
    assert set(public) | set(CLOSED) == today
    assert not set(public) & set(CLOSED)
    assert set(public) > OPEN
    assert set(public) > NAMING
    assert set(public) > set(PRIVATE)
    assert len(public) == 37


def test_public_columns_are_those_declared_public_and_who_is_named(db: None) -> None:
    told_identities = set()
    for table in public_record():
        assert isinstance(table, PublicTable)
        classes = table.model.FIELD_CLASSES  # type: ignore[attr-defined]
        for field in table.fields:
            assert field.name not in TELLING
            if classes[field.name] is not FieldClass.PUBLIC:
                told_identities.add((table.name, field.name))
    assert {name for name, _field in told_identities} == NAMING
    assert {field for _name, field in told_identities} == {
        "person", "organisation", "mandate", "label", "office", "term", "on_behalf_of",
    }  # fmt: skip


def test_no_table_refers_to_one_that_is_left_out() -> None:
    names = {table.name for table in DUMPED.values()}
    led = 0
    for table in DUMPED.values():
        for field in table.fields:
            if isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", True):
                assert field.related_model._meta.label_lower in names, field
                led += 1
    assert led >= 150

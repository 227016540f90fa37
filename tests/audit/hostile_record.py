"""The sample record with hostile texts in every text field of every model, and the addresses of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from django.utils import timezone

from visits.fields import PartialDateField

# No text that anybody types: keys and codes by which rows are found, sums, and what the site derives or signs.
KEYS = {
    *("public_id", "slug", "sha256", "key", "token", "token_hash", "feed_key", "digest", "stored_file", "password"),
    *("iso3", "iso2", "m49", "region_code", "subregion_code", "dates", "folded", "kind", "state", "query", "workflow"),
    *("session_key", "session_data", "codename", "app_label", "model", "object_id", "username", "calendar_uid"),
    *("history_type", "row_kind", "place_key", "time_zone", "word", "encoding", "delimiter", "sheet"),
}
OURS = ("visits", "statements", "admin")
# Of these every row stays as it is: they hold no words, or the log protects itself.
LEFT = {"AuditEntry", "AuditSeal", "SearchEntry", "NameWord", "User", "HistoricalUser", "SentForm", "Presence", "Draft"}


@dataclass
class Stored:
    """What was stored where: fields, the strings each of them holds now, and the strings that it refused."""

    held: dict[str, set[str]] = field(default_factory=dict)
    refused: dict[str, set[str]] = field(default_factory=dict)

    def strings(self) -> set[str]:
        """Return every string that some field holds."""
        return set().union(*self.held.values())


def text_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of a model into which people type words."""
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField)
        and not column.choices
        and not isinstance(column, PartialDateField)
        and column.name not in KEYS
    ]


def worded_models() -> list[type[models.Model]]:
    """Return the models that have such fields."""
    ours = (model for model in apps.get_models() if model._meta.app_label in OURS and model.__name__ not in LEFT)
    return [model for model in ours if text_fields(model)]


def taken(column: Any, strings: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return the strings that the form of a field takes, and those that it refuses."""
    form_field = column.formfield() or forms.CharField()
    found, refused = [], set()
    for text in strings:
        try:
            form_field.clean(text)
            column.run_validators(text)
            found.append(text)
        except ValidationError:
            refused.add(text)
    return found, refused


def packed(strings: Sequence[str], start: int, room: int) -> list[str]:
    """Return as many strings, from `start` on and around, as have room in one field with spaces between."""
    chosen, length = list[str](), 0
    for number in range(len(strings)):
        text = strings[(start + number) % len(strings)]
        if length + len(text) + bool(chosen) > room:
            break
        chosen.append(text)
        length += len(text) + 1
    return chosen


def poison(strings: Sequence[str], stored: Stored, *, turn: int = 0, room: int = 600, most: int = 40) -> None:
    """Store strings in every text field of the rows of every model, as many as fit; `turn` begins with others."""
    for model in worded_models():
        rows = list(model._base_manager.order_by("-pk")[: most // 3 if hasattr(model, "history_type") else most])
        columns = text_fields(model)
        for place, column in enumerate(columns):
            name = f"{model._meta.label}.{column.name}"
            fitting, refused = taken(column, strings)
            stored.refused.setdefault(name, set()).update(refused)
            held = stored.held.setdefault(name, set())
            if not fitting:
                continue
            # Rows go on where the row before them stopped.
            at = (turn * 7919 + place * 31) % len(fitting)
            for row in rows:
                chosen = packed(fitting, at, min(column.max_length or room, room)) or [fitting[at]]
                setattr(row, column.attname, " ".join(chosen))
                held.update(chosen)
                at = (at + len(chosen)) % len(fitting)
        _write(model, rows, [column.name for column in columns])


def _write(model: type[models.Model], rows: list[Any], names: list[str]) -> None:
    """Store the fields of each row past every action; where rows have to differ, field by field as far as that goes."""
    for row in rows:
        values = {name: getattr(row, name) for name in names}
        stored = model._base_manager.filter(pk=row.pk)
        for part in (values, *({name: value} for name, value in values.items())):
            try:
                with transaction.atomic():
                    stored.update(**part)
            except DatabaseError:
                continue
            if len(part) == len(values):
                break


def make_one_of_each(by: Any) -> None:
    """Add a row of every model of which the sample has none; what is somebody's own is of `by`."""
    from django.contrib.admin.models import CHANGE, LogEntry
    from django.contrib.contenttypes.models import ContentType

    from statements.models import SavedSearch
    from tests.admin_rows import ONE_MORE
    from visits.models import ImportBatch, ImportMapping, ImportRow, Merge, Visit

    for name, add in ONE_MORE.items():
        model = next(one for one in apps.get_models() if one.__name__ == name)
        if model._meta.app_label in OURS and not model._base_manager.exists():
            add()
    # What was merged is told in more than words; undone, it is only listed.
    Merge.objects.filter(changes={}).update(undone_at=timezone.now())
    batch = ImportBatch(kind="visits", file_name="x", sha256="0" * 64, by=by, state="done")
    visit = Visit.objects.latest("pk")
    kind = ContentType.objects.get_for_model(Visit)
    own = [
        batch,
        ImportRow(batch=batch, number=1, outcome="new"),
        ImportMapping(kind="visits", name="x"),
        SavedSearch(user=by, name="x", query="q=assembly"),
        LogEntry(user=by, content_type=kind, object_id=str(visit.pk), action_flag=CHANGE, object_repr="x"),
    ]
    for row in own:
        row.save()


def desk_addresses() -> list[str]:
    """Return the pages of the desk and of somebody's own, each with a row where it shows one."""
    from statements.models import Statement
    from visits.models import Meeting, MeetingNote, Source, Visit

    visit = Visit.objects.get(slug="cambodia-2022-08")
    statement = Statement._base_manager.filter(visit=visit, visibility="public").order_by("pk").first()
    meeting = Meeting._base_manager.filter(visit=visit, visibility="public").order_by("pk").first()
    source = Source._base_manager.filter(citations__statement=statement).first()
    note = MeetingNote._base_manager.filter(visibility="internal").order_by("pk").first()
    assert statement is not None and meeting is not None and source is not None and note is not None
    names: list[tuple[Any, ...]] = [
        ("desk_home",), ("my_statements",), ("review_queue",), ("removals",), ("who_saw",), ("desk_invitations",),
        ("desk_compartments",), ("desk_consents",), ("desk_protected",), ("desk_reports",),
        ("desk_source_new",), ("desk_merges",), ("desk_imports",), ("desk_tokens",), ("saved_searches",),
        ("review_statement", statement.public_id), ("review_source", source.public_id), ("visit_balance", visit.slug),
        ("desk_capture", source.public_id), ("desk_meeting", meeting.public_id), ("desk_meeting_new", visit.slug),
        ("desk_calendar", visit.slug), ("desk_note", note.public_id),
        *(("desk_merge", kind) for kind in ("person", "organisation", "topic", "source")),
        *(("desk_history", kind, key) for kind, key in (
            ("visit", visit.slug), ("statement", statement.public_id), ("meeting", meeting.public_id),
            ("source", source.public_id),
        )),
        ("account_change_password",), ("account_sessions",), ("mfa_index",),
    ]  # fmt: skip
    return [reverse(name, args=args) for name, *args in names]


def admin_addresses() -> list[str]:
    """Return the pages of the admin: of each model its list, its empty form, and those of a row."""
    found = [reverse("admin:index")]
    for model, own in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"{name}_changelist"), *([reverse(f"{name}_add")] if own.has_add_permission else [])]
        row = model._base_manager.order_by("-pk").first()
        if row is not None:
            found += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete")]
    return found


def one_of_each(addresses: Sequence[str], *, one_in: int = 0) -> list[str]:
    """Return the first address of each kind of page, and with `one_in` one in so many of the others."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for number, address in enumerate(addresses):
        path = address.partition("?")[0].strip("/").split("/")
        kind = (path[0], *path[2:])
        if kind not in seen or (one_in and number % one_in == 0):
            found.append(address)
        seen.add(kind)
    return found

"""The stored versions of a record with its parts, as far as a person may see them.

A part (a speaker, a text, a leg) has a history of its own; it belongs to the version of its record that was saved
with it. What a version held is shown to whoever may see that version now: rows written while the record was
confidential stay with its compartment, and a part that names a hidden row is left out.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext

from visits.access import compartments_of
from visits.choices import Visibility, Workflow
from visits.fields import BoundField
from visits.models import Compartment, Merge, MergeKind, Record, Versioned

# One action saves a record once or twice, and its parts beside it, within this time.
TOGETHER = timedelta(seconds=0.5)
REMOVED = "-"
# Kept by the program, or told by the head of a version.
_UNTOLD = {"id", "version", "folded", "created_at", "changed_at", "published_at", "entered_by", "entered_at", "told_at"}


def kinds() -> dict[str, type[Versioned]]:
    """Return the models with a history page, by the word in its address: those with an address of their own."""
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if issubclass(model, Versioned)
        and {"public_id", "slug"} & set(model.PERMANENT)
        and hasattr(model._default_manager.all(), "visible_to")
    }


def key_of(record: models.Model) -> str:
    """Return the slug or public id by which a record is addressed."""
    return str(getattr(record, "slug", "") or getattr(record, "public_id", ""))


def parts_of(model: type[models.Model]) -> list[tuple[type[Versioned], str]]:
    """Return the models whose rows are parts of `model`, with the column that leads to it."""
    return [
        (part, part._meta.get_field(part.PART_OF).attname)  # type: ignore[union-attr]
        for part in apps.get_models()
        if issubclass(part, Versioned)
        and part.PART_OF
        and part._meta.get_field(part.PART_OF).remote_field.model is model  # type: ignore[union-attr]
    ]


def seen(model: type[models.Model], user: Any) -> models.QuerySet[Any]:
    """Return the rows of any model that `user` may see; all of them where `user` is None, the program itself."""
    rows = model._default_manager.all()
    if user is None:
        return rows
    if model is Compartment:
        return rows.filter(pk__in=compartments_of(user))
    gate = getattr(rows, "visible_to", None)
    return gate(user) if gate else rows


def told_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields that a history tells of: what people enter, without the whole to which a part belongs."""
    part_of = getattr(model, "PART_OF", "")
    permanent = getattr(model, "PERMANENT", ())
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in _UNTOLD
        and field.name not in permanent
        and field.name != part_of
        and not isinstance(field, BoundField)
    ]


@dataclass(slots=True)
class Row:
    """One stored state of a record or a part: `stored` is the historical row, `open` whether the person may see it."""

    model: type[Any]
    stored: Any
    open: bool = True

    @property
    def key(self) -> tuple[type[Any], int]:
        """Return what tells the row's object from all others."""
        return self.model, self.stored.id

    @property
    def gone(self) -> bool:
        """Whether the object was taken out."""
        return bool(self.stored.history_type == REMOVED)


@dataclass(slots=True)
class Version:
    """A version of a record: its own row, who saved it when, and the rows of parts that were saved with it."""

    number: int
    at: datetime
    who: str
    own: Row
    started: datetime
    parts: list[Row] = field(default_factory=list)


class History:
    """All versions of one record, oldest first; `user` None sees everything."""

    def __init__(self, record: Versioned, user: Any) -> None:
        self.record, self.user = record, user
        self.model = type(record)
        # By their numbers: a clock that was set in between tells another order.
        stored = sorted(_stored(self.model, id=record.pk), key=lambda row: (row.version, row.history_id))
        own = [Row(self.model, row) for row in stored]
        parts = list(self._part_rows())
        self.merged, self.labels = _labels([*own, *parts], user)
        self._existing = self._open_parts()
        self.versions = _bursts(own)
        for row in own:
            row.open = self._own_open(row)
        by_time = sorted(self.versions, key=lambda version: version.started)
        for row in parts:
            version = _nearest(by_time, row.stored.history_date)
            if version is None:
                continue
            row.open = version.own.open and self._part_open(row)
            version.parts.append(row)

    def _part_rows(self) -> Iterator[Row]:
        wholes: list[tuple[type[Any], set[int]]] = [(self.model, {self.record.pk})]
        while wholes:
            whole, keys = wholes.pop()
            for model, column in parts_of(whole):
                rows = [Row(model, stored) for stored in _stored(model, **{f"{column}__in": keys})]
                yield from rows
                if parts_of(model):
                    wholes.append((model, {row.stored.id for row in rows}))

    def _open_parts(self) -> dict[type[Any], tuple[set[int], set[int]]]:
        """Return by model the ids of the parts that stand now, and of those that the person may see."""
        found: dict[type[Any], tuple[set[int], set[int]]] = {}
        wholes: list[tuple[type[Any], set[int]]] = [(self.model, {self.record.pk})]
        while wholes:
            whole, keys = wholes.pop()
            for model, column in parts_of(whole):
                mine = {f"{column}__in": keys}
                there = set(model._base_manager.filter(**mine).values_list("pk", flat=True))
                visible = set(seen(model, self.user).filter(**mine).values_list("pk", flat=True)) if there else set()
                found[model] = (there, visible)
                if parts_of(model):
                    wholes.append((model, there))
        return found

    def _own_open(self, row: Row) -> bool:
        if self.user is None or not isinstance(self.record, Record):
            return True
        if row.stored.workflow == Workflow.REMOVED:
            return False
        confidential = row.stored.visibility == Visibility.CONFIDENTIAL
        return not confidential or self.labels.get((Compartment, row.stored.compartment_id)) is not None

    def _part_open(self, row: Row) -> bool:
        if self.user is None:
            return True
        there, visible = self._existing.get(row.model, (set(), set()))
        if row.stored.id in there and row.stored.id not in visible:
            return False
        return all(
            self.labels.get((relation.remote_field.model, value)) is not None
            for relation in told_fields(row.model)
            if relation.is_relation and (value := getattr(row.stored, relation.attname)) is not None
        )

    def visible(self) -> list[Version]:
        """Return the versions that the person may see, oldest first."""
        return [version for version in self.versions if version.own.open]

    def parts_at(self, number: int) -> dict[tuple[type[Any], int], Row]:
        """Return the last row of every part up to a version, those taken out by then among them."""
        found: dict[tuple[type[Any], int], Row] = {}
        for version in self.versions:
            if version.number <= number:
                found.update({row.key: row for row in version.parts})
        return found

    def part_is_hidden(self, model: type[Any], key: int) -> bool:
        """Whether a part stands now and the person may not see it."""
        there, visible = self._existing.get(model, (set(), set()))
        return key in there and key not in visible

    def values(self, row: Row | None) -> dict[str, str] | None:
        """Return the told fields of a row as texts by field name; a hidden related row gives None for its field."""
        if row is None or row.gone or not row.open:
            return None
        return {
            told.name: text for told in told_fields(row.model) if (text := self._text(told, row.stored)) is not None
        }

    def _text(self, told: Any, stored: Any) -> str | None:
        value = getattr(stored, told.attname)
        if value in (None, ""):
            return ""
        if told.is_relation:
            return self.labels.get((told.remote_field.model, value))
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
        return str(dict(told.flatchoices).get(value, value))


def _stored(model: type[Any], **condition: Any) -> list[Any]:
    """Return the historical rows of a model, oldest first."""
    rows = model.history.model.objects.filter(**condition).select_related("history_user")
    return list(rows.order_by("history_date", "history_id"))


def _bursts(own: Iterable[Row]) -> list[Version]:
    """Return the versions: rows of one person within a moment are one, with the number and values of the last."""
    found: list[Version] = []
    for row in own:
        at, user = row.stored.history_date, row.stored.history_user
        who = user.get_username() if user else ""
        last = found[-1] if found else None
        if last is not None and last.who == who and abs(at - last.at) <= TOGETHER:
            last.number, last.at, last.own = row.stored.version, at, row
        else:
            found.append(Version(row.stored.version, at, who, row, started=at))
    return found


def _nearest(versions: list[Version], at: datetime) -> Version | None:
    """Return the version that was saved nearest to the moment `at`; `versions` are in the order of their moments."""
    if not versions:
        return None
    place = bisect_right([version.started for version in versions], at)
    before = versions[place - 1] if place else None
    after = versions[place] if place < len(versions) else None
    if before is None or after is None:
        return before or after
    return after if after.started - at < at - before.at else before


def _labels(rows: Iterable[Row], user: Any) -> tuple[dict[tuple[Any, int], int], dict[tuple[Any, int], str]]:
    """Return the related rows that the person may see, by model and id: those merged since with the id of the row
    that was kept, and the names of all. Two queries a model.
    """
    wanted: dict[Any, set[int]] = defaultdict(set)
    for row in rows:
        for told in told_fields(row.model):
            value = getattr(row.stored, told.attname) if told.is_relation else None
            if value is not None:
                wanted[told.remote_field.model].add(value)
    merged: dict[tuple[Any, int], int] = {}
    labels: dict[tuple[Any, int], str] = {}
    for model, keys in wanted.items():
        moved = {}
        if model._meta.model_name in MergeKind.values:
            rows_of_log = Merge.objects.filter(kind=model._meta.model_name, gone__in=keys, undone_at=None)
            moved = dict(rows_of_log.values_list("gone", "kept"))
        named = [relation.name for relation in model._meta.concrete_fields if relation.is_relation]
        open_rows = seen(model, user)
        there = (open_rows.select_related(*named) if named else open_rows).in_bulk([*keys, *moved.values()])
        names = model.headings(there.values(), user) if issubclass(model, Versioned) else {}
        labels |= {(model, key): names.get(key) or str(row) for key, row in there.items()}
        for gone, kept in moved.items():
            if gone not in there and kept in there:
                merged[model, gone] = kept
                labels[model, gone] = labels[model, kept]
    return merged, labels

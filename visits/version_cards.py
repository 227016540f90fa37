"""What a page tells of the versions of a record: by each, which fields of what were changed, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.text import capfirst

from visits.changes import FieldChange, fields
from visits.versions import History, Row, Version, told_fields

NEW, CHANGED, GONE = "new", "changed", "gone"


@dataclass(frozen=True, slots=True)
class Told:
    """A record or a part that a version changed: its kind, what became of it, and (label, change) of its fields."""

    kind: str
    verb: str
    fields: list[tuple[str, FieldChange]]


@dataclass(slots=True)
class VersionCard:
    """A version as the page prints it."""

    number: int
    at: datetime
    who: str
    current: bool
    first: bool
    told: list[Told] = field(default_factory=list)


def told_versions(history: History) -> list[Version]:
    """Return the versions in which something changed that the person may see, oldest first.

    A save that only touched what is hidden from them, or nothing at all, is none to them: it would tell of that.
    """
    visible = history.visible()
    before = _before(visible)
    return [version for version in visible if _changes(history, before, version)]


def _changes(history: History, before: dict[tuple[int, Any, int], Row], version: Version) -> list[Told]:
    rows = [version.own, *_last_of_each(version.parts)]
    told = (_told(history, before.get((version.number, *row.key)), row) for row in rows)
    return [one for one in told if one is not None]


def version_cards(history: History, told: Sequence[Version], shown: Sequence[Version]) -> list[VersionCard]:
    """Return cards of the versions in `shown`, in their order, each against what was there before it.

    `told` are all that the person may see (`told_versions`).
    """
    before = _before(history.visible())
    return [
        VersionCard(
            version.number,
            version.at,
            version.who,
            current=version.number == told[-1].number,
            first=version.number == told[0].number,
            told=_changes(history, before, version),
        )
        for version in shown
    ]


def _last_of_each(rows: Sequence[Row]) -> list[Row]:
    return list({row.key: row for row in rows if row.open}.values())


def _before(visible: Sequence[Version]) -> dict[tuple[int, Any, int], Row]:
    """Return by version and object the last open row that came before that version."""
    found: dict[tuple[int, Any, int], Row] = {}
    last: dict[tuple[Any, int], Row] = {}
    for version in visible:
        rows = [version.own, *_last_of_each(version.parts)]
        for row in rows:
            if row.key in last:
                found[version.number, *row.key] = last[row.key]
        last.update({row.key: row for row in rows})
    return found


def _told(history: History, old: Row | None, new: Row) -> Told | None:
    """Return what changed between two rows of one object, or None where nothing that is told did."""
    before, after = history.values(old), history.values(new)
    if before is not None and after is not None:
        both = before.keys() & after.keys()
        before = {name: text for name, text in before.items() if name in both}
        after = {name: text for name, text in after.items() if name in both}
    labels = {told.name: capfirst(str(told.verbose_name)) for told in told_fields(new.model)}
    found = [(labels[change.field], change) for change in fields(before, after)]
    if not found and (before is None) == (after is None):
        return None
    verb = NEW if before is None else GONE if after is None else CHANGED
    if verb != CHANGED:
        # At which place a part stood tells something only where it moved.
        found = [(label, change) for label, change in found if change.field != "order"]
    return Told(capfirst(str(new.model._meta.verbose_name)), verb, found)

"""What a row would change in a statement that the record holds. An empty cell says nothing and erases nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from statements.imports.planned import Planned
from statements.models import Topic
from statements.verdicts import Version
from visits.imports.kinds import Change, Problem

# Field of a file → column of a statement.
_PLAIN = {
    "act": "act", "mode": "mode", "occasion": "occasion", "date": "date", "date_basis": "date_basis",
    "original_language": "original_language", "answers": "answers_text", "is_example": "is_example",
}  # fmt: skip


@dataclass(slots=True)
class Differences:
    """What is otherwise: what can be written, and why not where it cannot."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    plain: dict[str, Any] = field(default_factory=dict)
    texts: list[Version] = field(default_factory=list)
    topics: tuple[int, ...] | None = None


def differences(stored: Planned, row: Planned, said: Collection[str]) -> Differences:
    """Return what `row` has otherwise in the fields that it says."""
    found = Differences()
    for name, column in _PLAIN.items():
        before, after = getattr(stored, column), getattr(row, column)
        if name in said and before != after:
            found.plain[column] = after
            found.changes.append(Change(name, str(before), str(after)))
    _texts(found, stored, row, said)
    if "topics" in said and stored.topics != row.topics:
        found.topics = row.topics
        names = dict(Topic._base_manager.filter(pk__in={*stored.topics, *row.topics}).values_list("pk", "name"))
        before, after = (", ".join(names[key] for key in keys) for keys in (stored.topics, row.topics))
        found.changes.append(Change("topics", before, after))
    for name in _elsewhere(stored, row, said):
        reason = _("The record holds this statement with another value here: that is changed at the desk.")
        found.problems.append(Problem(name, "", reason))
    return found


def _texts(found: Differences, stored: Planned, row: Planned, said: Collection[str]) -> None:
    for version in row.texts:
        name = "words" if version.preferred else f"words_{version.language}"
        held = next((text for text in stored.texts if text.preferred), None)
        if not version.preferred:
            others = [text for text in stored.texts if not text.preferred]
            held = next((text for text in others if text.language == version.language), None)
        if held is not None:
            # What is not said stays.
            kind = version.kind if f"{name}_kind" in said else held.kind
            language = version.language if "words_language" in said else held.language
            version = version._replace(kind=kind, language=language)  # noqa: PLW2901 - as far as it is said
        if held is None or held[:3] != version[:3]:
            found.texts.append(version)
            found.changes.append(Change(name, held.text if held else "", version.text))


def _elsewhere(stored: Planned, row: Planned, said: Collection[str]) -> Iterable[str]:
    """Yield the fields that differ and are not changed by a list."""
    if row.visit != stored.visit and {"visit", "countries", "meeting"}.intersection(said):
        yield "visit"
    if "meeting" in said and row.meeting != stored.meeting:
        yield "meeting"
    if "visibility" in said and row.visibility != stored.visibility:
        yield "visibility"
    told = {"offices": ("office", "term"), "sides": ("side",), "on_behalf_of": ("on_behalf_of",)}
    told |= {"attributions": ("attribution",), "speakers": ("who",)}
    for name, columns in told.items():
        pairs = [[getattr(one, column) for one in each.speakers for column in columns] for each in (stored, row)]
        if name in said and pairs[0] != pairs[1]:
            yield name
    for name in ("addressees", "chain"):
        if name in said and getattr(stored, name) != getattr(row, name):
            yield name
    told = {"sources": ("source",), "quotations": ("exact",), "locators": ("locator",), "roles": ("role",)}
    for name, columns in told.items():
        pairs = [[getattr(one, column) for one in each.citations for column in columns] for each in (stored, row)]
        if name in said and pairs[0] != pairs[1]:
            yield name

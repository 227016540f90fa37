"""Reading a Popolo document: every id once, every reference to something, every word of the record known. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from statements.popolo.writing import FORMAT

LARGEST = 256 * 1024 * 1024
# The collections, in the order in which one needs another.
COLLECTIONS = ("persons", "organizations", "posts", "memberships", "events", "speeches")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Of each collection what leads to another.
_LEADS = {
    "organizations": {"parent_id": "organizations"},
    "memberships": {"person_id": "persons", "organization_id": "organizations", "post_id": "posts"},
    "events": {"parent_id": "events"},
    "speeches": {"creator_id": "persons", "event_id": "events"},
}
# Popolo lets memberships stand inside of what they lead to as well.
_INSIDE = {"persons": "person_id", "organizations": "organization_id", "posts": "post_id"}
_READ = {*COLLECTIONS, "vis_a_vis", "@context"}
_NEEDED = {
    "persons": ("id", "name"),
    "organizations": ("id", "name"),
    "posts": ("id", "label"),
    "memberships": ("person_id",),
    "events": ("id", "name"),
    "speeches": ("id", "text"),
}


class PopoloError(ValueError):
    """A document that cannot be taken in; its text says where and why."""


@dataclass
class Document:
    """What a document holds, each collection in the order of the file."""

    persons: list[dict[str, Any]] = field(default_factory=list)
    organizations: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    memberships: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    speeches: list[dict[str, Any]] = field(default_factory=list)
    # The names of what stands beside the collections and is not read.
    left_aside: tuple[str, ...] = ()


def read(data: bytes, known: Callable[[str, str], bool] = lambda collection, key: False) -> Document:
    """Return the document; `known(collection, id)` says whether the record has something that it may refer to.

    Raises PopoloError for the first thing that is wrong.
    """
    if len(data) > LARGEST:
        raise PopoloError(f"The document is larger than {LARGEST // 1024**2} MB.")
    try:
        given = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise PopoloError("This is no JSON.") from error
    if not isinstance(given, dict) or not any(name in given for name in COLLECTIONS):
        raise PopoloError("This is no Popolo document: none of its collections is there.")
    number = extra(given, "the document").get("format", FORMAT)
    if not isinstance(number, int) or number > FORMAT:
        raise PopoloError(f"The document is of a newer format than {FORMAT}: install a newer version of the program.")
    collections: dict[str, Any] = {name: _collection(given, name) for name in COLLECTIONS}
    document = Document(**collections)
    document.memberships = [*document.memberships, *_inside(document)]
    document.left_aside = tuple(sorted(given.keys() - _READ))
    _check(document, known)
    return document


def _collection(given: dict[str, Any], name: str, where: str = "") -> list[dict[str, Any]]:
    rows = given.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PopoloError(f"{where}{name} is no list of objects.")
    for number, row in enumerate(rows, 1):
        _check_row(row, name, f"{where}{name}, number {number}")
    return rows


def _check_row(row: dict[str, Any], name: str, where: str) -> None:
    for key in _NEEDED[name]:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise PopoloError(f"{where}: {key} is missing.")
    if "id" in _NEEDED[name] and not _ID.fullmatch(row["id"]):
        raise PopoloError(f"{where}: an id is made of small letters, digits and hyphens.")
    for key, value in row.items():
        if isinstance(value, str) and "\x00" in value:
            raise PopoloError(f"{where}: {key} holds a sign that no text has.")
    extra(row, where)


def _inside(document: Document) -> list[dict[str, Any]]:
    """Return the memberships that stand inside of people, organisations and posts, as if they stood with the others.

    One that stands in two places is one.
    """
    found: list[dict[str, Any]] = []
    there = {json.dumps(one, sort_keys=True) for one in document.memberships}
    for name, key in _INSIDE.items():
        for row in getattr(document, name):
            held = row.get("memberships", [])
            where = f"{name}, {row['id']}: "
            if not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
                raise PopoloError(f"{where}memberships is no list of objects.")
            held = [{**one, key: one.get(key) or row["id"]} for one in held]
            if any(one[key] != row["id"] for one in held):
                raise PopoloError(f"{where}a membership inside is of another {key}.")
            for one in _collection({"memberships": held}, "memberships", where):
                if (text := json.dumps(one, sort_keys=True)) not in there:
                    there.add(text)
                    found.append(one)
    return found


def _check(document: Document, known: Callable[[str, str], bool]) -> None:
    ids = {name: {row["id"] for row in getattr(document, name) if "id" in row} for name in COLLECTIONS}
    for name in COLLECTIONS:
        rows = getattr(document, name)
        if name != "memberships" and len(ids[name]) != len(rows):
            raise PopoloError(f"In {name} an id stands twice.")
        for number, row in enumerate(rows, 1):
            for key, of in _LEADS.get(name, {}).items():
                value = row.get(key)
                if value and not (isinstance(value, str) and (value in ids[of] or known(of, value))):
                    raise PopoloError(f"{name}, number {number}: {key} leads to nothing in {of}.")


def extra(row: dict[str, Any], where: str = "") -> dict[str, Any]:
    """Return what a row says beyond Popolo."""
    found = row.get("vis_a_vis", {})
    if not isinstance(found, dict):
        raise PopoloError(f"{where}: vis_a_vis is no object.")
    return found


def partial_date(row: dict[str, Any]) -> str:
    """Return the dates of an event as a partial date."""
    first, last = row.get("start_date") or "", row.get("end_date") or ""
    if not isinstance(first, str) or not isinstance(last, str):
        raise PopoloError("A date is no text.")
    # The time of day is told elsewhere.
    first, last = first.partition("T")[0], last.partition("T")[0]
    return first if not last or last == first else f"{first}/{last}"

"""Which confidential rows an answer shows, read off the answer itself: whatever way they took to it.

Records and what they name have keys of their own, which stand in every link to them: public ids and slugs; people,
organisations and topics have names besides, for a private person has no page. Only for
somebody who is or was named in a compartment is an answer looked through; there are few of them.
"""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache as cache_once
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from visits.access import compartments_of as named_in
from visits.access import role_of
from visits.models import CompartmentMember, Record, User
from visits.pieces import union
from visits.prepared import prepared
from visits.traces import names
from visits.written import Anybody

if TYPE_CHECKING:
    from visits.access import Reading

# A public id is part of the word where a slug is one: links hold either between two signs that neither has.
_KEY = re.compile(rb"[0-9a-z]+(?:-[0-9a-z]+)*")
Row = tuple[str, int]
# Seconds. Asking costs as much as a page. A name that is a few seconds old is missed where it stands by itself; the
# record that names it is logged in any case, as it is read.
KEPT = 30
# Shorter titles and names stand in other words.
SHORTEST = 5


def compartments_of(user: User) -> set[int]:
    """Return the compartments in which `user` is named."""
    return set(CompartmentMember.objects.holding().filter(user_id=user.pk).values_list("compartment_id", flat=True))


@dataclass(frozen=True, slots=True)
class Closed:
    """What of the record is open to somebody by compartments alone: rows by their keys, and by their names."""

    keys: dict[bytes, Row]
    names: dict[str, Row]


def closed_to_others(user: User) -> Closed:
    """Return the confidential records of the compartments of `user`, and whom and what they know by these alone."""
    key = f"audit-closed-{user.pk}"
    kept = cache.get(key)
    if kept is None:
        rows = [tuple(row) for row in _closed(user)]
        cache.set(key, _cipher().encrypt(json.dumps(rows).encode()), KEPT)
    else:
        rows = json.loads(_cipher().decrypt(kept))
    return Closed(
        {key.encode(): (label, pk) for label, pk, key, _name in rows if key},
        {name: (label, pk) for label, pk, _key, name in rows if len(name) >= SHORTEST},
    )


@cache_once
def _cipher() -> Fernet:
    """Return what makes titles and names unreadable wherever the cache keeps them: on a disk, on another machine."""
    return Fernet(base64.urlsafe_b64encode(sha256(f"audit-closed {settings.SECRET_KEY}".encode()).digest()))


@prepared
def _closed(reader: Reading) -> QuerySet[Any]:
    """Return rows of (model, number, key, name)."""
    text, number = CharField(max_length=300), BigIntegerField()
    nothing = Value("", output_field=text)
    # Of the same role, and named nowhere.
    other = Anybody(role_of(reader).value, pk=0)
    parts: list[tuple[str, Any, str, Any]] = []
    for model in _records():
        ours = model._base_manager.filter(compartment_id__in=named_in(reader))
        for field in ("public_id", "slug"):
            if any(field == one.name for one in model._meta.concrete_fields):
                titled = any(one.name == "title" for one in model._meta.concrete_fields)
                parts.append((model._meta.label_lower, ours, field, F("title") if titled else nothing))
    for label in names():
        known: Any = apps.get_model(label)._default_manager
        rows = known.visible_to(reader).exclude(pk__in=known.visible_to(other).values("pk"))
        parts.append((label.lower(), rows, "slug", F("name")))
    return union(
        rows.order_by()
        .annotate(
            k_label=Value(label, output_field=text),
            k_pk=Cast("pk", number),
            k_key=Cast(field, text),
            k_name=Cast(name, text),
        )
        .values_list("k_label", "k_pk", "k_key", "k_name")
        for label, rows, field, name in parts
    )


def standing_in(compartments: set[int], rows: Iterable[Row]) -> set[Row]:
    """Return those of these records that stand in one of the compartments: of some only a few columns were read."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for label, pk in rows:
        numbers[label].add(pk)
    return {
        (label, pk)
        for label, some in numbers.items()
        for pk in apps.get_model(label)
        ._base_manager.filter(pk__in=some, compartment__in=compartments)
        .values_list("pk", flat=True)
    }


def shown(body: bytes, closed: Closed) -> set[Row]:
    """Return the rows whose keys or names stand in `body`."""
    found = {closed.keys[word] for word in set(_KEY.findall(body)) & closed.keys.keys()}
    text = unescape(body.decode(errors="replace"))
    return found | {row for name, row in closed.names.items() if name in text or json.dumps(name)[1:-1] in text}


def _records() -> list[type[Record]]:
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Record) and not model.__name__.startswith("Historical")
    ]

"""What is suggested while somebody types: people, countries, topics and visits that the reader may see, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from statements.models import NameWord, SearchKind
from statements.search.index import SUGGESTED
from statements.search.matching import Begins
from statements.search.names import beginnings
from statements.search.results import note_on, title_of, visible
from statements.search.texts import OURS
from visits.folding import fold
from visits.partial_dates import parse

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User

MOST = 8
# Of names alike: in the order of the alphabet; of visits the newest first.
_ORDER: dict[str, tuple[Any, ...]] = {
    SearchKind.PERSON: ("name", "slug"),
    SearchKind.COUNTRY: ("name", "iso3"),
    SearchKind.TOPIC: ("name", "slug"),
    SearchKind.VISIT: (F("dates_latest").desc(nulls_last=True), "slug"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A record: the name that pages show, its address; the other name that fits, and what tells it from its like."""

    name: str
    url: str
    notes: tuple[str, ...] = ()


Groups = list[tuple[str, list[Suggestion]]]


def suggestions(typed: str, reader: User | AnonymousUser) -> Groups:
    """Return by kind what `reader` may see whose names have a word for each beginning typed, MOST at most in all."""
    starts = beginnings(typed)
    found = [(kind, [_suggestion(kind, row) for row in _rows(kind, starts, reader)]) for kind in SUGGESTED if starts]
    kept = shares([len(rows) for _kind, rows in found], MOST)
    return [(kind, rows[:number]) for (kind, rows), number in zip(found, kept, strict=True) if number]


def shares(there: Sequence[int], most: int) -> list[int]:
    """Return how many of each group are shown, so that none crowds out another: one of each in turn, `most` in all."""
    kept = [0] * len(there)
    while sum(kept) < min(most, sum(there)):
        for number, size in enumerate(there):
            if kept[number] < size and sum(kept) < most:
                kept[number] += 1
    return kept


def _rows(kind: str, starts: Sequence[str], reader: User | AnonymousUser) -> QuerySet[Any]:
    """Return the first visible records of a kind that fit; where the first beginning stands foremost comes first."""
    rows = visible(kind, reader).order_by()
    words = NameWord.objects.filter(kind=kind)
    for start in starts:
        rows = rows.filter(pk__in=words.filter(Begins("word", start)).values("record"))
    foremost = words.filter(Begins("word", starts[0]), record=OuterRef("pk")).order_by("place", "pk")
    rows = rows.annotate(place=Subquery(foremost.values("place")[:1]), as_typed=Subquery(foremost.values("name")[:1]))
    return rows.order_by("place", *_ORDER[kind])[:MOST]


def _suggestion(kind: str, row: Any) -> Suggestion:
    name = title_of(kind, row)
    shown = {fold(name)} | ({fold(parse(row.dates).display(OURS))} if kind == SearchKind.VISIT and row.dates else set())
    # Another name than those shown says why this was found.
    other = "" if fold(row.as_typed) in shown else row.as_typed
    return Suggestion(name, row.get_absolute_url(), tuple(note for note in (other, note_on(kind, row)) if note))

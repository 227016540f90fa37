"""What a search brings to those who follow it by feed or mail: public statements, by the moment of their publication.

Feeds and mails are read outside, by programs and servers that nobody here knows. So they carry what is public, whoever
reads them; of what members may see they carry a number, and of what is confidential nothing (docs/adr/0015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, OuterRef, Subquery
from django.http import QueryDict

from statements.cards import Card, cards_of
from statements.corrections import known_since
from statements.filters import StatementFilter
from statements.models import Erratum, Statement, StatementLink
from statements.models.statement import in_one_line
from statements.search.finding import MOST_COUNTED
from statements.standing import BY_LINK, FALLEN
from visits.access import Permission, Role, has_permission
from visits.models import User

if TYPE_CHECKING:
    from statements.querysets import StatementQuerySet

MOST_TOLD = 50
FELLING = [kind for kind, standing in BY_LINK if standing in FALLEN]


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as a feed or mail tells it; `updated` is when the public last learned something of it."""

    title: str
    card: Card
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Inner:
    """How many statements only members find, MOST_COUNTED at most, and when the latest of them was published."""

    number: int = 0
    more: bool = False
    latest: datetime | None = None


def canonical(data: QueryDict) -> str:
    """Return of an address the filters that are understood, in the one form and order they have; "" for none."""
    return form_of(StatementFilter(data, reader=AnonymousUser()))


def form_of(filters: StatementFilter) -> str:
    """Return the same of filters that are read already, whoever reads them."""
    found = QueryDict(mutable=True)
    if filters.query.text:
        # NUL parts words as any sign does, and no database stores it.
        found["q"] = filters.query.text.replace("\x00", " ").strip()
    for name in StatementFilter.base_filters:
        value = filters.chosen.get(name)
        if value is not None and name != "sort":
            found[name] = str(value).lower() if name == "country" else str(value)
    return found.urlencode()


def _found(query: str, reader: User | AnonymousUser, after: datetime | None, until: datetime | None) -> Any:
    """Return the statements that `reader` finds, published after a moment and up to another, both optional."""
    rows = StatementFilter(QueryDict(query), reader=reader).narrowed().filter(published_at__isnull=False)
    if after is not None:
        rows = rows.filter(published_at__gt=after)
    return rows if until is None else rows.filter(published_at__lte=until)


def public_rows(query: str, *, after: datetime | None = None, until: datetime | None = None) -> StatementQuerySet:
    """Return the statements that everybody finds by `query`, the latest published first."""
    rows: StatementQuerySet = _found(query, AnonymousUser(), after, until).order_by("-published_at", "-id")
    return rows


def inner_number(query: str, reader: User, *, after: datetime | None = None, until: datetime | None = None) -> Inner:
    """Return how many statements `reader` finds as a member and the public does not; none where they are no member.

    They are counted as a member finds them who is named in no compartment.
    """
    if not has_permission(reader, Permission.SEE_INTERNAL):
        return Inner()
    rows = _found(query, User(role=Role.MEMBER), after, until)
    rows = rows.exclude(pk__in=_found(query, AnonymousUser(), after, until).order_by().values("pk"))
    moments = list(rows.order_by("-published_at").values_list("published_at", flat=True)[: MOST_COUNTED + 1])
    return Inner(min(len(moments), MOST_COUNTED), len(moments) > MOST_COUNTED, moments[0] if moments else None)


def told(rows: StatementQuerySet, most: int = MOST_TOLD) -> list[Told]:
    """Return the first of public `rows` as they are told, in two queries."""
    errata = Erratum.objects.filter(statement_id=OuterRef("pk")).order_by().values("statement_id")
    corrected = Subquery(errata.annotate(last=Max("told_at")).values("last"))
    links = StatementLink.objects.visible_to(AnonymousUser()).filter(to_statement_id=OuterRef("pk"), kind__in=FELLING)
    fell = Subquery(links.annotate(since=known_since()).order_by("-since").values("since")[:1])
    found: Sequence[Statement] = list(rows.select_related("visit").annotate(corrected=corrected, fell=fell)[:most])
    return [_told(row, card) for row, card in zip(found, cards_of(found, AnonymousUser()), strict=True)]


def _told(row: Any, card: Card) -> Told:
    # Never the moment of the last change: it would tell of changes in what the reader may not see.
    updated = row.published_at
    if row.corrected:
        updated = max(updated, datetime.combine(row.corrected, time.min, UTC))
    if row.fell:
        updated = max(updated, row.fell)
    words = card.words.text if card.words else ""
    act = f"{card.act_label} ({card.fallen})" if card.fallen else card.act_label
    return Told(in_one_line(act, [voice.name for voice in card.speakers], words), card,
                row.published_at, updated)  # fmt: skip

"""What lists of people, organisations, countries, mandates, topics and sources tell to those who follow them.

Names have no publication of their own: they are told by what leads to them. So a name is new, and comes up again, when
a visit, a meeting, a statement or a source that leads there is published, and at no other moment: when it was entered
here, what of it changed while it was hidden, and when it was added to what leads there, is nobody's (docs/adr/0036).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from statements.entry_feeds import MOST_TOLD, Item
from statements.feeds import BEGINNING
from statements.models import Statement, StatementSpeaker
from statements.vocabulary_exports import VOCABULARY
from visits.among import Among
from visits.exports.columns import Column, Row, Taking, read_rows
from visits.exports.everybody import EVERYBODY
from visits.models import Meeting, Visit, VisitExpert
from visits.traces import leading_rows

TITLES = {
    "people": _("People"),
    "organisations": _("Organisations"),
    "countries": _("Countries"),
    "mandates": _("Mandates"),
    "topics": _("Topics"),
    "sources": _("Sources"),
}
# So many of the visits, meetings, statements and sources that were published last are looked at first.
LOOKED_AT = 1000
# What an entry tells: columns of the files of the same list, and how each is called where it stands by itself.
_TOLD = {
    "people": {"other_names": _("Other names"), "mandate_names": _("Mandates"), "offices": _("Offices")},
    "organisations": {
        "short_name": _("Short name"),
        "side": _("Side"),
        "country": _("Country"),
        "part_of": _("Part of"),
    },
    "countries": {
        "iso3": _("ISO 3166 code"),
        "formal_name": _("Formal name"),
        "region": _("Region"),
        "standing_invitation": _("Standing invitation since"),
    },
    "mandates": {
        "scope": _("Short name"),
        "kind": _("Kind"),
        "holders": _("Holders"),
        "established_by": _("Established by"),
    },
    "topics": {"aliases": _("Other words"), "wider": _("Wider topic")},
    "sources": {
        "kind": _("Kind"),
        "symbol": _("UN symbol"),
        "publisher": _("Published by"),
        "author": _("Written by"),
        "language": _("Language"),
        "published": _("Published"),
        "url": _("Address"),
        "archive_url": _("Archived copy"),
        "accessed": _("Opened on"),
    },
}


class Way(NamedTuple):
    """Rows that lead to names, the column by which they do, and of what they are a part: "" where of nothing."""

    rows: Any
    column: str
    part: str = ""

    @property
    def whole(self) -> Any:
        """Return the model of what was published: that of the rows, or of what they are part of."""
        return self.rows.model._meta.get_field(self.part).related_model if self.part else self.rows.model

    @property
    def moment(self) -> str:
        """Return the column of the moment at which a row was published."""
        return f"{self.part}__published_at" if self.part else "published_at"


def latest_names(name: str, rows: QuerySet[Any], most: int = MOST_TOLD) -> list[tuple[int, datetime]]:
    """Return (id, moment) of those of the public `rows` of a list to which something was published last, latest first.

    What was published last is looked at, which tells of all names down to the moment of the last of it; only where
    these are too few, all that leads to the other names is gone through.
    """
    ways, ids = list(_ways(name, rows)), rows.order_by().values("pk")
    latest, since, newest = dict[int, datetime](), BEGINNING, dict[Any, dict[int, datetime]]()
    for way in ways:
        # By the statements that were published last, say: an index knows them, and not their speakers.
        whole = way.part or "pk"
        if way.whole not in newest:
            newest[way.whole] = _newest(way.whole)
        published = newest[way.whole]
        if len(published) == LOOKED_AT:
            since = max(since, min(published.values()))
        found = way.rows.filter(Among(whole, list(published)), **{f"{way.column}__in": ids})
        for pk, owner in found.values_list(way.column, whole):
            latest[pk] = max(published[owner], latest.get(pk, BEGINNING))
    latest = {pk: when for pk, when in latest.items() if when >= since}
    if len(latest) < most and since > BEGINNING:
        others = Among("pk", list(latest))
        for pk, when in _gone_through(ways, list(ids.exclude(others).values_list("pk", flat=True))):
            latest[pk] = max(when, latest.get(pk, when))
    return sorted(latest.items(), key=lambda one: (one[1], one[0]), reverse=True)[:most]


def _newest(model: Any) -> dict[int, datetime]:
    """Return by its id the moment of what of a model was published last for everybody."""
    published = model.objects.visible_to(EVERYBODY).filter(published_at__isnull=False)
    return dict(published.order_by("-published_at", "-id").values_list("pk", "published_at")[:LOOKED_AT])


def _gone_through(ways: Iterable[Way], ids: Sequence[int]) -> Iterator[tuple[int, datetime]]:
    """Yield (id, moment) of each way for names with these ids."""
    for way in ways:
        leading = way.rows.filter(Among(way.column, ids), **{f"{way.moment}__isnull": False}).order_by()
        yield from leading.values(way.column).annotate(last=Max(way.moment)).values_list(way.column, "last")


def items_of_names(name: str, latest: Sequence[tuple[int, datetime]], taking: Taking) -> list[Item]:
    """Return the entries of names, in two queries; `taking` is everybody's."""
    moments = dict(latest)
    kind = VOCABULARY[name]
    columns = {column.name: column for column in kind.columns}
    told = [(label, columns[column]) for column, label in _TOLD[name].items()]
    return [
        _item(row, str(columns["address"].read(row)), moments[row.record.pk], told)
        for row in read_rows(kind, list(moments), taking)
    ]


def _item(row: Row, address: str, moment: datetime, told: Iterable[tuple[Any, Column]]) -> Item:
    lines = [f"{label}: {text}" for label, column in told if (text := _text(row, column))]
    content = render_to_string("statements/told_happening.html", {"lines": lines})
    return Item(address, address, str(row.record), content, None, moment)


def _text(row: Row, column: Column) -> str:
    """Return a cell as people read it: files hold the words of the record."""
    show = getattr(row.record, f"get_{column.name}_display", None)
    cell = show() if show else column.read(row)
    return " | ".join(cell) if isinstance(cell, list) else str(cell or "")


def _ways(name: str, rows: QuerySet[Any]) -> Iterator[Way]:
    """Yield the ways that lead for everybody to `rows` of a list."""
    if name in _BY_VISITS:
        column = _BY_VISITS[name]
        yield Way(Visit.objects.visible_to(EVERYBODY), column)
        yield Way(Meeting.objects.visible_to(EVERYBODY), f"visit__{column}")
        yield Way(Statement.objects.visible_to(EVERYBODY), f"visit__{column}")
    if name == "people":
        yield Way(VisitExpert.objects.visible_to(EVERYBODY), "term__person_id", "visit")
    if name == "mandates":
        speaking = StatementSpeaker.objects.visible_to(EVERYBODY)
        yield Way(speaking, "mandate_id", "statement")
        yield Way(speaking, "term__mandate_id", "statement")
    if name == "sources":
        yield Way(rows, "id")
    for column, leading in leading_rows(rows.model._meta.label, EVERYBODY):
        way = Way(leading, column, "" if hasattr(leading.model, "published_at") else leading.model.PART_OF)
        # Terms of mandates are part of nothing that is published.
        if hasattr(way.whole, "published_at"):
            yield way


# Countries and mandates are there for everybody; what is new of them is what visits bring.
_BY_VISITS = {"countries": "legs__country_id", "mandates": "visit_mandates__mandate_id"}

"""What a file of a list holds: the columns of a kind, described once for every format, and its rows read in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visits.partial_dates import PartialDate, parse
from visits.pieces import Parts, Piece, gathered

if TYPE_CHECKING:
    from visits.access import Reading

# Of so many rows the parts are read together: memory is that of one chunk, however long the list is.
CHUNK = 500
Cell = str | int | bool | None | list[str]
# The kind of thin rows that name what everybody may see.
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes a list, where the site is reached, on which day and in which language."""

    reader: Reading
    site: str
    today: date
    language: str


@lru_cache(maxsize=64)
def _around(name: str, _language: str) -> tuple[str, str]:
    """Return what stands before and after the key in addresses of a page: each address anew costs as much as a row."""
    before, _key, after = reverse(name, args=["KEY"]).rpartition("KEY")
    return before, after


@dataclass(slots=True)
class Row:
    """A record with the thin rows that belong to it, as columns read it."""

    record: Any
    parts: Parts
    taking: Taking
    licences: tuple[str, str]

    def all(self, kind: str, owner: int | None = None) -> Sequence[Piece]:
        """Return the thin rows of a kind: of the record, or of what `owner` names."""
        return self.parts.get((kind, self.record.pk if owner is None else owner), ())

    def page(self, name: str, key: str) -> str:
        """Return the whole address of the page `name` (“visit_detail”) of a record; "" where it has none."""
        before, after = _around(name, self.taking.language)
        return f"{self.taking.site}{before}{key}{after}" if key else ""

    @property
    def licence(self) -> str:
        """Return under what the row may be used: that of the record, where everybody may see the row."""
        return self.licences[0 if self.all(OPEN) else 1]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, which is the header in every format, what it holds, and how it is read from a row.

    `fields` are the fields of models out of which it is made, as “visits.Visit.title”.
    """

    name: str
    about: Any
    read: Callable[[Row], Cell]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows: its columns, and how records and their thin rows are read for ids, each in one query.

    `records` and `parts` take the reader and the ids; records come in any order, those that are gone since not at all.
    """

    name: str
    columns: tuple[Column, ...]
    records: Callable[..., Iterable[Any]]
    parts: Callable[..., Iterable[Any]]

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [column.name for column in self.columns]


def rows_of(kind: Kind, ids: Iterable[int], taking: Taking) -> Iterator[list[Cell]]:
    """Yield the cells of the rows with these ids, in their order; nothing is read before it is asked for.

    The gate is asked again for each chunk: what was hidden since the file was begun is in no later part of it.
    """
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        # Whoever goes through the rows does so after the request's own language was put away.
        with translation.override(taking.language):
            rows = _chunk(kind, chunk, taking)
        yield from rows


def _chunk(kind: Kind, ids: list[int], taking: Taking) -> list[list[Cell]]:
    known = {record.pk: record for record in kind.records(taking.reader, ids=ids)}
    if not known:
        return []
    parts = gathered(kind.parts(taking.reader, ids=list(known)))
    open_licence = settings.DATA_LICENCE or gettext("not stated: ask whoever runs this site")
    licences = (open_licence, gettext("not for publication"))
    rows = (Row(known[pk], parts, taking, licences) for pk in ids if pk in known)
    return [[column.read(row) for column in kind.columns] for row in rows]


def stored(name: str, about: Any, field: str) -> Column:
    """Return the column of a field of the record, as it is stored; `field` is “visits.Visit.title”."""
    attribute = field.rpartition(".")[2]
    return Column(name, about, lambda row: _plain(getattr(row.record, attribute)), (field,))


def _plain(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value if isinstance(value, bool | int) or value is None else str(value)


def listed(name: str, about: Any, kind: str, text: str, *fields: str) -> Column:
    """Return the column of a text ("a" to "j") of each thin row of a kind."""
    return Column(name, about, lambda row: [getattr(piece, text) for piece in row.all(kind)], fields)


def dated(name: str, about: Any, field: str, read: Callable[[Any], str] | None = None) -> tuple[Column, ...]:
    """Return the columns of a partial date: as it is stored, its first and last day, and how precise it is.

    `read` gives the text of a record, where it is not its own field.
    """
    attribute = field.rpartition(".")[2]

    def text(row: Row) -> str:
        return read(row.record) if read else getattr(row.record, attribute)

    def of(row: Row) -> PartialDate | None:
        return parse(text(row)) if text(row) else None

    def first(row: Row) -> Cell:
        found = of(row)
        return found.earliest.isoformat() if found else None

    def last(row: Row) -> Cell:
        found = of(row)
        return found.latest.isoformat() if found else None

    def precision(row: Row) -> Cell:
        found = of(row)
        return found.precision if found else ""

    return (
        Column(name, about, text, (field,)),
        Column(f"{name}_earliest", _("the first day that it can be"), first, (field,)),
        Column(f"{name}_latest", _("the last day that it can be"), last, (field,)),
        Column(f"{name}_precision", _("how precise it is: day, month, year or interval"), precision, (field,)),
    )


def state_of(model: str) -> tuple[Column, ...]:
    """Return the columns with which each row ends: how far it has come, who may see it, under what it may be used."""
    return (
        stored("published_at", _("when it was published here"), f"{model}.published_at"),
        stored("workflow", _("how far it has come"), f"{model}.workflow"),
        stored("visibility", _("who may see it"), f"{model}.visibility"),
        Column("licence", _("under what it may be used"), lambda row: row.licence),
    )


SOURCE_FIELDS = ("visits.Source.public_id", "visits.Source.title", "visits.Source.url", "visits.Source.archive_url")
# The texts of a thin row of a source, in this order.
SOURCE_TEXTS = ("source__public_id", "source__title", "source__url", "source__archive_url")


def sources(about: Any, rows: Callable[[Row], Iterable[tuple[str, int]]] | None = None) -> tuple[Column, ...]:
    """Return the columns of sources, which are parallel: page here, title, address, address of the copy.

    They are read from thin rows whose first texts are SOURCE_TEXTS, each source once: those of the kind “source” of
    the record, or those of which `rows` gives kind and owner.
    """

    def found(row: Row) -> list[Piece]:
        wanted = rows(row) if rows else [("source", row.record.pk)]
        pieces = (piece for kind, owner in wanted for piece in row.all(kind, owner) if piece.a)
        return list({piece.a: piece for piece in pieces}.values())

    def pages(row: Row) -> Cell:
        return [row.page("source_detail", piece.a) for piece in found(row)]

    public_id, title, url, archive = SOURCE_FIELDS
    return (
        Column("sources", about, pages, (public_id,)),
        Column("source_titles", _("their titles, in the same order"), lambda row: [p.b for p in found(row)], (title,)),
        Column("source_urls", _("where they were published"), lambda row: [p.c for p in found(row)], (url,)),
        Column("source_archives", _("where copies are kept"), lambda row: [p.d for p in found(row)], (archive,)),
    )

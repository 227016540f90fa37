"""What a file of a list holds: the columns of a kind, described once for every format, and its rows read in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visits.partial_dates import PartialDate, parse
from visits.pieces import Parts, Piece, gathered, union
from visits.prepared import Given, Prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from visits.access import Reading
    from visits.exports.cells import Query

# Of so many rows the parts are read together: memory is that of one chunk, however long the list is.
CHUNK = 500
# So many ids are fetched at once from the cursor on the server.
IDS = 5_000
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
def around(name: str, _language: str) -> tuple[str, str]:
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
        before, after = around(name, self.taking.language)
        return f"{self.taking.site}{before}{key}{after}" if key else ""

    @property
    def licence(self) -> str:
        """Return under what the row may be used: that of the record, where everybody may see the row."""
        return self.licences[0 if self.all(OPEN) else 1]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, which is the header in every format, what it holds, and how it is read from a row.

    `fields` are the fields of models out of which it is made, as “visits.Visit.title”. `sql` writes the same cell for
    PostgreSQL; `plain` says that it never begins like a formula. `holds` is what its cells are: "text", "texts",
    "number", "flag" or "day", or "stored", which is what the field holds.
    """

    name: str
    about: Any
    read: Callable[[Row], Cell]
    fields: tuple[str, ...] = ()
    sql: Callable[[Query], str] | None = None
    plain: bool = False
    holds: str = "text"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows: its columns, and how records and their thin rows are read for ids, each in one query.

    `records` and `parts` take the reader and the ids; records come in any order, those that are gone since not at all.
    Each of `pieces` is the thin rows of one kind.
    """

    name: str
    columns: tuple[Column, ...]
    records: Prepared[Any]
    parts: Prepared[Any]
    # Of a kind that PostgreSQL makes whole files of (`copying.py`).
    pieces: Callable[[Reading, Given], list[QuerySet[Any]]] | None = None

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [column.name for column in self.columns]


def kind_of(
    name: str, columns: tuple[Column, ...], records: Prepared[Any], pieces: Callable[[Reading, Given], list[Any]]
) -> Kind:
    """Return a kind of rows; `pieces` gives for a reader and ids the thin rows of each kind."""
    return Kind(name, columns, records, Prepared(lambda reader, ids: union(pieces(reader, ids))), pieces)


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
    return [[column.read(row) for column in kind.columns] for row in read_rows(kind, ids, taking)]


def read_rows(kind: Kind, ids: Sequence[int], taking: Taking) -> list[Row]:
    """Return the records with these ids that the reader may see, in their order, each with its thin rows."""
    known = {record.pk: record for record in kind.records(taking.reader, ids=ids)}
    if not known:
        return []
    parts = gathered(kind.parts(taking.reader, ids=list(known)))
    open_licence = settings.DATA_LICENCE or gettext("not stated: ask whoever runs this site")
    licences = (open_licence, gettext("not for publication"))
    return [Row(known[pk], parts, taking, licences) for pk in ids if pk in known]


def stored(name: str, about: Any, field: str) -> Column:
    """Return the column of a field of the record, as it is stored; `field` is “visits.Visit.title”."""
    attribute = field.rpartition(".")[2]

    def read(row: Row) -> Cell:
        return _plain(getattr(row.record, attribute))

    return Column(name, about, read, (field,), lambda query: query.stored(attribute, field), holds="stored")


def _plain(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value if isinstance(value, bool | int) or value is None else str(value)


def listed(name: str, about: Any, kind: str, text: str, *fields: str) -> Column:
    """Return the column of a text ("a" to "j") of each thin row of a kind."""

    def read(row: Row) -> Cell:
        return [getattr(piece, text) for piece in row.all(kind)]

    return Column(name, about, read, fields, lambda query: query.listed(kind, text), holds="texts")


def dated(name: str, about: Any, field: str, path: str = "") -> tuple[Column, ...]:
    """Return the columns of a partial date: as it is stored, its first and last day, and how precise it is.

    `path` leads from the record to it (“statement__date”), where it is not its own field.
    """
    way = path or field.rpartition(".")[2]
    text = attrgetter(way.replace("__", "."))

    def of(row: Row) -> PartialDate | None:
        return parse(text(row.record)) if text(row.record) else None

    def first(row: Row) -> Cell:
        found = of(row)
        return found.earliest.isoformat() if found else None

    def last(row: Row) -> Cell:
        found = of(row)
        return found.latest.isoformat() if found else None

    def precision(row: Row) -> Cell:
        found = of(row)
        return found.precision if found else ""

    def column(
        end: str, about: Any, read: Callable[[Row], Cell], sql: Callable[[Query], str], holds: str = "text"
    ) -> Column:
        return Column(name + end, about, read, (field,), sql, plain=True, holds=holds)

    return (
        column("", about, lambda row: text(row.record), lambda query: query.of(way)),
        column("_earliest", _("the first day that it can be"), first, lambda query: query.day(f"{way}_earliest"),
               "day"),
        column("_latest", _("the last day that it can be"), last, lambda query: query.day(f"{way}_latest"), "day"),
        column("_precision", _("how precise it is: day, month, year or interval"), precision,
               lambda query: query.precision(way)),
    )  # fmt: skip


def state_of(model: str) -> tuple[Column, ...]:
    """Return the columns with which each row ends: how far it has come, who may see it, under what it may be used."""
    return (
        stored("published_at", _("when it was published here"), f"{model}.published_at"),
        stored("workflow", _("how far it has come"), f"{model}.workflow"),
        stored("visibility", _("who may see it"), f"{model}.visibility"),
        Column("licence", _("under what it may be used"), lambda row: row.licence, sql=lambda query: query.licence()),
    )


SOURCE_FIELDS = ("visits.Source.public_id", "visits.Source.title", "visits.Source.url", "visits.Source.archive_url")
# The texts of a thin row of a source, in this order.
SOURCE_TEXTS = ("source__public_id", "source__title", "source__url", "source__archive_url")


def sources(about: Any) -> tuple[Column, ...]:
    """Return the columns of sources, which are parallel: page here, title, address, address of the copy.

    They are read from thin rows of the kind “source”, whose first texts are SOURCE_TEXTS, each source once.
    """

    def found(row: Row) -> list[Piece]:
        return list({piece.a: piece for piece in row.all("source") if piece.a}.values())

    def pages(row: Row) -> Cell:
        return [row.page("source_detail", piece.a) for piece in found(row)]

    def column(name: str, about: Any, letter: str, field: str) -> Column:
        def read(row: Row) -> Cell:
            return [getattr(piece, letter) for piece in found(row)]

        sql = lambda query: query.listed("source", letter, once="abcd")  # noqa: E731 - one cell
        return Column(name, about, read, (field,), sql, holds="texts")

    public_id, title, url, archive = SOURCE_FIELDS
    return (
        Column("sources", about, pages, (public_id,),
               lambda query: query.listed("source", "a", once="abcd", page="source_detail"), plain=True,
               holds="texts"),
        column("source_titles", _("their titles, in the same order"), "b", title),
        column("source_urls", _("where they were published"), "c", url),
        column("source_archives", _("where copies are kept"), "d", archive),
    )  # fmt: skip


def page_column(name: str, about: Any, page: str, path: str, *fields: str) -> Column:
    """Return the column of the address of a page (“visit_detail”), whose key stands at `path` of the record."""
    key = attrgetter_or_none(path)

    def read(row: Row) -> Cell:
        return row.page(page, key(row.record))

    return Column(name, about, read, fields, lambda query: query.page(page, query.of(path)), plain=True)


def text_column(name: str, about: Any, path: str, *fields: str) -> Column:
    """Return the column of a text at `path` of the record (“visit__title”); "" where the way ends before it."""
    text = attrgetter_or_none(path)
    return Column(name, about, lambda row: text(row.record), fields, lambda query: query.of(path))


def attrgetter_or_none(path: str) -> Callable[[Any], str]:
    """Return what reads a text at `path` of a record; "" where something on the way is missing."""
    *way, last = path.split("__")

    def read(record: Any) -> str:
        for name in way:
            record = getattr(record, name)
            if record is None:
                return ""
        return str(getattr(record, last))

    return read

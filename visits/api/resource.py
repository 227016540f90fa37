"""What the API serves: each resource described once, for its answers, its schema and the page that explains it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from visits.among import Among
from visits.api.problems import Problem
from visits.exports.columns import Cell, Kind, Row, Taking, read_rows
from visits.narrowing import OneChoiceFilter

if TYPE_CHECKING:
    from visits.access import Reading
    from visits.api.writing import Writer

# Where the API stands; a change that breaks programs gets another number.
ROOT = "/api/v1/"
# So many rows of one name may a page bring along: they are held in memory together.
MOST_EXPANDED = 2000
Expanded = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a list: by a column or expression that is never empty, ties by the key of the resource."""

    by: Any
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a row can bring with it: rows of another resource.

    `ids(reader, rows)` returns by the id of each row those of what belongs to it, asked for all rows at once.
    """

    of: str
    ids: Callable[[Reading, Sequence[Row]], Expanded]


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A kind of rows of the API.

    `rows(reader)` are those that the reader may see, `key` the column by which an address names one. Where several rows
    share that column, `mark(row)` is what else the address says, made of what the row says. A row answers under its id
    too, where its `key` is another column (`also`).
    """

    name: str
    about: Any
    kind: Kind
    rows: Callable[[Reading], QuerySet[Any]]
    key: str
    filters: Callable[..., OneChoiceFilter]
    filter_class: type[OneChoiceFilter]
    sorts: Mapping[str, Sort]
    linked: Callable[[Mapping[str, Cell], str], dict[str, Any]]
    expansions: Mapping[str, Expansion] = field(default_factory=dict)
    read_key: Callable[[str], str] = str
    mark: Callable[[Row], str] | None = None
    also: str = ""
    has_words: bool = False
    writer: Writer | None = None

    @property
    def model(self) -> type[Model]:
        """Return the model of the rows."""
        model: type[Model] = self.filter_class._meta.model
        return model

    def key_of(self, row: Row) -> str:
        """Return what names a row in addresses."""
        found: Any = row.record
        for name in self.key.split("__"):
            found = getattr(found, name)
        return f"{found}.{self.mark(row)}" if self.mark else str(found)

    def find(self, key: str, taking: Taking) -> Row | None:
        """Return the row that an address names, as far as the reader may see it."""
        owner, _dot, mark = key.rpartition(".") if self.mark else (key, "", "")
        ids = self.rows(taking.reader).filter(self.named(owner)).order_by("pk")
        found = read_rows(self.kind, list(ids.values_list("pk", flat=True)), taking)
        return next((row for row in found if self.mark is None or self.mark(row) == mark), None)

    def find_id(self, key: str, taking: Taking) -> int | None:
        """Return the id of the row that an address names, as far as the reader may see it; its parts are not read."""
        if self.mark is not None:
            row = self.find(key, taking)
            return None if row is None else row.record.pk
        return self.rows(taking.reader).filter(self.named(key)).order_by("pk").values_list("pk", flat=True).first()

    def named(self, key: str) -> Q:
        """Return the condition on the rows that a key names."""
        named = Q(**{self.key: self.read_key(key)})
        return named | Q(**{self.also: key}) if self.also else named

    def find_by_id(self, pk: int, taking: Taking) -> Row | None:
        """Return a row that was just written, as far as the reader may see it."""
        known = self.rows(taking.reader).filter(pk=pk).exists()
        return next(iter(read_rows(self.kind, [pk], taking)), None) if known else None

    def told(self, row: Row) -> dict[str, Any]:
        """Return a row as the API tells it: its address here, then the columns of the kind."""
        key = self.key_of(row)
        cells = {column.name: column.read(row) for column in self.kind.columns}
        return {"self": f"{row.taking.site}{ROOT}{self.name}/{key}/", **cells}


RESOURCES: dict[str, Resource] = {}


def register(resource: Resource) -> Resource:
    """Serve a resource."""
    RESOURCES[resource.name] = resource
    return resource


def filters_of(resource: Resource, data: QueryDict, taking: Taking) -> OneChoiceFilter:
    """Return the filters of a resource for a reader; those of commitments ask for the day too."""
    return resource.filters(data, reader=taking.reader, today=taking.today)


def by_key(of: str, keys: Callable[[Row], Iterable[str]]) -> Expansion:
    """Return the expansion into the rows of a resource that each row names by their keys."""

    def ids(reader: Reading, rows: Sequence[Row]) -> Expanded:
        resource = RESOURCES[of]
        named = {row.record.pk: [key for key in dict.fromkeys(keys(row)) if key] for row in rows}
        every = {key for found in named.values() for key in found}
        asked = resource.rows(reader).filter(**{f"{resource.key}__in": every}).values_list(resource.key, "pk")
        known = dict(asked) if every else {}
        return {pk: [known[key] for key in found if key in known] for pk, found in named.items()}

    return Expansion(of, ids)


def by_parent(of: str, column: str) -> Expansion:
    """Return the expansion into the rows of a resource that name each row in `column`."""

    def ids(reader: Reading, rows: Sequence[Row]) -> Expanded:
        mine = RESOURCES[of].rows(reader).filter(Among(column, [row.record.pk for row in rows]))
        found: dict[int, list[int]] = {}
        for owner, pk in mine.order_by("pk").values_list(column, "pk"):
            found.setdefault(owner, []).append(pk)
        return found

    return Expansion(of, ids)


def expanded(
    resource: Resource, names: Sequence[str], rows: Sequence[Row], taking: Taking
) -> dict[int, dict[str, Any]]:
    """Return by the id of each row what it brings with it; of each name the rows are read together."""
    found: dict[int, dict[str, Any]] = {row.record.pk: {} for row in rows}
    for name in names:
        expansion = resource.expansions[name]
        other = RESOURCES[expansion.of]
        ids = expansion.ids(taking.reader, rows)
        every = sorted({pk for some in ids.values() for pk in some})
        if len(every) > MOST_EXPANDED:
            raise Problem(
                400,
                _("“%(name)s” would bring more than %(most)s rows: ask for fewer, or for them by pages of their own.")
                % {"name": name, "most": MOST_EXPANDED},
            )
        told = {row.record.pk: other.told(row) for row in read_rows(other.kind, every, taking)} if every else {}
        for owner, brought in found.items():
            brought[name] = [told[pk] for pk in ids.get(owner, ()) if pk in told]
    return found

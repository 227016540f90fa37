"""Of the record what somebody without an account may see, as tables: nothing hidden changes a row, number or order.

Rows are those of `visible_to`; columns are those declared public, and who is named by rows that pages print. Rows get
numbers of their own, since primary keys never leave the server, and `order` counts what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q

from statements.package.tables import CHUNK, Table, is_history, whole_record
from visits.access import Role
from visits.classification import FieldClass
from visits.models import Source, SourceRelay
from visits.querysets import author_unnamed
from visits.written import Anybody

EVERYBODY = Anybody(Role.NONE.value)
# Tables of the vocabulary that everybody sees whole: they have no gate of their own.
OPEN = frozenset({"visits.country", "visits.mandate", "visits.mandatetitle", "visits.mandateterm"})
CLOSED: dict[str, str] = {
    "visits.user": "accounts are nobody's business",
    "visits.compartment": "who may open what is confidential",
    "visits.compartmentmember": "who may open what is confidential",
    "visits.consent": "between somebody and those who run the record",
    "visits.redirect": "an old address may have led to what is hidden",
    "visits.importbatch": "of the work at the desk",
    "visits.importmapping": "of the work at the desk",
    "visits.importrow": "of the work at the desk; may tell of rows that are hidden",
    "visits.merge": "tells of rows that are hidden",
    "visits.removalrequest": "tells of rows that are hidden",
    "visits.meetingnote": "notes are never public",
    "statements.review": "of the work at the desk",
    "statements.reviewcomment": "of the work at the desk",
    "statements.setaside": "stored text is internal",
}
# Rows that name somebody on a public page: whoever may see the row may see the name.
NAMING = frozenset({
    "visits.participant",
    "statements.statementspeaker",
    "statements.statementaddressee",
    "statements.attribution",
})  # fmt: skip
# A private individual has no page: only the name by which somebody spoke is told.
PRIVATE = dict.fromkeys(("visits.personname", "visits.alias", "visits.office"), "person__private")
# Public by their class, but they rise and move with parts that are hidden.
TELLING = frozenset({"version", "changed_at"})
# In what the order of a row counts.
COUNTED_IN = {"visits.meeting": "visit_id", "statements.statement": "visit_id"}


@dataclass
class PublicTable(Table):
    """A table as everybody may see it. `ids` maps the key of each row to its number in the package."""

    ids: dict[int, int] = field(default_factory=dict)
    others: dict[str, PublicTable] = field(default_factory=dict, repr=False)

    @property
    def references(self) -> dict[str, str]:
        """Return the columns that lead to another table of the package."""
        return {column: of for column, of in super().references.items() if of in self.others}

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows in the order of their numbers."""
        names = [one.attname for one in self.fields]
        mapped = {names.index(column): self.others[of].ids for column, of in self.references.items()}
        ranks = self._ranks() if "order" in names else {}
        key, order = names.index(self.key), names.index("order") if ranks else -1
        written = [names.index(name) for name in ("author", "author_person_id") if self.name == "visits.source"]
        unnamed = _unnamed_authors() if written else set()
        for row in self._queryset().values_list(*names).iterator(CHUNK):
            if row[key] not in self.ids:
                continue
            values = list(row)
            for place, ids in mapped.items():
                values[place] = ids.get(values[place])
            if ranks:
                values[order] = ranks[row[key]]
            if row[key] in unnamed:
                # As everywhere: neither by words nor by leading to the person, who may be there by another row.
                author, person = written
                values[author], values[person] = "", None
            values[key] = self.ids[row[key]]
            yield tuple(values)

    def _ranks(self) -> dict[int, int]:
        """Return by key the place of a row among those that stand with it: gaps would tell of hidden ones."""
        whole = COUNTED_IN.get(self.name) or f"{getattr(self.model, 'PART_OF', '')}_id"
        ranks: dict[int, int] = {}
        last: tuple[Any, int] | None = None
        rank = 0
        rows = self._queryset().order_by(whole, "order", self.key).values_list("pk", whole, "order")
        for pk, parent, order in rows.iterator(CHUNK):
            if pk not in self.ids:
                continue
            if last is None or last[0] != parent:
                rank = 0
            elif last[1] != order:
                rank += 1
            last, ranks[pk] = (parent, order), rank
        return ranks

    def _queryset(self) -> models.QuerySet[Any]:
        rows: Any = self.model._base_manager.all()
        if self.name not in OPEN:
            gated: Any = self.model._default_manager
            rows = gated.visible_to(EVERYBODY)
        if self.name == "visits.source":
            # What a source passes on is named on its page, and may have none of its own.
            passed_on = SourceRelay.objects.visible_to(EVERYBODY).values("original")
            rows = self.model._base_manager.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=passed_on))
        if self.name in PRIVATE:
            rows = rows.exclude(**{PRIVATE[self.name]: True})
        return rows.order_by(self.key)

    def gather(self) -> None:
        """Read which rows are there."""
        self.ids = dict.fromkeys(self._queryset().values_list("pk", flat=True).iterator(CHUNK), 0)

    def drop_loose(self) -> bool:
        """Leave out rows that have to lead to one which is not there; return whether there was any."""
        needed = {
            one.attname: one.related_model._meta.label_lower
            for one in self.fields
            if isinstance(one, models.ForeignKey) and not one.null
        }
        loose: set[int] = set()
        for column, of in needed.items():
            there = self.others[of].ids
            rows = self._queryset().values_list("pk", column).iterator(CHUNK)
            loose |= {pk for pk, target in rows if pk in self.ids and target not in there}
        for pk in loose:
            del self.ids[pk]
        return bool(loose)


def public_record() -> list[PublicTable]:
    """Return the tables of what everybody may see, their rows read and numbered; called within one moment."""
    tables = {
        table.name: PublicTable(table.model, _columns(table))
        for table in whole_record()
        if not is_history(table.model) and table.name not in CLOSED
    }
    for table in tables.values():
        table.others = tables
        table.gather()
    while any(table.drop_loose() for table in tables.values()):
        # Rows that led to these may be loose now.
        continue
    for table in tables.values():
        table.ids = {pk: number for number, pk in enumerate(table.ids, start=1)}
    return list(tables.values())


def _unnamed_authors() -> set[int]:
    """Return the ids of the sources of which nobody is told who wrote them."""
    return set(Source._base_manager.filter(author_unnamed(EVERYBODY)).values_list("pk", flat=True))


def _columns(table: Table) -> tuple[models.Field[Any, Any], ...]:
    classes = table.model.FIELD_CLASSES  # type: ignore[attr-defined]
    allowed = {FieldClass.PUBLIC, *([FieldClass.IDENTITY] if table.name in NAMING else [])}
    return tuple(one for one in table.fields if classes[one.name] in allowed and one.name not in TELLING)

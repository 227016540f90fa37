"""What is erased with a removed record: its parts, all that was ever written of it, its files, private individuals,
and whom and what only compartments knew.

Each app says by `register_eraser` what else holds words of a record, and by `register_going` which records go with it.
Erased are also rows that are no longer there: only their history tells of them, and no page leads to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from visits import admin_drafts, drafts
from visits.access import Role
from visits.addressed import forget_addresses, slugs_of
from visits.after_save import keys_of, refresh, squeeze
from visits.choices import Visibility, Workflow
from visits.fields import BoundField
from visits.merge_plan import MODELS, relations
from visits.merge_undo import forget_merges, merged_away
from visits.models import Merge, Office, Organisation, Person, Record, Redirect, Source
from visits.stored_files import holding
from visits.traces import names
from visits.written import Anybody

Eraser = Callable[[Any, "Erasure"], None]
Going = Callable[[Any], "models.QuerySet[Any]"]
_ERASERS: dict[str, list[Eraser]] = defaultdict(list)
_GOING: dict[str, list[Going]] = defaultdict(list)


def register_eraser(model: str, eraser: Eraser) -> None:
    """Say what else of a `model` ("visits.Source") is erased: `eraser(record, erasure)` is called before its row is."""
    _ERASERS[model].append(eraser)


def register_going(model: str, going: Going) -> None:
    """Say which records go with one of `model`: `going(record)` returns those that would rest on nothing."""
    _GOING[model].append(going)


def forget_words_of(row: Any) -> None:
    """Erase what holds words of a row without being a part of it, while the row itself stays (`register_eraser`)."""
    for eraser in _ERASERS[row._meta.label]:
        eraser(row, Erasure())


def going_with(record: Record) -> list[models.QuerySet[Any]]:
    """Return the records that go with `record`, a queryset for each relation, none of them removed already."""
    return [going(record).exclude(workflow=Workflow.REMOVED) for going in _GOING[record._meta.label]]


@dataclass
class Erasure:
    """One run: what it erased, the people whom the erased rows named, and the stored files that go."""

    records: list[tuple[str, str]] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    file_names: set[str] = field(default_factory=set)
    # By model whom and what erased confidential rows named that only compartments know, and what open ones named.
    closed: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    _open: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    _confidential: bool = False
    # The ids by which rows named a record, those of what was merged into it among them.
    _ids: dict[Any, set[int]] = field(default_factory=dict)

    def record(self, record: Record) -> None:
        """Erase a record, those that go with it, its parts and its file."""
        ids = {record.pk}
        if isinstance(record, Source):
            ids |= merged_away(record)
            self.files(forget_merges(record))
        self._ids[record] = ids
        forget_addresses(slugs_of(record))
        for rows in going_with(record):
            for other in rows:
                self.record(other)
        self._confidential = record.visibility == Visibility.CONFIDENTIAL
        for eraser in _ERASERS[record._meta.label]:
            eraser(record, self)
        self._note(type(record), [record.pk])
        self._parts(type(record), [record.pk])
        self._redirects(record)
        self._typed(record)
        if isinstance(record, Source):
            self.files({str(record.stored_file), *record.history.values_list("stored_file", flat=True)})
        keys = keys_of([record])
        row = type(record)._base_manager.filter(pk=record.pk)
        try:
            with transaction.atomic():
                row.delete()
        except models.ProtectedError:
            # Something that stays still leads to the row: it stays without a word in it.
            row.update(**_blank(record))
        refresh(keys)
        self._traces(type(record), [record.pk])
        for entry in relations(type(record)):
            self._past(entry.model, entry.attname, ids)
        self.records.append((record._meta.model_name or "", record.public_id))

    def rows(self, rows: models.QuerySet[Any]) -> None:
        """Erase rows with their parts, history and log; remember whom they named."""
        model = rows.model
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            return
        self._note(model, ids)
        keys = keys_of(rows)
        self._parts(model, ids)
        model._base_manager.filter(pk__in=ids).delete()
        refresh(keys)
        self._traces(model, ids)

    def naming(self, model: type[Any], column: str, record: Record) -> None:
        """Erase the rows that name `record` in `column`, and of the others each version that did."""
        self.rows(model._base_manager.filter(**{column: record}))
        self._past(model, model._meta.get_field(column).attname, self._ids[record], versions=True)

    def _past(self, model: type[Any], column: str, ids: set[int], *, versions: bool = False) -> None:
        """Erase the history of rows that named one of `ids` and are no longer there.

        With `versions`, also each version in which a row named it that is still there and names another now.
        """
        if not hasattr(model, "history"):
            return
        stored = model.history.filter(**{f"{column}__in": ids})
        known = set(stored.values_list("id", flat=True))
        self._lost(model, known - set(model._base_manager.filter(pk__in=known).values_list("pk", flat=True)))
        if versions:
            self._note_in(stored)
            stored.delete()

    def _lost(self, model: type[Any], ids: set[int]) -> None:
        """Erase the history of rows that were taken out, of their parts, and of what they were parts of if that is."""
        # What was merged into another is not lost: a merge can be undone.
        kind = next((kind for kind, label in MODELS.items() if label == model._meta.label), "")
        ids = ids - set(Merge.objects.filter(kind=kind, gone__in=ids, undone_at=None).values_list("gone", flat=True))
        if not ids:
            return
        stored = model.history.filter(id__in=ids)
        self._note_in(stored)
        if model is Source:
            self.files(set(stored.values_list("stored_file", flat=True)))
        if issubclass(model, Record):
            for public_id in set(stored.values_list("public_id", flat=True)):
                drafts.forget(public_id)
        relation = model._meta.get_field(model.PART_OF) if model.PART_OF else None
        wholes = set(stored.values_list(relation.attname, flat=True)) if relation else set()
        self._traces(model, ids)
        for entry in relations(model):
            if issubclass(model, Record) or entry.remote_field.on_delete is models.CASCADE:
                self._past(entry.model, entry.attname, ids)
        if relation:
            whole = relation.remote_field.model
            self._lost(whole, wholes - set(whole._base_manager.filter(pk__in=wholes).values_list("pk", flat=True)))

    def _note(self, model: type[Any], ids: Iterable[int]) -> None:
        """Note whom rows name, and whom they named before: a version of old may be all that a person is named in."""
        self._note_in(model._base_manager.filter(pk__in=ids))
        if hasattr(model, "history"):
            self._note_in(model.history.filter(id__in=ids))

    def _note_in(self, rows: models.QuerySet[Any]) -> None:
        for column in rows.model._meta.concrete_fields:
            if column.related_model is not None and column.related_model._meta.label in names():
                told = set(rows.exclude(**{column.attname: None}).values_list(column.attname, flat=True))
                if column.related_model is Person:
                    self.people |= told
                if self._confidential:
                    self._note_closed(column.related_model, told)
                else:
                    self._open[column.related_model] |= told

    def _note_closed(self, model: Any, ids: set[int]) -> None:
        """Note what an editor who is in no compartment does not see, with the organisations and parents it leads to."""
        ids = ids - self.closed[model]
        ids -= _seen_by_editors(model, ids)
        if not ids:
            return
        self.closed[model] |= ids
        if model is Person:
            held = Office._base_manager.filter(person__in=ids, organisation__isnull=False)
            self._note_closed(Organisation, set(held.values_list("organisation_id", flat=True)))
        else:
            above = model._base_manager.filter(pk__in=ids, parent__isnull=False)
            self._note_closed(model, set(above.values_list("parent_id", flat=True)))

    def _typed(self, record: Record) -> None:
        """Forget what was typed of a record and not sent, the wish to remove it among it."""
        for name in {record.public_id, getattr(record, "slug", "")} - {""}:
            drafts.forget(name)
        drafts.forget_where(
            ["removal:new"], lambda _user, data: any(record.public_id in text for text in data.get("public_id", []))
        )

    def _parts(self, model: type[Any], ids: Iterable[int]) -> None:
        """Erase what would be deleted in cascade: the deletion alone would leave its words in the history."""
        for entry in reversed(relations(model)):
            if entry.remote_field.on_delete is models.CASCADE:
                self.rows(entry.model._base_manager.filter(**{f"{entry.name}__in": ids}))
                self._past(entry.model, entry.attname, set(ids))

    def _traces(self, model: type[Any], ids: Iterable[int]) -> None:
        """Erase the history of rows, which their deletion has added to, and what the admin logged of them."""
        if hasattr(model, "history"):
            model.history.filter(id__in=ids).delete()
        admin_drafts.forget(model, ids)
        kind = ContentType.objects.get_for_model(model)
        LogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in ids]).delete()

    def _redirects(self, record: Any) -> None:
        """Erase old addresses that lead to a row, and what leads on from its own: they would tell of it."""
        url = record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""
        if url:
            of_it = models.Q(old_path__startswith=url) | models.Q(new_path__startswith=url)
            self.rows(Redirect.objects.filter(of_it))

    def files(self, names: set[str]) -> None:
        """Delete stored files once the transaction holds, but for those that a source still has."""
        self.file_names |= names - {""}
        transaction.on_commit(lambda: _delete_unheld(names - {""}))

    def finish(self) -> None:
        """Erase the private individuals whom the erased rows named and no row names any more.

        Their own offices tell of them and keep nobody: these go first. So does whom and what only compartments knew:
        editors meet what no row names, and would be told by a removal what was hidden from them before.
        """
        done = set[int]()
        while left := self.people - done:
            done |= left
            for person in Person._base_manager.filter(pk__in=left, private=True):
                self._person(person)
        closed = {model: ids - self._open[model] for model, ids in self.closed.items()}
        # What another of them names goes after that one.
        while any(self._told_now(model, ids) for model, ids in closed.items()):
            pass

    def _told_now(self, model: Any, closed: set[int]) -> bool:
        """Erase what of `closed` every editor would meet now; return whether anything was."""
        found = False
        for row in model._base_manager.filter(pk__in=_seen_by_editors(model, closed)):
            goes = self._person(row) if isinstance(row, Person) else self._unnamed(row)
            closed -= {row.pk} if goes else set()
            found = found or goes
        return found

    def _unnamed(self, row: Any) -> bool:
        """Erase an organisation or a topic that no row names; return whether it is so."""
        if _named(type(row), [row]):
            return False
        self._known(row)
        return True

    def _person(self, person: Person) -> bool:
        """Erase a person whom no row names; return whether it is so."""
        offices = Office._base_manager.filter(person=person)
        if _named(Office, offices) or _named(Person, [person], but=Office):
            return False
        self._known(person, offices)
        return True

    def _known(self, row: Any, offices: models.QuerySet[Any] | None = None) -> None:
        """Erase a row that other rows name, with what was ever written of it."""
        ids = {row.pk, *merged_away(row)}
        forget_addresses(slugs_of(row))
        for eraser in _ERASERS[row._meta.label]:
            eraser(row, self)
        forget_merges(row)
        self._redirects(row)
        if offices is not None:
            self.rows(offices)
        self.rows(type(row)._base_manager.filter(pk=row.pk))
        for entry in relations(type(row)):
            # A version of a part says how somebody was named; one of a record says much else.
            self._past(entry.model, entry.attname, ids, versions=bool(getattr(entry.model, "PART_OF", "")))


def _delete_unheld(names: set[str]) -> None:
    storage = Source._meta.get_field("stored_file").storage
    for name in sorted(names):
        # Whoever stores the same bytes now has to find the file whole, or gone.
        with holding(name):
            if not Source._base_manager.filter(stored_file=name).exists():
                storage.delete(name)


def _named(model: type[Any], rows: Any, but: type[Any] | None = None) -> bool:
    """Whether a row of another kind than `but` names one of `rows` without being a part of it."""
    return any(
        entry.model._base_manager.filter(**{f"{entry.name}__in": rows}).exists()
        for entry in relations(model)
        if entry.remote_field.on_delete is models.PROTECT and entry.model is not but
    )


def _seen_by_editors(model: Any, ids: set[int]) -> set[int]:
    """Return those of the rows that an editor meets who is in no compartment."""
    anybody = Anybody(Role.EDITOR.value)
    return set(model._default_manager.visible_to(anybody).filter(pk__in=ids).values_list("pk", flat=True))


_STAYS = {"id", "version", "public_id", "visibility", "compartment", "created_at", "changed_at"}


def _blank(record: Record) -> dict[str, Any]:
    """Return what a row that cannot be deleted holds from now on: its state, and nothing of what it said."""
    blank: dict[str, Any] = {"workflow": Workflow.REMOVED}
    for column in record._meta.concrete_fields:
        if column.name in _STAYS or column.name in blank or column.choices:
            continue
        if column.null or isinstance(column, BoundField):
            blank[column.name] = None
        elif isinstance(column, models.SlugField):
            blank[column.name] = f"removed-{record.public_id}"
        elif isinstance(column, models.CharField | models.TextField | models.FileField):
            blank[column.name] = ""
    return blank


def erase_record(record: Record) -> list[tuple[str, str]]:
    """Erase a removed record and what goes with it; return kind and public id of each erased record.

    Call within a transaction. Nothing is checked here: `confirm_removal` does.
    """
    erasure = Erasure()
    erasure.record(record)
    erasure.finish()
    squeeze()
    return erasure.records

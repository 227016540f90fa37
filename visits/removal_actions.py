"""Removing what endangers somebody: one person asks, another confirms, then it is erased.

Erased are the row with its parts, their history and log, the private individuals whom nothing else names, and the
stored file. What rests on it alone, and so could never be seen again, goes with it. Each app says by `register_eraser`
what else holds words of a record, and by `register_going` which records go with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits import drafts
from visits.access import Permission
from visits.actions import remove, require
from visits.after_save import keys_of, refresh
from visits.choices import Workflow
from visits.fields import BoundField
from visits.merge_undo import forget_merges
from visits.models import Office, Person, Record, Redirect, RemovalRequest, Source, User
from visits.stored_files import holding

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


def going_with(record: Record) -> list[models.QuerySet[Any]]:
    """Return the records that go with `record`, a queryset for each relation, none of them removed already."""
    return [going(record).exclude(workflow=Workflow.REMOVED) for going in _GOING[record._meta.label]]


@dataclass
class Erasure:
    """One run: what it erased, the people whom the erased rows named, and the stored files that go."""

    records: list[tuple[str, str]] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    file_names: set[str] = field(default_factory=set)

    def record(self, record: Record) -> None:
        """Erase a record, those that go with it, its parts and its file."""
        for rows in going_with(record):
            for other in rows:
                self.record(other)
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

    def _note(self, model: type[models.Model], ids: list[int]) -> None:
        """Note whom rows name, and whom they named before: a version of old may be all that a person is named in."""
        for column in model._meta.concrete_fields:
            if column.related_model is Person:
                stored = [model._base_manager.filter(pk__in=ids)]
                stored += [model.history.filter(id__in=ids)] if hasattr(model, "history") else []
                for rows in stored:
                    self.people |= set(rows.exclude(**{column.attname: None}).values_list(column.attname, flat=True))

    def _typed(self, record: Record) -> None:
        """Forget what was typed of a record and not sent, the wish to remove it among it."""
        for name in {record.public_id, getattr(record, "slug", "")} - {""}:
            drafts.forget(name)
        drafts.forget_where(
            ["removal:new"], lambda _user, data: any(record.public_id in text for text in data.get("public_id", []))
        )

    def _parts(self, model: type[models.Model], ids: list[int]) -> None:
        """Erase what would be deleted in cascade: the deletion alone would leave its words in the history."""
        for relation in model._meta.related_objects:
            if relation.on_delete is models.CASCADE:
                self.rows(relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids}))

    def _traces(self, model: type[models.Model], ids: list[int]) -> None:
        """Erase the history of rows, which their deletion has added to, and what the admin logged of them."""
        if hasattr(model, "history"):
            model.history.filter(id__in=ids).delete()
        kind = ContentType.objects.get_for_model(model)
        LogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in ids]).delete()

    def _redirects(self, record: Record | Person) -> None:
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

        Their own offices tell of them and keep nobody: these go first.
        """
        for person in Person._base_manager.filter(pk__in=self.people, private=True):
            offices = Office._base_manager.filter(person=person)
            if _named(Office, offices) or _named(Person, [person], but=Office):
                continue
            forget_merges(person)
            self._redirects(person)
            self.rows(offices)
            self.rows(Person._base_manager.filter(pk=person.pk))


def _delete_unheld(names: set[str]) -> None:
    storage = Source._meta.get_field("stored_file").storage
    for name in sorted(names):
        # Whoever stores the same bytes now has to find the file whole, or gone.
        with holding(name):
            if not Source._base_manager.filter(stored_file=name).exists():
                storage.delete(name)


def _named(model: type[models.Model], rows: Any, but: type[models.Model] | None = None) -> bool:
    """Whether a row of another kind than `but` names one of `rows` without being a part of it."""
    return any(
        relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows}).exists()
        for relation in model._meta.related_objects
        if relation.on_delete is models.PROTECT and relation.related_model is not but
    )


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
    return erasure.records


def removable() -> dict[str, type[Record]]:
    """Return the models whose records can be removed, by kind: the name of the model."""
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if issubclass(model, Record) and not model.__name__.startswith("Historical")
    }


def find_record(*, kind: str, public_id: str, user: User) -> Record | None:
    """Return the record of this kind and id where `user` may see it."""
    model = removable().get(kind)
    if model is None:
        return None
    found: Record | None = model._default_manager.visible_to(user).filter(public_id=public_id).first()  # type: ignore[attr-defined]
    return found


@transaction.atomic
def ask_removal(*, record: Record, reason: str, by: User) -> RemovalRequest:
    """Ask that `record` be removed; another person has to confirm."""
    require(by, Permission.PUBLISH)
    if not reason.strip():
        raise ValidationError(_("Say whom it endangers and how: the second person has only these words."))
    kind = record._meta.model_name or ""
    open_ones = RemovalRequest.objects.filter(kind=kind, public_id=record.public_id)
    if open_ones.filter(done_at=None, declined_at=None).exists():
        raise ValidationError(_("Somebody has asked for this already: confirm it on the page of removals."))
    return RemovalRequest.objects.create(kind=kind, public_id=record.public_id, asked_by=by, reason=reason.strip())


def _claim(request: RemovalRequest, **state: Any) -> None:
    """Close an open request; raise ValidationError where somebody else has closed it since."""
    rows = RemovalRequest.objects.filter(pk=request.pk, done_at=None, declined_at=None)
    if not rows.update(**state):
        raise ValidationError(_("This request is closed already."))


@transaction.atomic
def confirm_removal(*, request: RemovalRequest, by: User) -> list[tuple[str, str]]:
    """Remove and erase the record of `request` as its second person; return what was erased.

    Of the reason nothing stays either. Raises PermissionDenied where `by` may not see the record.
    """
    record = find_record(kind=request.kind, public_id=request.public_id, user=by)
    if record is None:
        raise PermissionDenied(_("Your role does not allow this."))
    now = timezone.now()
    remove(record=record, by=request.asked_by, second=by)
    _claim(request, second=by, done_at=now, reason="")
    erased = erase_record(record)
    others = [row for row in erased if row != (request.kind, request.public_id)]
    same = {"asked_by": request.asked_by, "second": by, "done_at": now}
    for kind, public_id in others:
        # An open request for what has gone with it is answered by this one.
        mine = RemovalRequest.objects.filter(kind=kind, public_id=public_id, done_at=None, declined_at=None)
        if not mine.exclude(asked_by=by).update(second=by, done_at=now, reason=""):
            mine.delete()
            RemovalRequest.objects.create(kind=kind, public_id=public_id, **same)
    return erased


@transaction.atomic
def decline_removal(*, request: RemovalRequest, by: User) -> None:
    """Close a request without removing anything: the second person declines, or who asked takes it back."""
    require(by, Permission.PUBLISH)
    second = None if by.pk == request.asked_by_id else by
    # Whatever becomes of the record, words about a danger are kept no longer than somebody has to decide on them.
    _claim(request, second=second, declined_at=timezone.now(), reason="")

"""The admin's base: it reads through `visible_to`, writes through the actions, and checks the version."""

from __future__ import annotations

import json
import operator
from functools import reduce
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict

from visits import actions, admin_drafts
from visits.access import Permission, has_permission
from visits.admin_conflict import tell_conflicts
from visits.admin_forms import Refused, TakenOutForm, VersionedForm
from visits.admin_lists import GatedChangeList, GuardedList, search, too_many, words_of
from visits.admin_names import LABELS, NamedSelect, choosable, names_of, readable
from visits.admin_rows import EditedList
from visits.models import Record
from visits.slugs import new_slug

_REFUSALS = (ValidationError, PermissionDenied, models.ProtectedError)


class _Reads:
    """Relations offer only what the person may read, in forms and in autocompletes alike."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field with its choices restricted to readable rows, labelled from the names of the page."""
        owner: Any = self
        kwargs.setdefault("queryset", choosable(db_field.remote_field.model, request))
        if db_field.name in owner.get_autocomplete_fields(request):
            kwargs.setdefault("widget", NamedSelect(db_field, owner.admin_site, names=names_of(request)))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the fields with the version that was read, wherever stored values can be changed."""
        fields = [name for name in super().get_fields(request, obj) if name != "version_read"]  # type: ignore[misc]
        return [*fields, "version_read"] if self.has_change_permission(request, obj) else fields  # type: ignore[attr-defined]


class PartInline(_Reads, admin.TabularInline):
    """Rows that an editor thinks of as part of the record above."""

    form = VersionedForm
    extra = 0
    show_change_link = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever edits may take a part out; its history keeps it."""
        return has_permission(request.user, Permission.EDIT_RECORD)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the readable rows; their relations are named by the page."""
        return readable(self.model, request)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the formset, whose rows know what they may name."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form = type("PartForm", (TakenOutForm, formset.form), {"names": names_of(request)})
        return formset


def with_plain_line_ends(posted: QueryDict) -> QueryDict:
    """Return what was posted with line ends as stored: browsers send each as two characters (HTML, “newlines”)."""
    plain = QueryDict(mutable=True)
    for name, values in posted.lists():
        plain.setlist(name, [value.replace("\r\n", "\n") for value in values])
    return plain


class LoggedByIds:
    """Mixed into an admin: Django's own log of it names rows by their ids."""

    def _log(self, request: HttpRequest, row: Any, flag: int, message: Any) -> Any:
        # By its id, whatever it is: a name in a log outlives the row that it could be taken out of.
        named = f"{row._meta.verbose_name} {getattr(row, 'public_id', None) or row.pk}"
        return LogEntry.objects.create(
            user_id=request.user.pk or 0,
            content_type=ContentType.objects.get_for_model(row),
            object_id=row.pk,
            object_repr=named[:200],
            action_flag=flag,
            change_message=json.dumps(message) if isinstance(message, list) else message,
        )

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log without names that are hidden from others."""
        return self._log(request, obj, ADDITION, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log what was changed; a form saved unchanged changes nothing and is not logged."""
        return self._log(request, obj, CHANGE, message) if message else None


class ActionAdmin(LoggedByIds, EditedList, GuardedList, _Reads, admin.ModelAdmin):
    """Admin of a model whose rows are written by the actions."""

    form = VersionedForm
    list_per_page = 50
    show_full_result_count = False

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        admin_drafts.register(model)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows that the person may read."""
        rows = readable(self.model, request)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_list_select_related(self, request: HttpRequest) -> Any:
        """Join nothing past the gate: the list asks for what it names."""
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that names only open rows."""
        return GatedChangeList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Return the rows in which each word is found, not looking into rows that are hidden."""
        paths, words = self.get_search_fields(request), words_of(search_term)
        if too_many(words, request):
            return queryset.none(), False
        for word in words if paths else ():
            queryset = queryset.filter(
                reduce(operator.or_, (search(self.model, path, word, request) for path in paths))
            )
        if request.path.endswith("/autocomplete/") and self.model._meta.label in LABELS:
            queryset = queryset.select_related(*LABELS[self.model._meta.label])
        return queryset, False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted: records are withdrawn, or removed by two persons."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which knows what it may name and why an earlier attempt was refused."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and names_of(request).page is not obj:
            names_of(request).page = obj
            names_of(request).learn([obj])
        known = {"names": names_of(request), "refusals": getattr(request, "_refusals", ())}
        return type(form.__name__, (form,), known)

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        names_of(request).learn(row for formset in formsets for row in formset.get_queryset())
        return formsets, inlines

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store through the actions what has changed."""
        if change and not form.has_changed():
            return
        try:
            self.store(request, obj)
        except _REFUSALS as error:
            raise Refused(error, row=obj.pk) from error

    def store(self, request: HttpRequest, row: Any) -> None:
        """Store a record, or a part of one."""
        if isinstance(row, Record):
            actions.save_record(record=row, by=request.user)  # type: ignore[arg-type]
        else:
            actions.save_part(part=row, by=request.user)  # type: ignore[arg-type]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store, then take out inline rows through the actions: a last proof may be replaced, not dropped."""
        # Who gives up being the preferred one goes first.
        changed = sorted(formset.save(commit=False), key=lambda part: bool(getattr(part, "preferred", False)))
        try:
            for part in changed:
                setattr(part, formset.fk.name, form.instance)
                self.store(request, part)
            for part in formset.deleted_objects:
                setattr(part, formset.fk.name, form.instance)
                actions.remove_part(part=part, by=request.user)  # type: ignore[arg-type]
        except _REFUSALS as error:
            raise Refused(error) from error
        formset.save_m2m()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer a refused save with the same page: the words above it, all that was typed still in it."""
        if request.method == "POST":
            request.POST = with_plain_line_ends(request.POST)  # type: ignore[assignment]
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            request._refusals = refused.words  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Name what the page leads to through the gate, whatever shows it: inputs, read-only cells, labels."""
        names = names_of(request)
        rows = [context["adminform"].form.instance]
        for inline in context["inline_admin_formsets"]:
            rows += [form.instance for form in inline.formset.forms]
        if request.method == "POST":
            names.learn(rows)
        names.fill(rows)
        original = context.get("original")
        if original is not None:
            names.fill([original])
            context["subtitle"] = str(original)
        if original is None or self.has_change_permission(request, original):
            context.update(admin_drafts.drafting(request, original, self.model))
        return tell_conflicts(request, context, super().render_change_form(request, context, *args, **kwargs))

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a saved new row; what was kept while it was typed is forgotten."""
        admin_drafts.settle(request, obj, new=True)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Answer a saved row; what was kept while it was typed is forgotten."""
        admin_drafts.settle(request, obj, new=False)
        return super().response_change(request, obj)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Say what kind of row was changed, not its name: whoever reads the history may not see the row."""
        told: Any = super().construct_change_message(request, form, formsets, add)
        for entry in told:
            for what in entry.values():
                if "object" in what:
                    what["object"] = "…"
        return told


class AddressedAdmin(ActionAdmin):
    """Admin of rows whose page is addressed by a slug, some of them hidden: nobody chooses it.

    A slug is one of a kind: whoever could type one would be told that a hidden row has it. It is made of what the row
    is called, as at the desk, and shown from then on.
    """

    # What the slug is made of.
    called_by = "name"

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is not shown: of a new row the slug, which it has not yet."""
        hidden = super().get_exclude(request, obj) or ()
        return hidden if obj is not None else (*hidden, "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is shown and never typed, among it the slug."""
        return (*super().get_readonly_fields(request, obj), *(() if obj is None else ("slug",)))

    def store(self, request: HttpRequest, row: Any) -> None:
        """Store a row or a part of it; a new row under a slug made of its name."""
        if row._state.adding and isinstance(row, self.model):
            row.slug = new_slug(getattr(row, self.called_by))
        super().store(request, row)


class LogAdmin(ActionAdmin):
    """Admin of a log: rows that are written elsewhere, have no version, and are only read here."""

    form = forms.ModelForm  # type: ignore[assignment]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Written at the desk."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A log is only added to."""
        return False

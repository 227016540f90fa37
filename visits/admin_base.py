"""The admin's base: it reads through `visible_to`, writes through the actions, and checks the version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from visits import actions
from visits.access import Permission, has_permission
from visits.models import Record, StaleVersion, Versioned


class VersionedForm(forms.ModelForm):
    """A form that carries the version at which its record was read, and refuses a save based on an older one."""

    version_read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["version_read"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        """Raise StaleVersion where somebody has saved since; the typed values stay in the form."""
        cleaned = super().clean() or {}
        if self.instance.pk and isinstance(self.instance, Versioned):
            read_at = cleaned.get("version_read")
            if read_at != self.instance.version:
                raise StaleVersion
        return cleaned

    def has_changed(self) -> bool:
        """Whether anything but the version differs: an untouched inline row is not saved."""
        return any(name != "version_read" for name in self.changed_data)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if isinstance(self.instance, Record) and not self.errors:
            try:
                actions.check_parents(self.instance)
            except ValidationError as error:
                self.add_error(None, error)


def readable(model: type[models.Model], request: HttpRequest) -> models.QuerySet[Any]:
    """Return the rows of `model` that the person of `request` may read."""
    rows = model._default_manager.all()
    gate = getattr(rows, "visible_to", None)
    return gate(request.user) if gate else rows


class _Reads:
    """Relations offer only what the person may read, in forms and in autocompletes alike."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field with its choices restricted to readable rows."""
        kwargs.setdefault("queryset", readable(db_field.remote_field.model, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class PartInline(_Reads, admin.TabularInline):
    """Rows that an editor thinks of as part of the record above."""

    form = VersionedForm
    extra = 0
    show_change_link = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever edits may take a part out; its history keeps it."""
        return has_permission(request.user, Permission.EDIT_RECORD)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the readable rows with the relations that their labels name."""
        return readable(self.model, request).select_related(*self.select_related)

    select_related: tuple[str, ...] = ()


class ActionAdmin(_Reads, admin.ModelAdmin):
    """Admin of a model whose rows are written by the actions."""

    form = VersionedForm
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows that the person may read."""
        rows = readable(self.model, request)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted: records are withdrawn, or removed by two persons."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store through the actions."""
        if isinstance(obj, Record):
            actions.save_record(record=obj, by=request.user)  # type: ignore[arg-type]
        else:
            actions.save_part(part=obj, by=request.user)  # type: ignore[arg-type]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store and take out inline rows through the actions."""
        changed = formset.save(commit=False)
        for part in formset.deleted_objects:
            actions.remove_part(part=part, by=request.user)  # type: ignore[arg-type]
        for part in changed:
            actions.save_part(part=part, by=request.user)  # type: ignore[arg-type]
        formset.save_m2m()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer a save that another one overtook between form and database with words, not an error page."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StaleVersion as error:
            messages.error(request, " ".join(error.messages))
            request.method = "GET"
            return super().changeform_view(request, *args, **kwargs)


def workflow_action(name: str, label: Any, act: Callable[..., Any], permission: Permission) -> Any:
    """Return an admin action that takes the chosen records through `act`, telling of each that could not go."""

    def run(modeladmin: Any, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        done = 0
        for record in queryset:
            try:
                act(record=record, by=request.user)
                done += 1
            except (ValidationError, PermissionDenied) as error:
                words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                messages.error(request, f"{record}: {words}")
        if done:
            messages.success(request, _("%(count)d done.") % {"count": done})

    run.__name__ = name
    return admin.action(description=label, permissions=[permission.value])(run)


class RecordAdmin(ActionAdmin):
    """Admin of a record with workflow: its state is read-only here and changed by the actions of the list."""

    readonly_fields: ClassVar[Any] = ("workflow", "public_id", "published_at", "withdrawn_note")
    list_filter: ClassVar[Any] = ("workflow", "visibility")

    actions = [
        workflow_action("submit", _("Send for review"), actions.submit, Permission.EDIT_RECORD),
        workflow_action("publish", _("Publish"), actions.publish, Permission.PUBLISH),
        workflow_action("withdraw", _("Withdraw"), actions.withdraw, Permission.PUBLISH),
    ]

    def has_edit_record_permission(self, request: HttpRequest) -> bool:
        """Whether the person may edit the record."""
        return has_permission(request.user, Permission.EDIT_RECORD)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the person may publish."""
        return has_permission(request.user, Permission.PUBLISH)

"""Admin of users and compartments, and of the counters, addresses and imports of the record itself."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from visits import models as m
from visits.admin_base import ActionAdmin, LogAdmin, PartInline
from visits.admin_lists import GuardedList


@admin.register(m.User)
class RoleUserAdmin(GuardedList, UserAdmin):
    """Users and their role. Permissions follow from the role, so none are stored."""

    list_display = ("username", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    show_full_result_count = False
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Role"), {"fields": ("role", "is_active")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "password1", "password2", "role")}),)
    readonly_fields = ("last_login", "date_joined")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Users are made inactive: history names them."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store what has changed."""
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)


class CompartmentMemberInline(PartInline):
    model = m.CompartmentMember
    autocomplete_fields = ("user",)


@admin.register(m.Compartment)
class CompartmentAdmin(ActionAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    autocomplete_fields = ("visit",)
    inlines = (CompartmentMemberInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return all compartments: whoever manages users says who is named, and sees nothing of what is inside."""
        return m.Compartment.objects.order_by("name", "pk")


@admin.register(m.PublicationStamp)
class PublicationStampAdmin(GuardedList, admin.ModelAdmin):
    list_display = ("value", "raised_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The stamp is one row, raised by the actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The stamp is raised by the actions only."""
        return False


@admin.register(m.Redirect)
class RedirectAdmin(ActionAdmin):
    list_display = ("old_path", "new_path")
    search_fields = ("old_path", "new_path")


@admin.register(m.Alias)
class AliasAdmin(ActionAdmin):
    list_display = ("text", "country", "mandate", "person", "organisation")
    search_fields = ("text", "folded")
    autocomplete_fields = ("country", "mandate", "person", "organisation")


@admin.register(m.ImportBatch)
class ImportBatchAdmin(ActionAdmin):
    list_display = ("file_name", "kind", "started_at", "finished_at", "undone_at")
    search_fields = ("file_name",)
    list_filter = ("kind",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports are made by importing."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was imported is a fact."""
        return False


@admin.register(m.RemovalRequest)
class RemovalRequestAdmin(admin.ModelAdmin):
    """What was removed, by whom and when; open requests are answered at the desk."""

    list_display = ("kind", "public_id", "asked_by", "second", "asked_at", "done_at", "declined_at")
    list_filter = ("kind",)
    list_select_related = ("asked_by", "second")
    show_full_result_count = False
    # The reason could tell of a record that is hidden from who reads this.
    exclude = ("reason",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the closed requests: an open one would tell that a record is there."""
        return super().get_queryset(request).exclude(done_at=None, declined_at=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Removals are asked for at the desk."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was done is a fact."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The audit stays: whoever restores a backup removes again what it names."""
        return False


@admin.register(m.Merge)
class MergeAdmin(LogAdmin):
    """That something was merged, by whom and when; what it was is shown at the desk to those who may see it."""

    list_display = ("kind", "public_id", "by", "at", "undone_at")
    list_filter = ("kind",)
    fields = ("kind", "public_id", "by", "at", "undone_by", "undone_at")

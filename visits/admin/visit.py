"""Admin of visits with their mandates, legs, experts, steps and deadlines, and of notes on access."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from visits import models as m
from visits.admin_base import ActionAdmin, AddressedAdmin, PartInline
from visits.admin_workflow import RecordAdmin


class VisitMandateInline(PartInline):
    model = m.VisitMandate
    autocomplete_fields = ("mandate",)


class VisitLegInline(PartInline):
    model = m.VisitLeg
    autocomplete_fields = ("country",)


class VisitExpertInline(PartInline):
    model = m.VisitExpert
    fields = ("term", "order")
    autocomplete_fields = ("term",)


class VisitStepInline(PartInline):
    """Steps are append-only: stored ones are shown, new ones added."""

    model = m.VisitStep
    fields = ("kind", "actor", "date", "date_basis", "proposed", "reason", "source", "voids")
    autocomplete_fields = ("source", "voids")
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A stored step is voided by another, never changed."""
        return False


class DeadlineInline(PartInline):
    model = m.Deadline


@admin.register(m.Visit)
class VisitAdmin(AddressedAdmin, RecordAdmin):
    called_by = "title"
    list_display = ("title", "dates", "status", "workflow", "visibility")
    list_filter = ("status", "kind", "workflow", "visibility")
    search_fields = ("title", "slug")
    autocomplete_fields = ("follows",)
    readonly_fields = (*RecordAdmin.readonly_fields, "status", "dates", "dates_kind")
    inlines = (
        VisitMandateInline,
        VisitLegInline,
        VisitExpertInline,
        VisitStepInline,
        DeadlineInline,
    )


@admin.register(m.VisitMandate)
class VisitMandateAdmin(ActionAdmin):
    list_display = ("visit", "mandate", "order")
    search_fields = ("visit__title", "mandate__scope")
    autocomplete_fields = ("visit", "mandate")


@admin.register(m.VisitLeg)
class VisitLegAdmin(ActionAdmin):
    list_display = ("visit", "order", "country", "territory", "place", "dates")
    search_fields = ("visit__title", "place", "territory", "country__name")
    autocomplete_fields = ("visit", "country")


class VisitExpertLegInline(PartInline):
    model = m.VisitExpertLeg
    autocomplete_fields = ("leg",)


@admin.register(m.VisitExpert)
class VisitExpertAdmin(ActionAdmin):
    list_display = ("visit", "term", "order")
    search_fields = ("visit__title", "term__person__name")
    autocomplete_fields = ("visit", "term")
    inlines = (VisitExpertLegInline,)


@admin.register(m.VisitExpertLeg)
class VisitExpertLegAdmin(ActionAdmin):
    list_display = ("expert", "leg")
    autocomplete_fields = ("expert", "leg")


@admin.register(m.VisitStep)
class VisitStepAdmin(ActionAdmin):
    list_display = ("visit", "kind", "date", "actor", "voids")
    list_filter = ("kind", "actor")
    search_fields = ("visit__title", "reason", "document")
    autocomplete_fields = ("visit", "mandate", "leg", "source", "voids")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A stored step is voided by another, never changed."""
        return False


@admin.register(m.AccessNote)
class AccessNoteAdmin(RecordAdmin):
    list_display = ("visit", "guarantee", "kept", "date", "workflow", "visibility")
    list_filter = ("guarantee", "kept", "workflow", "visibility")
    search_fields = ("visit__title", "place", "according_to")
    autocomplete_fields = ("visit", "leg", "source")


@admin.register(m.Deadline)
class DeadlineAdmin(ActionAdmin):
    list_display = ("visit", "what", "due", "met")
    list_editable = ("due", "met")
    search_fields = ("what", "visit__title")
    autocomplete_fields = ("visit",)

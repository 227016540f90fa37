"""Admin of sources and which others they relay."""

from __future__ import annotations

from django.contrib import admin

from visits import models as m
from visits.admin_base import ActionAdmin, PartInline
from visits.admin_workflow import RecordAdmin


class SourceRelayInline(PartInline):
    model = m.SourceRelay
    fk_name = "source"
    autocomplete_fields = ("original",)


@admin.register(m.Source)
class SourceAdmin(RecordAdmin):
    list_display = (
        "title",
        "kind",
        "publisher",
        "published",
        "consulted",
        "workflow",
        "visibility",
    )
    list_filter = ("kind", "consulted", "workflow", "visibility")
    search_fields = ("title", "symbol", "publisher", "url")
    autocomplete_fields = ("publisher_organisation", "author_person")
    # A file comes in through the intake alone, where it is checked, and stands under its SHA-256.
    exclude = ("stored_file", "sha256")
    inlines = (SourceRelayInline,)


@admin.register(m.SourceRelay)
class SourceRelayAdmin(ActionAdmin):
    list_display = ("source", "kind", "original")
    list_filter = ("kind",)
    search_fields = ("source__title", "original__title")
    autocomplete_fields = ("source", "original")

"""Admin of meetings, who was there and what was noted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from visits import models as m
from visits.admin_base import ActionAdmin, PartInline
from visits.admin_workflow import RecordAdmin
from visits.choices import Visibility


class ParticipantInline(PartInline):
    model = m.Participant
    fields = (
        "order",
        "person",
        "organisation",
        "label",
        "office",
        "term",
        "side",
        "named_publicly",
    )
    autocomplete_fields = ("person", "organisation", "office", "term")


class MeetingNoteInline(PartInline):
    """Notes on the meeting; a confidential one goes to the meeting's compartment."""

    model = m.MeetingNote
    fields = ("text", "visibility")
    show_change_link = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A note is a record: it is withdrawn, not taken out."""
        return False


@admin.register(m.Meeting)
class MeetingAdmin(RecordAdmin):
    list_display = ("title", "visit", "date", "status", "workflow", "visibility", "published_as")
    # After a day of many meetings.
    list_editable = ("status",)
    list_filter = ("kind", "status", "published_as", "workflow", "visibility")
    search_fields = ("title", "visit__title", "place")
    autocomplete_fields = ("visit", "leg")
    inlines: ClassVar[list[type[Any]]] = [ParticipantInline, MeetingNoteInline]

    def store(self, request: HttpRequest, row: Any) -> None:
        """Store the meeting or a part of it; a new note is by whoever writes it."""
        if isinstance(row, m.MeetingNote):
            if row._state.adding:
                row.author = request.user  # type: ignore[assignment]
            confidential = row.visibility == Visibility.CONFIDENTIAL
            row.compartment = (row.compartment or row.meeting.compartment) if confidential else None
        super().store(request, row)


@admin.register(m.Participant)
class ParticipantAdmin(ActionAdmin):
    list_display = ("meeting", "person", "organisation", "label", "side", "named_publicly")
    list_filter = ("side", "named_publicly")
    search_fields = ("person__name", "organisation__name", "label", "meeting__title")
    autocomplete_fields = ("meeting", "person", "organisation", "office", "term", "on_behalf_of")


@admin.register(m.MeetingNote)
class MeetingNoteAdmin(RecordAdmin):
    list_display = ("meeting", "author", "created_at", "workflow", "visibility")
    search_fields = ("meeting__title",)
    autocomplete_fields = ("meeting",)
    readonly_fields = (*RecordAdmin.readonly_fields, "author")

    def store(self, request: HttpRequest, row: Any) -> None:
        """Store the note; a new one is by whoever writes it."""
        if row._state.adding:
            row.author = request.user
        super().store(request, row)

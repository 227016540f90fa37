"""Django admin of `visits`: vocabulary, records and users. Writes go through the actions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from visits import models as m
from visits.admin_base import ActionAdmin, PartInline, RecordAdmin
from visits.choices import Visibility

admin.site.site_header = _("Vis-à-vis: administration")
admin.site.site_title = _("Vis-à-vis")
admin.site.index_title = _("The record")


@admin.register(m.User)
class RoleUserAdmin(UserAdmin):
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
class PublicationStampAdmin(admin.ModelAdmin):
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


@admin.register(m.Country)
class CountryAdmin(ActionAdmin):
    list_display = ("name", "iso3", "region", "standing_invitation")
    list_filter = ("region",)
    search_fields = ("name", "formal_name", "iso3", "name_fr", "name_es")


class MandateTitleInline(PartInline):
    model = m.MandateTitle


class MandateTermInline(PartInline):
    model = m.MandateTerm
    autocomplete_fields = ("person",)


@admin.register(m.Mandate)
class MandateAdmin(ActionAdmin):
    list_display = ("scope", "kind", "holder_kind", "country")
    list_filter = ("kind", "holder_kind")
    search_fields = ("name", "scope")
    autocomplete_fields = ("country",)
    prepopulated_fields = {"slug": ("scope",)}
    inlines = (MandateTitleInline, MandateTermInline)


@admin.register(m.MandateTitle)
class MandateTitleAdmin(ActionAdmin):
    list_display = ("title", "mandate", "since", "until")
    search_fields = ("title",)
    autocomplete_fields = ("mandate",)


@admin.register(m.MandateTerm)
class MandateTermAdmin(ActionAdmin):
    list_display = ("person", "mandate", "since", "until")
    search_fields = ("person__name", "mandate__scope")
    autocomplete_fields = ("person", "mandate")


class PersonNameInline(PartInline):
    model = m.PersonName


class OfficeInline(PartInline):
    model = m.Office
    autocomplete_fields = ("organisation",)


@admin.register(m.Person)
class PersonAdmin(ActionAdmin):
    list_display = ("name", "private")
    list_filter = ("private",)
    search_fields = ("name", "names__folded", "names__text")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (PersonNameInline, OfficeInline)


@admin.register(m.PersonName)
class PersonNameAdmin(ActionAdmin):
    list_display = ("text", "person", "kind", "language")
    search_fields = ("text", "folded")
    autocomplete_fields = ("person",)


@admin.register(m.Organisation)
class OrganisationAdmin(ActionAdmin):
    list_display = ("name", "side", "country")
    list_filter = ("side",)
    search_fields = ("name", "short_name")
    autocomplete_fields = ("parent", "country")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(m.Office)
class OfficeAdmin(ActionAdmin):
    list_display = ("person", "title", "organisation", "side", "since", "until")
    list_filter = ("side",)
    search_fields = ("title", "person__name", "organisation__name")
    autocomplete_fields = ("person", "organisation")


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
class VisitAdmin(RecordAdmin):
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
    search_fields = ("what", "visit__title")
    autocomplete_fields = ("visit",)


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
    inlines = (SourceRelayInline,)


@admin.register(m.SourceRelay)
class SourceRelayAdmin(ActionAdmin):
    list_display = ("source", "kind", "original")
    list_filter = ("kind",)
    search_fields = ("source__title", "original__title")
    autocomplete_fields = ("source", "original")


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

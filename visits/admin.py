"""Django admin of `visits`: vocabulary, records and users. Writes go through the actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from visits import models as m
from visits.admin_base import ActionAdmin, PartInline, RecordAdmin

admin.site.site_header = _("Vis-à-vis: administration")
admin.site.site_title = _("Vis-à-vis")
admin.site.index_title = _("The record")


@admin.register(m.User)
class RoleUserAdmin(UserAdmin):
    """Users and their role. Permissions follow from the role, so none are stored."""

    list_display = ("username", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
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


class CompartmentMemberInline(PartInline):
    model = m.CompartmentMember
    autocomplete_fields = ("user",)
    select_related = ("user",)


@admin.register(m.Compartment)
class CompartmentAdmin(ActionAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    autocomplete_fields = ("visit",)
    inlines = (CompartmentMemberInline,)


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
    list_select_related = ("country", "mandate", "person", "organisation")
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
    select_related = ("person", "mandate")


@admin.register(m.Mandate)
class MandateAdmin(ActionAdmin):
    list_display = ("scope", "kind", "holder_kind", "country")
    list_select_related = ("country",)
    list_filter = ("kind", "holder_kind")
    search_fields = ("name", "scope")
    autocomplete_fields = ("country",)
    prepopulated_fields = {"slug": ("scope",)}
    inlines = (MandateTitleInline, MandateTermInline)


@admin.register(m.MandateTitle)
class MandateTitleAdmin(ActionAdmin):
    list_display = ("title", "mandate", "since", "until")
    list_select_related = ("mandate",)
    search_fields = ("title",)
    autocomplete_fields = ("mandate",)


@admin.register(m.MandateTerm)
class MandateTermAdmin(ActionAdmin):
    list_display = ("person", "mandate", "since", "until")
    list_select_related = ("person", "mandate")
    search_fields = ("person__name", "mandate__scope")
    autocomplete_fields = ("person", "mandate")


class PersonNameInline(PartInline):
    model = m.PersonName


class OfficeInline(PartInline):
    model = m.Office
    autocomplete_fields = ("organisation",)
    select_related = ("organisation", "person")


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
    list_select_related = ("person",)
    search_fields = ("text", "folded")
    autocomplete_fields = ("person",)


@admin.register(m.Organisation)
class OrganisationAdmin(ActionAdmin):
    list_display = ("name", "side", "country")
    list_select_related = ("country",)
    list_filter = ("side",)
    search_fields = ("name", "short_name")
    autocomplete_fields = ("parent", "country")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(m.Office)
class OfficeAdmin(ActionAdmin):
    list_display = ("person", "title", "organisation", "side", "since", "until")
    list_select_related = ("person", "organisation")
    list_filter = ("side",)
    search_fields = ("title", "person__name", "organisation__name")
    autocomplete_fields = ("person", "organisation")


class VisitMandateInline(PartInline):
    model = m.VisitMandate
    autocomplete_fields = ("mandate",)
    select_related = ("mandate",)


class VisitLegInline(PartInline):
    model = m.VisitLeg
    autocomplete_fields = ("country",)
    select_related = ("country",)


class VisitExpertInline(PartInline):
    model = m.VisitExpert
    fields = ("term", "order")
    autocomplete_fields = ("term",)
    select_related = ("term__person", "term__mandate")


class VisitStepInline(PartInline):
    """Steps are append-only: stored ones are shown, new ones added."""

    model = m.VisitStep
    fields = ("kind", "actor", "date", "date_basis", "proposed", "reason", "source", "voids")
    autocomplete_fields = ("source", "voids")
    select_related = ("source", "voids")
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
    autocomplete_fields = ("follows", "compartment")
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
    list_select_related = ("visit", "mandate")
    search_fields = ("visit__title", "mandate__scope")
    autocomplete_fields = ("visit", "mandate")


@admin.register(m.VisitLeg)
class VisitLegAdmin(ActionAdmin):
    list_display = ("visit", "order", "country", "territory", "place", "dates")
    list_select_related = ("visit", "country")
    search_fields = ("visit__title", "place", "territory", "country__name")
    autocomplete_fields = ("visit", "country")


class VisitExpertLegInline(PartInline):
    model = m.VisitExpertLeg
    autocomplete_fields = ("leg",)
    select_related = ("leg__country",)


@admin.register(m.VisitExpert)
class VisitExpertAdmin(ActionAdmin):
    list_display = ("visit", "term", "order")
    list_select_related = ("visit", "term__person", "term__mandate")
    search_fields = ("visit__title", "term__person__name")
    autocomplete_fields = ("visit", "term")
    inlines = (VisitExpertLegInline,)


@admin.register(m.VisitExpertLeg)
class VisitExpertLegAdmin(ActionAdmin):
    list_display = ("expert", "leg")
    list_select_related = ("expert__term__person", "expert__term__mandate", "leg__country")
    autocomplete_fields = ("expert", "leg")


@admin.register(m.VisitStep)
class VisitStepAdmin(ActionAdmin):
    list_display = ("visit", "kind", "date", "actor", "voids")
    list_select_related = ("visit", "voids")
    list_filter = ("kind", "actor")
    search_fields = ("visit__title", "reason", "document")
    autocomplete_fields = ("visit", "mandate", "leg", "source", "voids")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A stored step is voided by another, never changed."""
        return False


@admin.register(m.AccessNote)
class AccessNoteAdmin(RecordAdmin):
    list_display = ("visit", "guarantee", "kept", "date", "workflow", "visibility")
    list_select_related = ("visit",)
    list_filter = ("guarantee", "kept", "workflow", "visibility")
    search_fields = ("visit__title", "place", "according_to")
    autocomplete_fields = ("visit", "leg", "source", "compartment")


@admin.register(m.Deadline)
class DeadlineAdmin(ActionAdmin):
    list_display = ("visit", "what", "due", "met")
    list_select_related = ("visit",)
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
    select_related = (
        "person",
        "organisation",
        "office__organisation",
        "term__person",
        "term__mandate",
    )


@admin.register(m.Meeting)
class MeetingAdmin(RecordAdmin):
    list_display = ("title", "visit", "date", "status", "workflow", "visibility", "published_as")
    list_select_related = ("visit",)
    list_filter = ("kind", "status", "published_as", "workflow", "visibility")
    search_fields = ("title", "visit__title", "place")
    autocomplete_fields = ("visit", "leg", "compartment")
    inlines = (ParticipantInline,)


@admin.register(m.Participant)
class ParticipantAdmin(ActionAdmin):
    list_display = ("meeting", "person", "organisation", "label", "side", "named_publicly")
    list_select_related = ("meeting", "person", "organisation")
    list_filter = ("side", "named_publicly")
    search_fields = ("person__name", "organisation__name", "label", "meeting__title")
    autocomplete_fields = ("meeting", "person", "organisation", "office", "term", "on_behalf_of")


@admin.register(m.MeetingNote)
class MeetingNoteAdmin(RecordAdmin):
    list_display = ("meeting", "author", "created_at", "workflow", "visibility")
    list_select_related = ("meeting", "author")
    search_fields = ("meeting__title",)
    autocomplete_fields = ("meeting", "author", "compartment")


class SourceRelayInline(PartInline):
    model = m.SourceRelay
    fk_name = "source"
    autocomplete_fields = ("original",)
    select_related = ("original", "source")


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
    autocomplete_fields = ("publisher_organisation", "author_person", "compartment")
    inlines = (SourceRelayInline,)


@admin.register(m.SourceRelay)
class SourceRelayAdmin(ActionAdmin):
    list_display = ("source", "kind", "original")
    list_select_related = ("source", "original")
    list_filter = ("kind",)
    search_fields = ("source__title", "original__title")
    autocomplete_fields = ("source", "original")

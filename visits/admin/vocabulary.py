"""Admin of what records name: countries, mandates, people, organisations and their offices."""

from __future__ import annotations

from django.contrib import admin

from visits import models as m
from visits.admin_base import ActionAdmin, AddressedAdmin, PartInline


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
class PersonAdmin(AddressedAdmin):
    list_display = ("name", "private")
    list_filter = ("private",)
    search_fields = ("name", "names__folded", "names__text")
    inlines = (PersonNameInline, OfficeInline)


@admin.register(m.PersonName)
class PersonNameAdmin(ActionAdmin):
    list_display = ("text", "person", "kind", "language")
    search_fields = ("text", "folded")
    autocomplete_fields = ("person",)


@admin.register(m.Organisation)
class OrganisationAdmin(AddressedAdmin):
    list_display = ("name", "side", "country")
    list_filter = ("side",)
    search_fields = ("name", "short_name")
    autocomplete_fields = ("parent", "country")


@admin.register(m.Office)
class OfficeAdmin(ActionAdmin):
    list_display = ("person", "title", "organisation", "side", "since", "until")
    list_filter = ("side",)
    search_fields = ("title", "person__name", "organisation__name")
    autocomplete_fields = ("person", "organisation")

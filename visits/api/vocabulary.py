"""The columns of countries and mandates, which are public as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from visits.among import Among
from visits.api.kinds import address
from visits.exports.columns import Column, Kind, dated, listed, stored
from visits.models import Alias, Country, Mandate, MandateTerm, MandateTitle
from visits.pieces import pieces, union
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading


def _licence() -> Column:
    return Column("licence", _("under what it may be used"), lambda row: row.licences[0])


@prepared
def _countries(_reader: Reading, ids: Given) -> QuerySet[Country]:
    return Country.objects.filter(Among("pk", ids)).defer("folded")


@prepared
def _country_pieces(_reader: Reading, ids: Given) -> QuerySet[Any]:
    return pieces("alias", Alias.objects.filter(Among("country_id", ids)), "country_id", "id", "text")


COUNTRIES = Kind(
    "countries",
    (
        stored("id", _("its ISO 3166-1 alpha-3 code"), "visits.Country.iso3"),
        Column("address", _("its permanent address"),
               lambda row: row.page("country_detail", row.record.iso3.lower()), ("visits.Country.iso3",)),
        stored("iso2", _("its ISO 3166-1 alpha-2 code"), "visits.Country.iso2"),
        stored("m49", _("its number in the M49 standard"), "visits.Country.m49"),
        stored("name", _("its name"), "visits.Country.name"),
        stored("formal_name", _("its formal name"), "visits.Country.formal_name"),
        stored("name_fr", _("its name in French"), "visits.Country.name_fr"),
        stored("name_es", _("its name in Spanish"), "visits.Country.name_es"),
        stored("name_ar", _("its name in Arabic"), "visits.Country.name_ar"),
        stored("name_ru", _("its name in Russian"), "visits.Country.name_ru"),
        stored("name_zh", _("its name in Chinese"), "visits.Country.name_zh"),
        listed("other_names", _("old names and variants"), "alias", "a", "visits.Alias.text"),
        stored("region", _("its region in the M49 standard"), "visits.Country.region"),
        stored("subregion", _("its subregion"), "visits.Country.subregion"),
        *dated("standing_invitation", _("since when it invites every mandate"), "visits.Country.standing_invitation"),
        stored("date_basis", _("what that date rests on"), "visits.Country.date_basis"),
        _licence(),
    ),
    _countries,
    _country_pieces,
)  # fmt: skip


@prepared
def _mandates(_reader: Reading, ids: Given) -> QuerySet[Mandate]:
    return Mandate.objects.filter(Among("pk", ids)).select_related("country").defer("folded")


@prepared
def _mandate_pieces(_reader: Reading, ids: Given) -> QuerySet[Any]:
    mine = Among("mandate_id", ids)
    # Holders are named on the page of the mandate, which is public; a private individual is none.
    terms = MandateTerm.objects.filter(mine)
    return union([
        pieces("title", MandateTitle.objects.filter(mine), "mandate_id", "id", "title", "since", "until"),
        pieces("term", terms, "mandate_id", "order", "person__slug", "person__name", "since", "until"),
        pieces("alias", Alias.objects.filter(mine), "mandate_id", "id", "text"),
    ])  # fmt: skip


MANDATES = Kind(
    "mandates",
    (
        stored("id", _("its permanent id"), "visits.Mandate.slug"),
        address("mandate_detail", "visits.Mandate.slug", _("its permanent address")),
        stored("name", _("its name in full"), "visits.Mandate.name"),
        stored("scope", _("its short name"), "visits.Mandate.scope"),
        listed("other_names", _("old names and variants"), "alias", "a", "visits.Alias.text"),
        stored("kind", _("thematic, or for a country"), "visits.Mandate.kind"),
        stored("holder_kind", _("what its holder is: SR, IE, WG or REP"), "visits.Mandate.holder_kind"),
        Column("country", _("ISO 3166 code of its country"),
               lambda row: row.record.country.iso3 if row.record.country else "", ("visits.Mandate.country",)),
        stored("established_year", _("when it was established"), "visits.Mandate.established_year"),
        stored("established_by", _("by which resolution"), "visits.Mandate.established_by"),
        listed("titles", _("what it was called"), "title", "a", "visits.MandateTitle.title"),
        listed("titles_since", _("since when, in the same order"), "title", "b", "visits.MandateTitle.since"),
        listed("titles_until", _("until when, in the same order"), "title", "c", "visits.MandateTitle.until"),
        listed("holders", _("who held it"), "term", "b", "visits.MandateTerm.person"),
        Column("holder_pages", _("their pages here, in the same order"),
               lambda row: [row.page("person_detail", piece.a) for piece in row.all("term")],
               ("visits.MandateTerm.person",), holds="texts"),
        listed("holders_since", _("since when, in the same order"), "term", "c", "visits.MandateTerm.since"),
        listed("holders_until", _("until when, in the same order"), "term", "d", "visits.MandateTerm.until"),
        _licence(),
    ),
    _mandates,
    _mandate_pieces,
)  # fmt: skip

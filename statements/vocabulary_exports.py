"""The columns of people, organisations, countries, mandates, topics and sources taken as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from statements.api.filters import TopicFilter
from statements.models import Topic, TopicAlias
from visits.access import visible
from visits.among import Among
from visits.api.filters import (
    ApiFilter,
    CountryFilter,
    MandateFilter,
    OrganisationFilter,
    PersonFilter,
    SourceFilter,
)
from visits.exports.columns import (
    OPEN,
    Column,
    Kind,
    dated,
    kind_of,
    listed,
    page_column,
    state_of,
    stored,
    text_column,
)
from visits.exports.everybody import EVERYBODY, author_of
from visits.models import (
    Country,
    Mandate,
    MandateTerm,
    Office,
    Organisation,
    Person,
    PersonName,
    Source,
)
from visits.pieces import pieces
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading


def _open(model: Any, ids: Given) -> QuerySet[Any]:
    """Return the thin rows of what everybody may see."""
    rows = model.objects.filter(Among("pk", ids))
    return pieces(OPEN, rows.filter(visible(EVERYBODY)) if model in _GATED else rows, "id", "id")


_GATED = (Person, Organisation, Topic, Source)
_LICENCE = Column("licence", _("under what it may be used"), lambda row: row.licence, sql=lambda query: query.licence())


@prepared
def _people(reader: Reading, ids: Given) -> QuerySet[Person]:
    return Person.objects.visible_to(reader).with_a_page().filter(Among("pk", ids)).defer("note")


def _of_people(reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    mine = Among("person_id", ids)
    names = PersonName.objects.filter(mine).exclude(text=F("person__name"))
    terms = MandateTerm.objects.filter(mine)
    offices = Office.objects.visible_to(reader).filter(mine)
    return [
        pieces("name", names, "person_id", "id", "text", "language"),
        pieces("term", terms, "person_id", "id", "mandate__slug", "mandate__name", "since", "until", "source_note"),
        pieces("office", offices, "person_id", "id", "title", "organisation__name", "side", "since", "until", "seen"),
        _open(Person, ids),
    ]


_PERSON, _OFFICE, _TERM = "visits.Person", "visits.Office", "visits.MandateTerm"
PEOPLE = kind_of(
    "people",
    (
        page_column("address", _("their permanent address"), "person_detail", "slug", f"{_PERSON}.slug"),
        stored("name", _("the name that pages show"), f"{_PERSON}.name"),
        listed("other_names", _("other names, spellings and scripts"), "name", "a", "visits.PersonName.text"),
        listed("other_languages", _("their languages, in the same order"), "name", "b", "visits.PersonName.language"),
        listed("mandates", _("mandates held"), "term", "a", f"{_TERM}.mandate"),
        listed("mandate_names", _("their names, in the same order"), "term", "b", f"{_TERM}.mandate"),
        listed("mandates_since", _("since when"), "term", "c", f"{_TERM}.since"),
        listed("mandates_until", _("until when"), "term", "d", f"{_TERM}.until"),
        listed(
            "sources", _("where the mandates held are told, in the same order"), "term", "e", f"{_TERM}.source_note"
        ),
        listed("offices", _("offices held"), "office", "a", f"{_OFFICE}.title"),
        listed("office_organisations", _("in which organisation"), "office", "b", f"{_OFFICE}.organisation"),
        listed("office_sides", _("of which side"), "office", "c", f"{_OFFICE}.side"),
        listed("offices_since", _("since when"), "office", "d", f"{_OFFICE}.since"),
        listed("offices_until", _("until when"), "office", "e", f"{_OFFICE}.until"),
        listed("offices_seen", _("or when they were seen in it"), "office", "f", f"{_OFFICE}.seen"),
        _LICENCE,
    ),
    _people,
    _of_people,
)


@prepared
def _organisations(reader: Reading, ids: Given) -> QuerySet[Organisation]:
    rows = Organisation.objects.visible_to(reader).filter(Among("pk", ids))
    return rows.select_related("country").defer("note")


def _of_organisations(reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    own = Organisation.objects.filter(Among("pk", ids)).filter(visible(reader, "parent"))
    return [pieces("parent", own, "id", "id", "parent__slug", "parent__name"), _open(Organisation, ids)]


_ORGANISATION = "visits.Organisation"
ORGANISATIONS = kind_of(
    "organisations",
    (
        page_column("address", _("its permanent address"), "organisation_detail", "slug", f"{_ORGANISATION}.slug"),
        stored("name", _("its name"), f"{_ORGANISATION}.name"),
        stored("short_name", _("its short name"), f"{_ORGANISATION}.short_name"),
        stored("side", _("its side"), f"{_ORGANISATION}.side"),
        text_column("country", _("ISO 3166 code of its country"), "country__iso3", f"{_ORGANISATION}.country"),
        listed("part_of", _("what it is part of"), "parent", "b", f"{_ORGANISATION}.parent"),
        _LICENCE,
    ),
    _organisations,
    _of_organisations,
)


@prepared
def _countries(_reader: Reading, ids: Given) -> QuerySet[Country]:
    return Country.objects.filter(Among("pk", ids))


_COUNTRY = "visits.Country"
COUNTRIES = kind_of(
    "countries",
    (
        Column(
            "address",
            _("its permanent address"),
            lambda row: row.page("country_detail", row.record.iso3.lower()),
            (f"{_COUNTRY}.iso3",),
            lambda query: query.page("country_detail", f"lower({query.of('iso3')})"),
            plain=True,
        ),
        stored("iso3", _("ISO 3166-1 code of three letters"), f"{_COUNTRY}.iso3"),
        stored("iso2", _("ISO 3166-1 code of two letters"), f"{_COUNTRY}.iso2"),
        stored("m49", _("code of the United Nations"), f"{_COUNTRY}.m49"),
        stored("name", _("its name"), f"{_COUNTRY}.name"),
        stored("formal_name", _("its formal name"), f"{_COUNTRY}.formal_name"),
        stored("region", _("its region"), f"{_COUNTRY}.region"),
        stored("subregion", _("its subregion"), f"{_COUNTRY}.subregion"),
        *dated("standing_invitation", _("since when it invites all mandates"), f"{_COUNTRY}.standing_invitation"),
        _LICENCE,
    ),
    _countries,
    lambda _reader, ids: [_open(Country, ids)],
)


@prepared
def _mandates(_reader: Reading, ids: Given) -> QuerySet[Mandate]:
    return Mandate.objects.filter(Among("pk", ids)).select_related("country")


def _of_mandates(_reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    terms = MandateTerm.objects.filter(Among("mandate_id", ids))
    held = pieces("term", terms, "mandate_id", "id", "person__name", "since", "until", "source_note")
    return [held, _open(Mandate, ids)]


_MANDATE = "visits.Mandate"
MANDATES = kind_of(
    "mandates",
    (
        page_column("address", _("its permanent address"), "mandate_detail", "slug", f"{_MANDATE}.slug"),
        stored("name", _("its name"), f"{_MANDATE}.name"),
        stored("scope", _("its short name"), f"{_MANDATE}.scope"),
        stored("kind", _("thematic or of a country"), f"{_MANDATE}.kind"),
        stored("holder_kind", _("by whom it is held"), f"{_MANDATE}.holder_kind"),
        text_column("country", _("ISO 3166 code of its country"), "country__iso3", f"{_MANDATE}.country"),
        listed("holders", _("who held it"), "term", "a", f"{_TERM}.person"),
        listed("holders_since", _("since when"), "term", "b", f"{_TERM}.since"),
        listed("holders_until", _("until when"), "term", "c", f"{_TERM}.until"),
        listed("holders_sources", _("where that is told"), "term", "d", f"{_TERM}.source_note"),
        stored("established_by", _("by what it was established"), f"{_MANDATE}.established_by"),
        stored("sources", _("where that is told"), f"{_MANDATE}.established_source"),
        _LICENCE,
    ),
    _mandates,
    _of_mandates,
)


@prepared
def _topics(reader: Reading, ids: Given) -> QuerySet[Topic]:
    return Topic.objects.visible_to(reader).filter(Among("pk", ids)).defer("note")


def _of_topics(reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    own = Topic.objects.filter(Among("pk", ids)).filter(visible(reader, "parent"))
    return [
        pieces("parent", own, "id", "id", "parent__slug", "parent__name"),
        pieces("alias", TopicAlias.objects.filter(Among("topic_id", ids)), "topic_id", "id", "text"),
        _open(Topic, ids),
    ]


_TOPIC = "statements.Topic"
TOPICS = kind_of(
    "topics",
    (
        page_column("address", _("its permanent address"), "topic_detail", "slug", f"{_TOPIC}.slug"),
        stored("name", _("its name"), f"{_TOPIC}.name"),
        listed("aliases", _("other words for it"), "alias", "a", "statements.TopicAlias.text"),
        listed("wider", _("the wider topic"), "parent", "b", f"{_TOPIC}.parent"),
        _LICENCE,
    ),
    _topics,
    _of_topics,
)


@prepared
def _sources(reader: Reading, ids: Given) -> QuerySet[Source]:
    rows = Source.objects.visible_to(reader).filter(Among("pk", ids)).with_author(reader)
    return rows.defer("note", "extracted_text", "stored_file")


_SOURCE = "visits.Source"
SOURCES = kind_of(
    "sources",
    (
        stored("id", _("its permanent id"), f"{_SOURCE}.public_id"),
        page_column("address", _("its permanent address"), "source_detail", "public_id", f"{_SOURCE}.public_id"),
        stored("kind", _("kind of source"), f"{_SOURCE}.kind"),
        stored("title", _("its title"), f"{_SOURCE}.title"),
        stored("symbol", _("its UN symbol"), f"{_SOURCE}.symbol"),
        stored("session", _("the session for which it was made"), f"{_SOURCE}.session"),
        stored("publisher", _("by whom it was published"), f"{_SOURCE}.publisher"),
        Column(
            "author",
            _("by whom it was written"),
            author_of,
            (f"{_SOURCE}.author", f"{_SOURCE}.author_person"),
            lambda query: query.of("author_named"),
        ),
        stored("language", _("its language"), f"{_SOURCE}.language"),
        *dated("published", _("when it was published, as precise as it is known"), f"{_SOURCE}.published"),
        stored("url", _("where it was published"), f"{_SOURCE}.url"),
        stored("archive_url", _("where a copy is kept"), f"{_SOURCE}.archive_url"),
        stored("accessed", _("when it was opened"), f"{_SOURCE}.accessed"),
        stored("consulted", _("whether it was opened at all"), f"{_SOURCE}.consulted"),
        *state_of(_SOURCE),
    ),
    _sources,
    lambda _reader, ids: [_open(Source, ids)],
)

VOCABULARY: dict[str, Kind] = {
    kind.name: kind for kind in (PEOPLE, ORGANISATIONS, COUNTRIES, MANDATES, TOPICS, SOURCES)
}
# In which order the rows of each stand, and which they are: those of the page, where there is one.
ROWS: dict[str, Any] = {
    "people": lambda reader: Person.objects.visible_to(reader).with_a_page().order_by("name", "pk"),
    "organisations": lambda reader: Organisation.objects.visible_to(reader).order_by("name", "pk"),
    "countries": lambda _reader: Country.objects.order_by("name", "pk"),
    "mandates": lambda _reader: Mandate.objects.order_by("-kind", "scope", "pk"),
    "topics": lambda reader: Topic.objects.visible_to(reader).order_by("name", "pk"),
    "sources": lambda reader: Source.objects.visible_to(reader).order_by(
        F("published_latest").desc(nulls_last=True), "pk"
    ),
}
# By what each is narrowed: these lists have the filters of the API.
FILTERS: dict[str, type[ApiFilter]] = {
    "people": PersonFilter,
    "organisations": OrganisationFilter,
    "countries": CountryFilter,
    "mandates": MandateFilter,
    "topics": TopicFilter,
    "sources": SourceFilter,
}


def filters_of_list(name: str, query: QueryDict, reader: Reading) -> ApiFilter:
    """Return the filters of one of these lists, as an address sets them and for whoever reads."""
    return FILTERS[name](query, reader=reader)

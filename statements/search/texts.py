"""What of each kind of record is indexed: only what everybody who may see the record may see of it.

Words of statements have an entry for each version, for who may see the statement may not see each of its versions.
Names of those who took part in meetings, offices and notes are hidden from some, and stand in no entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from statements.models import SearchKind, Statement, StatementSpeaker, StatementText, Topic, TopicAlias
from statements.models.search import UNDATED
from statements.search.names import run_together
from visits.choices import Workflow
from visits.models import (
    Alias,
    Country,
    Mandate,
    MandateTitle,
    Meeting,
    Organisation,
    Person,
    PersonName,
    Source,
    Visit,
    VisitExpert,
    VisitLeg,
    VisitMandate,
)
from visits.partial_dates import parse

# Of a text its words and its language; of a name no language, for names have no stems.
Texts = list[tuple[str, str]]
# The language in which the record itself is written.
OURS = "en"
# What readers call a visit, whatever its title.
CALLED = "visit mission"
NAMES_OF_COUNTRIES = ("name_fr", "name_es", "name_ar", "name_ru", "name_zh")


@dataclass(slots=True)
class Entry:
    """One entry to be: of which record and part, with which texts."""

    record: int
    texts: Texts
    date: date = UNDATED
    language: str = ""
    part: int = 0
    # Of what is suggested: the names by whose words it is found, the one that pages show first.
    names: tuple[str, ...] = ()
    # By what else it is found: of statements the names of who said it.
    others: Texts = field(default_factory=list)

    @property
    def unshown(self) -> Texts:
        """Return what finds a record and is shown by no page as a text of it: also names written as one word."""
        return [*self.others, *_together(self.names)]


def _together(names: Iterable[str]) -> Texts:
    return [(word, "") for word in dict.fromkeys(word for name in names for word in run_together(name))]


def said_by(names: Iterable[str]) -> Texts:
    """Return by what a statement is found beside its words: the names of who said it, written apart and as one."""
    names = list(names)
    return [*((name, "") for name in names), *_together(names)]


def _named(rows: Iterable[tuple[int, str]]) -> dict[int, Texts]:
    found: dict[int, Texts] = defaultdict(list)
    for key, text in rows:
        if text:
            found[key].append((text, ""))
    return found


def _of_names(record: int, texts: Texts) -> Entry:
    """Return the entry of what is nothing but its names."""
    return Entry(record, texts, names=tuple(dict.fromkeys(text for text, _language in texts if text)))


def _aliases(column: str, ids: Any) -> dict[int, Texts]:
    return _named(Alias.objects.filter(**{f"{column}__in": ids}).values_list(f"{column}_id", "text").order_by("id"))


def countries(ids: Any) -> Iterator[Entry]:
    """Yield the entries of countries: their names in all languages, their codes and other names."""
    others = _aliases("country", ids)
    for row in Country.objects.filter(pk__in=ids):
        told = [(row.name, OURS), (row.formal_name, OURS), (row.iso3, "")]
        told += [(getattr(row, name), name[-2:]) for name in NAMES_OF_COUNTRIES]
        yield _of_names(row.pk, [*told, *others[row.pk]])


def mandates(ids: Any) -> Iterator[Entry]:
    """Yield the entries of mandates: their names, former titles and other names."""
    others = _aliases("mandate", ids)
    titles = _named(MandateTitle.objects.filter(mandate__in=ids).values_list("mandate_id", "title").order_by("id"))
    for row in Mandate.objects.filter(pk__in=ids):
        former = [(text, OURS) for text, _language in titles[row.pk]]
        yield Entry(row.pk, [(row.scope, OURS), (row.name, OURS), *former, *others[row.pk]])


def people(ids: Any) -> Iterator[Entry]:
    """Yield the entries of people: every name and romanisation.

    Of a private individual only the name that pages show: by another one nobody is to find what they said.
    """
    others = _aliases("person", ids)
    names = _named(PersonName.objects.filter(person__in=ids).values_list("person_id", "text").order_by("id"))
    for pk, name, private in Person.objects.filter(pk__in=ids).values_list("pk", "name", "private"):
        more = [] if private else [*names[pk], *others[pk]]
        yield _of_names(pk, list(dict.fromkeys([(name, ""), *more])))


def organisations(ids: Any) -> Iterator[Entry]:
    """Yield the entries of organisations: their names."""
    others = _aliases("organisation", ids)
    for pk, *names in Organisation.objects.filter(pk__in=ids).values_list("pk", "name", "short_name"):
        yield _of_names(pk, [(name, OURS) for name in names] + others[pk])


def topics(ids: Any) -> Iterator[Entry]:
    """Yield the entries of topics: their names and other words for them."""
    others = _named(TopicAlias.objects.filter(topic__in=ids).values_list("topic_id", "text").order_by("id"))
    for pk, name in Topic.objects.filter(pk__in=ids).values_list("pk", "name"):
        yield _of_names(pk, [(name, OURS)] + [(text, OURS) for text, _language in others[pk]])


def sources(ids: Any) -> Iterator[Entry]:
    """Yield the entries of sources: title, symbol, session, publisher and author; never the stored text.

    Where a person of the record wrote it, they are not in: whether they are named is another answer for some readers
    and on other days, and who is not shown must not be found.
    """
    by = Case(When(author_person=None, then="author"), default=Value(""))
    rows = _standing(Source, ids).values_list(
        "pk", "published_latest", "published", "language", "title", "symbol", "session", "publisher", by
    )
    for pk, day, when, language, title, *names in rows:
        texts = [(title, language or OURS), *((name, "") for name in names)]
        yield Entry(pk, texts, day or UNDATED, language, others=_dated(when))


def meetings(ids: Any) -> Iterator[Entry]:
    """Yield the entries of meetings: with whom, where, when, and what the public summary says."""
    rows = _standing(Meeting, ids).values_list("pk", "date_latest", "title", "place", "public_summary", "date")
    for pk, day, title, place, summary, when in rows:
        yield Entry(pk, [(title, OURS), (place, ""), (summary, OURS), *_dated(when)], day or UNDATED, OURS)


def visits(ids: Any) -> Iterator[Entry]:
    """Yield the entries of visits: place, purpose and dates, countries, mandates and holders by all their names."""
    ids = list(ids)
    legs = VisitLeg.objects.filter(visit__in=ids).order_by("order", "id")
    made = VisitMandate.objects.filter(visit__in=ids).values_list("visit_id", "mandate_id").order_by("order")
    held = VisitExpert.objects.filter(visit__in=ids).values_list("visit_id", "term__person_id").order_by("order")
    found: dict[int, Texts] = defaultdict(list)
    in_countries = list(legs.values_list("visit_id", "country_id"))
    names: dict[int, list[str]] = defaultdict(list)
    for key, territory, place in legs.values_list("visit_id", "territory", "place"):
        found[key] += [(territory, OURS), (place, "")]
        names[key] += [territory, place]
    for pairs, named in ((in_countries, countries), (list(made), mandates), (list(held), people)):
        entries = {entry.record: entry for entry in named({pk for _key, pk in pairs if pk})}
        for key, pk in dict.fromkeys(pairs):
            if pk in entries:
                found[key] += entries[pk].texts
                # Of a mandate the subject is enough: its titles share most of their words.
                names[key] += entries[pk].names or [entries[pk].texts[0][0]]
    rows = _standing(Visit, ids).values_list("pk", "dates_latest", "title", "purpose", "dates", "status", "kind")
    for pk, day, title, purpose, dates, status, kind in rows:
        dated = _dated(dates)
        told = tuple(dict.fromkeys(name for name in (title, *(text for text, _ours in dated), *names[pk]) if name))
        texts = [(title, OURS), (purpose, OURS), *dated, *found[pk]]
        called = f"{kind} {CALLED} {status}".replace("_", " ")
        yield Entry(pk, texts, day or UNDATED, OURS, names=told, others=[(called, OURS)])


def statements(ids: Any) -> Iterator[Entry]:
    """Yield the entries of statements: one for each version of the words, and in each who said them, by all names."""
    ids = list(ids)
    speakers = _speakers(ids)
    rows = StatementText.objects.filter(statement__in=ids).exclude(statement__workflow=Workflow.REMOVED)
    columns = rows.values_list("pk", "statement_id", "statement__date_latest", "language", "text")
    for pk, statement, day, language, text in columns.order_by("pk"):
        others = said_by(speakers.get(statement, ()))
        yield Entry(statement, [(text, language)], day or UNDATED, language, part=pk, others=others)


def _speakers(ids: Any) -> dict[int, dict[str, None]]:
    """Return of each statement the names of its speakers, people and organisations: whoever may see it sees them."""
    rows = StatementSpeaker.objects.filter(statement__in=ids).order_by("order", "id")
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for column, named in (("person_id", people), ("organisation_id", organisations)):
        spoke = [(statement, pk) for statement, pk in rows.values_list("statement_id", column) if pk]
        names = {entry.record: entry.names for entry in named({pk for _statement, pk in spoke})} if spoke else {}
        for statement, pk in spoke:
            found[statement] |= dict.fromkeys(names.get(pk, ()))
    return found


def _dated(when: str) -> Texts:
    # As it is written on the pages, so that “cambodia august 2022” finds it.
    return [(parse(when).display(OURS), OURS)] if when else []


def _standing(model: type[Any], ids: Any) -> QuerySet[Any]:
    return model._base_manager.filter(pk__in=ids).exclude(workflow=Workflow.REMOVED)


ENTRIES: dict[str, tuple[type[Any], Callable[[Collection[int]], Iterator[Entry]]]] = {
    SearchKind.STATEMENT: (Statement, statements),
    SearchKind.VISIT: (Visit, visits),
    SearchKind.MEETING: (Meeting, meetings),
    SearchKind.PERSON: (Person, people),
    SearchKind.ORGANISATION: (Organisation, organisations),
    SearchKind.TOPIC: (Topic, topics),
    SearchKind.SOURCE: (Source, sources),
    SearchKind.COUNTRY: (Country, countries),
    SearchKind.MANDATE: (Mandate, mandates),
}

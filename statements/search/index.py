"""Keeping the index in step: written by the actions in the transaction of the change, or built anew as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connections, router, transaction

from statements.models import NameWord, SearchEntry, SearchKind, StatementSpeaker
from statements.search.analyser import places_of
from statements.search.columns import erase_terms, squeeze_terms, write_terms
from statements.search.names import placed
from statements.search.texts import ENTRIES
from visits.after_save import Key, register_concerns, register_refresh, register_squeeze
from visits.models import VisitExpert, VisitLeg, VisitMandate

# What is suggested while somebody types.
SUGGESTED = (SearchKind.PERSON, SearchKind.COUNTRY, SearchKind.TOPIC, SearchKind.VISIT)
MOST_OF_A_NAME = 200
# So many records are read and written at a time.
CHUNK = 500


def refresh(keys: set[Key]) -> None:
    """Write the entries of these records anew, and take out those of records that are gone."""
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, record in keys:
        ids[kind].append(record)
    for kind in sorted(ids):
        records = sorted(ids[kind])
        for start in range(0, len(records), CHUNK):
            _write(kind, records[start : start + CHUNK], fresh=False)


def enter_new(kind: str, records: Sequence[int]) -> None:
    """Write the entries of records that were just entered, of which none can be there yet."""
    for start in range(0, len(records), CHUNK):
        _write(kind, list(records[start : start + CHUNK]), fresh=True)


def _write(kind: str, records: list[int], *, fresh: bool) -> None:
    """Write the entries of some records; `fresh` where none can be there."""
    using = router.db_for_write(SearchEntry)
    _model, entries_of = ENTRIES[kind]
    with transaction.atomic(using=using):
        if not fresh:
            _erase(SearchEntry.objects.filter(kind=kind, record__in=records), using)
        made, words = [], []
        for entry in entries_of(records):
            row = SearchEntry(kind=kind, record=entry.record, part=entry.part, date=entry.date, language=entry.language)
            row.terms = places_of((text, language) for text, language in (*entry.texts, *entry.unshown) if text)
            made.append(row)
            for word, (place, name) in placed(entry.names).items() if kind in SUGGESTED else ():
                words.append(
                    NameWord(kind=kind, record=entry.record, place=place, word=word, name=name[:MOST_OF_A_NAME])
                )
        SearchEntry.objects.bulk_create(made)
        NameWord.objects.bulk_create(words, batch_size=CHUNK * 10)
        write_terms(((row.pk, row.terms) for row in made), using)


def _erase(rows: Any, using: str) -> None:
    found = list(rows.values_list("pk", "kind", "record"))
    if not found:
        return
    for kind in {kind for _key, kind, _record in found}.intersection(SUGGESTED):
        NameWord.objects.filter(kind=kind, record__in=[record for _key, of, record in found if of == kind]).delete()
    keys = [key for key, _kind, _record in found]
    erase_terms(keys, using)
    SearchEntry.objects.filter(pk__in=keys).delete()


def size() -> int:
    """Return how many records `rebuild` goes through."""
    return size_of(list(ENTRIES))


def size_of(kinds: Sequence[str]) -> int:
    """Return how many records of some kinds there are."""
    return sum(ENTRIES[kind][0]._base_manager.count() for kind in kinds)


def add(kinds: Sequence[str], tick: Callable[[int], Any] = lambda number: None) -> None:
    """Write the entries of every record of some kinds anew, in one transaction."""
    with transaction.atomic(using=router.db_for_write(SearchEntry)):
        _write_all(kinds, tick, fresh=False)


def _write_all(kinds: Sequence[str], tick: Callable[[int], Any], *, fresh: bool) -> None:
    for kind in kinds:
        last = 0
        rows = ENTRIES[kind][0]._base_manager.order_by("pk").values_list("pk", flat=True)
        while records := list(rows.filter(pk__gt=last)[:CHUNK]):
            _write(kind, records, fresh=fresh)
            last = records[-1]
            tick(len(records))


def rebuild(tick: Callable[[int], Any] = lambda number: None) -> int:
    """Build the whole index anew in one transaction; return the number of entries. `tick` is told of records done."""
    using = router.db_for_write(SearchEntry)
    with transaction.atomic(using=using):
        NameWord.objects.all().delete()
        everything = SearchEntry.objects.all()
        while keys := list(everything.values_list("pk", flat=True)[: CHUNK * 10]):
            erase_terms(keys, using)
            for start in range(0, len(keys), CHUNK):
                SearchEntry.objects.filter(pk__in=keys[start : start + CHUNK]).delete()
        _write_all(list(ENTRIES), tick, fresh=True)
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            for table in (SearchEntry, NameWord):
                cursor.execute(f"ANALYZE {table._meta.db_table}")
    return SearchEntry.objects.count()


def _visits_by(**conditions: Any) -> Iterable[Key]:
    """Return the keys of the visits that a leg, a mandate or an expert leads to."""
    ((column, value),) = conditions.items()
    model: Any = {"country": VisitLeg, "mandate": VisitMandate}.get(column, VisitExpert)
    ids = model._base_manager.filter(**{column: value}).values_list("visit_id", flat=True)
    return {(SearchKind.VISIT.value, pk) for pk in ids}


def _own(kind: SearchKind, of: str = "pk") -> Callable[[Any], Iterable[Key]]:
    return lambda row: {(kind.value, getattr(row, of))}


def _and_visits(kind: SearchKind, column: str, of: str = "pk") -> Callable[[Any], Iterable[Key]]:
    """Return the concerns of a name in the vocabulary: its own, and the visits that are found by it."""

    def concerns(row: Any) -> set[Key]:
        key = getattr(row, of)
        return {(kind.value, key)} | set(_visits_by(**{column: key}))

    return concerns


def _said_by(column: str, key: int) -> set[Key]:
    """Return the keys of the statements that a person or an organisation made."""
    spoken = StatementSpeaker._base_manager.filter(**{column: key}).values_list("statement_id", flat=True)
    return {(SearchKind.STATEMENT.value, pk) for pk in spoken}


def _person(of: str = "pk") -> Callable[[Any], Iterable[Key]]:
    """Return the concerns of a name of a person: also what they said is found by it."""
    others = _and_visits(SearchKind.PERSON, "term__person", of)

    def concerns(row: Any) -> set[Key]:
        return set(others(row)) | _said_by("person", getattr(row, of))

    return concerns


def _organisation(row: Any) -> set[Key]:
    return {(SearchKind.ORGANISATION.value, row.pk)} | _said_by("organisation", row.pk)


def _alias(row: Any) -> set[Key]:
    if row.person_id is not None:
        return set(_person("person_id")(row))
    for kind, column, of in (
        (SearchKind.COUNTRY, "country", "country_id"),
        (SearchKind.MANDATE, "mandate", "mandate_id"),
    ):
        if getattr(row, of) is not None:
            return set(_and_visits(kind, column, of)(row))
    key = row.organisation_id
    return {(SearchKind.ORGANISATION.value, key)} | _said_by("organisation", key)


def _term(row: Any) -> set[Key]:
    return set(_visits_by(term=row.pk))


def register() -> None:
    """Say what is indexed with which rows."""
    register_refresh(refresh)
    register_squeeze(lambda: squeeze_terms(router.db_for_write(SearchEntry)))
    kinds = (("visits.Visit", SearchKind.VISIT), ("visits.Meeting", SearchKind.MEETING),
             ("visits.Source", SearchKind.SOURCE), ("statements.Statement", SearchKind.STATEMENT),
             ("statements.Topic", SearchKind.TOPIC))  # fmt: skip
    for label, kind in kinds:
        register_concerns(label, _own(kind))
    for label in ("statements.StatementText", "statements.StatementSpeaker"):
        register_concerns(label, _own(SearchKind.STATEMENT, "statement_id"))
    register_concerns("statements.TopicAlias", _own(SearchKind.TOPIC, "topic_id"))
    for label in ("visits.VisitLeg", "visits.VisitMandate", "visits.VisitExpert"):
        register_concerns(label, _own(SearchKind.VISIT, "visit_id"))
    # By the names of these others are found too, of which none leads yet to one that was entered this moment.
    named: tuple[tuple[str, SearchKind, Callable[[Any], Iterable[Key]]], ...] = (
        ("visits.Country", SearchKind.COUNTRY, _and_visits(SearchKind.COUNTRY, "country")),
        ("visits.Mandate", SearchKind.MANDATE, _and_visits(SearchKind.MANDATE, "mandate")),
        ("visits.Person", SearchKind.PERSON, _person()),
        ("visits.Organisation", SearchKind.ORGANISATION, _organisation),
    )
    for label, kind, concerns in named:
        register_concerns(label, concerns, new=_own(kind))
    register_concerns("visits.MandateTitle", _and_visits(SearchKind.MANDATE, "mandate", "mandate_id"))
    register_concerns("visits.MandateTerm", _term, new=lambda row: set())
    register_concerns("visits.PersonName", _person("person_id"))
    register_concerns("visits.Alias", _alias)

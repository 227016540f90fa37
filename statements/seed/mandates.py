"""Mandates of the sample record, their titles over time, and who held them."""

from __future__ import annotations

from statements.seed.reading import MandateRow, TermRow
from statements.seed.store import Store
from visits.models import Alias, Country, Mandate, MandateTerm, MandateTitle


def enter_mandates(rows: list[MandateRow], store: Store) -> None:
    """Enter the mandates that are missing, each with its aliases, its earlier titles and the one of today."""
    for row in rows:
        year, established_by, source = row.established
        mandate, new = store.keep(
            Mandate,
            {
                "kind": row.kind,
                "holder_kind": row.holder_kind,
                "name": row.name,
                "scope": row.scope,
                "country": Country.objects.get(iso3=row.country) if row.country else None,
                "established_year": year,
                "established_by": established_by,
                "established_source": source,
            },
            slug=row.slug,
        )
        if new:
            for text in row.aliases:
                store.keep(Alias, mandate=mandate, text=text)
            for title, holder_kind, since, until in row.titles:
                values = {"holder_kind": holder_kind, "since": since, "until": until}
                store.keep(MandateTitle, values, mandate=mandate, title=title)
            if row.titles:
                store.keep(
                    MandateTitle,
                    {"holder_kind": row.holder_kind},
                    mandate=mandate,
                    title=row.name,
                )
        store.tick()


def enter_terms(rows: list[TermRow], store: Store) -> None:
    """Enter the terms that are missing, in the order in which the mandates were held."""
    for row in rows:
        store.keep(
            MandateTerm,
            {
                "since": row.since,
                "until": row.until,
                "order": row.order,
                "source_note": row.source,
            },
            mandate=Mandate.objects.get(slug=row.mandate),
            person=store.person(row.person),
        )
        store.tick()


def term_of(mandate: str, person: str, store: Store, *, source: str = "") -> MandateTerm:
    """Return the term of a person as holder of a mandate; one that no list names is entered without dates."""
    term, _new = store.keep(
        MandateTerm,
        {"source_note": source[:500]},
        mandate=Mandate.objects.get(slug=mandate),
        person=store.person(person),
    )
    return term

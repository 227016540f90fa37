"""Visits of the sample record, each with its steps, legs, members and the pages that tell of them."""

from __future__ import annotations

from statements.seed.mandates import term_of
from statements.seed.store import Store, public, public_id
from statements.seed.visit_rows import StepReading, VisitReading
from visits.actions import enter_source, enter_visit
from visits.addresses import title_of
from visits.models import Country, Mandate, Source, Visit, VisitLeg, VisitStep


def page(address: str, store: Store) -> Source:
    """Return the source with this address; a page that was read for the facts of a visit where it is missing."""
    source = Source.objects.filter(url=address).first()
    store.found[Source._meta.label] += source is not None
    if source is None:
        source = Source(
            public_id=public_id(f"page {address}"),
            kind="web_page",
            title=title_of(address),
            url=address,
            note="its own title was not noted",
            **public(),
        )
        enter_source(source=source, by=None)
        store.count(source, new=True)
    return source


def step_of(reading: StepReading, store: Store) -> VisitStep:
    """Return a step as it was read, not stored yet."""
    return VisitStep(
        kind=reading.kind,
        actor=reading.actor,
        date=reading.date,
        date_basis=reading.basis,
        proposed=reading.proposed,
        reason=reading.reason,
        document=reading.document,
        source=page(reading.address, store) if reading.address else None,
    )


def enter_reading(reading: VisitReading, store: Store, *, steps: list[VisitStep] | None = None) -> Visit:
    """Return the visit, entered where it is missing. `steps` stand instead of those that the row gives."""
    visit = Visit.objects.filter(slug=reading.slug).first()
    if visit is not None:
        store.count(visit, new=False)
        return visit
    pages = [page(address, store) for address in reading.addresses]
    rows = ", ".join(reading.row_ids)
    visit = Visit(
        public_id=public_id(f"visit {reading.slug}"),
        slug=reading.slug,
        title=reading.title,
        duration_as_reported=reading.duration,
        note="\n".join(
            line
            for line in (
                f"visits.csv, row {rows}",
                reading.note,
                *(p.url for p in pages),
            )
            if line
        ),
        **public(),
    )
    enter_visit(
        visit=visit,
        by=None,
        mandates=[Mandate.objects.get(slug=slug) for slug in reading.mandates],
        legs=[
            VisitLeg(
                order=order,
                country=Country.objects.get(iso3=leg.country) if leg.country else None,
                territory=leg.territory,
                dates=leg.dates,
            )
            for order, leg in enumerate(reading.legs)
        ],
        experts=[
            (
                term_of(mandate, name, store, source=f"named in visits.csv, row {rows}"),
                (),
            )
            for mandate, name in reading.experts
        ],
        steps=steps if steps is not None else [step_of(step, store) for step in reading.steps],
    )
    store.count(visit, new=True)
    return visit

"""What is on record of a visit, as rows of lists are held against it; and which visit a row tells of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from visits.access import gate
from visits.addresses import last_part
from visits.folding import fold
from visits.imports.kinds import Candidate
from visits.imports.known import Known
from visits.imports.visit_rows import VisitRow
from visits.imports.visit_steps import Stored, says_the_same, tells_of_an_earlier_plan
from visits.models import ImportRow, Visit, VisitExpert, VisitLeg, VisitMandate, VisitStep
from visits.partial_dates import parse

# Dates of one visit in two lists differ by less, where a month or a plan stands for the days.
_NEAR = timedelta(days=45)


@dataclass(slots=True)
class VisitFacts:
    """A visit as lists tell it. Legs are (id, iso3, territory), members (slug of the person, of the mandate)."""

    visit: Visit
    mandates: list[str] = field(default_factory=list)
    legs: list[tuple[int, str, str]] = field(default_factory=list)
    members: list[tuple[str, str]] = field(default_factory=list)
    steps: list[Stored] = field(default_factory=list)

    @property
    def countries(self) -> list[str]:
        """Return the countries by iso3, each once."""
        return list(dict.fromkeys(iso3 for _key, iso3, _territory in self.legs if iso3))

    @property
    def territories(self) -> list[str]:
        """Return the names of the territories."""
        return [territory for _key, _iso3, territory in self.legs if territory]


def facts_of(visit: Visit, known: Known) -> VisitFacts:
    """Return what is on record of a visit; addresses of sources as far as whoever imports may see them."""
    steps = VisitStep.objects.filter(visit=visit, voids__isnull=True, voided_by__isnull=True)
    sources = steps if known.by is None else steps.filter(gate(known.by, "source"))
    addresses = dict(sources.exclude(source=None).values_list("pk", "source__url"))
    rows = steps.order_by("pk").values_list("pk", "kind", "date", "proposed", "document", "actor")
    mandates = VisitMandate.objects.filter(visit=visit).order_by("order", "id")
    legs = VisitLeg.objects.filter(visit=visit).order_by("order", "id")
    members = VisitExpert.objects.filter(visit=visit).order_by("order", "id")
    return VisitFacts(
        visit,
        list(mandates.values_list("mandate__slug", flat=True)),
        [(key, iso3 or "", territory) for key, iso3, territory in legs.values_list("pk", "country__iso3", "territory")],
        list(members.values_list("term__person__slug", "term__mandate__slug")),
        [Stored(*row, address=addresses.get(row[0], "")) for row in rows],
    )


@dataclass(frozen=True, slots=True)
class Match:
    """Visits that a row may tell of: `sure` where it is one of them and no other, else they are candidates."""

    visits: tuple[Visit, ...] = ()
    sure: bool = False

    def candidates(self) -> tuple[Candidate, ...]:
        """Return the visits with what tells them apart."""
        return tuple(Candidate(row.slug, f"{row} ({row.get_status_display()})") for row in self.visits)


def by_address(text: str, known: Known) -> Visit | None:
    """Return the visit with a public id, slug or address."""
    word = last_part(text)
    rows = known.seen(Visit.objects)
    return rows.filter(public_id=word).first() or rows.filter(slug=word).first()


def by_key(key: str, source: str, known: Known) -> Visit | None:
    """Return the visit into which an earlier row of the same list with this key went."""
    rows = ImportRow.objects.filter(key=key, batch__kind="visits", batch__source=source, batch__undone_at=None)
    names = rows.exclude(record="").order_by("-pk").values_list("record", flat=True)
    for public_id in names[:5]:
        visit: Visit | None = known.seen(Visit.objects).filter(public_id=public_id).first()
        if visit is not None:
            return visit
    return None


def match(
    row: VisitRow,
    *,
    mandates: Collection[str],
    countries: Collection[str],
    territories: Iterable[str],
    holders: Collection[str],
    known: Known,
    but: Collection[int],
) -> Match:
    """Return the visits of one of `mandates` to one of the places that `row` may tell of; `but` are left aside."""
    places = {fold(territory) for territory in territories}
    legs = VisitLeg.objects.filter(visit__mandates__slug__in=list(mandates))
    ids = set(legs.filter(country__iso3__in=list(countries)).values_list("visit_id", flat=True))
    if places:
        there = legs.exclude(territory="").values_list("visit_id", "territory")
        ids |= {pk for pk, territory in there if fold(territory) in places}
    close: dict[int, list[Visit]] = {0: [], 1: [], 2: [], 3: []}
    for visit in known.seen(Visit.objects).filter(pk__in=ids - set(but)).order_by("dates_earliest", "slug"):
        put_off = row.status == "postponed" and tells_of_an_earlier_plan(row, facts_of(visit, known).steps)
        close[3 if put_off else _closeness(row, visit, holders, known)].append(visit)
    best = close[3] or close[2]
    return Match(tuple(best or close[1]), sure=len(best) == 1)


def _closeness(row: VisitRow, visit: Visit, holders: Collection[str], known: Known) -> int:
    """Return how close a visit of the same mandate and place is: 3 the same dates, 2 shared days, 1 likely, 0 not."""
    if row.dates and visit.dates:
        if row.dates == visit.dates and says_the_same(row.status, visit.status):
            return 3
        mine, theirs = parse(row.dates), parse(visit.dates)
        if mine.overlaps(theirs):
            return 2
        gap = max(mine.earliest - theirs.latest, theirs.earliest - mine.latest)
        return 1 if gap <= _NEAR else 0
    travelled = {person for person, _mandate in facts_of(visit, known).members}
    together = not holders or not travelled or bool(travelled & set(holders))
    if not row.dates and not visit.dates:
        if not together:
            return 0
        return 2 if says_the_same(row.status, visit.status) else 1
    # One of them is not dated: a request and the visit that it led to, or two visits.
    return 1 if together and holders and travelled else 0


def lines(*texts: Any) -> str:
    """Return texts as lines, without those that are empty."""
    return "\n".join(str(text) for text in texts if text)

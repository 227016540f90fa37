"""Offices and terms of a person on a line over the years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from statements.cards import show
from visits.choices import Column, Side, column_of
from visits.models import MandateTerm, Office
from visits.partial_dates import PartialDate, parse
from visits.tenures import Holding, Tenures, build


@dataclass(frozen=True, slots=True)
class HoldingCard:
    """An office or term as the picture prints it."""

    column: str
    title: str
    of: str
    url: str
    dates: str

    @property
    def told(self) -> str:
        """Return the whole in words."""
        return ", ".join(part for part in (self.title, self.of, self.dates) if part)


def lifeline_of(terms: Iterable[MandateTerm], offices: Iterable[Office]) -> Tenures:
    """Return the bars of what somebody held; offices and terms are those that the reader may see."""
    holdings = [
        Holding(
            key=f"term {term.pk}",
            since=_date(term.since),
            until=_date(term.until),
            order=term.order,
            card=HoldingCard(
                column=Column.HOLDER.value,
                title=term.mandate.name,
                of="",
                url=term.mandate.get_absolute_url(),
                dates=_between(term.since, term.until),
            ),
        )
        for term in terms
    ]
    for number, office in enumerate(offices):
        organisation, side = office.organisation, str(Side(office.side).label)
        seen = gettext("seen in office %(seen)s") % {"seen": show(office.seen)} if office.seen else ""
        dates = _between(office.since, office.until)
        holdings.append(
            Holding(
                key=f"office {office.pk}",
                since=_date(office.since),
                until=_date(office.until),
                seen=_date(office.seen),
                order=number,
                card=HoldingCard(
                    column=column_of(office.side).value,
                    title=office.title,
                    of=f"{organisation.name} ({side})" if organisation else side,
                    url=organisation.get_absolute_url() if organisation else "",
                    dates=", ".join(part for part in (dates, seen) if part),
                ),
            )
        )
    return build(holdings)


def _date(text: str) -> PartialDate | None:
    return parse(text) if text else None


def _between(since: str, until: str) -> str:
    """Return from when to when in words, with what is not recorded said; "" where neither end is."""
    if since and until:
        return f"{show(since)} – {show(until)}"
    if since:
        return gettext("from %(since)s, end not recorded") % {"since": show(since)}
    return gettext("until %(until)s, start not recorded") % {"until": show(until)} if until else ""

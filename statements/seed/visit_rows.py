"""Rows of `visits.csv` as visits: several rows may be one visit, one row may name several countries. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import slugify

from statements.seed.reading import (
    Record,
    Unresolved,
    country_index,
    readings_of,
    single_spaced,
)
from visits.folding import fold

_DURATION = re.compile(r"\b((?:\d+|[a-z]+)[- ](?:day|week))s? (?:official )?(?:visit|mission)\b")


@dataclass(frozen=True)
class StepReading:
    """A step of a visit; `address` is that of the page that tells of it."""

    kind: str
    actor: str = ""
    date: str = ""
    basis: str = "stated"
    proposed: str = ""
    reason: str = ""
    document: str = ""
    address: str = ""


@dataclass(frozen=True)
class LegReading:
    """A part of a visit: a country (iso3), or the name of a territory that is no State."""

    country: str = ""
    territory: str = ""
    dates: str = ""


@dataclass
class VisitReading:
    """A visit as one or more rows give it. `experts` are (slug of the mandate, name)."""

    row_ids: list[str]
    slug: str
    title: str
    mandates: list[str]
    experts: list[tuple[str, str]]
    legs: list[LegReading]
    steps: list[StepReading]
    addresses: list[str]
    duration: str = ""
    note: str = ""


@dataclass
class VisitReadings:
    """All visits of the file, and what stays open."""

    visits: list[VisitReading] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)


def addresses_of(row: dict[str, str]) -> list[str]:
    """Return the page a row was read on and the pages it was read again against, each once."""
    return list(dict.fromkeys([row["source_url"], *row["evidence_url"].split()]))


def span(row: dict[str, str]) -> str:
    """Return the dates of a row as one partial date: "2023-07-24/2023-08-04", "2009-08", or nothing."""
    start, end = row["start_date"], row["end_date"]
    if start and end and start != end:
        return f"{start}/{end}"
    return start if start == end else ""


def steps_of(row: dict[str, str]) -> list[StepReading]:
    """Return the steps that the columns of a row give, each with the page that tells of it."""
    first, *further = addresses_of(row)
    status = row["status"]
    steps = []
    if status == "completed":
        if row["start_date"]:
            steps.append(StepReading("started", date=row["start_date"], address=first))
        # Whatever is completed has ended, on a day that need not be known.
        steps.append(StepReading("ended", date=row["end_date"], address=further[0] if further else first))
    elif status == "requested":
        steps.append(StepReading("requested", actor="holder", address=first))
    elif status == "announced":
        steps.append(StepReading("announced", proposed=span(row), address=first))
    elif status == "postponed":
        steps.append(StepReading("dates_agreed", proposed=span(row), address=first))
        steps.append(StepReading("postponed", address=first))
    else:
        raise ValueError(f"row {row['row_id']}: no steps are known for “{status}”")
    if row["report_symbol"]:
        address = further[-1] if further else first
        steps.append(StepReading("report", actor="holder", document=row["report_symbol"], address=address))
    return steps


def read_steps(row: dict[str, str], reading: dict[str, Any]) -> list[StepReading]:
    """Return the steps of a row: those of its columns, and what was read in its note, in order of events."""
    own = [StepReading(**{"address": row["source_url"], **step}) for step in reading.get("steps", ())]
    if reading.get("replace"):
        return own
    before = [step for step in own if step.kind in {"requested", "accepted"}]
    inferred = reading.get("inferred", ())
    given = [replace(step, basis="inferred") if step.kind in inferred else step for step in steps_of(row)]
    return [*before, *given, *(step for step in own if step not in before)]


def readings_by_row(readings: dict[str, Any]) -> dict[str, Any]:
    """Return the readings by the id of their row; a table named "68-71" is that of each of these rows."""
    found: dict[str, Any] = {}
    for key, reading in readings.items():
        first, _dash, last = key.partition("-")
        found |= {str(number): reading for number in range(int(first), int(last or first) + 1)}
    return found


def slug_of(place: str, date: str, mandate: str, home: bool) -> str:
    """Return the permanent slug: place, month and mandate. A country mandate at home goes without saying."""
    when = date[:7] if date else "undated"
    return slugify("-".join([place, when] + ([] if home else [mandate])))


def duration_of(row: dict[str, str], reading: dict[str, Any]) -> str:
    """Return the duration as the sources report it."""
    told = _DURATION.search(row["note"].lower())
    return reading.get("duration") or (told.group(1) if told else "")


def read_visits(rows: list[dict[str, str]], record: Record) -> VisitReadings:
    """Return every visit of the file; `record` gives countries and mandates."""
    found = VisitReadings()
    readings = readings_by_row(readings_of("visit_readings"))
    countries = country_index(record.countries)
    names = {country.iso3: country.values["name"] for country in record.countries}
    homes = {mandate.slug: mandate.country for mandate in record.mandates}
    by_row: dict[str, VisitReading] = {}
    merged = []
    for row in rows:
        row_id, reading = row["row_id"], readings.get(row["row_id"], {})
        if "unresolved" in reading:
            found.unresolved.append(Unresolved("visits.csv", f"row {row_id}", reading["unresolved"]))
        if "merged_into" in reading:
            merged.append((row, reading))
            continue
        iso3 = row["country_iso3"]
        if iso3 and countries.get(fold(row["country"])) != iso3:
            found.unresolved.append(
                Unresolved(
                    "visits.csv",
                    f"row {row_id}",
                    f"“{row['country']}” is not a name of {iso3}",
                )
            )
        place = reading.get("title") or names.get(iso3) or row["country"]
        slug = record.mandate_slugs[single_spaced(row["mandate"])]
        further = [(record.mandate_slugs[body], name) for body, name in reading.get("experts", ())]
        holders = [name for name in row["mandate_holder"].split("; ") if name]
        if not holders:
            found.unresolved.append(Unresolved("visits.csv", f"row {row_id}", "who travelled is not named"))
        legs = [LegReading(**leg) for leg in reading.get("legs", ())] or [LegReading(country=iso3)]
        if len(legs) == 1:
            legs = [
                LegReading(
                    legs[0].country,
                    legs[0].territory,
                    span(row) if row["status"] == "completed" else "",
                )
            ]
        visit = VisitReading(
            row_ids=[row_id],
            slug=slug_of(
                names.get(iso3) or place,
                row["start_date"] or row["end_date"],
                slug,
                bool(iso3) and homes[slug] == iso3,
            ),
            title=place,
            mandates=list(dict.fromkeys([slug, *(mandate for mandate, _name in further)])),
            experts=[*((slug, name) for name in holders), *further],
            legs=legs,
            steps=read_steps(row, reading),
            addresses=addresses_of(row),
            duration=duration_of(row, reading),
            note=row["note"],
        )
        by_row[row_id] = visit
        found.visits.append(visit)
    for row, reading in merged:
        visit = by_row[reading["merged_into"]]
        visit.row_ids.append(row["row_id"])
        visit.steps = [
            *(StepReading(**{"address": row["source_url"], **step}) for step in reading["steps"]),
            *visit.steps,
        ]
        visit.addresses = list(dict.fromkeys([*visit.addresses, *addresses_of(row)]))
        visit.note = "\n".join(text for text in (visit.note, row["note"]) if text)
        found.unresolved.append(
            Unresolved(
                "visits.csv",
                f"row {row['row_id']}",
                f"the same visit as row {visit.row_ids[0]}: merged into it",
            )
        )
    return found

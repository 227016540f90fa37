"""The generated record: visits, meetings, sources and statements, some of them hidden, all drawn by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from statements.models import (
    Citation,
    SearchEntry,
    SearchKind,
    Statement,
    StatementLink,
    StatementSpeaker,
    StatementText,
    StatementTopic,
)
from statements.scale.bulk import Table, finish
from statements.scale.people import Cast, enter_cast, name
from statements.scale.words import text
from statements.search.analyser import Places, places_of
from statements.search.columns import tsvector, write_terms
from statements.search.texts import Texts, organisations, people, said_by
from statements.seed.store import public_id
from visits.models import Meeting, Source, Visit, VisitExpert, VisitLeg, VisitMandate, VisitStep

# At full size; a visit has so many meetings, sources and statements.
VISITS, MEETINGS, SOURCES, STATEMENTS = 20_000, 5, 5, 50
# The one visit of so many entries on its timeline whose page is measured.
MEASURED = "scale-measured"
MEASURED_MEETINGS, MEASURED_STATEMENTS = 8, 52
FIRST, LAST = date(2000, 1, 1), date(2025, 12, 1)
# No answers: who denies has to say what.
ACTS = ("asserts", "announces", "alleges", "asks", "calls_for", "recommends", "commits", "criticises", "voices_concern")
SIDES = ("government", "government", "civil_society", "affected", "mandate_holder", "other_un")
# The steps that lead to each status.
STEPS = {
    "completed": ("requested", "accepted", "started", "ended"),
    "reported": ("requested", "accepted", "started", "ended", "report"),
    "requested": ("requested",),
    "accepted": ("requested", "accepted"),
}
KINDS = ("news", "press_release", "report", "ngo_statement", "web_page")
# Of a hundred rows so many are internal, drafts, confidential; the others everybody sees.
INTERNAL, DRAFT, CONFIDENTIAL = 3, 3, 2
TRANSLATED = 0.1
ANSWERED = 0.1


@dataclass
class Tables:
    """Every table that is filled."""

    visits: Table
    mandates: Table
    legs: Table
    experts: Table
    steps: Table
    meetings: Table
    sources: Table
    statements: Table
    speakers: Table
    texts: Table
    citations: Table
    topics: Table
    links: Table
    entries: Table


def _tables() -> Tables:
    record = ("public_id", "workflow", "visibility", "compartment_id", "published_at")
    dated = ("date", "date_earliest", "date_latest")
    return Tables(
        Table(Visit, *record, "slug", "title", "kind", "status", "dates", "dates_earliest", "dates_latest",
              "dates_kind", "folded"),
        Table(VisitMandate, "visit_id", "mandate_id", "order"),
        Table(VisitLeg, "visit_id", "country_id", "order", "dates", "dates_earliest", "dates_latest"),
        Table(VisitExpert, "visit_id", "term_id", "order"),
        Table(VisitStep, "visit_id", "kind", "actor", *dated),
        Table(Meeting, *record, "visit_id", "leg_id", "title", *dated, "order", "kind", "status", "published_as"),
        Table(Source, *record, "kind", "title", "publisher", "language", "published", "published_earliest",
              "published_latest", "url"),
        Table(Statement, *record, "visit_id", "meeting_id", "act", "mode", "occasion", *dated,
              "order"),
        Table(StatementSpeaker, "statement_id", "person_id", "organisation_id", "mandate_id", "label", "side", "order"),
        Table(StatementText, "statement_id", "language", "kind", "text", "preferred", "source_id"),
        Table(Citation, "statement_id", "source_id", "role", "exact", "verdict"),
        Table(StatementTopic, "statement_id", "topic_id", "order"),
        Table(StatementLink, "from_statement_id", "to_statement_id", "kind"),
        Table(SearchEntry, "kind", "record", "part", "date", "language", "terms"),
    )  # fmt: skip


# Workflow, visibility, compartment, and when it was published.
State = tuple[str, str, int | None, Any]
OPEN: State = ("published", "public", None, timezone.now())


class Scale:
    """One run: `share` of the full size, drawn by `seed`. `tick` is told of statements done."""

    def __init__(self, share: float, seed: int, tick: Callable[[int], Any]) -> None:
        self.draw = random.Random(seed)  # noqa: S311 - nothing secret
        self.visits, self.tick, self.now = max(1, round(VISITS * share)), tick, timezone.now()
        self.key = f"scale {seed}"
        self.terms: list[tuple[int, Places]] = []
        self.spoken: dict[tuple[int | None, int | None], Texts] = {}

    @transaction.atomic
    def enter(self) -> dict[str, int]:
        """Enter everything; return how many rows of each table."""
        self.cast: Cast = enter_cast(self.draw)
        self.tables = _tables()
        for number in range(self.visits):
            self._visit(number)
        tables = list(vars(self.tables).values())
        finish(tables)
        self._write_terms()
        return {table.model._meta.label: table.written for table in tables}

    def _state(self, above: State | None = None, *, open_to_all: bool = False) -> State:
        """Return who sees a row: what is hidden `above` hides all that is below it in the same way."""
        if above is not None and above != OPEN:
            return above
        chance = 100 if open_to_all else self.draw.randrange(100)
        if chance < INTERNAL:
            return ("published", "internal", None, self.now)
        if chance < INTERNAL + DRAFT:
            return ("draft", "internal", None, None)
        if chance < INTERNAL + DRAFT + CONFIDENTIAL:
            return ("published", "confidential", self.cast.compartment, self.now)
        return OPEN

    def _id(self, kind: str, number: int) -> str:
        return public_id(f"{self.key} {kind} {number}")

    def _visit(self, number: int) -> None:
        draw, tables, cast = self.draw, self.tables, self.cast
        first = FIRST + timedelta(days=draw.randrange((LAST - FIRST).days))
        last = first + timedelta(days=draw.randint(4, 11))
        measured = number == 0
        title = name(draw, 3)
        slug = MEASURED if measured else f"scale-{number}"
        status = "completed" if measured else draw.choices(list(STEPS), (5, 4, 2, 1))[0]
        # What has not begun has no dates; what was said about it has.
        begun = "started" in STEPS[status]
        when: tuple[Any, ...] = (f"{first}/{last}", first, last) if begun else ("", None, None)
        state = self._state(open_to_all=measured)
        told = (slug, title, "official", status, *when, "actual" if begun else "none", title.lower())
        visit = tables.visits.add(self._id("visit", number), *state, *told)
        mandate, term, holder = draw.choice(cast.mandates)
        tables.mandates.add(visit, mandate, 0)
        tables.experts.add(visit, term, 0)
        leg = tables.legs.add(visit, draw.choice(cast.countries), 0, *when)
        days = {
            "requested": first - timedelta(400),
            "accepted": first - timedelta(200),
            "started": first,
            "ended": last,
        }
        for kind in STEPS[status]:
            day = days.get(kind, last + timedelta(300))
            tables.steps.add(visit, kind, "state" if kind == "accepted" else "holder", day.isoformat(), day, day)
        meetings = self._meetings(number, state, visit, leg, first)
        sources = self._sources(number, last)
        voices = draw.sample(cast.people, 4), draw.sample(cast.organisations, 3), holder, mandate
        statements = MEASURED_STATEMENTS if measured else STATEMENTS
        previous = None
        for place in range(statements):
            day = first + timedelta(days=draw.randrange((last - first).days + 1))
            key = number * 100 + place
            # Those told of a meeting stand with it on the timeline, the others by themselves.
            meeting, above = (None, state) if measured else draw.choice([*meetings, (None, state)])
            own = (self._id("statement", key), *self._state(above, open_to_all=measured))
            known = [source for source, seen in sources if seen in (OPEN, own[1:])]
            previous = self._statement(own, visit, meeting, day, place, known, voices, previous)
        self.tick(statements)

    def _meetings(self, number: int, above: State, visit: int, leg: int, first: date) -> list[tuple[int, State]]:
        found = []
        measured = number == 0
        for place in range(MEASURED_MEETINGS if measured else MEETINGS):
            day = first + timedelta(days=place)
            own = self._state(above, open_to_all=measured)
            title = name(self.draw, 3)
            key = self._id("meeting", number * 100 + place)
            held = ("official_meeting", "held", "full")
            row = self.tables.meetings.add(key, *own, visit, leg, title, day.isoformat(), day, day, place, *held)
            found.append((row, own))
        return found

    def _sources(self, number: int, last: date) -> list[tuple[int, State]]:
        found = []
        for place in range(SOURCES):
            day = last + timedelta(days=place)
            own = self._state(open_to_all=place == 0)
            key = self._id("source", number * 100 + place)
            url = f"https://news.example/{number}/{place}"
            kind = self.draw.choice(KINDS)
            publisher = name(self.draw)
            title = name(self.draw, 5)
            told = (kind, title, publisher, "en", day.isoformat(), day, day, url)
            found.append((self.tables.sources.add(key, *own, *told), own))
        return found

    def _statement(
        self, own: tuple[Any, ...], visit: int, meeting: int | None, day: date, place: int, sources: list[int],
        voices: Any, previous: int | None,
    ) -> int:  # fmt: skip
        draw, tables = self.draw, self.tables
        people, bodies, holder, mandate = voices
        pk = tables.statements.add(
            *own, visit, meeting, draw.choice(ACTS), "direct", "interview", day.isoformat(), day, day, place
        )
        side = draw.choice(SIDES)
        person = holder if side == "mandate_holder" else draw.choice(people)
        kind = draw.randrange(10)
        speaker = (person, None, None, "") if kind < 7 else (None, draw.choice(bodies), None, "")
        if kind == 9:
            speaker = (None, None, mandate, "") if side == "mandate_holder" else (None, None, None, "a villager")
        tables.speakers.add(pk, *speaker, side, 0)
        words = text(draw)
        source = draw.choice(sources)
        names = self._names(*speaker[:2])
        self._text(pk, "en", "original", words, True, source, day, names)
        if draw.random() < TRANSLATED:
            self._text(pk, "fr", "own", text(draw), False, None, day, names)
        tables.citations.add(pk, source, "primary", words[:200], "match")
        for order, topic in enumerate(draw.sample(self.cast.topics, draw.randint(1, 2))):
            tables.topics.add(pk, topic, order)
        if previous is not None and draw.random() < ANSWERED:
            tables.links.add(pk, previous, draw.choice(("replies_to", "denies", "repeats")))
        return pk

    def _names(self, person: int | None, organisation: int | None) -> Texts:
        """Return the names under which what somebody said is found; each speaker is read once."""
        key = (person, organisation)
        if key not in self.spoken:
            found = people([person]) if person else organisations([organisation]) if organisation else ()
            self.spoken[key] = [text for entry in found for text in said_by(entry.names)]
        return self.spoken[key]

    def _text(
        self, statement: int, language: str, kind: str, words: str, preferred: bool, source: int | None, day: date,
        names: Texts,
    ) -> None:  # fmt: skip
        part = self.tables.texts.add(statement, language, kind, words, preferred, source)
        places = places_of([(words, language), *names])
        terms = tsvector(places) if connection.vendor == "postgresql" else None
        entry = self.tables.entries.add(SearchKind.STATEMENT.value, statement, part, day, language, terms)
        if terms is None:
            self.terms.append((entry, places))
            if len(self.terms) >= 5_000:
                self._write_terms()

    def _write_terms(self) -> None:
        write_terms(self.terms, connection.alias)
        self.terms = []

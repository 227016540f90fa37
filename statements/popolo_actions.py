"""Taking a Popolo document into the record: what is new becomes a draft, what is there stays as it is."""

from __future__ import annotations

from collections import Counter
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from statements.actions import enter_statement
from statements.models import Citation, Statement, StatementSpeaker, StatementText
from statements.popolo.reading import Document, PopoloError, extra, partial_date
from visits.access import Permission
from visits.actions import enter_meeting, enter_source, enter_visit, require, save_part
from visits.after_save import together
from visits.choices import Visibility
from visits.models import (
    Country,
    Mandate,
    MandateTerm,
    Meeting,
    Office,
    Organisation,
    Person,
    PersonName,
    Source,
    User,
    Visit,
    VisitStep,
)

_MODELS: dict[str, tuple[Any, str]] = {
    "persons": (Person, "slug"),
    "organizations": (Organisation, "slug"),
    "posts": (Mandate, "slug"),
    "speeches": (Statement, "public_id"),
}
# What steps say of the dates of a visit.
_STEPS = {
    "actual": (("started", 0), ("ended", 1)),
    "start_only": (("started", 0),),
    "end_only": (("ended", 1),),
}


def known(collection: str, key: str) -> bool:
    """Whether the record has a row of this id."""
    if collection == "events":
        return Visit._base_manager.filter(slug=key).exists() or Meeting._base_manager.filter(public_id=key).exists()
    model, column = _MODELS[collection]
    return bool(model._base_manager.filter(**{column: key}).exists())


class _Taking:
    """One document on its way into the record."""

    def __init__(self, by: User) -> None:
        self.by, self.counts = by, Counter[str]()
        self.made: set[Any] = set()

    def row(self, collection: str, key: Any) -> Any:
        """Return the stored row of this id; None where none is named."""
        if not key:
            return None
        model, column = _MODELS[collection]
        return model._base_manager.get(**{column: key})

    def country(self, iso3: Any, where: str) -> Country | None:
        found = Country.objects.filter(iso3=iso3).first() if iso3 else None
        if iso3 and found is None:
            raise PopoloError(f"{where}: area_id names no country.")
        return found

    def is_new(self, collection: str, key: str) -> bool:
        """Count a row, and say whether it has to be entered."""
        new = not known(collection, key)
        self.counts[f"{collection} {'new' if new else 'there already'}"] += 1
        return new

    def persons(self, row: dict[str, Any]) -> None:
        if not self.is_new("persons", row["id"]):
            return
        person = Person(slug=row["id"], name=row["name"], private=bool(extra(row).get("private")))
        save_part(part=person, by=self.by)
        self.made.add(person.slug)
        for name in row.get("other_names", []):
            more = {key: value for key, value in extra(name).items() if key in _NAME}
            save_part(
                part=PersonName(person=person, text=name["name"], kind=name.get("note", "full"), **more), by=self.by
            )

    def organizations(self, row: dict[str, Any]) -> None:
        if not self.is_new("organizations", row["id"]):
            return
        short = [name["name"] for name in row.get("other_names", []) if name.get("note") == "short"]
        made = Organisation(
            slug=row["id"],
            name=row["name"],
            short_name=short[0] if short else "",
            side=row.get("classification") or "other",
            country=self.country(row.get("area_id"), row["id"]),
        )
        save_part(part=made, by=self.by)
        self.made.add(("organizations", made.slug))

    def parents(self, row: dict[str, Any]) -> None:
        """Put an organisation that was just entered under its parent, which may stand after it in the file."""
        if row.get("parent_id") and ("organizations", row["id"]) in self.made:
            organisation = self.row("organizations", row["id"])
            organisation.parent = self.row("organizations", row["parent_id"])
            save_part(part=organisation, by=self.by)

    def posts(self, row: dict[str, Any]) -> None:
        if not self.is_new("posts", row["id"]):
            return
        country = self.country(row.get("area_id"), row["id"])
        kind = "country" if country else "thematic"
        scope = extra(row).get("scope") or row["label"][:120]
        made = Mandate(slug=row["id"], name=row["label"], holder_kind=row.get("role") or "SR", kind=kind, scope=scope)
        made.country = country
        save_part(part=made, by=self.by)

    def memberships(self, row: dict[str, Any]) -> None:
        """Enter an office or a term, of people who were just entered: those of others are theirs already."""
        if row["person_id"] not in self.made:
            self.counts["memberships left"] += 1
            return
        self.counts["memberships new"] += 1
        more, person = extra(row), self.row("persons", row["person_id"])
        dates = {
            "since": more.get("since") or row.get("start_date") or "",
            "until": more.get("until") or row.get("end_date") or "",
            "date_basis": more.get("date_basis") or "stated",
        }
        if row.get("post_id"):
            mandate, order, note = self.row("posts", row["post_id"]), more.get("order") or 0, more.get("source") or ""
            part: Any = MandateTerm(person=person, mandate=mandate, order=order, source_note=note, **dates)
        else:
            organisation = self.row("organizations", row.get("organization_id"))
            side = more.get("side") or (organisation.side if organisation else "other")
            title, seen = row.get("role") or "member", more.get("seen") or ""
            part = Office(person=person, organisation=organisation, title=title, side=side, seen=seen, **dates)
        save_part(part=part, by=self.by)

    def events(self, row: dict[str, Any]) -> None:
        if not self.is_new("events", row["id"]):
            return
        more, dates = extra(row), partial_date(row)
        if not row.get("parent_id"):
            visit = Visit(slug=row["id"], title=row["name"], purpose=row.get("description") or "")
            visit.kind, visit.is_example = more.get("kind") or "official", bool(more.get("is_example"))
            enter_visit(visit=visit, by=self.by, steps=_steps(dates, more.get("dates_kind") or "planned"))
            return
        visit = Visit._base_manager.get(slug=row["parent_id"])
        fields = {name: more[name] for name in _MEETING if more.get(name)}
        hours = {name: time.fromisoformat(more[name]) for name in ("starts_at", "ends_at") if more.get(name)}
        meeting = Meeting(
            public_id=row["id"], visit=visit, title=row["name"], date=dates, place=row.get("location") or "",
            status=row.get("status") or "planned", public_summary=row.get("description") or "", **fields, **hours,
        )  # fmt: skip
        enter_meeting(meeting=meeting, by=self.by)

    def speeches(self, row: dict[str, Any]) -> None:
        if not self.is_new("speeches", row["id"]):
            return
        more, event = extra(row), row.get("event_id")
        meeting = Meeting._base_manager.filter(public_id=event).select_related("visit").first() if event else None
        visit = meeting.visit if meeting else Visit._base_manager.filter(slug=event).first() if event else None
        statement = Statement(
            public_id=row["id"], visit=visit, meeting=meeting, date=row.get("date") or "",
            act=more.get("act") or "asserts", mode=more.get("mode") or "indirect",
            occasion=more.get("occasion") or "interview", date_basis=more.get("date_basis") or "stated",
            answers_text=more.get("answers") or "", original_language=more.get("original_language") or "",
            is_example=bool(more.get("is_example")),
        )  # fmt: skip
        if meeting is not None and meeting.visibility == Visibility.CONFIDENTIAL:
            # As closed as the meeting, and open to the same people.
            statement.visibility = Visibility.CONFIDENTIAL
        words = StatementText(
            text=row["text"], language=more.get("language") or "", kind=more.get("kind") or "editors_words"
        )
        citations = [Citation(source=self.source(link)) for link in row.get("sources", []) if link.get("url")]
        enter_statement(
            statement=statement, by=self.by, speakers=self.speakers(row, more), texts=[words], citations=citations
        )

    def speakers(self, row: dict[str, Any], more: dict[str, Any]) -> list[StatementSpeaker]:
        voices = more.get("speakers") or [{"person_id": row.get("creator_id"), "label": row.get("attribution_text")}]
        found = []
        for voice in voices:
            speaker = StatementSpeaker(side=voice.get("side") or "other", attribution=voice.get("attribution") or "")
            speaker.person = self.row("persons", voice.get("person_id"))
            speaker.organisation = self.row("organizations", voice.get("organization_id"))
            speaker.mandate = self.row("posts", voice.get("post_id"))
            if not (speaker.person or speaker.organisation or speaker.mandate):
                speaker.label = voice.get("label") or voice.get("name") or "not attributed"
            found.append(speaker)
        return found

    def source(self, link: dict[str, Any]) -> Source:
        found: Source | None = Source.objects.visible_to(self.by).filter(url=link["url"]).order_by("pk").first()
        if found is None:
            found = Source(url=link["url"], title=(link.get("note") or link["url"])[:300], kind="web_page")
            enter_source(source=found, by=self.by)
            self.counts["sources new"] += 1
        return found


_NAME = frozenset({"language", "script", "romanisation", "preferred"})
_MEETING = ("kind", "format", "openness", "account", "date_basis", "part_of_day", "time_zone")


def _steps(dates: str, kind: str) -> list[VisitStep]:
    """Return steps that give a visit these dates."""
    if not dates:
        return []
    first, _slash, last = dates.partition("/")
    if kind in _STEPS:
        return [VisitStep(kind=step, date=(first, last or first)[end]) for step, end in _STEPS[kind]]
    return [VisitStep(kind="dates_agreed", proposed=dates)]


@transaction.atomic
def take_in(*, document: Document, by: User) -> Counter[str]:
    """Enter what a document holds and the record does not; return how many rows of each collection were new.

    New visits, meetings, statements and sources are drafts of `by`. Raises PopoloError or ValidationError where one
    row cannot be entered, with its place; then nothing is.
    """
    require(by, Permission.EDIT_VOCABULARY)
    taking = _Taking(by)
    # Meetings after the visits that they belong to.
    events = sorted(document.events, key=lambda row: bool(row.get("parent_id")))
    with together():
        for name, rows in (
            ("persons", document.persons),
            ("organizations", document.organizations),
            ("parents", document.organizations),
            ("posts", document.posts),
            ("memberships", document.memberships),
            ("events", events),
            ("speeches", document.speeches),
        ):
            for number, row in enumerate(rows, 1):
                try:
                    getattr(taking, name)(row)
                except (ValidationError, KeyError, TypeError, AttributeError, ValueError) as error:
                    where = f"{name}, {row.get('id') or f'number {number}'}"
                    told = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                    raise PopoloError(f"{where}: {told}") from error
    return taking.counts

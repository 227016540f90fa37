"""The visit of August 2022 to Cambodia in full, from `sample/cambodia_2022.toml`."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify

from statements.actions import (
    enter_commitment,
    enter_position,
    enter_statement,
    name_meeting_topics,
)
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    Position,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    Topic,
)
from statements.seed.store import Store, public, public_id
from visits.actions import enter_meeting, enter_source
from visits.models import (
    Country,
    MandateTerm,
    Meeting,
    Organisation,
    Participant,
    Source,
    SourceRelay,
    Visit,
    VisitStep,
)


class Telling:
    """A visit told in full by a file: who is in it, its sources, meetings, statements and what rests on them."""

    def __init__(self, told: dict[str, Any], articles: dict[str, Source], store: Store) -> None:
        self.told, self.articles, self.store = told, dict(articles), store
        self.meetings: dict[str, Meeting] = {}
        self.statements: dict[int, Statement] = {}
        self.visit: Visit | None = None

    def topics(self, slugs: list[str]) -> list[Topic]:
        """Return topics by slug, in the order given."""
        return [Topic.objects.get(slug=slug) for slug in slugs]

    def who(self, key: str) -> dict[str, Any]:
        """Return the columns of a speaker, addressee or participant: one of person, organisation or label."""
        part = self.told["cast"][key]
        if "label" in part:
            return {"label": part["label"]}
        if "person" in part:
            return {"person": self.store.person(part["person"])}
        return {"organisation": self.store.organisation(part["organisation"])}

    def capacity(self, key: str) -> dict[str, Any]:
        """Return office or term, and side, in which somebody of the cast speaks."""
        part = self.told["cast"][key]
        if "mandate" in part:
            term = MandateTerm.objects.get(mandate__slug=part["mandate"], person__name=part["person"])
            return {"term": term, "side": "mandate_holder"}
        found: dict[str, Any] = {"side": part["side"]}
        if "office" in part:
            found["office"] = self.store.office(
                self.store.person(part["person"]),
                title=part["office"],
                organisation=self.store.organisation(part["organisation"]),
                side=part["side"],
                seen=part["seen"],
            )
        return found

    def enter_vocabulary(self) -> None:
        """Enter organisations and names."""
        for row in self.told["organisations"]:
            parent = self.store.organisation(row["parent"]) if "parent" in row else None
            country = Country.objects.get(iso3=row["country"]) if "country" in row else None
            values = {
                "name": row["name"],
                "side": row["side"],
                "country": country,
                "parent": parent,
            }
            self.store.keep(Organisation, values, slug=slugify(row["name"]))
        for row in self.told["names"]:
            extra = {"preferred": True} if row.get("preferred") else {}
            self.store.name(row["person"], row["text"], row["kind"], **extra)

    def enter_sources(self) -> None:
        """Enter the sources, and which passes on which."""
        for row in self.told["sources"]:
            values = {key: row[key] for key in row if key not in {"key", "author_person", "relays"}}
            key = public_id(f"source {row['key']}")
            source = Source.objects.filter(public_id=key).first()
            new = source is None
            if source is None:
                author = self.store.person(row["author_person"]) if "author_person" in row else None
                source = Source(public_id=key, author_person=author, **values, **public())
                relays = {self.articles[relay["source"]]: relay["kind"] for relay in row.get("relays", ())}
                enter_source(source=source, by=None, relays=relays)
            self.store.count(source, new=new)
            self.articles[row["key"]] = source
            self.store.tick()
        for row in self.told["relays"]:
            source, original = self.articles[row["article"]], self.articles[row["source"]]
            self.store.keep(SourceRelay, source=source, original=original, kind=row["kind"])

    def steps(self) -> list[VisitStep]:
        """Return the steps, not stored yet."""
        return [
            VisitStep(
                kind=row["kind"],
                actor=row.get("actor", ""),
                date=row.get("date", ""),
                date_basis=row.get("basis", "stated"),
                proposed=row.get("proposed", ""),
                note=row.get("note", ""),
                source=self.articles[row["article"]],
            )
            for row in self.told["steps"]
        ]

    def enter_meetings(self, visit: Visit) -> None:
        """Enter the meetings with participants and topics."""
        self.visit = visit
        for number, row in enumerate(self.told["meetings"]):
            key = public_id(f"meeting {visit.slug} {row['key']}")
            meeting = Meeting.objects.filter(public_id=key).first()
            new = meeting is None
            if meeting is None:
                values = {name: row[name] for name in row if name not in {"key", "participants", "topics"}}
                meeting = Meeting(public_id=key, visit=visit, order=number, **values, **public())
                participants = [
                    Participant(**self.who(name), **self.capacity(name), named_publicly=True)
                    for name in row["participants"]
                ]
                enter_meeting(meeting=meeting, by=None, participants=participants)
                name_meeting_topics(meeting=meeting, topics=self.topics(row["topics"]), by=None)
            self.store.count(meeting, new=new)
            self.meetings[row["key"]] = meeting
            self.store.tick()

    def enter_statements(self) -> None:
        """Enter the statements in the order of the article."""
        for row in self.told["statements"]:
            key = public_id(f"statement {self.told['visit']} {row['n']}")
            statement = Statement.objects.filter(public_id=key).first()
            new = statement is None
            if statement is None:
                statement = self._statement(row, key)
            self.store.count(statement, new=new)
            self.statements[row["n"]] = statement
            self.store.tick()

    def _statement(self, row: dict[str, Any], key: str) -> Statement:
        meeting = self.meetings.get(row.get("meeting", ""))
        statement = Statement(
            public_id=key,
            act=row["act"],
            mode=row["mode"],
            occasion=row.get("occasion", "meeting"),
            visit=self.visit,
            meeting=meeting,
            date=row.get("date", meeting.date if meeting else ""),
            date_basis=row.get("basis", meeting.date_basis if meeting else "stated"),
            answers_text=row.get("answers_text", ""),
            order=row["n"],
            **public(),
        )
        quoted = row.get("exact", "")
        citation = Citation(
            source=self.articles["article"],
            exact=quoted,
            locator=row.get("locator", ""),
            verdict="not_held" if quoted else "paraphrase",
        )
        return enter_statement(
            statement=statement,
            by=None,
            speakers=[StatementSpeaker(**self.who(name), **self.capacity(name)) for name in row["speakers"]],
            addressees=[StatementAddressee(**self.who(name)) for name in row.get("addressees", ())],
            attributions=[
                Attribution(**self.who(name), side=self.told["cast"][name].get("side", ""))
                for name in row.get("attribution", ())
            ],
            texts=[self._words(row)],
            citations=[citation],
            topics=self.topics(row["topics"]),
            links=[(link["kind"], self.statements[link["to"]]) for link in row.get("links", ())],
        )

    def _words(self, row: dict[str, Any]) -> StatementText:
        """Return our words for a statement, with the source that they render where the article relays another."""
        origin = self.articles["post"] if row.get("occasion") == "social_post" else None
        return StatementText(language="en", kind="editors_words", text=row["text"], source=origin)

    def enter_conclusions(self) -> None:
        """Enter commitments and positions."""
        for row in self.told["commitments"]:
            key = public_id(f"commitment {self.told['visit']} {row['key']}")
            commitment = Commitment.objects.filter(public_id=key).first()
            new = commitment is None
            if commitment is None:
                commitment = Commitment(
                    public_id=key,
                    statement=self.statements[row["statement"]],
                    visit=self.visit,
                    by_whom=self.who(row["by"])["organisation"],
                    what=row["what"],
                    due=row["due"],
                    state=row["state"],
                    **public(),
                )
                enter_commitment(commitment=commitment, by=None)
            self.store.count(commitment, new=new)
        for row in self.told["positions"]:
            key = public_id(f"position {self.told['visit']} {row['topic']} {row['column']}")
            position = Position.objects.filter(public_id=key).first()
            new = position is None
            if position is None:
                position = Position(
                    public_id=key,
                    visit=self.visit,
                    topic=Topic.objects.get(slug=row["topic"]),
                    column=row["column"],
                    summary=row["summary"],
                    **public(),
                )
                enter_position(
                    position=position,
                    by=None,
                    evidence=[self.statements[n] for n in row["evidence"]],
                )
            self.store.count(position, new=new)
            self.store.tick()

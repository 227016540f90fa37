"""Rows that the public may not see, each with words of its own by which tests prove that they appear nowhere.

They stand beside public rows that they could leak through: on a public visit, on its meetings, as replies to its
statements. All of it is invented, as is the visit, so that nothing is told of a real one. `CANARIES` says for each such
word who may meet it: "drafts" editors and above, "internal" members and above, "confidential" only those named in the
compartment, "nobody" not one of them.
"""

from __future__ import annotations

from typing import Any

from statements.actions import enter_commitment, enter_position, enter_statement
from statements.models import (
    Citation,
    Commitment,
    MeetingTopic,
    Position,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    Topic,
)
from statements.seed.store import Store, public, public_id
from visits.actions import enter_meeting, enter_source, enter_visit, save_record
from visits.models import (
    AccessNote,
    Compartment,
    CompartmentMember,
    Country,
    Mandate,
    Meeting,
    MeetingNote,
    Organisation,
    Participant,
    Person,
    Source,
    User,
    Visit,
    VisitLeg,
    VisitStep,
)

AUDIENCES = ("drafts", "internal", "confidential")
# How many words of their own the rows of a kind have, for each audience.
KINDS = {
    "visit": 3,
    "meeting": 3,
    "participant": 1,
    "meetingnote": 2,
    "source": 3,
    "statement": 3,
    "position": 1,
    "commitment": 1,
    "accessnote": 3,
    "person": 2,
    "organisation": 2,
    "topic": 2,
}
# Public ones but for where they stand in the workflow, each with one word: who may meet it.
STATES = {"in_review": "drafts", "withdrawn": "drafts", "removed": "nobody"}
MAIN_KINDS = ("visit", "meeting", "statement", "source")
WITHDRAWN_NOTE = "Entered in error."


def canary(kind: str, audience: str, number: int = 1) -> str:
    """Return the word that stands in the hidden rows of this kind for this audience."""
    return f"canary-{kind}-{audience.replace('_', '-')}-{number}"


CANARIES: dict[str, str] = {
    canary(kind, audience, number): audience
    for kind in KINDS
    for audience in AUDIENCES
    for number in range(1, KINDS[kind] + 1)
} | {
    # Somebody in a meeting of which only the number is told, and somebody in a public one who is not named publicly.
    canary("participant", "internal", 2): "internal",
    canary("participant", "internal", 3): "internal",
    **{canary(kind, state): audience for kind in MAIN_KINDS for state, audience in STATES.items()},
}
# A meeting that is public in all but name: members see it, the public learns its number at most.
MEETINGS_COUNTED = 5


def name_in_compartments(user: User) -> None:
    """Name `user` in every compartment of the sample, where they are not named yet."""
    for compartment in Compartment.objects.filter(name__startswith="Sample:"):
        CompartmentMember.objects.get_or_create(compartment=compartment, user=user)


class Hidden:
    """Enters the hidden rows that are missing."""

    def __init__(self, store: Store, visit: Visit, answered: Statement) -> None:
        self.store, self.visit, self.answered = store, visit, answered
        self.public_source = answered.citations.order_by("id")[0].source
        author = User.objects.filter(username="sample-author").first()
        if author is None:
            author = User(username="sample-author", is_active=False)
            author.set_unusable_password()
            author.save()
        self.author = author

    def compartment(self, name: str, visit: Visit | None) -> Compartment:
        """Return a compartment of the sample."""
        found, _new = self.store.keep(Compartment, {"visit": visit}, name=f"Sample: {name}")
        return found

    def state(self, audience: str, visit: Visit | None = None) -> dict[str, Any]:
        """Return workflow, visibility and compartment of a row for this audience."""
        if audience == "drafts":
            return {"workflow": "draft", "visibility": "public"}
        found = {**public(), "visibility": audience}
        if audience == "confidential":
            found["compartment"] = self.compartment("working group" if visit else "whole visits", visit)
        return found

    def enter(self) -> None:
        """Enter the rows for each audience, then the closed meetings of which only the number is told."""
        for audience in AUDIENCES:
            found = Visit.objects.filter(slug=canary("visit", audience)).first()
            if found is None:
                self.enter_visit(audience)
                self.enter_beside(audience)
            else:
                self.store.count(found, new=False)
            self.store.tick()
        for state in STATES:
            found = Visit.objects.filter(slug=canary("visit", state)).first()
            if found is None:
                self.enter_state(state)
            else:
                self.store.count(found, new=False)
            self.store.tick()
        self.enter_counted()

    def enter_visit(self, audience: str) -> None:
        """Enter a hidden visit to a country that has public ones."""
        visit = Visit(
            public_id=public_id(f"hidden visit {audience}"),
            slug=canary("visit", audience),
            is_example=True,
            title=canary("visit", audience),
            purpose=canary("visit", audience, 2),
            duration_as_reported=canary("visit", audience, 3),
            **self.state(audience),
        )
        enter_visit(
            visit=visit,
            by=None,
            mandates=[Mandate.objects.get(slug="cambodia")],
            legs=[VisitLeg(country=Country.objects.get(iso3="KHM"), place=canary("visit", audience, 2))],
            steps=[VisitStep(kind="announced", date="2024-01", proposed="2031-03-02/2031-03-09")],
        )
        self.store.count(visit, new=True)

    def enter_state(self, state: str) -> None:
        """Enter a visit, a meeting, a source and a statement that only their workflow keeps from the public."""
        kept = {**public(), "workflow": state}
        if state == "withdrawn":
            kept["withdrawn_note"] = WITHDRAWN_NOTE

        def key(kind: str) -> dict[str, str]:
            return {"public_id": public_id(f"hidden {kind} {state}")}

        visit = Visit(
            slug=canary("visit", state), title=canary("visit", state), is_example=True, **key("visit"), **kept
        )
        enter_visit(
            visit=visit,
            by=None,
            mandates=[Mandate.objects.get(slug="cambodia")],
            legs=[VisitLeg(country=Country.objects.get(iso3="KHM"))],
            steps=[VisitStep(kind="announced", date="2024-01", proposed="2031-03-02/2031-03-09")],
        )
        source = Source(title=canary("source", state), kind="news", **key("source"), **kept)
        enter_source(source=source, by=None)
        meeting = Meeting(
            visit=self.visit,
            title=canary("meeting", state),
            date="2023-03-08",
            kind="consultation",
            status="held",
            published_as="full",
            **key("meeting"),
            **kept,
        )
        enter_meeting(meeting=meeting, by=None)
        statement = Statement(
            act="asserts",
            mode="indirect",
            occasion="interview",
            visit=self.visit,
            date="2023-03-09",
            is_example=True,
            order=91,
            **key("statement"),
            **kept,
        )
        enter_statement(
            statement=statement,
            by=None,
            speakers=[StatementSpeaker(label="an example", side="other")],
            texts=[StatementText(language="en", kind="own", text=canary("statement", state))],
            citations=[Citation(source=self.public_source), Citation(source=source)],
            topics=[Topic.objects.get(slug="economic-justice")],
            links=[("clarifies", self.answered)],
        )
        for row in (visit, source, meeting, statement):
            self.store.count(row, new=True)

    def enter_beside(self, audience: str) -> None:
        """Enter hidden rows of every other kind on the public visit."""
        state = self.state(audience, self.visit)

        def key(kind: str) -> dict[str, str]:
            return {"public_id": public_id(f"hidden {kind} {audience}")}

        person, _new = self.store.keep(Person, {"name": canary("person", audience)}, slug=canary("person", audience, 2))
        body, _new = self.store.keep(
            Organisation,
            {"name": canary("organisation", audience), "side": "civil_society"},
            slug=canary("organisation", audience, 2),
        )
        topic, _new = self.store.keep(Topic, {"name": canary("topic", audience)}, slug=canary("topic", audience, 2))
        source = Source(
            title=canary("source", audience),
            publisher=canary("source", audience, 2),
            url=f"https://example.org/{canary('source', audience, 3)}",
            kind="ngo_submission",
            **key("source"),
            **state,
        )
        enter_source(source=source, by=None)
        meeting = Meeting(
            visit=self.visit,
            title=canary("meeting", audience),
            place=canary("meeting", audience, 2),
            public_summary=canary("meeting", audience, 3),
            date="2023-03-08",
            kind="consultation",
            status="held",
            published_as="full",
            **key("meeting"),
            **state,
        )
        enter_meeting(
            meeting=meeting,
            by=None,
            participants=[
                Participant(person=person, side="civil_society", named_publicly=True),
                Participant(label=canary("participant", audience), side="civil_society", named_publicly=True),
            ],
        )
        self.store.keep(MeetingTopic, meeting=meeting, topic=topic)
        self.enter_note(audience, meeting, state)
        statement = self.enter_statement(audience, state, person, body, topic, source, key("statement"))
        position = Position(
            visit=self.visit, topic=topic, column="civil", summary=canary("position", audience), **key("position"),
            **state,
        )  # fmt: skip
        enter_position(position=position, by=None, evidence=[statement])
        commitment = Commitment(
            visit=self.visit, statement=statement, by_whom=body, what=canary("commitment", audience), due="2023-12",
            **key("commitment"), **state,
        )  # fmt: skip
        enter_commitment(commitment=commitment, by=None)
        note = AccessNote(
            visit=self.visit, guarantee="inquiry", kept="refused", place=canary("accessnote", audience),
            according_to=canary("accessnote", audience, 2), text=canary("accessnote", audience, 3), date="2023-03-08",
            **key("access note"), **state,
        )  # fmt: skip
        save_record(record=note, by=None)
        for row in (source, meeting, statement, position, commitment, note):
            self.store.count(row, new=True)

    def enter_statement(
        self,
        audience: str,
        state: dict[str, Any],
        person: Person,
        body: Organisation,
        topic: Topic,
        source: Source,
        key: dict[str, str],
    ) -> Statement:
        """Enter a hidden statement that answers a public one, cites a hidden source and, second, a public one."""
        statement = Statement(
            act="denies",
            mode="indirect",
            occasion="interview",
            visit=self.visit,
            date="2023-03-09",
            answers_text=canary("statement", audience),
            is_example=True,
            order=90,
            **key,
            **state,
        )
        return enter_statement(
            statement=statement,
            by=None,
            speakers=[
                StatementSpeaker(
                    person=person,
                    side="civil_society",
                    on_behalf_of=body,
                    attribution=canary("statement", audience, 2),
                )
            ],
            addressees=[StatementAddressee(organisation=body)],
            texts=[StatementText(language="en", kind="own", text=canary("statement", audience, 3))],
            citations=[
                Citation(source=source, exact=canary("source", audience, 2)),
                Citation(source=self.public_source),
            ],
            topics=[topic],
            links=[("denies", self.answered)],
        )

    def enter_note(self, audience: str, meeting: Meeting, state: dict[str, Any]) -> None:
        """Enter hidden notes, on the hidden meeting and on a public one."""
        public_meeting = Meeting.objects.get(public_id=public_id("example meeting group"))
        kept = {**state, "visibility": "internal"} if audience == "drafts" else state
        for number, of in ((1, meeting), (2, public_meeting)):
            note = MeetingNote(
                public_id=public_id(f"hidden note {audience} {number}"),
                meeting=of,
                author=self.author,
                text=canary("meetingnote", audience, number),
                **kept,
            )
            save_record(record=note, by=None)
            self.store.count(note, new=True)

    def enter_counted(self) -> None:
        """Enter closed meetings of which the public learns the number, and somebody not named publicly."""
        for number in range(1, MEETINGS_COUNTED + 1):
            key = public_id(f"hidden counted {number}")
            if Meeting.objects.filter(public_id=key).exists():
                continue
            meeting = Meeting(
                public_id=key,
                visit=self.visit,
                title=canary("meeting", "internal"),
                date="2023-03-08",
                kind="consultation",
                status="held",
                openness="closed",
                published_as="count",
                order=number,
                **public(),
            )
            label = Participant(label=canary("participant", "internal", 2), side="civil_society")
            enter_meeting(meeting=meeting, by=None, participants=[label])
            self.store.count(meeting, new=True)
        shown = Meeting.objects.get(public_id=public_id("example meeting group"))
        self.store.keep(
            Participant,
            {"side": "government", "order": 9},
            meeting=shown,
            label=canary("participant", "internal", 3),
            named_publicly=False,
        )

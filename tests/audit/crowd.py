"""Hidden rows of every kind in great number, beside the public rows of a record through which they could leak.

Each of their texts is a word that nothing else says (`tests.audit.telltale`). What they are called in addresses is
known before they are entered, so that the same addresses are asked with them and without them. Half of them have
numbers below all others, so that they stand before and after the public rows in every order of the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

from django.db import models

from statements.actions import enter_commitment, enter_position, enter_statement
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    CommitmentEvidence,
    Erratum,
    MeetingTopic,
    Position,
    Review,
    ReviewComment,
    SetAside,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    Topic,
    TopicAlias,
)
from statements.seed.store import public, public_id
from tests.audit import sheltered
from tests.audit.telltale import new_words
from visits import actions
from visits.after_save import written
from visits.fields import PartialDateField
from visits.models import (
    AccessNote,
    Alias,
    Compartment,
    CompartmentMember,
    Deadline,
    Meeting,
    MeetingNote,
    Office,
    Organisation,
    Participant,
    Person,
    PersonName,
    Source,
    SourceRelay,
    User,
    Visit,
    VisitLeg,
    VisitStep,
)

DESK = frozenset({"editor", "reviewer", "admin"})
EVERYBODY = ("anonymous", "outsider", "reader", "member", "editor", "reviewer", "admin")
# By audience the roles that may meet its rows; the member is named in the compartment of "confidential" ones.
SEEN_BY: dict[str, frozenset[str]] = {
    "removed": frozenset(),
    "elsewhere": frozenset(),
    # Real names under which somebody stands nowhere, of people who are public.
    "sealed": frozenset(),
    # Consents that hold, of people who are public.
    "consent": frozenset({"reviewer", "admin"}),
    "draft": DESK,
    "in_review": DESK,
    "confidential": frozenset({"member"}),
    "internal": DESK | {"member"},
    # Public rows of those whose consent has ended.
    "held": DESK | {"member"},
}
# These are of what is public alone: no address is theirs.
WITHOUT_KEYS = ("sealed", "consent")
# In the order in which they are entered: whoever may see none of a stage compares what is answered after it.
STAGES = (
    ("removed", "elsewhere", "sealed"), ("consent",), ("draft", "in_review"), ("confidential",), ("internal", "held"),
)  # fmt: skip
# Public visits with meetings, statements and sources, beside whose rows the hidden ones stand.
HOSTS = ("cambodia-2022-08", "example-working-group")
# There is one position of a column on a topic.
BESIDE_COLUMNS = {"elsewhere": "others", "draft": "holder"}
# Words of public rows too: how often a word is hidden must not tell in what is found, counted and put in order.
ECHO = "assembly in Cambodia"
# What is no free text: codes, addresses, and what is derived.
NO_TEXT = frozenset(
    {
        "public_id", "slug", "language", "original_language", "script", "sha256", "time_zone", "folded",
        "stored_file", "withdrawn_note",
    }
)  # fmt: skip


class Told(NamedTuple):
    """Where a word stands: for whom its row is, in which field of which model."""

    audience: str
    model: str
    field: str

    @property
    def is_name(self) -> bool:
        """Whether it is in a real name, which stands sealed alone."""
        return self.model == "protectedname"


class Keys(NamedTuple):
    """What the rows of one set are called in addresses."""

    visit: str
    meeting: str
    note: str
    source: str
    statement: str
    person: str
    organisation: str
    topic: str


def keys_of(audience: str, number: int) -> Keys:
    """Return the keys of a set, which are fixed."""
    kinds = ("meeting", "note", "source", "statement")
    ids = [public_id(f"crowd {kind} {audience} {number}") for kind in kinds]
    slugs = [f"crowd-{kind}-{audience.replace('_', '-')}-{number}" for kind in ("person", "organisation", "topic")]
    return Keys(f"crowd-visit-{audience.replace('_', '-')}-{number}", *ids, *slugs)


def every_key() -> Iterator[Keys]:
    """Yield the keys of all sets."""
    for audience in SEEN_BY:
        if audience in WITHOUT_KEYS:
            continue
        for number in range(len(HOSTS)):
            yield keys_of(audience, number)


@dataclass
class Host:
    """A public visit and public rows on it."""

    visit: Visit
    meeting: Meeting
    statement: Statement
    source: Source
    topic: Topic
    person: Person
    statement_topics: list[Topic] = field(default_factory=list)


def host_of(slug: str) -> Host:
    """Return the public visit with this slug and its first rows, so that they are the same each time."""
    from django.contrib.auth.models import AnonymousUser

    everybody = AnonymousUser()
    visit = Visit.objects.get(slug=slug)
    said = Statement.objects.visible_to(everybody).filter(visit=visit, topics__isnull=False).order_by("pk").first()
    citation = said.citations.filter(source__workflow="published", source__visibility="public").order_by("pk").first()
    topics = list(Topic.objects.visible_to(everybody).filter(statement_topics__statement=said).order_by("pk"))
    people = Person.objects.visible_to(everybody).filter(private=False, statementspeakers__statement__visit=visit)
    met = Meeting.objects.visible_to(everybody).filter(visit=visit).order_by("pk").first()
    return Host(visit, met, said, citation.source, topics[0], people.order_by("pk").first(), topics)


@dataclass
class Crowd:
    """Enters the rows and remembers the words in them."""

    insider: User
    # Whether public records get hidden parts too. They raise the version of their whole, which the desk shows.
    beside: bool = True
    words: Iterator[str] = field(default_factory=new_words)
    told: dict[str, Told] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    below: Iterator[int] = field(default_factory=lambda: count(-1_000_000))
    languages: Iterator[str] = field(default_factory=lambda: (f"x{one}{two}" for one in "abcde" for two in "abcde"))
    author: User | None = None

    def word(self, audience: str, model: str, name: str) -> str:
        """Return a new word for a field."""
        word = next(self.words)
        self.told[word] = Told(audience, model, name)
        return word

    def fill(self, row: Any, audience: str, *, below: bool = False) -> Any:
        """Return an unsaved row with a word of its own in each empty text, numbered below all others where asked."""
        for one in row._meta.concrete_fields:
            text = isinstance(one, models.CharField | models.TextField) and not isinstance(one, PartialDateField)
            if not text or one.choices or one.name in NO_TEXT or getattr(row, one.name):
                continue
            word = self.word(audience, row._meta.model_name, one.name)
            said = f"{word} {ECHO}" if isinstance(one, models.TextField) else word
            setattr(row, one.name, f"https://example.org/{word}" if isinstance(one, models.URLField) else said)
        if below:
            row.pk = next(self.below)
        self.rows[row._meta.model_name] += 1
        return row

    def keep(self, row: Any, audience: str, *, below: bool = False) -> Any:
        """Store a row that no action writes."""
        filled = self.fill(row, audience, below=below)
        filled.save()
        written(filled)
        return filled

    def named(self, row: Any, audience: str, *, below: bool = False) -> Any:
        """Store a row of the vocabulary as the desk does."""
        return actions.save_part(part=self.fill(row, audience, below=below), by=None)

    def part(self, row: Any, audience: str) -> Any:
        """Store a part of a record."""
        return actions.save_part(part=self.fill(row, audience), by=None)

    def state(self, audience: str, visit: Visit | None) -> dict[str, Any]:
        """Return what makes rows those of an audience."""
        if audience in ("draft", "in_review", "removed"):
            return {"workflow": audience, "visibility": "public"}
        if audience == "internal":
            return {**public(), "visibility": "internal"}
        room = self.keep(Compartment(visit=visit), audience)
        CompartmentMember(compartment=room, user=self.insider if audience == "confidential" else self.author).save()
        return {**public(), "visibility": "confidential", "compartment": room}

    def enter(self, audiences: Iterable[str]) -> None:
        """Enter the sets of some audiences."""
        if self.author is None:
            self.author = User.objects.get(username="sample-author")
        for audience in audiences:
            for number, slug in enumerate(HOSTS):
                host, keys = host_of(slug), keys_of(audience, number)
                enter = sheltered.ENTER.get(audience)
                if enter is None:
                    self._set(audience, host, keys, below=number % 2 == 0)
                else:
                    enter(self, host, keys)
            if audience == "internal":
                self.enter_inside(host_of(HOSTS[0]))

    def _set(self, audience: str, host: Host, keys: Keys, *, below: bool) -> None:
        kept = {"audience": audience, "below": below}
        self._visit(host, keys, **kept)
        state = self.state(audience, host.visit)
        person = self.named(Person(slug=keys.person), **kept)
        body = self.named(Organisation(slug=keys.organisation, side="civil_society"), **kept)
        topic = self.named(Topic(slug=keys.topic), **kept)
        self.named(PersonName(person=person, kind="short"), audience)
        self.named(Alias(organisation=body), audience)
        self.named(TopicAlias(topic=topic), audience)
        # A public person's office that only hidden rows show them in.
        held = self.named(Office(person=host.person, organisation=body, side="civil_society"), audience)
        source = self.fill(Source(public_id=keys.source, kind="ngo_submission", published="2031-02", **state), **kept)
        actions.enter_source(source=source, by=None)
        self.part(SourceRelay(source=source, original=host.source), audience)
        meeting = self._meeting(host, keys, state, person, body, topic, **kept)
        if audience == "elsewhere":
            self._taken_out(keys, meeting)
        self._notes(audience, keys, state, meeting, host)
        statement = self.enter_answer(host, keys, state, person, body, held, topic, source, **kept)
        position = self.fill(Position(visit=host.visit, topic=topic, column="civil", **state), **kept)
        enter_position(position=position, by=None, evidence=[statement])
        promised = Commitment(visit=host.visit, statement=statement, by_whom=body, due="2023-12", **state)
        enter_commitment(commitment=self.fill(promised, **kept), by=None)
        # And of what is public, which does not hide them for them.
        if audience in BESIDE_COLUMNS:
            column = BESIDE_COLUMNS[audience]
            position = self.fill(Position(visit=host.visit, topic=host.topic, column=column, **state), **kept)
            enter_position(position=position, by=None, evidence=[host.statement])
        promised = Commitment(visit=host.visit, statement=host.statement, due="2023-12", **state)
        enter_commitment(commitment=self.fill(promised, **kept), by=None)
        refused = AccessNote(visit=host.visit, guarantee="inquiry", kept="refused", date=host.meeting.date, **state)
        actions.save_record(record=self.fill(refused, **kept), by=None)

        self._opened(host, meeting, source, audience)
        sheltered.protect_hidden(self, keys, state, meeting, statement, audience)
        if self.beside:
            self._beside(host, source, statement, audience)

    def _taken_out(self, keys: Keys, meeting: Meeting) -> None:
        """Enter somebody who was at a meeting of a compartment alone, and take them out: no row names them any more."""
        person = self.named(Person(slug=f"{keys.person}-once"), "elsewhere")
        part = actions.save_part(part=Participant(meeting=meeting, person=person, side="affected"), by=None)
        actions.remove_part(part=part, by=None)

    def _opened(self, host: Host, meeting: Meeting, source: Source, audience: str) -> None:
        """Enter public rows under hidden ones, past the actions that forbid them: the gates hold by themselves."""
        hidden = Visit.objects.get(slug=keys_of(audience, HOSTS.index(host.visit.slug)).visit)
        there, here = self.state(audience, hidden), {**self.state(audience, host.visit), "visit": host.visit}
        met = Meeting(visit=hidden, date="2031-03-03", kind="consultation", published_as="full", **there)
        actions.enter_meeting(meeting=self.fill(met, audience), by=None)
        said = [
            self._plain_statement(audience, host, host.source, visit=hidden, **there),
            self._plain_statement(audience, host, host.source, meeting=meeting, **here),
            self._plain_statement(audience, host, source, **here),
        ]
        for rows in ([met], said):
            ids = [row.pk for row in rows]
            opened = {"workflow": "published", "visibility": "public", "compartment": None}
            type(rows[0])._base_manager.filter(pk__in=ids).update(**opened)

    def _plain_statement(self, audience: str, host: Host, source: Source, **fields: Any) -> Statement:
        """Enter a statement with the least that one has, on public topics."""
        statement = Statement(act="alleges", mode="indirect", occasion="interview", date="2031-02-04", **fields)
        return enter_statement(
            statement=self.fill(statement, audience),
            by=None,
            speakers=[self.fill(StatementSpeaker(side="affected"), audience)],
            texts=[self.fill(StatementText(language="en", kind="own"), audience)],
            citations=[Citation(source=source)],
            topics=host.statement_topics,
        )

    def _beside(self, host: Host, source: Source, statement: Statement, audience: str) -> None:
        """Add to public records parts that are hidden with what they name."""
        self.part(SourceRelay(source=host.source, original=source, kind="republishes"), audience)
        self.part(Citation(statement=host.statement, source=source, role="corroborates"), audience)
        # One of each language and kind.
        language = next(self.languages)
        self.part(StatementText(statement=host.statement, language=language, kind="press", source=source), audience)
        promised = Commitment.objects.filter(workflow="published", visibility="public").order_by("pk").first()
        self.part(CommitmentEvidence(commitment=promised, statement=statement), audience)

    def _visit(self, host: Host, keys: Keys, *, audience: str, below: bool) -> None:
        """Enter a hidden visit that follows the public one, to the same country for the same mandate."""
        visit = Visit(slug=keys.visit, follows=host.visit, is_example=True, **self.state(audience, None))
        leg = host.visit.legs.order_by("order")[0]
        actions.enter_visit(
            visit=self.fill(visit, audience, below=below),
            by=None,
            mandates=[row.mandate for row in host.visit.visit_mandates.select_related("mandate")],
            legs=[self.fill(VisitLeg(country=leg.country), audience)],
            experts=[(row.term, ()) for row in host.visit.experts.select_related("term")],
            steps=[self.fill(VisitStep(kind="announced", date="2024-01", proposed="2031-03-02/2031-03-09"), audience)],
        )
        self.part(Deadline(visit=visit, due="2031-04-01"), audience)

    def _meeting(
        self, host: Host, keys: Keys, state: Any, person: Any, body: Any, topic: Any, *, audience: str, below: bool
    ) -> Meeting:
        meeting = Meeting(
            visit=host.visit, public_id=keys.meeting, date=host.meeting.date, kind="consultation", status="held",
            published_as="full", **state,
        )  # fmt: skip
        people = (
            Participant(person=person, side="civil_society", named_publicly=True),
            Participant(organisation=body, side="civil_society", named_publicly=True),
            self.fill(Participant(side="affected", named_publicly=True), audience),
        )
        actions.enter_meeting(meeting=self.fill(meeting, audience, below=below), by=None, participants=people)
        for order, named in enumerate((topic, host.topic)):
            self.part(MeetingTopic(meeting=meeting, topic=named, order=order), audience)
        return meeting

    def _notes(self, audience: str, keys: Keys, state: dict[str, Any], meeting: Meeting, host: Host) -> None:
        """Enter notes on the hidden meeting and on a public one; none is ever public."""
        kept = state if state["visibility"] != "public" else {**state, "visibility": "internal"}
        for key, of in ((keys.note, meeting), ("", host.meeting)):
            named = {"public_id": key} if key else {}
            note = MeetingNote(meeting=of, author=self.author, **named, **kept)
            actions.save_record(record=self.fill(note, audience), by=None)

    def enter_answer(
        self, host: Host, keys: Keys, state: Any, person: Any, body: Any, held: Any, topic: Any, source: Any, *,
        audience: str, below: bool,
    ) -> Statement:  # fmt: skip
        """Enter a statement that answers a public one, on its topics, out of a hidden source and a public one."""
        statement = Statement(
            act="denies", mode="indirect", occasion="interview", visit=host.visit, public_id=keys.statement,
            date="2031-02-03", order=90, **state,
        )  # fmt: skip
        enter_statement(
            statement=self.fill(statement, audience, below=below),
            by=None,
            speakers=[
                self._speaker(audience, person=person, on_behalf_of=body),
                self._speaker(audience, person=held.person, office=held),
            ],
            addressees=[self.fill(StatementAddressee(), audience)],
            attributions=[self.fill(Attribution(), audience)],
            texts=[self.fill(StatementText(language="en", kind="own"), audience)],
            citations=[
                self.fill(Citation(source=source), audience),
                self.fill(Citation(source=host.source), audience),
            ],
            topics=[topic, *host.statement_topics],
            links=[("denies", host.statement)],
        )
        self.part(Erratum(statement=statement), audience)
        return statement

    def _speaker(self, audience: str, **of: Any) -> StatementSpeaker:
        """Return a speaker who is named by a row: their attribution alone is a text."""
        word = self.word(audience, "statementspeaker", "attribution")
        self.rows["statementspeaker"] += 1
        return StatementSpeaker(side="civil_society", attribution=word, **of)

    def enter_inside(self, host: Host) -> None:
        """Enter what is internal of public rows: fields that are not public, people not named, words of the desk."""
        for row in (host.visit, host.meeting, host.source, host.statement, host.topic, host.person):
            self._inside(row)
        self.part(Participant(meeting=host.meeting, side="affected", order=99), "internal")
        met = host_of(HOSTS[1]).meeting
        actions.save_part(part=Participant(meeting=met, person=host.person, side="other", order=99), by=None)
        self.keep(SetAside(source=host.source, start=0, end=9, by=self.author), "internal")
        self.keep(Review(statement=host.statement, reviewer=self.author, statement_version=1, decision="published"),
                  "internal")  # fmt: skip
        self.keep(ReviewComment(statement=host.statement, author=self.author), "internal")

    def _inside(self, row: Any) -> None:
        """Put words into the internal texts of a public row, past its version: the public learns of no change."""
        found = {}
        for one in row._meta.concrete_fields:
            if isinstance(one, models.TextField) and row.FIELD_CLASSES[one.name] in ("internal", "confidential"):
                found[one.name] = self.word("internal", row._meta.model_name, one.name)
        type(row)._base_manager.filter(pk=row.pk).update(**found)

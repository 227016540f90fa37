"""Of the crowd what shelters people: who consents no more, and who stands under a code name, the real one sealed.

A real name is for nobody: who may look at it asks for each by a form (`protected_actions.look`), which no walk sends.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet
from django.test.utils import override_settings

from statements.actions import enter_commitment, enter_position, enter_statement
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    CommitmentEvidence,
    Position,
    PositionEvidence,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    Topic,
    TopicAlias,
)
from statements.seed.store import public
from visits import actions
from visits.after_save import written
from visits.consent_actions import set_consent
from visits.models import (
    Alias,
    Compartment,
    CompartmentMember,
    Meeting,
    MeetingNote,
    Office,
    Organisation,
    Participant,
    Person,
    PersonName,
    ProtectedName,
    Source,
    SourceRelay,
    User,
)
from visits.protected_actions import protect_participant, protect_person
from visits.sealing import sealed
from visits.told import EVERYBODY

if TYPE_CHECKING:
    from tests.audit.crowd import Crowd, Host, Keys

# Names are sealed by it while the crowd is entered, and opened by nothing that is asked.
KEYS = [Fernet.generate_key().decode()]
# Long before any clock of a test or of its database.
ENDED, TO_COME = date(2020, 1, 1), date(2090, 1, 1)
CODE = "Witness 7"


def consent(crowd: Crowd, person: Person, audience: str, *, use: str = "publication", ends: date | None = None) -> None:
    """Enter a consent: reviewers read it, of people whom they may see."""
    from tests.audit.crowd import SEEN_BY

    told = "consent" if "reviewer" in SEEN_BY[audience] or audience == "consent" else "sealed"
    set_consent(person=person, use=use, ends_on=ends, by=_reviewer(crowd), note=crowd.word(told, "consent", "note"))
    crowd.rows["consent"] += 1


def enter_consents(crowd: Crowd, host: Host, _keys: Keys) -> None:
    """Enter consents of somebody public that hold: nobody but reviewers learns that they were asked."""
    for use, ends in (("publication", TO_COME), ("name", None)):
        consent(crowd, host.person, "consent", use=use, ends=ends)


def enter_held_back(crowd: Crowd, host: Host, keys: Keys) -> None:
    """Enter public rows on a public visit of somebody whose consent has ended: the public reads nothing of them.

    What these rows alone lead to, an organisation, a topic, a source, is held back with them.
    """
    kept: dict[str, Any] = {"audience": "held", "below": keys.visit.endswith("0")}
    draft = {"workflow": "draft", "visibility": "public"}
    person = crowd.named(Person(slug=keys.person), **kept)
    consent(crowd, person, "held", ends=ENDED)
    consent(crowd, person, "held", use="name", ends=TO_COME)
    body = crowd.named(Organisation(slug=keys.organisation, side="civil_society"), **kept)
    topic = crowd.named(Topic(slug=keys.topic), **kept)
    crowd.named(PersonName(person=person, kind="short"), "held")
    crowd.named(Alias(organisation=body), "held")
    crowd.named(TopicAlias(topic=topic), "held")
    office = crowd.named(Office(person=host.person, organisation=body, side="civil_society"), "held")
    source = crowd.fill(Source(public_id=keys.source, kind="ngo_submission", published="2031-02", **draft), **kept)
    actions.enter_source(source=source, by=None)
    crowd.part(SourceRelay(source=source, original=host.source), "held")
    said = crowd.enter_answer(host, keys, draft, person, body, office, topic, source, **kept)
    # They wrote a public source too, of which no author was told.
    unsigned = Source.objects.visible_to(EVERYBODY).filter(author="", author_person=None).order_by("pk").first()
    Source._base_manager.filter(pk=unsigned.pk).update(author_person=person)
    position = crowd.fill(Position(visit=host.visit, topic=topic, column="civil", **draft), **kept)
    enter_position(position=position, by=None, evidence=[said])
    promises = [
        crowd.fill(Commitment(visit=host.visit, statement=said, by_whom=by_whom, due="2023-12", **draft), **kept)
        for by_whom in (body, None)
    ]
    for promise in promises:
        enter_commitment(commitment=promise, by=None)
    _named(crowd, Participant(meeting=host.meeting, person=person, side="affected", named_publicly=True, order=98))
    if crowd.beside:
        promised = Commitment.objects.filter(workflow="published", visibility="public").order_by("pk").first()
        crowd.part(CommitmentEvidence(commitment=promised, statement=said), "held")
    # Published as they were while the consent held: the mark of what is public has long risen for it.
    for row in (source, said, position, *promises, *_spoken_of(crowd, host, person, draft)):
        type(row)._base_manager.filter(pk=row.pk).update(**public())
        written(type(row)._base_manager.get(pk=row.pk))


def _spoken_of(crowd: Crowd, host: Host, person: Person, state: dict[str, Any]) -> Iterator[Statement]:
    """Enter what somebody else said, handed on by a person whose consent has ended, or said to them."""
    for named in ({"attributions": [Attribution(person=person)]}, {"addressees": [StatementAddressee(person=person)]}):
        said = Statement(
            act="alleges", mode="indirect", occasion="interview", visit=host.visit, date="2031-02", **state
        )
        yield enter_statement(
            statement=crowd.fill(said, "held"),
            by=None,
            speakers=[crowd.fill(StatementSpeaker(side="affected"), "held")],
            texts=[crowd.fill(StatementText(language="en", kind="own"), "held")],
            citations=[Citation(source=host.source)],
            topics=host.statement_topics,
            **named,
        )


def _named(crowd: Crowd, part: Any) -> None:
    """Store a part that names a person by a row: it has no label beside."""
    actions.save_part(part=part, by=None)
    crowd.rows[part._meta.model_name] += 1


def _name(crowd: Crowd) -> str:
    """Return a real name: two words, for one alone may be a word."""
    return " ".join(crowd.word("sealed", "protectedname", "sealed") for _number in range(2))


def _reviewer(crowd: Crowd) -> User:
    """Return the author as they were if they were a reviewer: nobody is entered for it, whom lists would tell of."""
    by = copy.copy(crowd.author)
    assert by is not None
    by.is_active, by.role = True, "reviewer"
    return by


def _room(crowd: Crowd, audience: str) -> tuple[Compartment, User]:
    """Return a compartment to look in, and somebody in it who protects."""
    room, by = crowd.keep(Compartment(), audience if audience == "confidential" else "sealed"), _reviewer(crowd)
    for user in (by, *([crowd.insider] if audience == "confidential" else [])):
        CompartmentMember(compartment=room, user=user).save()
    return room, by


def enter_sealed(crowd: Crowd, host: Host, _keys: Keys) -> None:
    """Seal names of people and participants who are public: nothing tells that there is another name."""
    label = Participant.objects.exclude(label="").filter(meeting__visit=host.visit, protected_name=None).first()
    room, by = _room(crowd, "sealed")
    for of in ({"person": host.person}, *([{"participant": label}] if label else [])):
        with override_settings(PROTECTED_KEYS=KEYS):
            row = ProtectedName(compartment=room, protected_by=by, sealed=sealed([_name(crowd)]), **of)
        row.save()
        crowd.rows["protectedname"] += 1


def protect_hidden(
    crowd: Crowd, keys: Keys, state: dict[str, Any], meeting: Meeting, statement: Statement, audience: str
) -> None:
    """Protect somebody of whom hidden rows tell, as a person and under a label."""
    name, label = _name(crowd), _name(crowd)
    person = crowd.named(Person(slug=f"{keys.person}-known", name=name, note=f"A cousin of {label}."), audience)
    crowd.named(PersonName(person=person, kind="short", text=name), audience)
    _named(crowd, Participant(meeting=meeting, person=person, side="affected", named_publicly=True))
    spoken = f"{name.split()[1]}, who lives there"
    _named(
        crowd, StatementSpeaker(statement=statement, person=person, side="affected", attribution=spoken, order=95)
    )  # fmt: skip
    row = crowd.part(Participant(meeting=meeting, label=label, side="affected", named_publicly=True), audience)
    closed = state if state["visibility"] != "public" else {**state, "visibility": "internal"}
    note = MeetingNote(meeting=meeting, author=crowd.author, text=f"{name} came with {label}.", **closed)
    actions.save_record(record=crowd.fill(note, audience), by=None)
    consent(crowd, person, audience, ends=ENDED)
    room, by = _room(crowd, audience)
    with override_settings(PROTECTED_KEYS=KEYS):
        codes = [crowd.word(audience, model, text) for model, text in (("person", "name"), ("participant", "label"))]
        protect_person(person=person, code_name=codes[0], compartment=room, by=by)
        protect_participant(participant=row, code_name=codes[1], compartment=room, by=by)
    crowd.rows["protectedname"] += 2


def protect_public(crowd: Crowd, host: Host) -> Person:
    """Protect somebody who spoke publicly, who is returned, and somebody who took part publicly under a label.

    Everything that told of them stays public, under their code names.
    """
    name, label = _name(crowd), _name(crowd)
    person = actions.save_part(part=Person(slug="crowd-person-spoken", name=name, note=f"Called {name}."), by=None)
    actions.save_part(part=PersonName(person=person, kind="short", text=name), by=None)
    met = {"meeting": host.meeting, "side": "affected", "named_publicly": True}
    actions.save_part(part=Participant(person=person, order=96, **met), by=None)
    row = actions.save_part(part=Participant(label=label, order=97, **met), by=None)
    said = enter_statement(
        statement=Statement(
            act="alleges", mode="indirect", occasion="interview", visit=host.visit, date="2022-08-20",
            note=f"{label} was there.", **public(),
        ),
        by=None,
        speakers=[StatementSpeaker(person=person, side="affected", attribution=f"{name.split()[1]}, a neighbour")],
        texts=[StatementText(language="en", kind="own", text="The road was closed.")],
        citations=[Citation(source=host.source)],
        topics=host.statement_topics,
    )  # fmt: skip
    position = Position.objects.visible_to(EVERYBODY).filter(visit=host.visit).order_by("pk")[0]
    position.summary = f"{name} asks for the road, and so does {label}."
    actions.save_record(record=position, by=None, version=position.version)
    actions.save_part(part=PositionEvidence(position=position, statement=said), by=None)
    room, by = _room(crowd, "sealed")
    with override_settings(PROTECTED_KEYS=KEYS):
        protect_person(person=person, code_name=CODE, compartment=room, by=by)
        row = Participant.objects.get(pk=row.pk)
        protect_participant(participant=row, code_name="Farmer 8", compartment=room, by=by)
    crowd.rows["protectedname"] += 2
    return Person.objects.get(pk=person.pk)


# What is entered otherwise than a set of hidden records, by audience.
ENTER = {"sealed": enter_sealed, "consent": enter_consents, "held": enter_held_back}

"""Rows for the tests of the admin: one more of each model, and wholes with a number of rows in every inline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from statements import models as said
from tests import cast
from tests import factories as make
from visits import actions
from visits import models as m


def signed_in(role: str) -> Client:
    """Return a client of a new person of this role: the whole cast would stand in the list of users."""
    return cast.signed_in(make.user(role=role))


def admins() -> list[m.User]:
    """Return the admins who are there: of compartments they see in the administration those in which they are."""
    return list(m.User.objects.filter(role="admin"))


def registered(app: str) -> set[str]:
    """Return the names of the models of an app that stand in the admin."""
    return {model.__name__ for model in admin.site._registry if model._meta.app_label == app}


def model_of(name: str) -> type[Model]:
    """Return the model of the admin that bears this name."""
    return next(model for model in admin.site._registry if model.__name__ == name)


def with_inlines(app: str) -> set[str]:
    """Return the names of the models of an app whose form has inlines."""
    return {
        model.__name__ for model, own in admin.site._registry.items() if model._meta.app_label == app and own.inlines
    }


def address_of(model: type[Model], page: str, *args: Any) -> str:
    """Return the address of a page of the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def queries(client: Client, address: str) -> int:
    """Return how many queries a page costs; a first call fills what is kept between requests."""
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


def rows_listed(client: Client, model: type[Model]) -> int:
    """Return how many rows the list of a model shows."""
    shown = client.get(address_of(model, "changelist"))
    assert shown.status_code == 200
    return len(shown.context["cl"].result_list)


def rows_inline(client: Client, row: Model) -> dict[str, int]:
    """Return how many stored rows each inline of the form of `row` shows."""
    shown = client.get(address_of(type(row), "change", row.pk))
    assert shown.status_code == 200
    return {
        inline.formset.prefix: inline.formset.initial_form_count() for inline in shown.context["inline_admin_formsets"]
    }


def part(row: Any) -> Any:
    """Store a part of a record, as the program itself."""
    return actions.save_part(part=row, by=None)


def stored(row: Any) -> Any:
    """Store a row that no action writes."""
    row.save()
    return row


def office() -> m.Office:
    """Return an office within an organisation."""
    return make.office(organisation=make.organisation())


def expert(*orders: int) -> m.VisitExpert:
    """Return the only expert of a new visit, who travelled the legs of these orders."""
    return make.visit(experts=((make.term(), orders),)).experts.get()


def participant(meeting: m.Meeting) -> m.Participant:
    """Return a participant with every relation that one may have."""
    held = office()
    return make.participant(meeting=meeting, person=held.person, office=held, on_behalf_of=make.organisation())


def speaker(**fields: Any) -> said.StatementSpeaker:
    """Return an unsaved speaker with every relation that one may have."""
    held = office()
    return make.speaker(person=held.person, office=held, on_behalf_of=make.organisation(), **fields)


def meeting_in_full() -> m.Meeting:
    """Return a meeting on a leg of its visit."""
    visit = make.visit()
    return make.meeting(visit=visit, leg=visit.legs.get())


def statement_in_full() -> said.Statement:
    """Return a statement made in a meeting, on a leg."""
    meeting = meeting_in_full()
    return make.statement(meeting=meeting, leg=meeting.leg, occasion="meeting", date=meeting.date)


# Each adds one row to the list of its model, with relations of its own.
ONE_MORE: dict[str, Callable[[], Any]] = {
    "User": make.user,
    "PublicationStamp": actions.raise_stamp,
    "Compartment": lambda: make.compartment(visit=make.visit(), members=(make.user(), *admins())),
    "Redirect": lambda: stored(m.Redirect(old_path=f"/old-{make.number()}/", new_path="/visits/")),
    "Alias": lambda: stored(m.Alias(text=f"Alias {make.number()}", person=make.person())),
    "ApiToken": lambda: stored(m.ApiToken(user=make.user(role="editor"), name="Script", digest=f"{make.number():064}")),
    "ImportBatch": lambda: stored(
        m.ImportBatch(
            kind="visits", file_name="visits.csv", sha256="0" * 64, by=(admins() or [make.user(role="admin")])[-1]
        )
    ),
    "Merge": lambda: stored(m.Merge(kind="topic", kept=1, gone=2, kept_name="One", gone_name="Two", by=make.user())),
    "RemovalRequest": lambda: stored(
        m.RemovalRequest(
            kind="statement",
            public_id=f"removed{make.number()}",
            asked_by=make.user(),
            second=make.user(),
            done_at=timezone.now(),
        )
    ),
    "Country": make.country,
    "Mandate": lambda: make.mandate(country=make.country()),
    "MandateTitle": lambda: stored(m.MandateTitle(mandate=make.mandate(), title="Title", holder_kind="SR")),
    "MandateTerm": make.term,
    "Person": make.person,
    "PersonName": lambda: stored(m.PersonName(person=make.person(), text="Name", kind="full")),
    "Organisation": lambda: make.organisation(country=make.country()),
    "Office": office,
    "Visit": make.visit,
    "VisitMandate": make.visit,
    "VisitLeg": make.visit,
    "VisitExpert": expert,
    "VisitExpertLeg": lambda: expert(0),
    "VisitStep": lambda: make.visit(steps=(make.step("reminder 2022-01", source=make.source()),)),
    "AccessNote": lambda: make.access_note(visit=make.visit(), source=make.source()),
    "Deadline": lambda: make.deadline(visit=make.visit()),
    "Meeting": meeting_in_full,
    "Participant": lambda: participant(make.meeting()),
    "MeetingNote": lambda: make.note(meeting=make.meeting()),
    "Source": lambda: make.source(publisher_organisation=make.organisation(), author_person=make.person()),
    "SourceRelay": lambda: part(m.SourceRelay(source=make.source(), original=make.source(), kind="relays")),
    "Topic": make.topic,
    "TopicAlias": lambda: stored(said.TopicAlias(topic=make.topic(), text="Alias")),
    "MeetingTopic": lambda: part(said.MeetingTopic(meeting=make.meeting(), topic=make.topic())),
    "Statement": statement_in_full,
    "StatementSpeaker": lambda: make.statement(speakers=(speaker(),)),
    "StatementAddressee": lambda: make.statement(addressees=(said.StatementAddressee(person=make.person()),)),
    "Attribution": lambda: make.statement(attributions=(said.Attribution(person=make.person(), cue="said"),)),
    "StatementTopic": lambda: make.statement(topics=(make.topic(),)),
    "StatementText": lambda: make.statement(texts=(make.text(source=make.source()),)),
    "Citation": make.statement,
    "StatementLink": lambda: make.statement(links=(("replies_to", make.statement()),)),
    "Erratum": lambda: part(said.Erratum(statement=make.statement(), text="Corrected.")),
    "SetAside": lambda: stored(said.SetAside(source=make.source(), start=0, end=3, exact="The", by=make.user())),
    "Review": lambda: stored(
        said.Review(statement=make.statement(), reviewer=make.user(), statement_version=1, decision="published")
    ),
    "ReviewComment": lambda: stored(
        said.ReviewComment(statement=make.statement(), author=make.user(), text="Which day?")
    ),
    "Position": make.position,
    "PositionEvidence": make.position,
    "Commitment": lambda: make.commitment(by_whom=make.organisation()),
    "CommitmentEvidence": lambda: make.commitment(evidence=(said.CommitmentEvidence(source=make.source()),)),
}


def compartment_of(count: int) -> m.Compartment:
    """Return a compartment of that many people."""
    return make.compartment(visit=make.visit(), members=(*(make.user() for _ in range(count - 1)), *admins()))


def mandate_of(count: int) -> m.Mandate:
    """Return a mandate with titles and terms."""
    mandate = make.mandate()
    for _ in range(count):
        part(m.MandateTitle(mandate=mandate, title=f"Title {make.number()}", holder_kind="SR"))
        make.term(mandate=mandate)
    return mandate


def person_of(count: int) -> m.Person:
    """Return somebody with names and offices."""
    person = make.person()
    for _ in range(count):
        part(m.PersonName(person=person, text=f"Name {make.number()}", kind="full"))
        make.office(person=person, organisation=make.organisation())
    return person


def visit_of(count: int) -> m.Visit:
    """Return a visit with rows of every kind, their relations named."""
    holders = [make.term() for _ in range(count)]
    visit = make.visit(
        mandates=tuple(holder.mandate for holder in holders),
        experts=tuple((holder, ()) for holder in holders),
        legs=tuple(m.VisitLeg(country=make.country(), order=order) for order in range(count)),
        steps=tuple(make.step(f"reminder 2022-0{1 + n}", source=make.source()) for n in range(count)),
        follows=make.visit(),
    )
    for _ in range(count):
        make.deadline(visit=visit)
    return visit


def expert_of(count: int) -> m.VisitExpert:
    """Return an expert who travelled that many legs."""
    legs = tuple(m.VisitLeg(country=make.country(), order=order) for order in range(count))
    return make.visit(legs=legs, experts=((make.term(), tuple(range(count))),)).experts.get()


def meeting_of(count: int) -> m.Meeting:
    """Return a meeting with participants, notes and topics."""
    meeting = meeting_in_full()
    for order in range(count):
        participant(meeting)
        make.note(meeting=meeting)
        part(said.MeetingTopic(meeting=meeting, topic=make.topic(), order=order))
    return meeting


def source_of(count: int) -> m.Source:
    """Return a source that relays others."""
    source = make.source(publisher_organisation=make.organisation(), author_person=make.person())
    for _ in range(count):
        part(m.SourceRelay(source=source, original=make.source(), kind="relays"))
    return source


def topic_of(count: int) -> said.Topic:
    """Return a topic under another, with aliases."""
    topic = make.topic(parent=make.topic())
    for _ in range(count):
        part(said.TopicAlias(topic=topic, text=f"Alias {make.number()}"))
    return topic


def statement_of(count: int) -> said.Statement:
    """Return a statement with rows of every kind, their relations named."""
    meeting, many = meeting_in_full(), range(count)
    statement = make.statement(
        meeting=meeting,
        leg=meeting.leg,
        speakers=tuple(speaker() for _ in many),
        addressees=tuple(said.StatementAddressee(person=make.person()) for _ in many),
        attributions=tuple(said.Attribution(person=make.person(), cue="said") for _ in many),
        topics=tuple(make.topic() for _ in many),
        texts=tuple(make.text(source=make.source(), language=("en", "fr", "es")[n]) for n in many),
        citations=tuple(said.Citation(source=make.source()) for _ in many),
        links=tuple(("replies_to", make.statement()) for _ in many),
    )
    for _ in many:
        part(said.Erratum(statement=statement, text=f"Corrected {make.number()}."))
    return statement


def position_of(count: int) -> said.Position:
    """Return a position with evidence."""
    visit = make.visit()
    return make.position(visit=visit, evidence=tuple(make.statement(visit=visit) for _ in range(count)))


def commitment_of(count: int) -> said.Commitment:
    """Return a commitment with evidence."""
    return make.commitment(
        by_whom=make.organisation(),
        evidence=tuple(said.CommitmentEvidence(statement=make.statement()) for _ in range(count)),
    )


# The stamp is one row for ever.
SINGLE = {"PublicationStamp"}


def listed_at(client: Client, name: str) -> dict[int, int]:
    """Return what the list of a model costs at one row and at three, each added by `ONE_MORE`."""
    model, found = model_of(name), {}
    for count in (1, 3):
        for _ in range(count - rows_listed(client, model)):
            ONE_MORE[name]()
        assert rows_listed(client, model) == (1 if name in SINGLE else count), name
        found[count] = queries(client, address_of(model, "changelist"))
    return found


def shown_at(client: Client, name: str) -> dict[int, int]:
    """Return what the form of a model costs at one row and at three in each inline; without inlines, once."""
    model = model_of(name)
    if name not in WHOLES:
        rows_of_list = client.get(address_of(model, "changelist")).context["cl"].result_list
        return {0: queries(client, address_of(model, "change", rows_of_list[0].pk))}
    found = {}
    for count in (1, 3):
        row = WHOLES[name](count)
        inlines = rows_inline(client, row)
        assert len(inlines) == len(admin.site._registry[model].inlines), name
        assert set(inlines.values()) == {count}, inlines
        found[count] = queries(client, address_of(model, "change", row.pk))
    return found


# Wholes with that many rows in every inline of their form.
WHOLES: dict[str, Callable[[int], Any]] = {
    "Compartment": compartment_of,
    "Mandate": mandate_of,
    "Person": person_of,
    "Visit": visit_of,
    "VisitExpert": expert_of,
    "Meeting": meeting_of,
    "Source": source_of,
    "Topic": topic_of,
    "Statement": statement_of,
    "Position": position_of,
    "Commitment": commitment_of,
}

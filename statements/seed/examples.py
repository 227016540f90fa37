"""Invented visits, marked as examples, for what the real ones lack. Neither these people nor these places exist."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify

from statements.actions import enter_statement
from statements.models import Citation, Statement, StatementSpeaker, StatementText, Topic
from statements.seed.store import Store, public, public_id
from visits.actions import enter_meeting, enter_source, enter_visit
from visits.models import (
    Mandate,
    MandateTerm,
    Meeting,
    Organisation,
    Participant,
    Source,
    Visit,
    VisitLeg,
    VisitStep,
)

PLACE, NEIGHBOUR = "Exampleland (invented)", "Otherland (invented)"


class Examples:
    """Enters the invented visits that are missing."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def enter(self) -> None:
        """Enter all of them."""
        for slug, enter in (
            ("example-joint-visit", self.joint_visit),
            ("example-working-group", self.working_group),
            ("example-postponed-twice", self.postponed_twice),
            ("example-change-of-office", self.change_of_office),
            ("example-retraction", self.retraction),
        ):
            found = Visit.objects.filter(slug=slug).first()
            if found is None:
                enter(slug)
            else:
                self.store.count(found, new=False)
            self.store.tick()

    def mandate(self, scope: str, holder_kind: str) -> Mandate:
        """Return an invented thematic mandate."""
        title = {"SR": "Special Rapporteur", "WG": "Working Group"}[holder_kind]
        found, _new = self.store.keep(
            Mandate,
            {
                "kind": "thematic",
                "holder_kind": holder_kind,
                "scope": f"Example: {scope}",
                "name": f"Example: {title} on {scope}",
            },
            slug=f"example-{slugify(scope)}",
        )
        return found

    def term(self, mandate: Mandate, name: str) -> MandateTerm:
        """Return the term of an invented holder."""
        found, _new = self.store.keep(MandateTerm, mandate=mandate, person=self.store.person(name))
        return found

    def organisation(self, name: str, side: str) -> Organisation:
        """Return an invented organisation."""
        found, _new = self.store.keep(Organisation, {"name": name, "side": side}, slug=slugify(name))
        return found

    def source(self, key: str, title: str, **values: Any) -> Source:
        """Return an invented source."""
        identity = public_id(f"example source {key}")
        found = Source.objects.filter(public_id=identity).first()
        if found is None:
            found = Source(public_id=identity, title=f"Example: {title}", **values, **public())
            enter_source(source=found, by=None)
        return found

    def visit(self, slug: str, **parts: Any) -> Visit:
        """Enter an invented visit."""
        values = {name: parts.pop(name) for name in ("title", "purpose", "duration_as_reported") if name in parts}
        visit = Visit(
            public_id=public_id(f"visit {slug}"),
            slug=slug,
            is_example=True,
            **{"title": PLACE, **values},
            **public(),
        )
        enter_visit(visit=visit, by=None, **parts)
        self.store.count(visit, new=True)
        return visit

    def said(
        self,
        key: str,
        visit: Visit,
        source: Source,
        speakers: list[StatementSpeaker],
        text: str,
        **values: Any,
    ) -> Statement:
        """Enter an invented statement; `texts`, `topics` and `links` may be given."""
        links = values.pop("links", ())
        texts = values.pop("texts", None) or [StatementText(language="en", kind="editors_words", text=text)]
        topics = [Topic.objects.get(slug=slug) for slug in values.pop("topics", ("human-rights-general",))]
        exact = values.pop("exact", "")
        columns = {"mode": "indirect", "occasion": "written_statement", "act": "asserts"} | values
        statement = Statement(
            public_id=public_id(f"example statement {key}"),
            visit=visit,
            is_example=True,
            **columns,
            **public(),
        )
        return enter_statement(
            statement=statement,
            by=None,
            speakers=speakers,
            texts=texts,
            citations=[Citation(source=source, exact=exact, verdict="not_held" if exact else "paraphrase")],
            topics=topics,
            links=links,
        )

    def joint_visit(self, slug: str) -> None:
        """Two mandates travel together and speak with one voice."""
        water, housing = self.mandate("clean rivers", "SR"), self.mandate("quiet homes", "SR")
        terms = [self.term(water, "Ana Exemplar"), self.term(housing, "Boris Exemplar")]
        source = self.source("joint", "joint end-of-mission statement", kind="end_of_mission_statement",
                             published="2021-06-18")  # fmt: skip
        visit = self.visit(
            slug,
            mandates=[water, housing],
            legs=[VisitLeg(territory=PLACE, dates="2021-06-07/2021-06-18")],
            experts=[(term, ()) for term in terms],
            steps=[
                VisitStep(kind="invited", actor="state", date="2020-11"),
                VisitStep(kind="started", date="2021-06-07"),
                VisitStep(
                    kind="end_of_mission_statement",
                    actor="holder",
                    date="2021-06-18",
                    source=source,
                ),
                VisitStep(kind="ended", date="2021-06-18"),
            ],
        )
        self.said(
            "joint",
            visit,
            source,
            [StatementSpeaker(person=term.person, term=term, side="mandate_holder") for term in terms],
            "The river clean-up and the night-time building ban belong in one plan.",
            act="recommends",
            date="2021-06-18",
            topics=("human-rights-general", "development"),
        )

    def working_group(self, slug: str) -> None:
        """Two members of a working group travel over two countries, one of them on the second leg only."""
        group = self.mandate("fair markets", "WG")
        first, second = self.term(group, "Carla Exemplar"), self.term(group, "Diego Exemplar")
        source = self.source("group", "news from both capitals", kind="news", published="2023-03-14")
        visit = self.visit(
            slug,
            title=f"{PLACE} and {NEIGHBOUR}",
            mandates=[group],
            legs=[
                VisitLeg(order=0, territory=PLACE, dates="2023-03-06/2023-03-10"),
                VisitLeg(order=1, territory=NEIGHBOUR, dates="2023-03-11/2023-03-14"),
            ],
            experts=[(first, (0, 1)), (second, (1,))],
            steps=[
                VisitStep(kind="requested", actor="holder", date="2021"),
                VisitStep(kind="reminder", actor="holder", date="2022-01"),
                VisitStep(kind="accepted", actor="state", date="2022-12"),
                VisitStep(kind="started", date="2023-03-06"),
                VisitStep(kind="ended", date="2023-03-14"),
            ],
        )
        leg = visit.legs.get(order=1)
        meeting = Meeting(
            public_id=public_id("example meeting group"),
            visit=visit,
            leg=leg,
            title="Market inspectors",
            place=NEIGHBOUR,
            date="2023-03-12/2023-03-13",
            kind="site_visit",
            status="held",
            account="both",
            published_as="full",
            **public(),
        )
        inspectors = self.organisation("Example market inspectorate", "government")
        enter_meeting(
            meeting=meeting,
            by=None,
            participants=[
                Participant(organisation=inspectors, side="government", named_publicly=True),
                Participant(person=second.person, term=second, side="mandate_holder", named_publicly=True),
            ],
        )
        self.said(
            "group-question",
            visit,
            source,
            [StatementSpeaker(person=second.person, term=second, side="mandate_holder")],
            "How many stalls were inspected last year?",
            act="asks",
            occasion="meeting",
            meeting=meeting,
            leg=leg,
            date="2023-03-12",
            topics=("economic-justice",),
        )
        self.said(
            "group-answer",
            visit,
            source,
            [StatementSpeaker(organisation=inspectors, side="government")],
            "Half of them.",
            act="answers",
            occasion="meeting",
            meeting=meeting,
            leg=leg,
            date="2023-03-13",
            topics=("economic-justice",),
        )

    def postponed_twice(self, slug: str) -> None:
        """Postponed twice, then cancelled; a wrong step is voided."""
        mandate = self.mandate("clean rivers", "SR")
        visit = self.visit(
            slug,
            mandates=[mandate],
            legs=[VisitLeg(territory=PLACE)],
            experts=[(self.term(mandate, "Ana Exemplar"), ())],
            steps=[
                VisitStep(kind="requested", actor="holder", date="2018-02-01"),
                VisitStep(kind="accepted", actor="state", date="2018-05"),
                VisitStep(kind="dates_agreed", date="2018-09", proposed="2019-01-14/2019-01-25"),
                VisitStep(
                    kind="postponed",
                    actor="state",
                    date="2018-12-20",
                    reason="elections were brought forward",
                ),
                VisitStep(kind="dates_agreed", date="2019-03", proposed="2019-09-02/2019-09-13"),
                VisitStep(kind="postponed", actor="holder", date="2019-08-15", reason="illness"),
                VisitStep(
                    kind="cancelled",
                    actor="state",
                    date="2020-02",
                    reason="no new dates were offered",
                ),
                VisitStep(kind="started", date="2019-09-02"),
            ],
        )
        from visits.actions import void_step

        void_step(
            step=visit.steps.get(kind="started"),
            by=None,
            reason="entered in error: the visit was postponed",
        )

    def change_of_office(self, slug: str) -> None:
        """A minister speaks on the third day, and as an opposition leader on the eighth."""
        mandate = self.mandate("quiet homes", "SR")
        source = self.source("office", "newspaper diary of the visit", kind="news", published="2020-10-16")
        visit = self.visit(
            slug,
            mandates=[mandate],
            legs=[VisitLeg(territory=PLACE, dates="2020-10-05/2020-10-16")],
            experts=[(self.term(mandate, "Boris Exemplar"), ())],
            steps=[
                VisitStep(kind="started", date="2020-10-05"),
                VisitStep(kind="ended", date="2020-10-16"),
                VisitStep(kind="report", actor="holder", date="2021-02", document="A/HRC/00/00/Add.0"),
            ],
            duration_as_reported="two weeks",
        )
        minister, party = (
            self.organisation("Example ministry of homes", "government"),
            self.organisation("Example people's party", "opposition"),
        )
        person = self.store.person("Edda Beispiel")
        before = self.store.office(
            person, title="Minister", organisation=minister, side="government", seen="2020-10-07"
        )
        after = self.store.office(person, title="Leader", organisation=party, side="opposition", seen="2020-10-12")
        for key, office, date, text in (
            ("office-before", before, "2020-10-07", "Nobody will be moved against their will."),
            ("office-after", after, "2020-10-12", "People are being moved against their will."),
        ):
            self.said(
                key,
                visit,
                source,
                [StatementSpeaker(person=person, office=office, side=office.side)],
                text,
                act="commits" if office is before else "alleges",
                occasion="interview",
                date=date,
            )

    def retraction(self, slug: str) -> None:
        """One statement is retracted, another disowned; both are known in two translations only."""
        mandate = self.mandate("clean rivers", "SR")
        source = self.source("retraction", "two agencies on one speech", kind="news", published="2024-04-11")
        later = self.source(
            "retraction-later",
            "letter of the speaker",
            kind="press_release",
            published="2024-04-20",
        )
        visit = self.visit(
            slug,
            mandates=[mandate],
            legs=[VisitLeg(territory=PLACE, dates="2024-04-08/2024-04-12")],
            experts=[(self.term(mandate, "Ana Exemplar"), ())],
            steps=[
                VisitStep(kind="started", date="2024-04-08"),
                VisitStep(kind="ended", date="2024-04-12"),
            ],
        )
        ministry = self.organisation("Example ministry of rivers", "government")
        person = self.store.person("Farid Beispiel")
        office = self.store.office(
            person, title="Spokesman", organisation=ministry, side="government", seen="2024-04-10"
        )

        def speaker() -> list[StatementSpeaker]:
            return [StatementSpeaker(person=person, office=office, side="government")]

        first = self.said(
            "retracted",
            visit,
            source,
            speaker(),
            "",
            date="2024-04-10",
            original_language="eo",
            texts=[
                StatementText(
                    language="en",
                    kind="press",
                    text="Every river was clean last year.",
                    preferred=True,
                ),
                StatementText(
                    language="fr",
                    kind="official",
                    text="Toutes les rivières étaient propres l'an dernier.",
                ),
            ],
        )
        second = self.said(
            "disowned",
            visit,
            source,
            speaker(),
            "",
            date="2024-04-11",
            original_language="eo",
            texts=[
                StatementText(
                    language="en",
                    kind="press",
                    text="The rapporteur may stay at home.",
                    preferred=True,
                ),
                StatementText(language="fr", kind="press", text="Le rapporteur peut rester chez lui."),
            ],
        )
        for key, act, other, text in (
            ("retracts", "asserts", first, "I take back what I said about last year."),
            ("disowns", "denies", second, "I never said that the rapporteur may stay at home."),
        ):
            self.said(
                key,
                visit,
                later,
                speaker(),
                text,
                act=act,
                date="2024-04-20",
                links=[(key, other)],
            )

"""A visit with everything that a briefing tells of, and hidden rows beside it that could leak."""

from __future__ import annotations

from datetime import date

from statements.models import Attribution, Citation, Commitment, Position, Statement, Topic
from tests import factories as make
from visits.models import Compartment, Source, User, Visit, VisitLeg

SECRET = "CANARY"


def cited(**fields) -> Citation:
    """Return a citation of a new public article, which was read on a day and kept elsewhere."""
    source = make.source(
        **{
            "title": "The article & its <title>",
            "publisher": "The Daily",
            "author": "A. Writer",
            "url": "https://daily.example/a?b=1&c=2",
            "archive_url": "https://archive.example/a",
            "accessed": date(2022, 9, 3),
            **fields,
        }
    )
    return Citation(source=source, exact="was never banned", locator="para. 4")


class Rich:
    """A visit with statements of three columns on two topics, links, a position, a commitment, a meeting."""

    def __init__(self) -> None:
        self.country = make.country(name="Ruritania")
        self.mandate = make.mandate(name="Special Rapporteur on assembly", scope="Assembly")
        self.visit: Visit = make.visit(
            title="Ruritania", mandates=(self.mandate,), legs=(VisitLeg(country=self.country),)
        )
        self.assembly: Topic = make.topic(name="Assembly")
        self.press: Topic = make.topic(name="Press")
        minister = make.person(name="Ana Minister")
        office = make.office(person=minister, title="Minister of Interior")
        self.claim: Statement = make.statement(
            visit=self.visit, act="alleges", date="2022-08-16", topics=(self.assembly,),
            speakers=(make.speaker(organisation=make.organisation(name="Watch"), side="civil_society"),),
            texts=(make.text("Marches were banned.", language="en", kind="original"),),
        )  # fmt: skip
        self.denial: Statement = make.statement(
            visit=self.visit, act="denies", date="2022-08-17", topics=(self.assembly, self.press), mode="mixed",
            speakers=(make.speaker(person=minister, office=office),),
            texts=(
                make.text("No march “was never banned” <b>here</b>.", language="en", kind="press", preferred=True),
                make.text("Aucune marche.", language="fr", kind="own"),
            ),
            citations=(cited(),),
            attributions=(Attribution(label="a spokesman", order=0),),
            links=(("denies", self.claim),),
        )  # fmt: skip
        self.promise: Statement = make.statement(
            visit=self.visit, act="commits", date="2022-08-18", topics=(self.press,), citations=(cited(),),
            speakers=(make.speaker(person=minister, office=office),),
            texts=(make.text("The law will be changed.", language="en"),),
        )  # fmt: skip
        self.disowned = make.statement(
            visit=self.visit, date="2022-08-19", topics=(self.press,), texts=(make.text("It is so.", language="en"),)
        )
        make.statement(
            visit=self.visit, date="2022-08-20", act="denies", links=(("disowns", self.disowned),),
            topics=(self.press,), texts=(make.text("I never said it.", language="en"),),
        )  # fmt: skip
        self.position: Position = make.position(
            visit=self.visit, topic=self.assembly, column="state", evidence=(self.denial,), summary="Denies any ban."
        )
        self.commitment: Commitment = make.commitment(statement=self.promise, what="Change the law", due="2022-10")
        make.meeting(visit=self.visit, title="Ministry of Interior")
        make.access_note(visit=self.visit, source=self.denial.citations.get().source, text="A road was closed.")

    @property
    def path(self) -> str:
        return f"/visits/{self.visit.slug}/briefing"

    def hide(self, named: User) -> None:
        """Add rows of every kind that the public may not see, each with a text that could leak."""
        within = make.compartment(members=(named,))
        for number, hidden in enumerate((make.internal(), make.draft(), make.confidential(within))):
            self._hide(number, hidden, within)

    def _hide(self, number: int, hidden: dict, within: Compartment) -> None:
        # A draft is hidden by its workflow alone: what belongs to it may be public.
        kept = {"visibility": "internal"} if hidden["visibility"] == "internal" else {}
        source = make.source(title=f"{SECRET} source {number}", url=f"https://{SECRET}.example/", **hidden)
        topic = make.topic(name=f"{SECRET} topic {number}")
        said = make.statement(
            visit=self.visit, topics=(topic, self.assembly), citations=(Citation(source=source),), **hidden,
            speakers=(make.speaker(person=make.person(name=f"{SECRET} person {number}")),), date="2022-08-16",
            texts=(make.text(f"{SECRET} words {number}", language="km"),), links=(("replies_to", self.claim),),
        )  # fmt: skip
        make.position(visit=self.visit, topic=topic, column="civil", evidence=(said,), summary=SECRET, **hidden)
        make.commitment(statement=said, what=f"{SECRET} promise {number}", **hidden)
        make.access_note(visit=self.visit, text=f"{SECRET} access {number}", **hidden)
        meeting = make.meeting(visit=self.visit, title=f"{SECRET} meeting {number}", **hidden)
        if kept or "compartment" in hidden:
            make.note(meeting=meeting, text=f"{SECRET} note {number}", **hidden)
        # A public statement with a second, hidden proof, and a hidden version of its words.
        open_one = self.promise
        Citation(statement=open_one, source=source, exact=f"{SECRET} exact {number}").save()
        make.text(f"{SECRET} version {number}", language="ar", source=source, statement=open_one).save()


def a_source(**fields) -> Source:
    """Return a public source without anything but its title."""
    return make.source(url="", accessed=None, publisher="", published="", **fields)

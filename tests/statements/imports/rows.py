"""A small record, and rows of a list that name it in every way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from statements.models import Topic, TopicAlias
from tests import factories as make
from visits.actions import save_part
from visits.imports.kinds import Given
from visits.models import Alias, PersonName, User

HELD = "The minister said: “No one was harmed on the river.” Others were not so sure.\n\nThe dam is safe, he added."


@dataclass
class Record:
    """What the rows name."""

    reviewer: User
    visit: Any
    other: Any
    meeting: Any
    closed: Any
    held: Any
    news: Any
    draft: Any
    minister: Any
    villager: Any
    ministry: Any
    mandate: Any
    topic: Topic


def record() -> Record:
    """Return a record with everything that rows name."""
    reviewer = make.user(role="reviewer", username="ada")
    visit, other = make.visit(slug="river-2022"), make.visit(slug="hills-2023")
    place = make.compartment(visit=visit, members=(reviewer,))
    ministry = make.organisation(name="Ministry of Dams", slug="dams", side="government")
    minister = make.person(name="Sok Dara", slug="sok-dara")
    save_part(part=PersonName(person=minister, text="Sok Dara", preferred=True), by=None)
    save_part(part=PersonName(person=minister, text="សុខ ដារ៉ា", language="km"), by=None)
    save_part(part=Alias(person=minister, text="Dara Sok"), by=None)
    make.office(person=minister, organisation=ministry, title="Minister of Dams", since="2020")
    mandate = make.mandate(name="Special Rapporteur on rivers", scope="rivers", slug="rivers")
    topic = Topic(slug="dams", name="Dams")
    save_part(part=topic, by=None)
    save_part(part=TopicAlias(topic=topic, text="Barrages"), by=None)
    save_part(part=Topic(slug="safety", name="Safety"), by=None)
    return Record(
        reviewer=reviewer,
        visit=visit,
        other=other,
        meeting=make.meeting(visit=visit, title="Ministry of Dams"),
        closed=make.meeting(visit=visit, title="Villagers", **make.confidential(place)),
        held=make.source(url="https://paper.example/dam", extracted_text=HELD, language="en"),
        news=make.source(url="https://paper.example/other", symbol="A/HRC/1"),
        draft=make.source(url="https://paper.example/draft", **make.draft()),
        minister=minister,
        villager=make.person(name="A. Villager", slug="villager", private=True),
        ministry=ministry,
        mandate=mandate,
        topic=topic,
    )


BASE = {
    "act": "asserts", "mode": "direct", "occasion": "interview", "speakers": "Sok Dara", "sides": "government",
    "words": "“The dam is safe.”", "words_kind": "original", "visit": "river-2022", "date": "2022-08-16",
}  # fmt: skip


def given(number: int = 2, **values: str) -> Given:
    """Return a row: `BASE` with other values; an empty one takes the field out."""
    return Given(number, {name: value for name, value in {**BASE, **values}.items() if value})


def good(known: Record) -> list[Given]:
    """Return rows that may be written, whatever they name and however."""
    rows: list[dict[str, str]] = [
        {},
        {"words": "No source.", "visit": "", "date": ""},
        {"words": "By address.", "visit": "https://site.example/visits/river-2022/", "date": "2022-08"},
        {"words": "“No one was harmed on the river.”", "sources": known.held.public_id, "words_language": "en"},
        {"words": "“No one was hurt.”", "sources": f"https://site.example/sources/{known.held.public_id}/",
         "locators": "paragraph 1"},
        {"words": "Two of them.", "mode": "summary", "sources": "https://paper.example/dam | A/HRC/1",
         "quotations": "“No one was harmed on the river.” | ", "roles": "primary | contradicts"},
        {"words": "In a meeting.", "occasion": "meeting", "meeting": known.meeting.public_id, "visit": ""},
        {"words": "In a closed one.", "occasion": "in a meeting", "meeting": known.closed.public_id},
        {"words": "Closed without one.", "visibility": "confidential"},
        {"words": "Closed elsewhere.", "visibility": "confidential", "visit": ""},
        {"words": "Open.", "visibility": "public", "sources": known.news.public_id},
        {"words": "On a draft.", "sources": known.draft.public_id},
        {"words": "In office.", "offices": "Minister of Dams, Ministry of Dams", "sides": "", "attributions": "he"},
        {"words": "By another name.", "speakers": "dara SOK", "topics": "Dams | safety"},
        {"words": "In Khmer.", "speakers": "សុខ ដារ៉ា", "topics": "barrages", "original_language": "km",
         "words_km": "ទំនប់", "words_km_kind": "original"},
        {"words": "Joint.", "speakers": "Sok Dara | Ministry of Dams | rivers | a villager",
         "speaker_pages": "https://site.example/people/sok-dara/ | /organisations/dams/ | mandates/rivers | ",
         "sides": "government | government | mandate_holder | affected", "on_behalf_of": "Ministry of Dams"},
        {"words": "The body.", "speakers": "Ministry of Dams", "sides": ""},
        {"words": "Private.", "speakers": "A. Villager", "sides": "affected people"},
        {"words": "Denied.", "act": "denies", "answers": "that anybody was harmed"},
        {"words": "Addressed.", "addressees": "Ministry of Dams | rivers", "chain": "Sok Dara", "is_example": "yes"},
        {"words": "Interval.", "date": "2022-08-15/2022-08-19", "date_basis": "inferred"},
        {"words": "Another visit.", "visit": "hills-2023", "mode": "mixed", "act": "calls for"},
    ]  # fmt: skip
    return [given(number, **row) for number, row in enumerate(rows, start=2)]

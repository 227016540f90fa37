"""The generated vocabulary: countries, mandates with their holders, people, organisations and topics."""

from __future__ import annotations

import random
from dataclasses import dataclass

from statements.models import Topic
from statements.scale.bulk import Table, finish
from statements.scale.words import vocabulary
from statements.seed.geography import enter_countries
from statements.seed.reading import read_record
from statements.seed.store import Store
from visits.models import Compartment, Country, Mandate, MandateTerm, Organisation, Person

MANDATES = 300
COUNTRIES = 200
OTHER_PEOPLE = 5_000
ORGANISATIONS = 500
TOPICS = 60


@dataclass(frozen=True)
class Cast:
    """The ids of those who appear."""

    countries: list[int]
    mandates: list[tuple[int, int, int]]
    people: list[int]
    organisations: list[int]
    topics: list[int]
    compartment: int


def name(draw: random.Random, words: int = 2) -> str:
    """Return a name of some words."""
    return " ".join(word.capitalize() for word in draw.sample(vocabulary(), words))


def enter_cast(draw: random.Random) -> Cast:
    """Enter who appears; `mandates` are ids of a mandate, its term and the holder."""
    enter_countries(read_record().countries, Store())
    countries = list(Country.objects.order_by("iso3").values_list("pk", flat=True)[:COUNTRIES])
    people = Table(Person, "slug", "name")
    mandates = Table(Mandate, "slug", "name", "kind", "holder_kind")
    terms = Table(MandateTerm, "mandate_id", "person_id", "since", "since_earliest", "since_latest")
    held = []
    for number in range(MANDATES):
        person = people.add(f"scale-holder-{number}", name(draw))
        mandate = mandates.add(f"scale-{number}", f"Mandate on {name(draw, 3)}", "thematic", "SR")
        held.append((mandate, terms.add(mandate, person, "1999", "1999-01-01", "1999-12-31"), person))
    others = [people.add(f"scale-person-{number}", name(draw)) for number in range(OTHER_PEOPLE)]
    bodies = Table(Organisation, "slug", "name", "side")
    organisations = [
        bodies.add(f"scale-body-{number}", name(draw, 3), draw.choice(("government", "civil_society", "nhri")))
        for number in range(ORGANISATIONS)
    ]
    subjects = Table(Topic, "slug", "name")
    topics = [subjects.add(f"scale-topic-{number}", name(draw)) for number in range(TOPICS)]
    finish([people, mandates, terms, bodies, subjects])
    room = Compartment.objects.create(name=f"Scale {draw.random()}")
    return Cast(countries, held, others, organisations, topics, room.pk)

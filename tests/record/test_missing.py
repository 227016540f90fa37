"""What is hidden and what never was take the same answer, the same questions to the database and the same time."""

from __future__ import annotations

import re
import statistics
import time
from itertools import cycle

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.audit.crowd import STAGES, Crowd, keys_of
from tests.audit.figures import is_long, is_thin
from tests.audit.walking import Ask, answer, fixed
from tests.cast import Cast

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

# Addresses by what stands at them; each is asked with the key of a hidden row and with one as long of none.
PLACES = {
    "visit": (
        "/visits/{}/",
        "/visits/{}/positions/",
        "/visits/{}/visit.ics",
        "/embed/visits/{}/",
        "/api/v1/visits/{}/",
    ),
    "meeting": ("/meetings/{}/", "/meetings/{}/cite.json", "/api/v1/meetings/{}/"),
    "source": ("/sources/{}/", "/sources/{}/cite.bib"),
    "statement": ("/statements/{}/", "/statements/{}/cite.ris", "/embed/statements/{}/"),
    "person": ("/people/{}/", "/people/{}/feed.atom", "/pictures/people/{}.png"),
    "organisation": ("/organisations/{}/", "/api/v1/organisations/{}/"),
    "topic": ("/topics/{}/", "/topics/{}/briefing/"),
}
ROUNDS = 2000


def pairs() -> list[tuple[str, str, str]]:
    """Return (address, hidden key, key of nothing)."""
    found = []
    for audience in ("elsewhere",) if is_thin() else ("elsewhere", "draft", "internal"):
        hidden = keys_of(audience, 0)
        for kind, places in PLACES.items():
            key = getattr(hidden, kind)
            found += [(place, key, f"{key[:-1]}z" if key[-1] != "z" else f"{key[:-1]}y") for place in places]
    return found


def asked(address: str) -> tuple[object, list[str]]:
    """Return the answer and the questions to the database."""
    with CaptureQueriesContext(connection) as found:
        told = answer(Client(), Ask(address))
    return told, [query["sql"] for query in found.captured_queries]


def test_a_hidden_and_a_missing_key_take_the_same_bytes_and_the_same_questions(people: Cast, figure) -> None:
    with fixed():
        crowd = Crowd(people.member)
        for stage in STAGES:
            crowd.enter(stage)
        other = []
        for place, hidden, missing in pairs():
            one, one_sql = asked(place.format(hidden))
            two, two_sql = asked(place.format(missing))
            without = re.compile(rf"{re.escape(hidden)}|{re.escape(missing)}", re.IGNORECASE)
            # An answer may repeat the address; nothing else in it may tell them apart.
            if [without.sub("…", str(said)) for said in (one, *one_sql)] != [
                without.sub("…", str(said)) for said in (two, *two_sql)
            ]:
                other.append((place, hidden))
            assert one.status == two.status == 404, (place, hidden)  # type: ignore[attr-defined]
    assert other == []
    figure("missing_pairs", len(pairs()))
    figure("missing_told_apart", len(other))


def test_a_hidden_and_a_missing_key_take_the_same_time(people: Cast, settings, figure) -> None:
    # As a site answers; the short form has too few answers to see anything but the time that each takes.
    settings.MISSING_EVERY = 25 if is_long() else 0
    crowd = Crowd(people.member)
    for stage in STAGES:
        crowd.enter(stage)
    rounds = ROUNDS if is_long() else 120
    client = Client()
    # By address: the worst is told, which among all of them would be one of sixty.
    taken: dict[str, tuple[list[float], list[float]]] = {place: ([], []) for place, *_keys in pairs()}
    for number, (place, *keys) in zip(range(rounds + 20), cycle(pairs()), strict=False):
        # In turns, so that neither is always first; the first ones fill what is kept between requests.
        for which in (0, 1) if number % 2 else (1, 0):
            begun = time.perf_counter()
            client.get(place.format(keys[which]))
            if number >= 20:
                taken[place][which].append(time.perf_counter() - begun)
    if is_long():
        times = [[statistics.median(one) for one in both] for both in taken.values()]
    else:
        # The quickest of six tells least of what else the machine does.
        times = [[sum(min(both[which]) for both in taken.values()) for which in (0, 1)]]
    figure("missing_time_ratio", max(max(both) / min(both) for both in times))

"""Twin worlds: the record with hundreds of hidden rows of every kind and without them answers alike, byte for byte.

Whoever may see none of what a stage adds (`tests.audit.crowd.STAGES`) is answered as before it: everybody at every open
address, format and filter, those who have signed in at the desk and in the admin too.
"""

from __future__ import annotations

from itertools import combinations

import pytest
from django.db import transaction
from django.test import Client

from tests.audit.crowd import DESK, EVERYBODY, SEEN_BY, STAGES, Crowd
from tests.audit.everybodys import OPEN, every_ask, names_of, sample
from tests.audit.figures import is_thin, is_whole
from tests.audit.insiders import counts_rooms, inside_asks
from tests.audit.walking import Ask, answer, by_seed, clear, fixed, walk
from tests.cast import Cast, signed_in

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

# Of the open addresses the short form asks so many; of those of insiders one in so many.
SHORT, ONE_IN = 330, 9
INSIDERS = ("outsider", "reader", "member", "editor", "reviewer", "admin")
# Of roles that see alike the short form asks as one.
ASKING = INSIDERS if is_whole() else ("member",) if is_thin() else ("member", "admin")


def differing(before: dict[Ask, str], after: dict[Ask, str]) -> list[Ask]:
    """Return what was answered otherwise."""
    return [ask for ask in before if before[ask] != after[ask]]


def test_everybody_is_answered_alike_with_hidden_rows_and_without(people: Cast, figure):
    every = every_ask()
    assert OPEN - names_of(every) == set()
    asks = every if is_whole() else sample(every, SHORT)
    assert OPEN - names_of(asks) == set()
    with fixed():
        before = walk(Client(), asks)
        crowd = Crowd(people.member)
        for stage in STAGES:
            crowd.enter(stage)
        clear()
        after = walk(Client(), asks)
        # It would have been noticed: to whoever may see them, the rows are there.
        told = answer(signed_in(people.member), Ask("/visits/crowd-visit-confidential-0/"))
    assert told.status == 200
    figure("twin_hidden_rows", sum(crowd.rows.values()))
    figure("twin_requests", len(before))
    assert differing(before, after) == []
    figure("twin_differing", len(differing(before, after)))


def hidden_from(role: str) -> set[str]:
    """Return the audiences of which a role may see nothing."""
    return {audience for audience, roles in SEEN_BY.items() if role not in roles}


def walked_by(role: str) -> set[str]:
    """Return the audiences whose rows stand in the record when a role walks for the last time: none it may see."""
    added: set[str] = set()
    for stage in STAGES:
        if not set(stage) <= hidden_from(role):
            break
        added |= set(stage)
    return added


def test_each_pair_of_roles_is_compared_by_what_neither_may_see():
    for one, other in combinations(EVERYBODY, 2):
        neither = hidden_from(one) & hidden_from(other)
        # A row of another compartment stands for those of any in which one is not named.
        like = {"confidential"} if "elsewhere" in neither else set()
        assert neither - like <= walked_by(one) & walked_by(other), (one, other)


@pytest.mark.parametrize("role", ASKING)
def test_each_role_is_answered_as_if_there_were_nothing_that_it_may_not_see(role: str, people: Cast, figure):
    inside = [ask for ask in inside_asks() if not counts_rooms(role, ask.address)]
    open_to_all = sample(every_ask(), 1500 if is_whole() else 40)
    asks = [*(inside if is_whole() else inside[INSIDERS.index(role) :: ONE_IN]), *open_to_all]
    person = getattr(people, role)

    def walked() -> dict[Ask, str]:
        clear()
        # What asking leaves behind (who has what open, what was read) is taken back.
        with transaction.atomic():
            with by_seed("session"):
                client = signed_in(person)
            found = walk(client, asks)
            transaction.set_rollback(True)
        return found

    with fixed():
        before, crowd = walked(), Crowd(people.member, beside=role not in DESK)
        for stage in STAGES:
            if not set(stage) <= hidden_from(role):
                break
            crowd.enter(stage)
        after = walked()
    assert differing(before, after) == []
    figure("twin_role_requests", len(before))
    figure("twin_role_differing", len(differing(before, after)))

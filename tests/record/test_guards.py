"""Each guard that keeps hidden rows from people is needed: without any one of them, something is answered otherwise.

With all guards, these answers hold no word of a hidden row and are those of a record without hidden rows (test_twins).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client

from tests.audit import sheltered
from tests.audit.crowd import HOSTS, SEEN_BY, STAGES, Crowd, host_of, keys_of
from tests.audit.figures import is_thin
from tests.audit.guards import MUTATIONS, Mutation, forget, taken_out
from tests.audit.telltale import words_in
from tests.audit.walking import Answer, Ask, answer, by_seed, clear, fixed
from tests.cast import Cast, signed_in

pytestmark = [pytest.mark.audit, pytest.mark.django_db]


class World:
    """The record with the crowd in it, and how mutations name what stands there."""

    def __init__(self, people: Cast) -> None:
        self.people, self.crowd = people, Crowd(people.member)
        for stage in STAGES:
            self.crowd.enter(stage)
        host, hidden = host_of(HOSTS[0]), keys_of("draft", 0)
        self.names = {
            "host": host.statement.public_id, "meeting": host.meeting.public_id, "source": host.source.public_id,
            "topic": host.topic.slug, "host_pk": str(host.visit.pk), "hidden_meeting": hidden.meeting,
            "person": host.person.slug, "hidden_source": hidden.source, "hidden_statement": hidden.statement,
        }  # fmt: skip

    def address(self, text: str, role: str) -> str:
        """Return an address with what it names, words of rows among it that the role may not see."""

        def named(found: re.Match[str]) -> str:
            if found[1] in self.names:
                return self.names[found[1]]
            model, _dot, field = found[1].partition(".")
            return next(
                word
                for word, told in reversed(self.crowd.told.items())
                if (told.model, told.field) == (model, field) and role not in SEEN_BY[told.audience]
            )

        return re.sub(r"\{([\w.]+)\}", named, text)

    def answers(self, mutation: Mutation) -> list[Answer]:
        """Return what is answered to those who ask, each in a session of their own."""
        clear()
        found = []
        # What asking leaves behind is taken back, and what is written before it.
        with transaction.atomic():
            if mutation.protecting:
                person = sheltered.protect_public(self.crowd, host_of(HOSTS[0]))
                self.names["spoken"] = person.slug
            for text in mutation.asks:
                who, colon, path = text.rpartition(":") if text.startswith("member:") else ("", "", text)
                role = who if colon else mutation.role
                with by_seed(role):
                    client = Client() if role == "anonymous" else signed_in(getattr(self.people, role))
                found.append(answer(client, Ask(self.address(path, mutation.role))))
            transaction.set_rollback(True)
        # A reader whose page is kept is not whom it is kept from.
        return found if len(found) == 1 else found[1:] if mutation.asks[0].startswith("member:") else found


@contextmanager
def errors_answered() -> Iterator[None]:
    """Let an error within a page be an answer: without a guard a page may fail, and that is noticed too."""
    real = Client.__init__

    def init(self: Client, *args: object, **named: object) -> None:
        real(self, *args, **{**named, "raise_request_exception": False})  # type: ignore[arg-type]

    Client.__init__ = init  # type: ignore[method-assign]
    try:
        yield
    finally:
        Client.__init__ = real  # type: ignore[method-assign]


def names_in(answers: list[Answer], crowd: Crowd) -> set[str]:
    """Return the words of real names in answers."""
    return {word for one in answers for word in words_in(one.body) if word in crowd.told and crowd.told[word].is_name}


def test_each_guard_taken_out_is_noticed(people: Cast, figure):
    survivors, leaks = [], []
    guards = MUTATIONS[::4] if is_thin() else MUTATIONS
    with fixed(), errors_answered():
        world = World(people)
        forget()
        for mutation in guards:
            whole = world.answers(mutation)
            told = set().union(*(words_in(one.body) for one in whole)) & set(world.crowd.told)
            leaks += [word for word in told if mutation.role not in SEEN_BY[world.crowd.told[word].audience]
                      and not any(word in world.address(ask, mutation.role) for ask in mutation.asks)]  # fmt: skip
            with taken_out(mutation):
                without = world.answers(mutation)
            # Whoever was protected anew is another each time: there the name itself has to be met.
            if without == whole or (mutation.protecting and not names_in(without, world.crowd)):
                survivors.append((mutation.where, mutation.guard))
    figure("guards_taken_out", len(guards))
    assert leaks == []
    assert survivors == []
    figure("guards_not_noticed", len(survivors))

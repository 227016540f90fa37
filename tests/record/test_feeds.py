"""Feeds of the sample record hold nothing hidden, whoever reads them, and are the same without what is hidden."""

from __future__ import annotations

import html
import re

from django.test import Client
from django.urls import reverse

from statements.feeds import own_path
from statements.models import SavedSearch, Statement
from tests.record.addresses import list_addresses
from tests.record.test_absence import RECORDS, canaries_in


def searches() -> list[str]:
    """Return the searches of statements that the sweeps ask for."""
    pages = reverse("statement_list")
    return ["", *(address.partition("?")[2] for address in list_addresses() if address.startswith(f"{pages}?"))]


# Nobody has this key: a feed of it is refused, and the secret one is empty.
OF_NOBODY = "organisation=canary"


def read(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == (400 if OF_NOBODY in address else 200), address
    return html.unescape(html.unescape(answer.content.decode()))


def without_question(text: str) -> str:
    """Return a feed without its own addresses and title, in which stands what was asked for."""
    return (
        re.sub(r"<(title|id)>[^<]*</\1>|<link [^>]*>", "", text.partition("<entry>")[0]) + text.partition("<entry>")[2]
    )


def test_no_feed_holds_anything_hidden_and_members_are_told_a_number(people):
    told = 0
    assert len(searches()) >= 7
    assert OF_NOBODY in searches()
    for query in searches():
        public = read(f"{reverse('statement_feed')}?{query}")
        assert canaries_in(without_question(public)) <= {"canary"}, query
        search = SavedSearch.objects.create(user=people.member, name="Mine", query=query)
        own = read(own_path(search))
        assert canaries_in(without_question(own)) <= {"canary"}, query
        told += "for members fit" in own
    # It would have been noticed: there is much that only members see.
    assert told >= 2


def test_feeds_are_the_same_whether_hidden_rows_exist_or_not(db):
    addresses = [f"{reverse('statement_feed')}?{query}" for query in searches()]
    before = [Client().get(address).content for address in addresses]
    hidden = 0
    for model in RECORDS:
        public = model._base_manager.filter(workflow="published", visibility="public")
        hidden += model._base_manager.exclude(pk__in=public.values("pk")).update(workflow="removed")
    assert hidden >= 36
    assert [Client().get(address).content for address in addresses] == before
    Statement.objects.filter(pk__in=Statement.objects.values("pk")[:500]).update(workflow="removed")
    assert [Client().get(address).content for address in addresses] != before

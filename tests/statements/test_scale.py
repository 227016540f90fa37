"""The generated record keeps every rule of the record, is the same for the same seed, and is found by its words."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from statements.models import SearchEntry, Statement, StatementText
from statements.scale import record
from statements.scale.words import text, vocabulary
from statements.search.index import rebuild
from visits.models import Meeting, Source, Visit

pytestmark = pytest.mark.django_db
SHARE = 0.0003


def enter(**options) -> str:
    told = StringIO()
    call_command("seed", "--scale", "--share", str(options.pop("share", SHARE)), stdout=told, **options)
    return told.getvalue()


def contents() -> list[tuple]:
    return list(
        StatementText.objects.order_by("statement__public_id", "language").values_list(
            "statement__public_id", "statement__workflow", "statement__visibility", "language", "text"
        )
    )


def entries() -> list[tuple]:
    rows = SearchEntry.objects.order_by("kind", "record", "part")
    table = "statements_searchterms"
    if connection.vendor == "postgresql":
        return list(rows.values_list("kind", "record", "part", "date", "language", "terms"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid, exact, other FROM {table}")  # noqa: S608 - a constant
        terms = {row[0]: row[1:] for row in cursor.fetchall()}
    return [(*row[1:], terms[row[0]]) for row in rows.values_list("pk", "kind", "record", "part", "date", "language")]


def test_it_keeps_every_rule_and_is_indexed_as_the_actions_would(people, settings):
    told = enter()
    assert "statements.Statement: 302 entered" in told
    assert (Visit.objects.count(), Meeting.objects.count(), Source.objects.count()) == (6, 33, 30)
    call_command("check_record", stdout=(found := StringIO()))
    assert "nothing found" in found.getvalue()
    before = entries()
    assert len(before) > 700
    rebuild()
    assert entries() == before
    # Some of it is hidden, and the measured visit is whole.
    assert 0 < Statement.objects.visible_to(people.anonymous).count() < 302
    measured = Visit.objects.visible_to(people.anonymous).get(slug=record.MEASURED)
    assert measured.statements.visible_to(people.anonymous).count() == record.MEASURED_STATEMENTS
    assert measured.meetings.visible_to(people.anonymous).count() == record.MEASURED_MEETINGS


def test_the_same_seed_gives_the_same_and_another_something_else():
    found = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            enter(seed=seed)
            found.append(contents())
            transaction.set_rollback(True)
    assert found[0] == found[1] != found[2]
    assert len({row[0] for row in found[0]}) == 302


def test_it_is_entered_once():
    enter()
    with pytest.raises(CommandError, match="already"):
        enter()


def test_texts_are_of_real_words_few_of_which_stand_everywhere():
    draw = record.random.Random(2)
    texts = [text(draw) for _number in range(2_000)]
    assert all(90 <= len(words) <= 401 for words in texts)
    assert len(vocabulary()) > 5_000
    first, hundredth = (sum(words.lower().split().count(vocabulary()[rank]) for words in texts) for rank in (0, 99))
    assert first > 50 * hundredth > 0


@pytest.mark.parametrize("share", [0, 1.5, -1])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(CommandError):
        enter(share=share)

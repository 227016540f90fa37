"""Finding: on either database exactly what a plain reading of the terms finds, and only what the reader may see."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from statements.models import SearchEntry, Statement, StatementText
from statements.search import finding
from statements.search.analyser import places_of
from statements.search.columns import erase_terms, write_terms
from statements.search.query import conditions_of, parse
from tests import factories
from tests.statements.search.reference import fits
from tests.statements.search.texts import LANGUAGES, anything, queries, texts
from visits import actions

ASKED = effort(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def store(rows: list[tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """Index texts as topics of their own; return them by the id of their record."""
    erase_terms(list(SearchEntry.objects.values_list("pk", flat=True)), "default")
    SearchEntry.objects.all().delete()
    made = SearchEntry.objects.bulk_create(
        [
            SearchEntry(kind="topic", record=number, language=language, terms=places_of([(text, language)]))
            for number, (text, language) in enumerate(rows)
        ]
    )
    write_terms([(row.pk, row.terms) for row in made], "default")
    return dict(enumerate(rows))


@ASKED
@given(
    rows=st.lists(st.tuples(st.one_of(texts, anything), st.sampled_from(LANGUAGES)), min_size=1, max_size=8),
    asked=st.lists(st.one_of(queries, anything), min_size=1, max_size=4),
)
def test_what_matches_is_what_the_terms_say(db, people, rows, asked) -> None:
    stored = store(rows)
    for typed in [*asked, rows[0][0][:60], f'"{rows[0][0][:30]}"']:
        query = parse(typed)
        if not query.has_words:
            continue
        conditions = conditions_of(query)
        found = finding.entries("topic", conditions, people.anonymous)
        expected = {key for key, (text, language) in stored.items() if fits(text, language, conditions)}
        assert set(found.values_list("record", flat=True)) == expected


def test_texts_at_the_limits_are_stored_and_found(db, people) -> None:
    many = " ".join(f"w{number}" for number in range(17_000))
    often = "again " * 400 + "end"
    wide = " ".join(chr(0x10400 + number // 60) * 63 + chr(0x10400 + number % 60) for number in range(3000))
    store([(many, "en"), (often, "en"), (wide, "en"), ("", ""), ("…", "en")])
    for typed, expected in (('"w9998 w9999"', [0]), ("again", [1]), ('"again again end"', []), ("end", [1])):
        found = finding.entries("topic", conditions_of(parse(typed)), people.anonymous)
        assert list(found.values_list("record", flat=True)) == expected, typed


@pytest.fixture
def said(db):
    """Return a statement in two languages, and others around it."""
    return {
        "both": factories.statement(
            date="2022-08-20",
            texts=(
                factories.text("Assemblies are banned in the capital.", language="en"),
                factories.text("Les rassemblements sont interdits.", language="fr"),
            ),
        ),
        "older": factories.statement(date="2019", texts=(factories.text("An assembly of villagers met."),)),
        "undated": factories.statement(date="", texts=(factories.text("No assembly, no dialogue, no assembly."),)),
        "draft": factories.statement(texts=(factories.text("A draft on assemblies."),), **factories.draft()),
        "other": factories.statement(texts=(factories.text("The law on associations."),)),
    }


def search(reader, typed: str) -> finding.Search:
    return finding.Search(Statement.objects.visible_to(reader), "statement", conditions_of(parse(typed)), reader)


def found_by(reader, typed: str, said, *, best: bool = False, start: int = 0, size: int = 20) -> list[str]:
    looked = search(reader, typed)
    ids = looked.ranking().best[start : start + size] if best else looked.newest(start, size)
    everything = set(Statement.objects.all().search(typed, reader).values_list("pk", flat=True))
    assert looked.count() == (len(everything), False)
    assert {*ids} <= everything
    names = {row.pk: name for name, row in said.items()}
    return [names[pk] for pk in ids]


def test_newest_first_each_once_and_undated_last(people, said) -> None:
    assert found_by(people.anonymous, "assembly", said) == ["both", "older", "undated"]
    assert found_by(people.anonymous, "assembly OR rassemblement", said) == ["both", "older", "undated"]
    assert found_by(people.anonymous, "assembly", said, start=1, size=1) == ["older"]
    assert found_by(people.anonymous, "-assembly", said) == ["both", "other"]
    assert found_by(people.editor, "assembly", said)[:2] == ["both", "draft"]


def test_by_relevance_every_match_is_ranked(people, said) -> None:
    ranked = found_by(people.anonymous, "assembly", said, best=True)
    assert sorted(ranked) == ["both", "older", "undated"]
    assert ranked[0] == "undated"
    assert found_by(people.anonymous, "-law", said, best=True) == ["both", "older", "undated"]


def test_what_is_hidden_changes_no_order_of_what_is_public(people) -> None:
    """How rare a word is in the whole record would tell whether a confidential statement has a name in it."""
    said = {
        "a": "Villagers, villagers, villagers: Quillfeather.",
        "b": "Villagers: Quillfeather, Quillfeather, Quillfeather.",
        # A word in half of all entries weighs nothing anywhere.
        **{f"other {number}": "Ministers spoke of roads." for number in range(12)},
    }
    rows = {key: factories.statement(texts=(factories.text(text),)) for key, text in said.items()}
    room = factories.confidential(factories.compartment(members=(people.member,)))

    def order() -> list[str]:
        return found_by(people.anonymous, "villagers quillfeather", rows, best=True)

    before = order()
    for hidden in ("Quillfeather told us of it.", "Villagers told us of it."):
        for _time in range(3):
            factories.statement(texts=(factories.text(hidden),), **room)
            assert order() == before, hidden


def test_of_a_common_word_only_the_newest_are_ranked_and_that_is_said(people, said, monkeypatch) -> None:
    monkeypatch.setattr(finding, "MOST_RANKED", 2)
    looked = search(people.anonymous, "assembly")
    assert looked.ranking().common and looked.count() == (3, False)
    assert set(looked.ranking().best) == {said["both"].pk, said["older"].pk}
    monkeypatch.setattr(finding, "MOST_RANKED", 3)
    assert not looked.ranking().common


def test_many_are_counted_up_to_a_number(people, said, monkeypatch) -> None:
    monkeypatch.setattr(finding, "MOST_COUNTED", 2)
    assert search(people.anonymous, "assembly").count() == (2, True)


def test_a_version_whose_source_is_hidden_finds_nothing_for_who_may_not_see_it(people, said) -> None:
    hidden = factories.source(**factories.internal())
    row = said["other"]
    actions.save_part(
        part=StatementText(statement=row, language="en", kind="press", text="secretword in the law", source=hidden),
        by=None,
    )
    assert found_by(people.anonymous, "secretword", said) == []
    assert found_by(people.anonymous, "law -secretword", said) == ["other"]
    assert found_by(people.member, "secretword", said) == ["other"]


def test_typed_filters_alone_and_nothing_leave_the_rows_as_they_are(people, said) -> None:
    rows = Statement.objects.visible_to(people.anonymous)
    for typed in ("", "year:2022", "😀"):
        assert set(rows.search(typed, people.anonymous)) == set(rows)

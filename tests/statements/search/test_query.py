"""What people type: anything is understood, and each sign means what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.search.analyser import analyse, has_phrase
from statements.search.query import (
    FILTERS,
    MOST_CHARACTERS,
    MOST_PARTS,
    Narrowing,
    Part,
    conditions_of,
    languages_for,
    parse,
    phrases_of,
)
from tests.statements.search.texts import LANGUAGES, anything, queries, texts

TYPED = st.one_of(anything, queries, st.text(alphabet='"- ORspeaker:year2019.|a', max_size=60))


@given(TYPED)
def test_any_text_is_understood(text: str) -> None:
    query = parse(text)
    conditions = conditions_of(query)
    assert len(query.groups) == len(conditions.groups)
    assert all(phrases and all(all(phrase) and phrase for phrase in phrases) for phrases in conditions.groups)
    assert all(phrase and all(phrase) for phrase in conditions.without)
    assert all(narrowing.name in FILTERS and "\x00" not in narrowing.value for narrowing in query.filters)
    for narrowing in query.filters:
        if narrowing.name == "year":
            assert 1 <= narrowing.years[0] <= narrowing.years[1] <= 9999


@given(st.text(max_size=30).map(lambda text: text * 4000))
def test_a_long_text_is_cut_and_says_so(text: str) -> None:
    query = parse(text)
    assert query.cut is (len(text) > MOST_CHARACTERS) or query.cut
    assert len(query.text) <= MOST_CHARACTERS
    assert sum(map(len, query.groups)) + len(query.without) + len(query.filters) <= MOST_PARTS


@given(texts, st.sampled_from(LANGUAGES))
def test_each_word_of_a_text_finds_it_whatever_its_language(text: str, language: str) -> None:
    terms = analyse(text, language)
    places = [(term.exact, term.other) for term in terms]
    for word in text.split():
        found = phrases_of(Part(word))
        assert not analyse(word) or any(has_phrase(places, phrase, at) for phrase in found for at in range(len(places)))


def words(*typed: str) -> tuple[tuple[Part, ...], ...]:
    return tuple((Part(word),) for word in typed)


def test_words_phrases_alternatives_and_what_is_left_out() -> None:
    query = parse('law "peaceful assembly" ban OR prohibition -police -"the army" end-of-mission')
    assert query.groups == (
        (Part("law"),),
        (Part("peaceful assembly", quoted=True),),
        (Part("ban"), Part("prohibition")),
        (Part("end-of-mission"),),
    )
    assert query.without == (Part("police"), Part("the army", quoted=True))
    assert not query.filters and not query.cut


def test_filters_are_typed_with_and_without_quotes() -> None:
    query = parse('speaker:"Hun Sen" country:Cambodia -topic:law YEAR:2021-2019 year:2022')
    assert query.filters == (
        Narrowing("speaker", "Hun Sen"),
        Narrowing("country", "Cambodia"),
        Narrowing("topic", "law", without=True),
        Narrowing("year", "2021-2019"),
        Narrowing("year", "2022"),
    )
    assert [one.years for one in query.filters[-2:]] == [(2019, 2021), (2022, 2022)]
    assert not query.has_words and query


@pytest.mark.parametrize("text", ["year:soon", "speaker:😀", 'topic:""'])
def test_a_filter_without_a_meaning_is_left_aside_and_told(text: str) -> None:
    assert parse(f"{text} law").aside == (text,)
    assert parse(f"{text} law").groups == words("law")


@pytest.mark.parametrize("text", ["", " ", "OR", "- -", '"', '""', "😀", "\x00", "OR OR -", "...", "|", "-😀"])
def test_what_asks_nothing_is_nothing(text: str) -> None:
    assert not parse(text)


def test_an_open_quote_and_stray_signs_leave_the_words() -> None:
    assert parse('"freedom assembly').groups == words("freedom", "assembly")
    assert parse("OR freedom OR").groups == words("freedom")
    assert parse("“fair trial”").groups == ((Part("fair trial", quoted=True),),)
    assert parse("http://x.org").groups == words("http //x.org")


def test_common_words_are_left_aside_beside_others_only() -> None:
    assert parse("what has the government said about assembly").groups == words("government", "assembly")
    assert parse("what has the government said").aside == ("what", "has", "the", "said")
    assert parse("to be or not").groups == words("not")
    assert parse("the who").groups == words("the", "who")
    assert parse("the WHO").groups == words("WHO")
    assert parse('"the law"').groups == ((Part("the law", quoted=True),),)


def test_quotes_ask_for_the_exact_word_and_others_for_their_stem_too() -> None:
    assert phrases_of(Part("assemblies", quoted=True)) == (("xassemblies",),)
    assert phrases_of(Part("assemblies"), ("en",)) == (("xassemblies",), ("senassembl",))
    assert phrases_of(Part("end-of-mission"), ("en",)) == (
        ("xend", "xof", "xmission"),
        ("senend", "senof", "senmission"),
    )
    assert phrases_of(Part("សិទ្ធិ")) == (("bសិទ្ធិ",),)
    assert phrases_of(Part("人")) == (("x人",),)
    assert phrases_of(Part("право"), ("en", "ru")) == (("xправо",), ("sruправ",))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("rapporteur's", "the rapporteurs met"), ("rapporteur’s", "a rapporteur met"), ("rapporteurs'", "a rapporteur"),
        ("Secretary-General's", "the Secretary-General said"), ("covid19", "the Covid-19 law"), ("covid19", "COVID 19"),
        ("NGO", "two NGOs met"), ("NGOs", "one NGO"), ("ngo", "NGOs"), ("organizations", "an organisation"),
        ("centre", "two centers"), ("labour", "labor law"), ("d'Ivoire", "dIvoire"), ("U.N.", "the UN says"),
    ],
)  # fmt: skip
def test_words_are_found_in_other_ways_of_writing_them_unless_quoted(typed: str, text: str) -> None:
    places = [(term.exact, term.other) for term in analyse(text, "en")]
    in_text = lambda part: any(  # noqa: E731 - asked twice, of what stands here alone
        has_phrase(places, phrase, at) for phrase in phrases_of(part) for at in range(len(places))
    )
    assert in_text(Part(typed))
    assert not in_text(Part(typed, quoted=True)) or typed.lower() in text.lower()


def test_little_words_of_other_languages_are_left_aside_and_letters_of_an_organisation_are_not() -> None:
    assert parse("в Камбодже").groups == words("Камбодже")
    assert parse("libertad de expresión en las Américas").groups == words("libertad", "expresión", "Américas")
    assert parse("un envoy").groups == words("un", "envoy")
    assert parse("LA police").groups == words("LA", "police")


def test_the_language_of_the_page_is_tried_first() -> None:
    assert languages_for("de", "km", "en")[:2] == ("de", "en")
    assert len(set(languages_for("fr"))) == len(languages_for("fr"))

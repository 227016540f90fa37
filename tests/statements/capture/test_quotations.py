"""Suggested quotations: each construction by a sentence of its own, and texts that nobody would write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.capture.quotations import suggest

LEAD = "Mara Oyelaran, president of the Alliance for Rural Rights, met Mr Ivo Tadic, a lawyer, on Monday.\n\n"


def found(text, language="en"):
    """Return (mode, words, speaker) of what is suggested."""
    return [(s.mode, text[s.start : s.end], s.speaker) for s in suggest(text, language)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("“Nobody came,” Oyelaran said.", ("direct", "“Nobody came,”", "Mara Oyelaran")),
        ('"Nobody came," said Oyelaran.', ("direct", '"Nobody came,"', "Mara Oyelaran")),
        ("‘Nobody’s goats came,’ said Oyelaran.", ("direct", "‘Nobody’s goats came,’", "Mara Oyelaran")),
        ("« Nobody came », said Mr Tadic.", ("direct", "« Nobody came »", "Ivo Tadic")),
        ("Mr Tadic replied: “Nobody came.”", ("direct", "“Nobody came.”", "Ivo Tadic")),
        ("“We asked,” she said. “Nobody came.”", ("direct", "“We asked,” she said. “Nobody came.”", "Mara Oyelaran")),
        ("“We asked,” Tadic said, “twice.”", ("direct", "“We asked,” Tadic said, “twice.”", "Ivo Tadic")),
        ("The lawyer said that nobody came.", ("indirect", "nobody came", "Ivo Tadic")),
        (
            "Oyelaran told reporters on Friday the road was closed.",
            ("indirect", "the road was closed", "Mara Oyelaran"),
        ),
        ("According to Oyelaran, the road was closed.", ("indirect", "the road was closed", "Mara Oyelaran")),
        ("The road was closed, according to Mr Tadic.", ("indirect", "The road was closed", "Ivo Tadic")),
        ("The road, she said, was closed.", ("indirect", "The road, she said, was closed", "Mara Oyelaran")),
        ("Oyelaran urged the government to open it.", ("indirect", "the government to open it", "Mara Oyelaran")),
        ("Tadic called for an inquiry.", ("indirect", "an inquiry", "Ivo Tadic")),
        ("Tadic promised to return.", ("indirect", "to return", "Ivo Tadic")),
        ("Tadic accused the army of lying.", ("indirect", "the army of lying", "Ivo Tadic")),
        ("Tadic called the road “a ditch”.", ("mixed", "the road “a ditch”", "Ivo Tadic")),
        ("Tadic said the road was “a ditch”.", ("mixed", "the road was “a ditch”", "Ivo Tadic")),
        (
            "A villager who asked not to be named said the road was closed.",
            ("indirect", "the road was closed", "a villager who asked not to be named"),
        ),
        ("Two officials said the road was closed.", ("indirect", "the road was closed", "two officials")),
        ("– Ana, 52, cook: “I carried the door.”", ("direct", "“I carried the door.”", "Ana")),
    ],
)
def test_construction(sentence, expected):
    assert found(LEAD + sentence)[-1:] == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "The so-called “blue lists” were drawn up in the 1990s.",
        "Members know it as “the Umbrella”.",
        "She wrote a memoir, “The Boy from the Ferry”, in 2001.",
        "That said, the committee has no power.",
        "The fines foreseen in the said article were struck out.",
        "The prison is said to be the oldest in the region.",
        "A police spokesman declined to comment.",
        "The minister did not say whether she would resign.",
    ],
)
def test_nobody_speaks(sentence):
    assert found(LEAD + sentence) == []


def test_quotation_over_paragraphs_is_one():
    text = LEAD + "“We asked,” Oyelaran said. “Nobody came.\n\n“Then it rained.”"
    assert found(text) == [("direct", text[len(LEAD) :], "Mara Oyelaran")]


def test_paragraph_of_quotation_alone_belongs_to_the_last_speaker():
    text = LEAD + "“We asked,” said Tadic.\n\n“Nobody came.”"
    assert found(text)[-1] == ("direct", "“Nobody came.”", "Ivo Tadic")


def test_office_kind_cue_and_parts():
    text = LEAD + "“We asked,” Oyelaran said. “Nobody came.”"
    (one,) = suggest(text, "en")
    assert (one.office, one.kind, one.cue) == ("president of the Alliance for Rural Rights", "person", "said")
    assert [text[a:b] for a, b in one.parts] == ["“We asked,”", "“Nobody came.”"]


def test_statement_speaks_for_its_issuer():
    text = "In a statement by the Land Office, nothing was new. A report by the Land Office said the land was empty."
    assert found(text)[-1] == ("indirect", "the land was empty", "Land Office")


def test_french_and_spanish():
    assert found("« Nul n’est venu », a déclaré Anne Morel.", "fr") == [("direct", "« Nul n’est venu »", "Anne Morel")]
    assert found("Anne Morel a affirmé que la route était fermée.", "fr") == [
        ("indirect", "la route était fermée", "Anne Morel")
    ]
    assert found("«Nadie vino», dijo Ana Prieto.", "es") == [("direct", "«Nadie vino»", "Ana Prieto")]
    text = "Ana Prieto llegó ayer.\n\n«Nadie vino —dijo Prieto—. Esperamos»."
    assert found(text, "es") == [("direct", "«Nadie vino —dijo Prieto—. Esperamos»", "Ana Prieto")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n", "\r\n\r\n"])
def test_offsets_are_those_of_the_text_as_given(newline):
    text = f"Mara Oyelaran arrived.{newline}“Nobody came,” Oyelaran said.{newline}She left."
    (one,) = suggest(text, "en")
    assert text[one.start : one.end] == "“Nobody came,”"


def check(text):
    """Whatever the text: in range, in order, not empty."""
    last = 0
    for one in suggest(text):
        assert 0 <= one.start < one.end <= len(text)
        assert one.start >= last
        assert text[one.start : one.end].strip()
        assert one.speaker
        assert all(one.start <= start < end <= one.end for start, end in one.parts)
        last = one.start


PIECES = st.sampled_from(
    [
        "“",
        "”",
        '"',
        "'",
        "‘",
        "’",
        "«",
        "»",
        "„",
        "\n\n",
        "\n",
        " ",
        ". ",
        ", ",
        ": ",
        "\x00",
        "said",
        "he",
        "she",
        "the minister",
        "Mara Oyelaran",
        "Mr Tadic",
        "that",
        "according to",
        "told",
        "reporters",
        "added",
        "—",
        "urged",
        "to",
        "of",
        "who",
        "and",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map(" ".join))
def test_any_pile_of_pieces(text):
    check(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text(text):
    check(text)


def test_nothing_in_nothing():
    assert suggest("") == []
    assert suggest("\0" * 1000) == []


# Whatever repeats: the rules take time in proportion to the text (`make bench` measures it).
ODD_UNITS = [
    '"',
    "“",
    "'",
    "’",
    '" ',
    ' "a',
    " ‘a",
    "“a\n\n",
    "the man said ",
    "Al Bo ",
    "Al, ",
    "“Yes,” he said. ",
    "(",
    "\n",
]


@pytest.mark.parametrize("unit", ODD_UNITS)
def test_whatever_repeats_is_read_to_its_end(unit):
    check(unit * (30_000 // len(unit)))


def test_a_million_quotation_marks():
    check('"' * 1_000_000)


def test_a_name_may_end_with_what_is_a_short_title_elsewhere():
    found = suggest("Lu Sen said the road was open. Sen. Ada Holt said it was not.", "en")
    assert [row.speaker for row in found] == ["Lu Sen", "Ada Holt"]

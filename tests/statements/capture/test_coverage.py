"""How much of a text is entered: passages, shares of quoted words, and the text cut into marked runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from statements.capture.coverage import Coverage, coverage, joined, marked, open_part, paragraph_of, without, words_in
from statements.capture.structure import paragraphs

TEXT = "“One two three four,” she said. He added: “Five six.”\n\nNobody said seven.\n\n“Eight nine ten,” they said."
WORDS = st.lists(st.sampled_from(["“alpha beta”", "gamma", "“delta,”", "said.", "\n\n", "epsilon zeta"]), max_size=14)
TEXTS = WORDS.map(" ".join)
SPANS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)).map(lambda pair: (min(pair), max(pair))), max_size=6)


def span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def test_nothing_is_entered_at_first():
    assert coverage(TEXT, []) == Coverage(passages=3, entered=0, words=9, entered_words=0)
    assert coverage(TEXT, []).share_open == 100


def test_an_entered_passage_counts_with_its_words():
    assert coverage(TEXT, [span("“One two three four,”")]) == Coverage(3, 1, 9, 4)


def test_half_of_the_words_make_a_passage_entered_and_fewer_do_not():
    assert coverage(TEXT, [span("One two")]).entered == 1
    assert coverage(TEXT, [span("One")]).entered == 0


def test_what_is_set_aside_counts_in_neither():
    assert coverage(TEXT, [], [span("“Five six.”")]) == Coverage(2, 0, 7, 0)


def test_one_word_left_of_many_is_never_no_share():
    text = f"“{'word ' * 500}”"
    assert coverage(text, [(0, len(text) - 7)]).share_open == 1


def test_a_text_without_quotations_has_nothing_open():
    assert coverage("Nobody spoke.", []) == Coverage(0, 0, 0, 0)
    assert coverage("", []).share_open == 0


def test_what_is_left_of_a_passage_is_offered_again():
    text = "“One two three four five. Six seven eight nine ten.”"
    whole = (0, len(text))
    assert open_part(text, whole, []) == whole
    left = open_part(text, whole, [(0, text.index("Six"))])
    assert left is not None
    assert text[slice(*left)] == "Six seven eight nine ten.”"
    assert open_part(text, whole, [(0, len(text) - 5)]) is None
    assert open_part(text, whole, [whole]) is None


def test_places_have_paragraphs():
    assert paragraph_of(TEXT, TEXT.index("seven")) == (2, TEXT.index("Nobody"))
    assert paragraph_of("", 0) == (1, 0)


@given(TEXTS, SPANS, SPANS)
def test_counts_stay_within_their_bounds_and_entering_more_never_opens(text, entered, aside):
    some, more = coverage(text, entered, aside), coverage(text, [*entered, (0, len(text))], aside)
    assert 0 <= some.entered <= some.passages
    assert 0 <= some.entered_words <= more.entered_words == some.words
    assert more.share_open == 0 <= some.share_open <= 100
    assert more.entered == more.passages


@given(TEXTS, SPANS)
def test_runs_together_are_the_paragraphs(text, spans):
    found = marked(text, [("open", str(number), place) for number, place in enumerate(spans)])
    assert [(row.start, row.end) for row in found] == paragraphs(text)
    for row in found:
        assert "".join(run.text for run in row.runs) == text[row.start : row.end]


@given(st.tuples(st.integers(0, 40), st.integers(41, 90)), SPANS)
def test_what_is_left_and_what_is_covered_make_the_whole(whole, spans):
    covered = joined(spans)
    left = without(whole, covered)
    inside = sum(max(0, min(end, whole[1]) - max(start, whole[0])) for start, end in covered)
    assert sum(end - start for start, end in left) + inside == whole[1] - whole[0]


def test_the_first_layer_lies_on_top():
    runs = marked("abcdef", [("now", "", (1, 3)), ("open", "7", (0, 5))])[0].runs
    assert [(run.text, run.kind, run.key) for run in runs] == [
        ("a", "open", "7"), ("bc", "now", ""), ("de", "open", "7"), ("f", "", ""),
    ]  # fmt: skip
    assert words_in("don't count twice", (0, 17)) == 3

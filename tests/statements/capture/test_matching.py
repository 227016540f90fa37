"""Matching of a printed name to a known person; the likeness of names stands in for rapidfuzz where that is missing."""

from difflib import SequenceMatcher

import pytest

from statements.capture.matching import match_person

KNOWN = [
    (1, ["Chea Sopheap"]),
    (2, ["Ingrid Hallström", "Ingrid Hallstroem"]),
    (3, ["Mariam Coulibaly"]),
    (4, ["Aminata Coulibaly"]),
]


def likeness(one, other):
    return 100 * SequenceMatcher(None, sorted(one.split()), sorted(other.split())).ratio() if one and other else 0.0


def letters(one, other):
    return 100 * SequenceMatcher(None, " ".join(sorted(one.split())), " ".join(sorted(other.split()))).ratio()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Chea Sopheap", 1), ("Mr Sopheap", 1), ("SOPHEAP Chea", 1), ("Ingrid Hallstrom", 2), ("Ms Hallström", 2),
        ("Ingrid Hallstrôm", 2), ("Mariam Coulibaly", 3), ("Kong Ratana", None), ("", None), ("Mr", None),
    ],
)  # fmt: skip
def test_known_person(name, key):
    assert match_person(name, KNOWN, ratio=letters).key == key


def test_namesakes_are_ambiguous():
    match = match_person("Coulibaly", KNOWN, ratio=letters)
    assert match.key is None
    assert set(match.ambiguous) == {3, 4}


def test_threshold():
    assert match_person("Ingrid Hallstrem", KNOWN, ratio=letters, threshold=99).key is None


def test_rapidfuzz_says_the_same():
    pytest.importorskip("rapidfuzz")
    assert match_person("Ingrid Halström", KNOWN).key == 2
    assert match_person("Sopheap Chea", KNOWN).key == 1

"""The chain tells of every entry that was changed, taken out, put in or moved, and of an end that was cut off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.audit.chain import BEGINNING, Entry, Head, Link, digest_of, faults, head_from, seals

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def entry(number: int, **facts) -> Entry:
    at = NOON + timedelta(seconds=number)
    return replace(Entry(number, at, "read", 7, "visits.meeting", number * 3, "visit_detail", ""), **facts)


def chain(size: int) -> list[Link]:
    return [Link(head.number, head.digest, one) for one, head in seals(map(entry, range(1, size + 1)), Head())]


def head_of(links: list[Link]) -> Head:
    return Head(links[-1].number, links[-1].digest) if links else Head()


CHAINS = st.integers(3, 12).map(chain)
CHANGES = st.sampled_from(
    [
        {"at": NOON + timedelta(days=1)}, {"kind": "taken"}, {"by": None}, {"by": 8}, {"row": 0}, {"row": None},
        {"row_kind": ""}, {"place": "home"}, {"detail": "x"}, {"pk": 999},
    ]
)  # fmt: skip


@given(CHAINS)
def test_a_chain_as_it_was_written_holds(links):
    assert list(faults(links, head_of(links))) == []


@given(CHAINS, st.data(), CHANGES)
def test_a_changed_entry_is_told_once_and_by_its_number(links, data, change):
    place = data.draw(st.integers(0, len(links) - 1))
    links[place] = replace(links[place], entry=replace(links[place].entry, **change))
    (fault,) = faults(links, head_of(links))
    assert f"seal {place + 1} " in fault


@given(CHAINS, st.data())
def test_a_missing_entry_is_told(links, data):
    before = head_of(links)
    del links[data.draw(st.integers(0, len(links) - 2))]
    assert list(faults(links, before))


@given(CHAINS, st.data())
def test_whoever_seals_anew_what_they_changed_breaks_the_next_seal_or_the_head(links, data):
    kept, place = head_of(links), data.draw(st.integers(0, len(links) - 1))
    forged = replace(links[place].entry, by=None)
    before = links[place - 1].digest if place else BEGINNING
    links[place] = Link(place + 1, digest_of(place + 1, forged, before), forged)
    assert list(faults(links, kept))


@given(CHAINS, st.data())
def test_a_chain_that_was_forged_to_its_end_differs_from_the_head(links, data):
    kept, gone = head_of(links), data.draw(st.integers(0, len(links) - 1))
    entries = [link.entry for number, link in enumerate(links) if number != gone]
    forged = [Link(head.number, head.digest, one) for one, head in seals(entries, Head())]
    assert any("cut off" in fault for fault in faults(forged, kept))
    longer = [Link(head.number, head.digest, one) for one, head in seals([*entries, entry(99)], Head())]
    assert any("not the one that was kept" in fault for fault in faults(longer, kept))


@given(CHAINS, st.data())
def test_an_end_that_was_cut_off_is_told(links, data):
    kept = head_of(links)
    assert any("cut off" in fault for fault in faults(links[: data.draw(st.integers(0, len(links) - 1))], kept))


@given(CHAINS, st.data())
def test_entries_that_changed_places_are_told(links, data):
    kept = head_of(links)
    one, other = data.draw(st.sampled_from([(0, 1), (0, len(links) - 1)]))
    links[one], links[other] = (
        replace(links[one], entry=links[other].entry),
        replace(links[other], entry=links[one].entry),
    )
    assert len(list(faults(links, kept))) == 2


def test_without_a_head_the_end_is_not_vouched_for():
    assert any("No head" in fault for fault in faults(chain(3), None))
    assert list(faults([], Head())) == []


def test_the_time_zone_of_a_database_does_not_change_a_seal():
    elsewhere = entry(1, at=(NOON + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=7))))
    assert digest_of(1, elsewhere, BEGINNING) == digest_of(1, entry(1), BEGINNING)


def test_a_head_reads_back():
    head = head_of(chain(4))
    assert head_from(f"{head}\n") == head


@pytest.mark.parametrize("text", ["", "4", "4:abc", "x:" + "0" * 64, "4:" + "g" * 64, "4:" + "0" * 63])
def test_what_is_no_head_is_refused(text):
    with pytest.raises(ValueError):
        head_from(text)

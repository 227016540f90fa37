"""States, standings, and the drawing of the map."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from visits.choices import VisitStatus
from visits.views.atlas import STANDING_LABELS, shapes
from visits.world import STANDINGS, STATES, by_standing, standing_of

COUNTRIES = Path(settings.BASE_DIR) / "visits" / "data" / "countries.csv"
WORLD = Path(settings.BASE_DIR) / "static" / "world.svg"


def codes() -> set[str]:
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        return {row["iso3"] for row in csv.DictReader(file)}


def test_there_are_193_member_states_and_two_observers_all_of_them_in_the_vocabulary() -> None:
    assert len(STATES) == 195
    assert codes() >= STATES
    assert {"VAT", "PSE", "TUV", "CIV", "TUR"} <= STATES
    assert not {"COK", "GRL", "HKG", "ATA"} & STATES


def test_the_map_draws_every_country_of_the_vocabulary_but_antarctica() -> None:
    drawn = {iso.upper() for iso in shapes()}
    assert drawn == codes() - {"ATA"}
    assert {shapes()[iso] for iso in ("khm", "fra", "lso")} == {"path"}
    assert {shapes()[iso] for iso in ("tuv", "nru", "vat", "mco", "sgp")} == {"circle"}


def test_the_drawing_carries_neither_style_nor_script_and_stays_small() -> None:
    text = WORLD.read_text(encoding="utf-8")
    assert not re.search(r"style|script|on[a-z]+=|href|fill=", text)
    assert len(text) < 60_000
    ids = re.findall(r'id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    left, top, width, height = (int(part) for part in re.findall(r'viewBox="([^"]+)"', text)[0].split())
    for x, y in re.findall(r'cx="(-?\d+)" cy="(-?\d+)"', text):
        assert left <= int(x) <= left + width
        assert top <= int(y) <= top + height
    page = (Path(settings.BASE_DIR) / "templates" / "visits" / "_world.html").read_text(encoding="utf-8")
    assert f'viewBox="{left} {top} {width} {height}"' in page


def test_every_status_has_one_standing_and_every_standing_its_words() -> None:
    listed = [status for statuses in STANDINGS.values() for status in statuses]
    assert sorted(listed) == sorted(VisitStatus.values)
    assert [key for key, _word, _meaning in STANDING_LABELS] == list(STANDINGS)


@given(st.dictionaries(st.sampled_from(VisitStatus.values), st.integers(1, 9)))
def test_no_visit_is_lost_between_statuses_and_standings(by_status: dict[str, int]) -> None:
    counts = by_standing(by_status)
    assert sum(counts.values()) == sum(by_status.values())
    standing = standing_of(by_status)
    assert (standing == "none") == (not by_status)
    if standing != "none":
        order = list(STANDINGS)
        assert counts[standing]
        assert not any(counts[one] for one in order[: order.index(standing)])

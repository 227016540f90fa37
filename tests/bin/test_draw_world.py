"""The drawing of the world: neighbours share a border, what is small is a point, nothing is cut at the date line."""

from __future__ import annotations

import importlib.util
import math
import re
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st


def loaded() -> ModuleType:
    """Return the script as a module: it stands in no package."""
    path = Path(settings.BASE_DIR) / "bin" / "draw_world.py"
    spec = importlib.util.spec_from_file_location("draw_world", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


world = loaded()
points = st.tuples(st.floats(-180, 180), st.floats(-89, 89))


def atlas(arcs: list[list[tuple[int, int]]], **countries: list[list[int]]) -> dict[str, Any]:
    """Return an atlas in whole degrees; each border is a list of steps, each country rings of numbers of borders."""
    shapes = [{"type": "Polygon", "id": number.removeprefix("n"), "arcs": rings} for number, rings in countries.items()]
    return {
        "transform": {"scale": (1, 1), "translate": (0, 0)},
        "arcs": arcs,
        "objects": {"countries": {"geometries": shapes}},
    }


# A border from (20, 0) to (20, 20), with a small bend, and the rest of the country on each side of it.
BORDER = [(20, 0), (0, 10), (1, 0), (-1, 1), (0, 9)]
WEST = [(20, 20), (-20, 0), (0, -20), (20, 0)]
EAST = [(20, 20), (20, 0), (0, -20), (-20, 0)]
CODES = {"001": "AAA", "002": "BBB", "003": "CCC"}


def path_points(text: str, code: str) -> list[tuple[int, int]]:
    """Return the points of a path that has one ring."""
    data = re.search(rf'id="{code}" d="M([^"]+)z"', text)
    assert data is not None
    numbers = [int(number) for number in re.findall(r"-?\d+", data[1])]
    found = [(numbers[0], numbers[1])]
    for x, y in zip(numbers[2::2], numbers[3::2], strict=True):
        found.append((found[-1][0] + x, found[-1][1] + y))
    return found


def test_neighbours_keep_one_border() -> None:
    text = world.draw(atlas([BORDER, WEST, EAST], n001=[[0, 1]], n002=[[~0, ~2]]), CODES)
    west, east = path_points(text, "aaa"), path_points(text, "bbb")
    start, end = (tuple(round(part) for part in world.project(20, y)) for y in (0, 20))
    assert {start, end} <= set(west) & set(east)
    shared = [point for point in west if point in east]
    assert len(shared) >= 3


def test_an_area_without_a_number_is_drawn_with_the_rest_and_antarctica_is_not() -> None:
    text = world.draw(atlas([BORDER, WEST], n=[[0, 1]]), CODES)
    assert 'id="rest"' in text
    text = world.draw(atlas([BORDER, WEST], n003=[[0, 1]]), {"003": "ATA"})
    assert "ata" not in re.findall(r'id="([a-z]+)"', text)


def test_what_would_not_be_seen_is_a_point_at_its_place() -> None:
    island = [(30, 30), (0, 1), (1, 0), (-1, -1)]
    text = world.draw(atlas([island], n001=[[0]]), CODES)
    x, y = (round(part) for part in world.project(30.5, 30.5))
    found = re.search(r'<circle id="aaa" cx="(-?\d+)" cy="(-?\d+)"', text)
    assert found is not None
    assert abs(int(found[1]) - x) <= 1 and abs(int(found[2]) - y) <= 1
    assert re.search(r'<circle id="tuv"', text)


def test_a_country_across_the_date_line_stays_whole() -> None:
    far = [(170, 60), (19, 0), (-360, 0), (0, 8), (360, 0), (-19, 0), (0, -8)]
    found = path_points(world.draw(atlas([far], n001=[[0]]), CODES), "aaa")
    assert max(x for x, _y in found) - min(x for x, _y in found) < world.HALF / 2


@given(points)
def test_the_projection_keeps_places_inside_and_is_even(place: tuple[float, float]) -> None:
    x, y = world.project(place[0] + world.MIDDLE, place[1])
    assert abs(x) <= world.HALF + 1e-6
    assert abs(y) <= world.HALF / 2
    other = world.project(world.MIDDLE - place[0], -place[1])
    assert other == pytest.approx((-x, -y), abs=1e-6)


@given(st.lists(points, min_size=2, max_size=40), st.floats(0, 500))
def test_simplifying_keeps_both_ends_and_the_order(line: list[tuple[float, float]], smallest: float) -> None:
    kept = world.kept(line, smallest)
    assert kept[0] == 0 and kept[-1] == len(line) - 1
    assert kept == sorted(set(kept))
    assert world.kept(line, 0) == list(range(len(line)))
    assert len(world.kept(line, math.inf)) == 2


@given(st.lists(points, min_size=1, max_size=20))
def test_a_line_unrolled_never_jumps_and_stays_where_it_was(line: list[tuple[float, float]]) -> None:
    found = world.unrolled(line)
    assert [latitude for _longitude, latitude in found] == [latitude for _longitude, latitude in line]
    for (before, _a), (after, _b) in pairwise(found):
        assert abs(after - before) <= 180 + 1e-6
    for (given_at, _a), (at, _b) in zip(line, found, strict=True):
        assert abs((at - given_at) / 360 - round((at - given_at) / 360)) < 1e-6

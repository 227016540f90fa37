#!/usr/bin/env python3
"""Draw static/world.svg, the shapes of the map of visits: `python3 bin/draw_world.py countries-50m.json`.

It is run by hand when the boundaries change, never by the site. The boundaries are those of Natural Earth (public
domain), 1:50 million, as the npm package world-atlas 2.0.2 (ISC licence, Michael Bostock) packs them in TopoJSON: `npm
pack world-atlas@2.0.2`, and take `package/countries-50m.json` out of the archive.

Each border is simplified once for both its sides (Visvalingam and Whyatt's areas), so that neighbours stay neighbours,
and projected by Equal Earth (Šavrič, Patterson and Jenny, 2018), which keeps areas in proportion. Each shape has the
lower-case ISO 3166-1 alpha-3 code of its M49 number as its id; what is too small to be seen is a point. Areas without
an M49 number are drawn together as “rest”, and Antarctica is left out.
"""

import csv
import heapq
import json
import math
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COUNTRIES = os.path.join(ROOT, "visits", "data", "countries.csv")
DRAWN = os.path.join(ROOT, "static", "world.svg")
# Half the width of the world, in the units of the drawing; everything is rounded to one of them.
HALF = 1000
# Triangles below this area (square units) are flattened; islands below it vanish, unless nothing else is left.
SMALLEST_BEND, SMALLEST_ISLAND = 1.6, 5.0
# What is drawn on less than this (square units) is a point, of this radius.
SMALLEST_SHAPE, RADIUS = 30.0, 6
LEFT_OUT = {"ATA"}
# Degrees east of Greenwich: so cut, the world parts neither Russia nor Alaska.
MIDDLE = 11
# Longitude, within 180 degrees of that, and latitude of what the boundaries lack or draw as a part of something else.
POINTS = {
    "BES": (-68.3, 12.2), "BVT": (3.4, -54.4), "CCK": (96.8, -12.2), "CXR": (105.6, -10.5), "GIB": (-5.4, 36.1),
    "GLP": (-61.6, 16.2), "GUF": (-53.1, 4.0), "MTQ": (-61.0, 14.6), "MYT": (45.2, -12.8), "REU": (55.5, -21.1),
    "SJM": (16.0, 78.6), "TKL": (188.2, -9.2), "TUV": (179.2, -8.5), "UMI": (166.6, 19.3),
}  # fmt: skip

Point = tuple[float, float]
Line = Sequence[Point]
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2


def project(longitude: float, latitude: float) -> Point:
    """Return where a place (degrees) stands: x to the right of the middle, y down from the equator, in units."""
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    square = theta * theta
    bent = square**3
    x = math.radians(longitude - MIDDLE) * math.cos(theta)
    x /= _M * (_A1 + 3 * _A2 * square + bent * (7 * _A3 + 9 * _A4 * square))
    y = theta * (_A1 + _A2 * square + bent * (_A3 + _A4 * square))
    scale = HALF / (math.pi / (_M * _A1))
    return x * scale, -y * scale


def area(ring: Line) -> float:
    """Return the area of a ring in square units; its sign says which way round it runs."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]])) / 2  # noqa: B905


def kept(line: Line, smallest: float) -> list[int]:
    """Return which points are left of a line without its bends below an area of `smallest`, least first."""
    before = list(range(-1, len(line) - 1))
    after = list(range(1, len(line) + 1))
    gone: set[int] = set()

    def bend(at: int) -> float:
        return abs(area([line[before[at]], line[at], line[after[at]]]))

    waiting = [(bend(at), at) for at in range(1, len(line) - 1)]
    heapq.heapify(waiting)
    while waiting:
        size, at = heapq.heappop(waiting)
        if at in gone or size != bend(at):
            continue
        if size >= smallest:
            break
        gone.add(at)
        after[before[at]], before[after[at]] = after[at], before[at]
        for near in (before[at], after[at]):
            if 0 < near < len(line) - 1:
                heapq.heappush(waiting, (bend(near), near))
    return [at for at in range(len(line)) if at not in gone]


def unrolled(line: Iterable[Point]) -> list[Point]:
    """Return a line of places without jumps from one edge of the world to the other: longitudes may pass 180."""
    found: list[Point] = []
    for longitude, latitude in line:
        turns = round((longitude - found[-1][0]) / 360) if found else 0
        found.append((longitude - 360 * turns, latitude))
    return found


def lines_of(atlas: dict[str, Any]) -> list[list[Point]]:
    """Return the borders of the atlas as places, simplified."""
    (by_x, by_y), (from_x, from_y) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    found = []
    for arc in atlas["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * by_x + from_x, y * by_y + from_y))
        line = unrolled(line)
        found.append([line[at] for at in kept([project(*place) for place in line], SMALLEST_BEND)])
    return found


def rings_of(geometry: dict[str, Any], lines: list[list[Point]]) -> list[list[Point]]:
    """Return the rings of a country, projected: a negative number names a border that is walked backwards."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    found = []
    for ring in (ring for polygon in polygons for ring in polygon):
        walked: list[Point] = []
        for number in ring:
            walked += lines[number] if number >= 0 else reversed(lines[~number])
        walked = unrolled(walked)
        # Whole on the side of the world where its middle lies.
        turns = round((middle(walked)[0] - MIDDLE) / 360)
        found.append([project(longitude - 360 * turns, latitude) for longitude, latitude in walked])
    return found


def path_of(rings: Iterable[Line]) -> str:
    """Return rings as the data of a path, in whole units, each point told by its distance from the one before."""
    data = ""
    for ring in rings:
        whole = [(round(x), round(y)) for x, y in ring]
        points = [point for at, point in enumerate(whole) if point != whole[at - 1]]
        if len(points) < 3:
            continue
        steps = [(x - a, y - b) for (x, y), (a, b) in zip(points[1:], points)]  # noqa: B905
        numbers = " ".join(str(number) for step in steps for number in step)
        data += f"M{points[0][0]} {points[0][1]}l{numbers}z"
    return data.replace(" -", "-")


def middle(ring: Line) -> Point:
    """Return the centre of the box around a ring."""
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def shape(code: str, rings: list[list[Point]]) -> str:
    """Return a country as a path, or as a point where too little of it would be seen."""
    rings = sorted(rings, key=lambda ring: -abs(area(ring)))
    if abs(area(rings[0])) < SMALLEST_SHAPE and sum(abs(area(ring)) for ring in rings) < 2 * SMALLEST_SHAPE:
        return point(code, middle(rings[0]))
    seen = [ring for ring in rings if abs(area(ring)) >= SMALLEST_ISLAND] or rings[:1]
    return f'<path id="{code.lower()}" d="{path_of(seen)}"/>'


def point(code: str, at: Point) -> str:
    """Return a country as a point."""
    return f'<circle id="{code.lower()}" cx="{round(at[0])}" cy="{round(at[1])}" r="{RADIUS}"/>'


def draw(atlas: dict[str, Any], codes: dict[str, str]) -> str:
    """Return the drawing; `codes` gives the ISO code of an M49 number."""
    lines = lines_of(atlas)
    rings: dict[str, list[list[Point]]] = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        code = codes.get(geometry.get("id", ""), "rest")
        if code not in LEFT_OUT:
            rings.setdefault(code, []).extend(rings_of(geometry, lines))
    shapes = [shape(code, found) for code, found in sorted(rings.items())]
    shapes += [point(code, project(*place)) for code, place in sorted(POINTS.items())]
    top, bottom = round(project(MIDDLE, 85)[1]), round(project(MIDDLE, -57)[1])
    box = f"{-HALF} {top} {2 * HALF} {bottom - top}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><!-- Made by bin/draw_world.py from Natural Earth '
        "(public domain) by way of world-atlas 2.0.2 (ISC). Boundaries imply no opinion. --><defs>\n"
        + "\n".join(shapes)
        + "\n</defs></svg>\n"
    )


def main(arguments: list[str]) -> None:
    """Read the atlas that is named, and write the drawing."""
    if len(arguments) != 1:
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8") as file:
        atlas = json.load(file)
    with open(COUNTRIES, encoding="utf-8", newline="") as file:
        codes = {row["m49"]: row["iso3"] for row in csv.DictReader(file)}
    with open(DRAWN, "w", encoding="utf-8") as file:
        file.write(draw(atlas, codes))


if __name__ == "__main__":
    main(sys.argv[1:])

"""A partial date as the styles write it, at its precision. Pure.

Styles are written in English whatever the language of the page: so are the months.
"""

from __future__ import annotations

MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
# Table T12 of the Bluebook.
ABBREVIATED = ["Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]


def in_style(date: str, order: str) -> str:
    """Return a partial date in the order of a style; "" for none."""
    start, slash, end = date.partition("/")
    if not slash or start == end:
        return _one(start, order) if start else ""
    first, last = start.split("-"), end.split("-")
    together = _together(first, last, order)
    if together:
        return together
    dash = "–" if len(first) == len(last) == 1 else " – "
    return f"{_one(start, order)}{dash}{_one(end, order)}"


def _one(date: str, order: str) -> str:
    year, *rest = date.split("-")
    if not rest:
        return year
    day = f"{int(rest[1])}" if len(rest) > 1 else ""
    month = (ABBREVIATED if order == "abbreviated" else MONTHS)[int(rest[0]) - 1]
    if order == "day_month":
        return f"{day} {month} {year}".strip()
    month_day = f"{month} {day}".strip()
    if order == "year_first":
        return f"{year}, {month_day}"
    return f"{month_day}, {year}" if day else f"{month} {year}"


def _together(first: list[str], last: list[str], order: str) -> str:
    """Return an interval within a year with the year told once; "" where its ends are not alike."""
    if first[0] != last[0] or len(first) != len(last) or len(first) == 1:
        return ""
    year = first[0]
    months = ABBREVIATED if order == "abbreviated" else MONTHS
    one, other = months[int(first[1]) - 1], months[int(last[1]) - 1]
    if len(first) == 2:
        words = f"{one}–{other}"
    else:
        day, until = int(first[2]), int(last[2])
        if order == "day_month":
            words = f"{day}–{until} {one}" if one == other else f"{day} {one} – {until} {other}"
        else:
            words = f"{one} {day}–{until}" if one == other else f"{one} {day}–{other} {until}"
    if order == "year_first":
        return f"{year}, {words}"
    return f"{words} {year}" if order == "day_month" or len(first) == 2 else f"{words}, {year}"

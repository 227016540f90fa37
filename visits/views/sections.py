"""Sections of the timeline with their headings in the language in force: each date is formatted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language, gettext

from visits.choices import COLUMN_SHAPES, Column
from visits.partial_dates import between, from_day
from visits.timeline import Block, Section, Timeline

_LOCALES = {"en": "en_GB"}
# More marks of one column on a day than this are written as a number.
MOST_MARKS = 2


@dataclass(frozen=True, slots=True)
class BlockCard:
    """A block with its date in words, "" where the section says it."""

    when: str
    steps: tuple[Any, ...]
    meeting: Any
    holder: tuple[Any, ...]
    state: tuple[Any, ...]
    beside: tuple[Any, ...]

    @property
    def speaks(self) -> bool:
        """Whether there is anything for the two lanes."""
        return bool(self.state or self.beside)

    @property
    def level(self) -> str:
        """Return the heading of a statement: one below the meeting, where there is one."""
        return "h4" if self.meeting else "h3"


@dataclass(frozen=True, slots=True)
class SectionCard:
    """A section with its anchor, its heading and its blocks."""

    kind: str
    anchor: str
    day: str
    heading: str
    blocks: tuple[BlockCard, ...]
    continuing: tuple[Any, ...]
    has_state: bool
    has_beside: bool


@dataclass(frozen=True, slots=True)
class RulerMark:
    """A day of the ruler: its anchor ("" where the day is folded), names, and marks per column."""

    anchor: str
    weekday: str
    day: str
    month: str
    recorded: bool
    meetings: int
    marks: tuple[tuple[str, str, str, int], ...]


def _locale() -> str:
    language = get_language() or "en"
    return _LOCALES.get(language, language)


def _anchor(section: Section) -> str:
    return f"d-{section.first.isoformat()}" if section.first else section.kind


def section_cards(built: Timeline) -> list[SectionCard]:
    """Return the sections as the page prints them."""
    return [_section(section) for section in built.sections]


def _section(section: Section) -> SectionCard:
    rows = section.rows
    return SectionCard(
        kind=section.kind,
        anchor=_anchor(section),
        day=str(section.first.day) if section.kind == "day" and section.first else "",
        heading=_heading(section),
        blocks=tuple(_block(block) for block in section.blocks),
        continuing=tuple(row.card for row in section.continuing),
        has_state=any(row.kind == "statement" and row.column == "state" for row in rows),
        has_beside=any(row.kind == "statement" and row.column in {"civil", "others"} for row in rows),
    )


def _heading(section: Section) -> str:
    if section.kind == "day" and section.first:
        # The day itself stands large before it.
        return format_date(section.first, "EEEE, MMMM y", locale=_locale())
    if section.kind == "fold" and section.first and section.last:
        days = between(from_day(section.first), from_day(section.last)).display(get_language() or "en")
        return gettext("%(days)s: nothing recorded") % {"days": days}
    return {
        "before": gettext("Before the visit"),
        "after": gettext("After the visit"),
        "undated": gettext("No day stated"),
        "dated": gettext("By date; the visit itself has no dates"),
    }[section.kind]


def _block(block: Block) -> BlockCard:
    return BlockCard(
        when=_when(block),
        steps=tuple(row.card for row in block.steps),
        meeting=block.meeting.card if block.meeting else None,
        holder=tuple(row.card for row in block.holder),
        state=tuple(row.card for row in block.state),
        beside=tuple(row.card for row in block.beside),
    )


def _when(block: Block) -> str:
    if block.date is None:
        return ""
    words = block.date.display(get_language() or "en")
    return gettext("on or before %(date)s") % {"date": words} if block.on_or_before else words


def ruler_days(built: Timeline) -> list[RulerMark]:
    """Return the days of the ruler."""
    locale = _locale()
    folds = [(section.first, section.last, _anchor(section)) for section in built.sections if section.kind == "fold"]
    return [
        RulerMark(
            anchor=f"d-{mark.day.isoformat()}" if mark.recorded else _fold_of(mark.day, folds),
            weekday=format_date(mark.day, "EEE", locale=locale),
            day=str(mark.day.day),
            month=format_date(mark.day, "MMMM y", locale=locale),
            recorded=mark.recorded,
            meetings=mark.meetings,
            marks=tuple(
                (
                    column,
                    COLUMN_SHAPES[Column(column)] * min(count, MOST_MARKS),
                    str(Column(column).label),
                    count,
                )
                for column, count in mark.columns
            ),
        )
        for mark in built.ruler
    ]


def _fold_of(day: date, folds: list[tuple[Any, Any, str]]) -> str:
    return next((anchor for first, last, anchor in folds if first and last and first <= day <= last), "")

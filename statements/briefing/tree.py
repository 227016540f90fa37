"""What a briefing says, as a tree that every writer prints alike: headings, paragraphs, tables, lists and notes. Pure.

A writer adds nothing and leaves nothing out but the look, so that page, PDF and Word document say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from visits.signs import readable

# What a language (BCP 47) of the record looks like, its script and region after it.
LANGUAGE_TAG = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,4}){0,2}")
# Languages and scripts that run from right to left, by the subtags of a tag that say so.
_RIGHT_TO_LEFT = re.compile("ar|arc|azb|ckb|dv|fa|he|ks|nqo|ps|sd|syr|ug|ur|yi")
_RIGHT_TO_LEFT_SCRIPTS = re.compile("adlm|arab|hebr|nkoo|rohg|syrc|thaa")


def runs_right_to_left(language: str) -> bool:
    """Whether the words of a language (BCP 47) are written from right to left."""
    code, *others = language.lower().split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), "")
    return bool(_RIGHT_TO_LEFT_SCRIPTS.fullmatch(script) if script else _RIGHT_TO_LEFT.fullmatch(code))


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one style: "" or "strong", "words" (somebody's own) or "soft".

    `href` is a whole address or the place of a heading in the document (“#statement-3”); a run with a `note` is the
    mark of that note and has no words.
    """

    text: str = ""
    href: str = ""
    language: str = ""
    style: str = ""
    note: int = 0


Runs: TypeAlias = tuple[Run, ...]


def run(text: object, *, href: str = "", language: str = "", style: str = "") -> Run:
    """Return words as a document can carry them."""
    return Run(readable(str(text)), href, language, style)


def runs(*parts: object) -> Runs:
    """Return runs out of texts and runs; what is empty is left out."""
    made = (part if isinstance(part, Run) else run(part) for part in parts)
    return tuple(part for part in made if part.text or part.note)


def parted(parts: Iterable[Runs], by: str = "; ") -> Runs:
    """Return runs one after the other with a sign between them."""
    found: list[Run] = []
    for part in parts:
        found += ([Run(by)] if found and part else []) + list(part)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level: 1 is the title. `place` is where a link in the document leads (“statement-3”)."""

    level: int
    runs: Runs
    place: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph in one style: "", "words" (a quotation), "small" or "warning"."""

    runs: Runs
    style: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what is known under each."""

    rows: tuple[tuple[str, Runs], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    items: tuple[Runs, ...]


def table(caption: str, head: Iterable[str], rows: Iterable[tuple[tuple[Paragraph, ...], ...]]) -> Table:
    """Return a table whose names a document can carry."""
    return Table(readable(caption), tuple(map(readable, head)), tuple(rows))


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of each row is its heading. A cell holds paragraphs."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Paragraph, ...], ...], ...]


Block: TypeAlias = Heading | Paragraph | Facts | Listing | Table


@dataclass(frozen=True, slots=True)
class Briefing:
    """A whole briefing. Notes are numbered from 1 and stand behind the last block; `header` runs on every page.

    `paper` is "a4" or "letter". `made` is the day (UTC) on which it was made.
    """

    title: str
    language: str
    paper: str
    made: date
    header: str
    page_word: str
    blocks: tuple[Block, ...]
    notes: tuple[Runs, ...] = ()

    def length(self) -> int:
        """Return the number of characters that are printed."""
        blocks = sum(len(text) for block in self.blocks for text in words_of(block))
        return blocks + sum(len(one.text) for note in self.notes for one in note)


def with_ties(blocks: Sequence[Block]) -> Iterator[tuple[Block, bool]]:
    """Yield each block, and whether it stays on the page of what follows it.

    Headings do, the lines that lead from a heading to somebody's words, and words with the lines that tell of them.
    """
    for place, block in enumerate(blocks):
        before, style, after = (_style(blocks, place + step) for step in (-1, 0, 1))
        if style == "words":
            tied = after in _LINES
        elif style in _LINES:
            # Between two versions of the words the line tells of the first of them.
            tied = after in _LINES or (after == "words" and before != "words")
        else:
            tied = isinstance(block, Heading) and place + 1 < len(blocks)
        yield block, tied


_LINES = ("small", "warning")


def _style(blocks: Sequence[Block], place: int) -> str | None:
    """Return the style of the paragraph at a place; None where there is none."""
    block = blocks[place] if 0 <= place < len(blocks) else None
    return block.style if isinstance(block, Paragraph) else None


def words_of(block: Block) -> Iterator[str]:
    """Yield the texts of a block in the order in which they are read; marks of notes are no words."""
    if isinstance(block, Heading | Paragraph):
        yield plain(block.runs)
    elif isinstance(block, Facts):
        for name, value in block.rows:
            yield name
            yield plain(value)
    elif isinstance(block, Listing):
        yield from map(plain, block.items)
    else:
        yield block.caption
        yield from block.head
        for row in block.rows:
            for cell in row:
                yield from (plain(paragraph.runs) for paragraph in cell)


def plain(found: Sequence[Run]) -> str:
    """Return runs without their look."""
    return "".join(one.text for one in found)

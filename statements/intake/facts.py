"""What intake hands over: the text of a source, and what is suggested about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from statements.intake.kinds import FileKind


class Remark(StrEnum):
    """What the editor should know of how the text came about."""

    WHOLE_PAGE = "whole_page"
    ATTACHMENTS = "attachments"
    EMPTY_PAGES = "empty_pages"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a source says of itself; "" where it says nothing. `published` is a day as ISO text."""

    title: str = ""
    publisher: str = ""
    author: str = ""
    published: str = ""
    language: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A text whose paragraphs are lines with one blank line between two, and what is suggested about its source."""

    text: str
    kind: FileKind
    suggestions: Suggestions = Suggestions()
    remarks: tuple[Remark, ...] = ()


def one_line(text: str | None, length: int) -> str:
    """Return `text` on one line; "" where it is longer than `length`, for a part of it would be a wrong suggestion."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text or "").split())
    return line if len(line) <= length else ""

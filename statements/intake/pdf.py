"""The text of a PDF, page by page, within bounds of pages, text and time."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import Any

from pypdf import PasswordType, PdfReader, apply_configuration, get_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from statements.intake.facts import Extracted, Remark, Suggestions, one_line
from statements.intake.failures import MAX_CHARACTERS, IntakeError, Reason
from statements.intake.kinds import FileKind
from statements.intake.paragraphs import join, split

MAX_PAGES = 1_000
SECONDS = 30.0
# Streams of text are small; larger ones are pictures, which nobody reads here, or meant to fill the memory.
_LIMITS = {
    "zlib_maximum_output_length": 20_000_000,
    "lzw_maximum_output_length": 20_000_000,
    "run_length_maximum_output_length": 20_000_000,
    "brotli_maximum_output_length": 20_000_000,
    "stream_decoding_work_maximum_length": 60_000_000,
    "page_tree_maximum_entries": 20_000,
    "xform_maximum_invocations_per_extraction": 500,
}
# Two letters that a font draws as one are two letters of the word.
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
# What any library may raise on a file that was made to break it; the file is then unreadable, and the site goes on.
_BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError,
           ArithmeticError, AssertionError, NotImplementedError, MemoryError)  # fmt: skip


class _Page:
    """The lines of one page with their heights, as pypdf hands them over."""

    def __init__(self, check: Callable[[], None]) -> None:
        self.check = check
        self.lines: list[tuple[float, str]] = []
        self._text, self._height = "", 0.0

    def operand(self, *_parts: Any) -> None:
        """Look at the clock before each operation of the page."""
        self.check()

    def take(self, text: str, matrix: Any, position: Any, _font: Any, _size: Any) -> None:
        """Take a piece of text at its place; a line feed in it ends a line."""
        for number, part in enumerate(text.translate(_LIGATURES).split("\n")):
            if number:
                self.end_line()
            if part.strip():
                if not self._text.strip():
                    self._height = position[4] * matrix[1] + position[5] * matrix[3] + matrix[5]
                self._text += part

    def end_line(self) -> None:
        """Keep the line that was begun."""
        if self._text.strip():
            self.lines.append((self._height, self._text.strip()))
        self._text = ""

    def text(self) -> str:
        """Return the lines, with a blank one wherever the gap is wider than it is between most lines."""
        gaps = [above[0] - below[0] for above, below in zip(self.lines, self.lines[1:], strict=False)]
        usual = median([gap for gap in gaps if gap > 0] or [0])
        parts = [line for _height, line in self.lines[:1]]
        for gap, (_height, line) in zip(gaps, self.lines[1:], strict=False):
            parts += ["", line] if usual and (gap > usual * 1.35 or gap < -usual) else [line]
        return "\n".join(parts)


def read(data: bytes, *, clock: Callable[[], float] = time.monotonic) -> Extracted:
    """Return the text of a PDF. Raises IntakeError: encrypted, unreadable, no text, too long."""
    until = clock() + SECONDS

    def check() -> None:
        if clock() > until:
            raise IntakeError(Reason.TOO_LONG)

    try:
        with apply_configuration(get_configuration().with_overwrites(**_LIMITS)):
            reader = PdfReader(io.BytesIO(data))
            # A file that only forbids printing opens without a password, here as in any viewer.
            if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
                raise IntakeError(Reason.ENCRYPTED)
            pages = _pages(reader, check)
            suggestions = _suggest(reader)
    except (FileNotDecryptedError, DependencyError) as error:
        raise IntakeError(Reason.ENCRYPTED) from error
    except _BROKEN as error:
        raise IntakeError(Reason.UNREADABLE) from error
    text = join(split(_sewn(pages)))
    if not text:
        raise IntakeError(Reason.NO_TEXT)
    remarks = (Remark.EMPTY_PAGES,) if not all(pages) else ()
    return Extracted(text=text, kind=FileKind.PDF, suggestions=suggestions, remarks=remarks)


def _pages(reader: PdfReader, check: Callable[[], None]) -> list[str]:
    """Return the text of each page, without its number."""
    if len(reader.pages) > MAX_PAGES:
        raise IntakeError(Reason.TOO_LONG)
    found: list[str] = []
    length = 0
    for page in reader.pages:
        check()
        held = _Page(check)
        page.extract_text(visitor_operand_before=held.operand, visitor_text=held.take)
        held.end_line()
        for end in (0, -1):
            if held.lines and held.lines[end][1].strip("–—- ").isdigit():
                del held.lines[end]
        found.append(held.text())
        length += len(found[-1])
        if length > MAX_CHARACTERS:
            raise IntakeError(Reason.TOO_LONG)
    return found


def _sewn(pages: list[str]) -> str:
    """Return the pages as one text; a paragraph that runs over to the next page stays one."""
    text = ""
    for page in pages:
        if not page:
            continue
        runs_on = text and page[0].islower()
        text += ("\n" if runs_on else "\n\n") + page if text else page
    return text


def _suggest(reader: PdfReader) -> Suggestions:
    """Return what the file says of itself. Its day is when it was made: for most releases that of publication."""
    told = reader.metadata
    if told is None:
        return Suggestions()
    try:
        made = told.creation_date
    except ValueError:
        made = None
    root = reader.root_object
    language = str(root.get("/Lang") or "")
    return Suggestions(
        title=one_line(str(told.title or ""), 300),
        author=one_line(str(told.author or ""), 160),
        published=made.date().isoformat() if isinstance(made, datetime) else "",
        language=language.lower()[:12] if language.replace("-", "").isalnum() else "",
    )

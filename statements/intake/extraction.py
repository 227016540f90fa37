"""The door of intake: what was handed over, to text and suggestions."""

from __future__ import annotations

from dataclasses import fields, replace

from statements.intake import guesses
from statements.intake.decoding import decode
from statements.intake.facts import Extracted, Suggestions
from statements.intake.failures import MAX_CHARACTERS, IntakeError, Reason, check_size
from statements.intake.kinds import FileKind, declared_kind, kind_of
from statements.intake.paragraphs import join, split


def extract(
    data: bytes,
    *,
    name: str = "",
    kind: FileKind | None = None,
    declared: str = "",
    address: str = "",
    whole: bool = False,
) -> Extracted:
    """Return the text of `data` and what is suggested about it.

    `name` is the name of a file: what it is, its content says, and a name that says otherwise is refused, for it may be
    another file than was meant; `kind` says what a paste is; `declared` is an encoding told from
    outside; `address` where it was found; `whole` asks for all text of a page instead of its article. Raises
    IntakeError where nothing can be taken in.
    """
    check_size(len(data))
    found_kind = kind or kind_of(data)
    if declared_kind(name) not in {None, found_kind}:
        raise IntakeError(Reason.OTHER_NAME, found_kind)
    found = _read(data, found_kind, declared=declared, address=address, whole=whole)
    if len(found.text) > MAX_CHARACTERS:
        raise IntakeError(Reason.TOO_LONG)
    return replace(found, suggestions=_completed(found, address))


def _read(data: bytes, kind: FileKind, *, declared: str, address: str, whole: bool) -> Extracted:
    # Each reader brings a library of ten megabytes or more, which a process that only shows pages never needs.
    from statements.intake import mail, pages, pdf, word

    if kind == FileKind.PDF:
        return pdf.read(data)
    if kind == FileKind.DOCX:
        return word.read(data)
    if kind == FileKind.EML:
        return mail.read(data)
    if kind == FileKind.HTML:
        return pages.read(data, declared=declared, address=address, whole=whole)
    decoded = decode(data, declared)
    if len(decoded) > MAX_CHARACTERS:
        raise IntakeError(Reason.TOO_LONG)
    text = join(split(decoded))
    if not text:
        raise IntakeError(Reason.EMPTY)
    return Extracted(text=text, kind=FileKind.TEXT)


def _completed(found: Extracted, address: str) -> Suggestions:
    """Return the suggestions of the file, and what the text says of itself where the file says nothing."""
    from statements.intake import pages

    told = found.suggestions
    guessed = Suggestions(
        title=guesses.headline(found.text),
        publisher=pages.host_of(address),
        published=guesses.day(found.text),
        language=guesses.language(found.text),
        url=address,
    )
    names = [field.name for field in fields(Suggestions)]
    return Suggestions(**{name: getattr(told, name) or getattr(guessed, name) for name in names})

"""The text of an electronic letter (EML, and pages saved as MHTML)."""

from __future__ import annotations

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any

from statements.intake import pages
from statements.intake.decoding import decode
from statements.intake.facts import Extracted, Remark, Suggestions, one_line
from statements.intake.failures import IntakeError, Reason
from statements.intake.kinds import FileKind
from statements.intake.paragraphs import join, split

_LOCKED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
# The parser takes a millisecond a part, and of one header the square of its length: a letter could hold it for hours.
MOST_PARTS = 600
_PART = re.compile(rb"^--", re.M)
_READ = re.compile(
    rb"^(?:from|subject|date|(?P<content>content|snapshot)-[\w-]+)[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*",
    re.I | re.M,
)
_LONGEST, _LONGEST_OF_PART = 4_000, 1_000


def _check(data: bytes) -> None:
    """Raise IntakeError where a letter has more parts, or longer headers, than anybody wrote."""
    if sum(1 for _part in _PART.finditer(data)) > MOST_PARTS:
        raise IntakeError(Reason.TOO_LONG)
    for found in _READ.finditer(data):
        if len(found[0]) > (_LONGEST_OF_PART if found["content"] else _LONGEST):
            raise IntakeError(Reason.TOO_LONG)


def read(data: bytes) -> Extracted:
    """Return the text of a letter. Raises IntakeError: encrypted, unreadable, no text, too long."""
    _check(data)
    try:
        letter = BytesParser(policy=policy.default).parsebytes(data)
        if any(part.get_content_type() in _LOCKED for part in letter.walk()):
            raise IntakeError(Reason.ENCRYPTED)
        text = _text(letter)
        suggestions = _suggest(letter)
        attached = any(True for _part in letter.iter_attachments())
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise IntakeError(Reason.UNREADABLE) from error
    if not text:
        raise IntakeError(Reason.NO_TEXT)
    remarks = (Remark.ATTACHMENTS,) if attached else ()
    return Extracted(text=text, kind=FileKind.EML, suggestions=suggestions, remarks=remarks)


def _text(letter: EmailMessage) -> str:
    """Return the words of the plain version, or of the page where the plain one is only a note that there is a page."""
    plain_part, page_part = letter.get_body(("plain",)), letter.get_body(("html",))
    plain = join(split(_words(plain_part))) if plain_part is not None else ""
    if page_part is None:
        return plain
    try:
        page = pages.read_markup(_words(page_part), whole=True).text
    except IntakeError:
        return plain
    return plain if len(plain) * 2 > len(page) else page


def _words(part: Any) -> str:
    """Return the characters of a part; where its encoding is wrongly told, what its bytes look like."""
    words = decode(part.get_payload(decode=True) or b" ", part.get_content_charset() or "")
    if len(words) > pages.MAX_MARKUP:
        raise IntakeError(Reason.TOO_LONG)
    return words


def _suggest(letter: EmailMessage) -> Suggestions:
    """Return subject and sender; the day is the one on which the letter was sent, where the sender was."""
    try:
        sent = parsedate_to_datetime(str(letter["date"])).date().isoformat() if letter["date"] else ""
    except (ValueError, TypeError, IndexError):
        sent = ""
    senders = getattr(letter["from"], "addresses", ()) if letter["from"] else ()
    language = str(letter["content-language"] or "").split(",")[0].strip().lower()
    address = str(letter["content-location"] or letter["snapshot-content-location"] or "").strip()
    return Suggestions(
        title=one_line(str(letter["subject"] or ""), 300),
        author=one_line(", ".join(one.display_name or one.addr_spec for one in senders), 160),
        published=sent,
        language=language[:12] if language.replace("-", "").isalnum() else "",
        url=address if address.startswith(("http://", "https://")) and len(address) <= 600 else "",
    )

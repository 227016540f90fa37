"""What the verbatim check says of a passage while it is being entered: one line, and both wordings that differ."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from statements.capture.coverage import paragraph_of
from statements.capture.quoted import Run, judge, quoted_parts
from statements.capture.verbatim import SourceText
from statements.choices import How, Mode, Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """The line under the passage: verdict, words for people, and both wordings in runs where they differ."""

    verdict: str
    text: str
    quoted: tuple[Run, ...] = field(default=())
    source: tuple[Run, ...] = field(default=())


def line_for(text: str, passage: str, mode: str, near: int = 0) -> Line:
    """Return what is said of `passage` in the stored `text`, sought from `near` on."""
    passage = passage.replace("\r\n", "\n").strip()
    if not text or not passage:
        missing = _("No passage is chosen.") if text else _("The text of this source is not held.")
        return Line(Verdict.NOT_HELD, missing)
    source = SourceText(text)
    place = source.locate(passage, near=max(0, near - 1))
    if place.found:
        number, begin = paragraph_of(text, place.start)
        told = _("Wording found in the stored text, paragraph %(number)d, characters %(first)d to %(last)d") % {
            "number": number,
            "first": place.start - begin + 1,
            "last": place.end - begin,
        }
        how = "" if place.how == "exact" else f" ({How(place.how).label})"
        return Line(Verdict.MATCH, told + how)
    return _of_quoted(source, passage, mode, near)


def _of_quoted(source: SourceText, passage: str, mode: str, near: int) -> Line:
    """Return what is said where the passage as a whole is no wording of the text: its quoted words may be."""
    parts = quoted_parts(passage)
    if mode == Mode.DIRECT and not parts:
        parts = [passage]
    if not parts:
        return Line(Verdict.PARAPHRASE, _("This is no wording of the text: it counts as a paraphrase."))
    judged = judge(source, parts, near=near)
    if judged.found:
        return Line(Verdict.MATCH, _("The quoted words stand in the stored text; the words around them are yours."))
    if judged.how == "absent":
        return Line(Verdict.DIFFERS, _("These words stand nowhere in the stored text."), judged.quoted)
    return Line(Verdict.DIFFERS, _("The quoted words differ from the stored text."), judged.quoted, judged.source)

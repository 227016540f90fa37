"""The verbatim check of citations, stored: recomputed when words, citation or source change, and by a command.

What it finds (verdict, how, place, words around it, words that differ) is derived from rows that have a version and a
history of their own. It is therefore written without raising the version of the citation, which an editor may have
open; where a public page changes by it, the publication stamp is raised in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from statements.capture.quoted import context, judge, quoted_parts
from statements.capture.verbatim import SourceText
from statements.choices import Mode, TextKind, Verdict
from statements.models import Citation, Statement, StatementText
from visits.actions import stamp_for
from visits.choices import Workflow
from visits.models import MeetingNote, Source

# In these versions somebody's words stand as the source has them; the others are ours.
THEIR_WORDS = frozenset({TextKind.ORIGINAL, TextKind.OFFICIAL, TextKind.PRESS})
# What we say in our own words quotes where it has quotation marks; a translation has them around words of ours.
OURS = frozenset({TextKind.EDITORS_WORDS})


def held_text(citation: Citation) -> str:
    """Return the stored text of what `citation` cites; "" where none is held."""
    if citation.source is not None:
        return citation.source.extracted_text
    return citation.note.text if citation.note is not None else ""


def words_to_check(citation: Citation) -> list[str]:
    """Return the quoted words that `citation` has to prove: those of the statement, and its own where it quotes.

    The words of the statement count where they are given in the wording and language of the source, and of what we
    say in our own words what stands in quotation marks. In direct speech without quotation marks every word is quoted;
    a paraphrase without them has none.
    """
    statement = citation.statement
    theirs = [text for text in statement.texts.all() if _in_words_of(text, citation)]
    preferred = next((text for text in theirs if text.preferred), theirs[0] if theirs else None)
    parts = quoted_parts(preferred.text) if preferred is not None else []
    if not parts and preferred is not None and statement.mode == Mode.DIRECT:
        parts = [preferred.text]
    own = [part for text in statement.texts.all() if _in_words_of(text, citation, OURS)
           for part in quoted_parts(text.text)]  # fmt: skip
    if citation.exact:
        whole = statement.mode == Mode.DIRECT or (statement.mode == Mode.MIXED and not parts)
        own += quoted_parts(citation.exact) or ([citation.exact] if whole else [])
    return parts + [part for part in dict.fromkeys(own) if part not in parts]


def _in_words_of(text: StatementText, citation: Citation, kinds: frozenset[TextKind] = THEIR_WORDS) -> bool:
    if text.kind not in kinds or text.source_id not in {None, citation.source_id}:
        return False
    spoken = citation.source.language if citation.source is not None else ""
    return not spoken or spoken.partition("-")[0] == text.language.partition("-")[0]


def found_for(citation: Citation, source: SourceText | None = None) -> dict[str, Any]:
    """Return what the check finds for `citation` now, by the names of its derived columns; nothing is written."""
    held = source.text if source is not None else held_text(citation)
    parts = words_to_check(citation)
    found: dict[str, Any] = dict.fromkeys(("start", "end"))
    found |= {"how": "", "differing": {}, "prefix": citation.prefix, "suffix": citation.suffix}
    found["verdict"] = (Verdict.NOT_HELD if parts else Verdict.PARAPHRASE).value
    if not held:
        return found
    source = source or SourceText(held)
    passage = source.locate(citation.exact, near=citation.start or 0) if citation.exact else None
    near = passage.start if passage is not None and passage.how != "absent" else citation.start or 0
    judged = judge(source, parts, near=near)
    if parts:
        found["verdict"] = (Verdict.MATCH if judged.found else Verdict.DIFFERS).value
        found["how"] = judged.how
        if not judged.found:
            found["differing"] = {"quoted": _lists(judged.quoted), "source": _lists(judged.source)}
    if passage is not None and passage.how != "absent":
        found |= {"start": passage.start, "end": passage.end}
    elif parts and judged.how != "absent":
        found |= {"start": judged.start, "end": judged.end}
    if found["start"] is not None:
        found["prefix"], found["suffix"] = context(held, found["start"], found["end"])
    return found


def _lists(runs: tuple[tuple[str, bool], ...]) -> list[list[Any]]:
    return [[words, differs] for words, differs in runs]


@transaction.atomic
def check_citation(citation: Citation, source: SourceText | None = None) -> bool:
    """Recompute the verdict of a stored citation; return whether anything changed. `source` is its text, prepared."""
    found = found_for(citation, source)
    if all(getattr(citation, name) == value for name, value in found.items()):
        return False
    # Derived, so neither version nor history: see above.
    Citation._base_manager.filter(pk=citation.pk).update(**found)
    for name, value in found.items():
        setattr(citation, name, value)
    stamp_for(citation.statement)
    return True


def check_statement(statement: Statement) -> int:
    """Recompute the verdicts of all citations of `statement`; return how many changed.

    Raise ValidationError where a published statement would quote words that differ without a reviewer's reason.
    """
    rows = Citation.objects.filter(statement=statement).select_related("source", "note", "statement")
    changed = sum(check_citation(row) for row in rows.prefetch_related("statement__texts"))
    told = statement.workflow == Workflow.PUBLISHED and not statement.differs_reason.strip()
    if changed and told and Statement.objects.get(pk=statement.pk).quotes_otherwise():
        raise ValidationError(_("The quoted words differ from the source: a reviewer says why they are published."))
    return changed


def check_citing(**cited: Any) -> int:
    """Recompute the verdicts of all citations of one source or note (`source=` or `note=`); return how many changed."""
    rows = Citation.objects.filter(**cited).select_related("statement").prefetch_related("statement__texts")
    rows = rows.select_related("statement", "source", "note")
    prepared: SourceText | None = None
    changed = 0
    for row in rows:
        prepared = prepared or SourceText(held_text(row))
        changed += check_citation(row, prepared if prepared.text else None)
    return changed


def check_all(tick: Callable[[], Any] = lambda: None) -> tuple[int, int]:
    """Recompute every verdict, source by source; return how many were checked and how many changed."""
    checked = changed = 0
    rows = Citation.objects.select_related("statement", "source", "note").prefetch_related("statement__texts")
    held: tuple[Any, SourceText] | None = None
    for row in rows.order_by("source_id", "note_id", "id").iterator(chunk_size=500):
        key = (row.source_id, row.note_id)
        if held is None or held[0] != key:
            held = (key, SourceText(held_text(row)))
        changed += check_citation(row, held[1] if held[1].text else None)
        checked += 1
        tick()
    return checked, changed


def source_saved(source: Source) -> None:
    """Check what cites `source` again: its text may be another now."""
    check_citing(source=source)


def note_saved(note: MeetingNote) -> None:
    """Check what cites `note` again: its text may be another now."""
    check_citing(note=note)


def words_saved(part: StatementText | Citation) -> None:
    """Check the citations of a statement again of which a version or a citation was saved or taken out."""
    check_statement(part.statement)


def statement_saved(statement: Statement) -> None:
    """Check the citations of a statement again: its mode may be another now."""
    check_statement(statement)

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

from statements.capture.verbatim import SourceText
from statements.models import Citation, Statement, StatementText
from statements.verdicts import Cited, Version, find
from visits.actions import stamp_for
from visits.choices import Workflow
from visits.models import MeetingNote, Source, User
from visits.told import is_told


def held_text(citation: Citation) -> str:
    """Return the stored text of what `citation` cites; "" where none is held."""
    if citation.source is not None:
        return citation.source.extracted_text
    return citation.note.text if citation.note is not None else ""


def found_for(citation: Citation, source: SourceText | None = None) -> dict[str, Any]:
    """Return what the check finds for `citation` now, by the names of its derived columns; nothing is written."""
    statement, cited = citation.statement, citation.source
    versions = [
        Version(text.kind, text.language, text.text, text.preferred, text.source_id) for text in statement.texts.all()
    ]
    spoken = cited.language if cited is not None else ""
    said = Cited(citation.source_id, spoken, citation.exact, citation.start, citation.prefix, citation.suffix)
    if source is None and (held := held_text(citation)):
        source = SourceText(held)
    return find(statement.mode, versions, said, source)


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
    if is_told(citation):
        stamp_for(citation.statement)
    return True


def check_statement(statement: Statement, by: User | None) -> int:
    """Recompute the verdicts of all citations of `statement`; return how many changed.

    Raise ValidationError where a published statement would quote words that differ without a reviewer's reason,
    in a source that `by` may see (None: in any).
    """
    rows = Citation.objects.filter(statement=statement).select_related("source", "note", "statement")
    changed = sum(check_citation(row) for row in rows.prefetch_related("statement__texts"))
    told = statement.workflow == Workflow.PUBLISHED and not statement.differs_reason.strip()
    if changed and told and Statement.objects.get(pk=statement.pk).quotes_otherwise(by):
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


def source_saved(source: Source, _by: User | None) -> None:
    """Check what cites `source` again: its text may be another now."""
    check_citing(source=source)


def note_saved(note: MeetingNote, _by: User | None) -> None:
    """Check what cites `note` again: its text may be another now."""
    check_citing(note=note)


def words_saved(part: StatementText | Citation, by: User | None) -> None:
    """Check the citations of a statement again of which a version or a citation was saved or taken out."""
    check_statement(part.statement, by)


def statement_saved(statement: Statement, by: User | None) -> None:
    """Check the citations of a statement again: its mode may be another now."""
    check_statement(statement, by)

"""Undoing an import of statements: what it entered is taken out at once, with the history of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from statements.imports.setwise import Writer
from statements.models import SearchKind, Statement
from visits import admin_drafts
from visits.after_save import refresh
from visits.among import Among
from visits.choices import Workflow
from visits.merge_plan import relations
from visits.models import Draft, ImportBatch, ImportOutcome, ImportRow, RemovalRequest, User

_CHUNK = 4_000


def undo(*, batch: ImportBatch, by: User | None) -> None:
    """Take back what an import wrote; raise ValidationError where somebody has worked on something of it since."""
    from visits.import_undo import take_back_writes

    take_back_writes(batch, by)
    rows = ImportRow.objects.filter(batch=batch, outcome=ImportOutcome.NEW).order_by("number")
    entered = iter(rows.values_list("record", flat=True).iterator(chunk_size=_CHUNK))
    writer = Writer(by=by)
    while chunk := list(islice(entered, _CHUNK)):
        found = list(Statement._base_manager.filter(public_id__in=chunk).values_list("pk", "version", "workflow"))
        if len(found) < len(chunk):
            raise ValidationError(_("Something of this import has been removed since: it cannot be undone as a whole."))
        if any(workflow != Workflow.DRAFT for _pk, _version, workflow in found):
            told = _("Statements of this import are in review or public: send them back, or withdraw them, one by one.")
            raise ValidationError(told)
        ids = [pk for pk, _version, _workflow in found]
        if any(version != 1 for _pk, version, _workflow in found) or any(_resting(ids, writer)):
            raise ValidationError(
                _("Somebody has worked on statements of this import since: it cannot be undone as a whole.")
            )
        writer.take_out(ids)
        refresh({(SearchKind.STATEMENT.value, pk) for pk in ids})


def _resting(ids: Sequence[int], writer: Writer) -> Iterator[bool]:
    """Yield of each relation to statements, but for the parts with which they were entered, whether it leads there.

    Then whether somebody has begun to write about one of them, or asked to remove it.
    """
    own = {target.model for target in writer.targets}
    for relation in relations(Statement):
        if relation.model not in own:
            yield relation.model._base_manager.filter(Among(relation.attname, ids)).exists()
    keys = set(Statement._base_manager.filter(Among("pk", ids)).values_list("public_id", flat=True))
    of_admin = {admin_drafts.key_of(Statement, pk) for pk in ids}
    drafts = Draft.objects.values_list("key", flat=True)
    yield any(key in of_admin or key.rpartition(":")[2] in keys for key in drafts.iterator())
    asked = RemovalRequest.objects.filter(kind=Statement._meta.model_name, done_at=None, declined_at=None)
    yield any(key in keys for key in asked.values_list("public_id", flat=True))

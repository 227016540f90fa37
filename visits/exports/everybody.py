"""What everybody may see of rows that leave as files or by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from visits.access import Role
from visits.among import Among
from visits.exports.columns import OPEN, Cell, Row
from visits.pieces import pieces
from visits.written import Anybody

if TYPE_CHECKING:
    from visits.prepared import Given

EVERYBODY = Anybody(Role.NONE.value)


def open_pieces(model: Any, ids: Given) -> QuerySet[Any]:
    """Return thin rows of those that everybody may see."""
    return pieces(OPEN, model.objects.visible_to(EVERYBODY).filter(Among("pk", ids)), "id", "id")


def author_of(row: Row) -> Cell:
    """Return the author as the page of a source shows them; who is not to be named is not (`with_author`)."""
    return str(row.record.author_named)

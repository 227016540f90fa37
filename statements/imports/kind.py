"""The kind of lists of statements, as `visits.imports` knows it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from statements.imports.importing import Statements, apply
from statements.imports.telling import FIELDS
from statements.imports.undoing import undo
from visits.imports.kinds import Kind, register_kind
from visits.models import User


def _judge(by: User | None, _source: str) -> Statements:
    return Statements(by)


STATEMENTS = Kind("statements", _("statements"), FIELDS, _judge, apply, undo)


def register() -> None:
    """Make lists of statements known."""
    register_kind(STATEMENTS)

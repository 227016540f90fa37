"""Taking a source in: its row, its file and what it passes on, together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from visits.access import Permission
from visits.actions import enter_source, require
from visits.models import Source, User
from visits.stored_files import digest, keeping


def take_in_source(
    *, source: Source, by: User | None, data: bytes | None = None, relays: Sequence[tuple[Source, str]] = ()
) -> Source:
    """Store a new source with the bytes of its file, if any, and the originals that it passes on (original, kind).

    An original that is not stored yet is stored with it, and is as visible as the source: its title must not tell of
    a confidential one. The transaction is the outermost, so that the file stays exactly if the row does. Raises
    ValidationError where the source is stored already or has no title, PermissionDenied where `by` may not edit.
    """
    require(by, Permission.EDIT_RECORD)
    if not source._state.adding:
        raise ValidationError(_("This source is stored already."))
    kept: AbstractContextManager[str] = keeping(data) if data is not None else nullcontext("")
    with kept as name, transaction.atomic(durable=True):
        source.stored_file.name = name
        source.sha256 = digest(data) if data is not None else ""
        for original, _kind in relays:
            if original._state.adding:
                original.visibility = source.visibility or source.default_visibility()
                original.compartment = source.compartment
                enter_source(source=original, by=by)
        enter_source(source=source, by=by, relays=dict(relays))
    return source

"""What takes two persons: one asks, another one answers, and the database keeps it so."""

from __future__ import annotations

from django.db.models import BaseConstraint, CheckConstraint, F, Q, UniqueConstraint


def two_persons(name: str, *, of: list[str], done: str) -> list[BaseConstraint]:
    """Return the constraints of requests with `asked_by`, `second`, `declined_at` and the moment `done`.

    Of the same in the fields `of` one request is open at most; it is done by somebody else than who asked, or declined.
    """
    undone = Q((f"{done}__isnull", True))
    word = done.removesuffix("_at")
    return [
        UniqueConstraint(fields=of, condition=Q(declined_at__isnull=True) & undone, name=f"{name}_one_open"),
        CheckConstraint(
            name=f"{name}_two_persons", condition=undone | (Q(second__isnull=False) & ~Q(second=F("asked_by")))
        ),
        CheckConstraint(name=f"{name}_{word}_or_declined", condition=undone | Q(declined_at__isnull=True)),
    ]

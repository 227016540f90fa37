"""What somebody protected is called: changed by those alone who may know the name, and put back by no old form.

Nobody is told by a refusal whether what they typed is the name: what is refused, and what a form that was filled in
before the protection keeps, depends on who acts and on versions, never on the name. No key is needed for it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.kept_protections import check_code
from visits.models import Alias, CompartmentMember, Participant, Person, PersonName, ProtectedName, User
from visits.sealing import opened

_COLUMNS: dict[Any, str] = {Person: "name", PersonName: "text", Alias: "text", Participant: "label"}


def check_called(before: Any, row: Any, by: User | None) -> None:
    """Raise ValidationError where `row` would say anew what somebody protected is called, and `by` does not know it.

    Who is in the compartment may choose another code name, which holds no word of the name either; that takes a key.
    """
    column = _COLUMNS.get(type(row))
    if column is None or getattr(before, column, "") == getattr(row, column):
        return
    whole = isinstance(row, Person | Participant)
    if whole and before is None:
        return
    named = {"participant": row.pk} if isinstance(row, Participant) else {"person": row.pk if whole else row.person_id}
    kept = ProtectedName.objects.filter(**named).first() if any(named.values()) else None
    if kept is None:
        return
    holding = CompartmentMember.objects.holding().filter(compartment=kept.compartment_id, user=by)
    if by is None or not holding.exists():
        raise ValidationError(_("What somebody is called here stays as it is. Where it is wrong, tell a reviewer."))
    check_code(getattr(row, column), opened(kept.sealed))


class TakenOut:
    """Of which columns of a row a name was taken out since the version that a form was filled in on.

    `base` is that version as it is kept now, the code name in it; None where it is not kept.
    """

    def __init__(self, row: Any, base: Any, version: int | None) -> None:
        self._base = row if base is None else base
        # Names are taken out past the history: such a version is missing there.
        since = version or 0
        told = row.history.filter(version__gt=since, version__lte=row.version).values("version").distinct()
        self._codes = code_names() if told.count() < row.version - since else set()
        # Of somebody protected everything is written anew: the note goes without leaving a code name.
        self._whole = isinstance(row, Person) and row.name in self._codes

    def codes(self, column: str) -> set[str] | None:
        """Return the code names that may stand for a name in a column; None where nothing was taken out of it."""
        stands = getattr(self._base, column)
        if not isinstance(stands, str) or not self._codes:
            return None
        found = {code for code in self._codes if code in stands}
        return found if found or self._whole else None


def code_names() -> set[str]:
    """Return what stands, or stood, in place of names, and of the slugs that were made of them."""
    found: set[str] = set()
    stand = ((Person, "name", "person"), (Person, "slug", "person"), (Participant, "label", "participant"))
    for model, column, relation in stand:
        ids = ProtectedName.objects.exclude(**{relation: None}).values(f"{relation}_id")
        # An older one may stand in versions of before.
        for rows in (model._base_manager.filter(pk__in=ids), model.history.filter(id__in=ids)):
            found |= set(rows.values_list(column, flat=True))
    return found - {""}

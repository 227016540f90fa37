"""Forms of the admin keep what is typed as those of the desk do, and say who else has the record open.

Where a record has a page at the desk too, both meet under its key there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest

from visits import drafts
from visits.keys import is_kind, register_key
from visits.models import Draft, User
from visits.versions import seen

if TYPE_CHECKING:
    from collections.abc import Iterable


def kind_of(model: type[models.Model]) -> str:
    """Return the kind of key of the drafts of a model's form: "admin.visits.person"."""
    return f"admin.{model._meta.label_lower}"


def key_of(model: type[models.Model], pk: Any = None) -> str:
    """Return the key of the draft of a row's form, or of the form of a new row."""
    return f"{kind_of(model)}:{pk}" if pk is not None else f"{kind_of(model)}.new"


def presence_key_of(row: models.Model) -> str:
    """Return the key under which who has the row open is known: that of the desk, where it has a page there."""
    public_id = getattr(row, "public_id", "")
    kind = row._meta.model_name or ""
    return f"{kind}:{public_id}" if public_id and is_kind(kind) else key_of(type(row), row.pk)


def register(model: type[models.Model]) -> None:
    """Have drafts kept of the forms of a model. A row of it is found by its primary key where the person may see it."""
    register_key(kind_of(model), lambda user: seen(model, user), "pk")
    register_key(f"{kind_of(model)}.new")


def drafting(request: HttpRequest, row: models.Model | None, model: type[models.Model]) -> dict[str, str]:
    """Return what the page of a form says of its drafts: their key, and that of who else is there."""
    if row is None or row.pk is None:
        return {"draft_key": key_of(model)}
    return {"draft_key": key_of(model, row.pk), "presence_key": presence_key_of(row)}


def settle(request: HttpRequest, row: models.Model, *, new: bool) -> None:
    """Forget the draft of a form that was just saved."""
    if isinstance(request.user, User):
        key = key_of(type(row), None if new else row.pk)
        drafts.settle(by=request.user, key=key, fields=request.POST)


def forget(model: type[models.Model], ids: Iterable[int]) -> None:
    """Forget the drafts of the forms of rows that are erased."""
    Draft.objects.filter(key__in=[key_of(model, pk) for pk in ids]).delete()

"""What can be chosen for merging: rows of a kind that a person may see, with their names, and likely duplicates."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils import translation

from visits.duplicates import Likely, likely
from visits.folding import fold
from visits.merge_plan import NAMES, model_of
from visits.models import Merge, MergeKind, Redirect
from visits.versions import key_of, kinds, seen

if TYPE_CHECKING:
    from visits.access import Reading
    from visits.models import User

# Comparing names takes longer with each; of more than these the newest are compared.
COMPARED = 5_000


def key_field(kind: str) -> str:
    """Return the field by which a row of `kind` is addressed."""
    return "slug" if "slug" in model_of(kind).PERMANENT else "public_id"


def choice(kind: str, key: str, user: User) -> Any:
    """Return the visible row of this slug or public id, or None."""
    return seen(model_of(kind), user).filter(**{key_field(kind): key}).first() if key else None


def found_by(kind: str, words: str, user: User, most: int) -> list[Any]:
    """Return the visible rows whose name, or another name of theirs, holds the words."""
    name = "title" if kind == MergeKind.SOURCE else "name"
    condition = Q(**{f"{name}__icontains": words})
    if kind in NAMES and fold(words):
        other, relation, _more = NAMES[kind]
        condition |= Q(
            pk__in=apps.get_model(other)._base_manager.filter(folded__contains=fold(words)).values(f"{relation}_id")
        )
    return list(seen(model_of(kind), user).filter(condition).order_by(name, "pk")[:most])


def suggested(kind: str, user: User) -> list[tuple[Any, Any, float]]:
    """Return pairs of visible rows that look like duplicates, the likest first; those with more names stay."""
    rows = {key_of(row): row for row in seen(model_of(kind), user).order_by("-pk")[:COMPARED]}
    names = [(key, str(row)) for key, row in rows.items()]
    if kind in NAMES:
        other, relation, _more = NAMES[kind]
        by_id = {row.pk: key for key, row in rows.items()}
        aliases: QuerySet[Any] = apps.get_model(other)._base_manager.filter(**{f"{relation}__in": list(by_id)})
        names += [(by_id[owner], text) for owner, text in aliases.values_list(f"{relation}_id", "text")]
    pairs: list[Likely] = likely(names)
    return [(rows[pair.one], rows[pair.two], pair.score) for pair in pairs]


def visible_merges(user: User) -> QuerySet[Merge]:
    """Return the merges whose rows the person may see: the kept one, and the duplicate where it is back."""
    mine = Q(pk__in=[])
    for kind in MergeKind.values:
        there = seen(model_of(kind), user).values("pk")
        mine |= Q(kind=kind, kept__in=there) & (Q(undone_at=None) | Q(gone__in=there))
    return Merge.objects.filter(mine).select_related("by", "undone_by")


def closed_redirects(reader: Reading) -> list[int]:
    """Return the ids of the old addresses that lead to a page of a row which `reader` may not see, or to none.

    They are made of names, and outlive the row that had them: only merging enters them.
    """
    leading: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    with translation.override(settings.LANGUAGE_CODE):
        for pk, path in Redirect.objects.values_list("pk", "new_path"):
            kind, key = _page_at(path)
            leading[kind][key].append(pk)
    closed = []
    for kind, ids in leading.items():
        model = kinds().get(kind)
        # What is no row of the record, such as a list, is nobody's secret.
        if model is not None:
            name = "slug" if "slug" in model.PERMANENT else "public_id"
            open_ones = seen(model, reader).filter(**{f"{name}__in": list(ids)}).values_list(name, flat=True)
            closed += [pk for key in ids.keys() - set(open_ones) for pk in ids[key]]
    return closed


def _page_at(path: str) -> tuple[str, str]:
    """Return of which kind of row a path is the page, and its key; "" for what is no such page."""
    try:
        found = resolve(path)
    except Resolver404:
        return "", ""
    return found.view_name.removesuffix("_detail"), str(next(iter(found.kwargs.values()), ""))

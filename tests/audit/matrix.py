"""The table of permissions: what every address answers to each role by each method, declared in matrix.csv.

A line names an address (or, of the admin, a page of a model), then for each role the answers to GET, HEAD, POST, PUT,
PATCH, DELETE and OPTIONS in that order, as “200 200 405 …”; a role that is answered like the one before it has “″”.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

DECLARED = Path(__file__).with_name("matrix.csv")
ROLES = ("anonymous", "reader", "member", "editor", "reviewer", "admin")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAME = "″"
Answers = dict[str, tuple[int, ...]]


def patterns(within: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Yield every address by its name with its namespaces, or by its pattern where it has none."""
    for entry in (within or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{before}{entry.namespace}:" if entry.namespace else before)
        elif isinstance(entry, URLPattern):
            yield f"{before}{entry.name}" if entry.name else f"pattern {before}{entry.pattern}"


def declared() -> dict[str, Answers]:
    """Return by address and role the answers to each method."""
    found: dict[str, Answers] = {}
    with DECLARED.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            row: Answers = {}
            last = ""
            for role in ROLES:
                last = last if line[role] == SAME else line[role]
                row[role] = tuple(int(part) for part in last.split())
            found[line["address"]] = row
    return found


def written(table: dict[str, Answers]) -> str:
    """Return the table as it is kept."""
    lines = [",".join(("address", *ROLES))]
    for name, row in sorted(table.items()):
        cells, last = [], ""
        for role in ROLES:
            cell = " ".join(str(status) for status in row[role])
            cells.append(SAME if cell == last else cell)
            last = cell
        lines.append(",".join((name, *cells)))
    return "\n".join(lines) + "\n"


def admin_addresses() -> dict[str, str]:
    """Return the addresses of the admin by their names: those of a model with the first of its public rows."""
    found: dict[str, str] = {}
    for name in patterns():
        if not name.startswith("admin:"):
            continue
        for args in ((), (1,), ("1",)):
            try:
                found[name] = reverse(name, args=args)
                break
            except NoReverseMatch:
                continue
    for model in admin.site._registry:
        row = first_row(model)
        for page in ("history", "delete", "change"):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
            found[name] = reverse(name, args=[row])
    return found


def first_row(model: Any) -> int:
    """Return the number of a row that everybody may see, where the model knows that; 0 where there is none."""
    from django.contrib.auth.models import AnonymousUser

    rows = model._default_manager.all()
    if hasattr(rows, "visible_to"):
        rows = rows.visible_to(AnonymousUser())
    return rows.order_by("pk").values_list("pk", flat=True).first() or 0

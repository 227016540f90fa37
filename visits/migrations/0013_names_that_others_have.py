"""Compartments may share a name and redirects an address: whoever makes one is not told of another that is hidden."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def make_unique(apps: Any, schema_editor: Any) -> None:
    """Number the compartments of one name before the rule comes back that there is one."""
    Compartment = apps.get_model("visits", "Compartment")
    taken = set()
    for row in Compartment.objects.order_by("pk"):
        name, number = row.name, 1
        while (row.visit_id, name) in taken:
            number += 1
            end = f" ({number})"
            name = row.name[: 120 - len(end)] + end
        taken.add((row.visit_id, name))
        if name != row.name:
            Compartment.objects.filter(pk=row.pk).update(name=name)


def set_aside(apps: Any, schema_editor: Any) -> None:
    """Keep the latest redirect of each address, by which it leads on; the others wait where no address is.

    An address has no “#”, since browsers keep what follows it to themselves.
    """
    Redirect = apps.get_model("visits", "Redirect")
    taken = set()
    for row in Redirect.objects.order_by("-pk"):
        if row.old_path in taken:
            end = f"#{row.pk}"
            Redirect.objects.filter(pk=row.pk).update(old_path=row.old_path[: 300 - len(end)] + end)
        taken.add(row.old_path)


def take_back(apps: Any, schema_editor: Any) -> None:
    """Put redirects that were set aside where they start."""
    Redirect = apps.get_model("visits", "Redirect")
    for row in Redirect.objects.filter(old_path__contains="#"):
        path, _sign, end = row.old_path.rpartition("#")
        if end == str(row.pk):
            Redirect.objects.filter(pk=row.pk).update(old_path=path)


class Migration(migrations.Migration):
    dependencies = [("visits", "0012_protection")]

    operations = [
        migrations.RemoveConstraint("compartment", "visits_compartment_name"),
        migrations.RemoveConstraint("compartment", "visits_compartment_name_without_visit"),
        migrations.RunPython(migrations.RunPython.noop, make_unique),
        migrations.AlterField(
            "redirect", "old_path", models.CharField("old path", max_length=300, db_index=True)
        ),
        migrations.RunPython(take_back, set_aside),
    ]

"""Addresses by which accounts were reached before an admin gave them another one open nothing any more."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def drop_others(apps: Any, schema_editor: Any) -> None:
    """Drop the addresses of allauth that are not those of their accounts: nobody could give an account two."""
    EmailAddress = apps.get_model("account", "EmailAddress")
    for row in EmailAddress.objects.select_related("user"):
        if row.email.casefold() != row.user.email.casefold():
            row.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0013_names_that_others_have"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(drop_others, migrations.RunPython.noop)]

"""An empty record within a test, which its transaction takes back."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.db import connection

from statements.models import NameWord, SearchEntry
from statements.package.tables import whole_record
from visits.models import Draft, Presence, PublicationStamp, SentForm


def empty_the_record() -> None:
    """Delete every row of the record past all rules; keys are checked when the test is over, and all are gone."""
    from statements.models import SavedSearch

    models = [table.model for table in whole_record()]
    models += [SearchEntry, NameWord, Draft, Presence, SentForm, SavedSearch, PublicationStamp]
    with connection.cursor() as cursor:
        for table in ("account_emailaddress", "mfa_authenticator", "usersessions_usersession", "django_admin_log"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of tables
        for model in models:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 - names of tables
    caches["pages"].clear()


def stored() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of the record, all columns, without what stays behind."""
    found = {}
    for table in whole_record():
        names = [field.attname for field in table.fields]
        found[table.name] = list(table.model._base_manager.order_by("pk").values(*names))
    return found

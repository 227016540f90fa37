"""Which tables make the record, found in the models: a new model or field is in by itself.

What is left out is named here with its reason; a test asks that every model is either in or named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

CHUNK = 2000
# Models that are no part of the record, or are made anew out of it.
LEFT_OUT: dict[str, str] = {
    "visits.PublicationStamp": "counts what this site published; it rises when a package is read",
    "visits.Draft": "what somebody typed and has not saved; its author alone ever meets it",
    "visits.ProtectedName": "sealed by a key of one installation; a backup keeps it",
    "visits.Report": "what somebody wrote to the reviewers of one installation",
    "visits.SentForm": "guards a form against being sent twice, for days",
    "visits.Presence": "who has a record open, for minutes",
    "visits.AuditEntry": "tells who read and did what on one installation; a backup keeps it",
    "visits.AuditSeal": "seals the entries of one installation",
    "visits.AccessRequest": "who asked one installation to be let in; the audit log tells of it",
    "visits.ApiToken": "a secret: programs get new ones",
    "visits.Invitation": "a secret link, for days",
    "visits.User_groups": "roles say who may do what: groups are not used",
    "visits.User_user_permissions": "roles say who may do what: permissions of Django are not used",
    "statements.SavedSearch": "belongs to an account and to nobody else; its key opens a feed",
    "statements.SearchEntry": "the index of the search is built anew",
    "statements.NameWord": "the index of the suggestions is built anew",
    "admin.LogEntry": "the history of each row tells the same, and more",
    "auth.Group": "roles say who may do what: groups are not used",
    "auth.Group_permissions": "roles say who may do what: groups are not used",
    "auth.Permission": "made anew by migrate",
    "contenttypes.ContentType": "made anew by migrate",
    "sessions.Session": "who is signed in, until they leave",
    "account.EmailAddress": "of signing in; the address itself stands in the account",
    "account.EmailConfirmation": "a secret link, for days",
    "mfa.Authenticator": "a secret: second factors are set up anew",
    "usersessions.UserSession": "who is signed in from where, until they leave",
}
# Columns that stay behind; what is read back gets what `filler` says.
LEFT_OUT_COLUMNS: dict[str, dict[str, str]] = {
    "visits.User": {
        "password": "a secret: whoever signs in sets a new one",
        "last_login": "of signing in",
    },
}


@dataclass
class Table:
    """A table of the record: the model, and those of its columns that are written."""

    model: type[models.Model]
    fields: tuple[models.Field[Any, Any], ...]

    @property
    def name(self) -> str:
        """Return the name of the table in a package, such as “visits.visit”."""
        return self.model._meta.label_lower

    @property
    def path(self) -> str:
        """Return where its rows stand in a package."""
        return f"data/{self.name}.csv"

    @property
    def key(self) -> str:
        """Return the column by which a row is named, which is that of its order too."""
        return str(self.model._meta.pk.attname)

    @property
    def references(self) -> dict[str, str]:
        """Return column → name of the table to which the database ties it; histories may name rows that are gone."""
        return {
            field.attname: field.related_model._meta.label_lower
            for field in self.fields
            if isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", True)
        }

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows in the order of their keys, a value for each field."""
        rows = self.model._base_manager.order_by(self.key)
        return rows.values_list(*(field.attname for field in self.fields)).iterator(CHUNK)


def is_history(model: type[models.Model]) -> bool:
    """Whether a model holds the history of another."""
    return hasattr(model, "history_id")


def whole_record() -> list[Table]:
    """Return every table of the record, histories included, by name."""
    found = []
    for app in ("visits", "statements"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            label = model._meta.label
            if label not in LEFT_OUT:
                out = LEFT_OUT_COLUMNS.get(label, {})
                fields = tuple(field for field in model._meta.concrete_fields if field.attname not in out)
                found.append(Table(model, fields))
    return sorted(found, key=lambda table: table.name)


def file_fields() -> list[tuple[type[models.Model], str]]:
    """Return the columns of the record that name a stored file, those of histories included."""
    found = []
    for table in whole_record():
        for field in table.fields:
            if isinstance(field, models.FileField):
                found.append((table.model, field.attname))
                history = getattr(table.model, "history", None)
                if history is not None:
                    found.append((history.model, field.attname))
    return found

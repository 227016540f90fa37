"""What the admin may call a related row: each name passes the gate, and all of a page are asked for together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.forms import Field, TextInput
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from visits.access import Permission, compartments_of, has_permission
from visits.models import Compartment, User

NOT_OPEN = _("not open to you")

# The relations that the label of a row names, by model.
LABELS: dict[str, tuple[str, ...]] = {
    "visits.MandateTerm": ("person", "mandate"),
    "visits.Office": ("organisation",),
    "visits.MeetingNote": ("meeting",),
    "visits.VisitLeg": ("country",),
    "visits.VisitExpert": ("term",),
    "statements.Position": ("topic",),
}


def readable(model: type[models.Model], request: HttpRequest) -> models.QuerySet[Any]:
    """Return the rows of `model` that the person of `request` may read.

    A form asks once for every relation of every inline: the condition is built once a request.
    """
    built: dict[type[models.Model], models.QuerySet[Any]] = request.__dict__.setdefault("_readable", {})
    if model not in built:
        rows = model._default_manager.all()
        gate = getattr(rows, "visible_to", None)
        if model is Compartment:
            built[model] = rows.filter(pk__in=compartments_of(request.user))
        else:
            built[model] = gate(request.user) if gate else rows
    return built[model].all()


def choosable(model: type[models.Model], request: HttpRequest) -> models.QuerySet[Any]:
    """Return the rows of `model` that the person may choose: of users, themselves, unless they manage users."""
    rows = readable(model, request)
    if model is User and not has_permission(request.user, Permission.MANAGE_USERS):
        return rows.filter(pk=request.user.pk)
    return rows


class NotOpen:
    """Stands where a related row is hidden: without an id, so that nothing links to it."""

    pk = ""

    def __str__(self) -> str:
        return str(NOT_OPEN)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in {"resolve_expression", "prepare_database_save"}:
            raise AttributeError(name)
        return self


class Names:
    """The related rows that a page names, each asked for once: open ones as rows, hidden ones as a sentence."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.page: models.Model | None = None
        self.known: dict[tuple[type[models.Model], Any], Any] = {}

    def learn(self, rows: Iterable[models.Model], only: Iterable[str] | None = None) -> None:
        """Ask for what the foreign keys of `rows` lead to, one query a model, and for what their labels name."""
        wanted = defaultdict(set)
        for row in rows:
            for field in foreign_keys(type(row)):
                value = getattr(row, field.attname)
                if value is not None and (only is None or field.name in only):
                    wanted[field.remote_field.model].add(value)
        self.ask(wanted)

    def ask(self, wanted: dict[Any, set[Any]]) -> None:
        """Ask for the rows by model and id."""
        for model, keys in wanted.items():
            found = readable(model, self.request).in_bulk(list(keys))
            labels = LABELS.get(model._meta.label, ())
            if labels and found:
                self.learn(found.values(), only=labels)
                self.fill(found.values(), only=labels)
            for key in keys:
                self.known[model, key] = found.get(key)

    def hidden(self, model: type[models.Model], key: Any) -> bool:
        """Whether a row was asked for and is hidden from the person."""
        return (model, key) in self.known and self.known[model, key] is None

    def row(self, model: type[models.Model], key: Any) -> Any:
        """Return a row that the person may read, or None."""
        if (model, key) not in self.known:
            self.ask({model: {key}})
        return self.known[model, key]

    def fill(self, rows: Iterable[models.Model], only: Iterable[str] | None = None) -> None:
        """Put what is known behind the foreign keys of `rows`, for showing only: these rows are not saved after."""
        for row in rows:
            for field in foreign_keys(type(row)):
                key = (field.remote_field.model, getattr(row, field.attname))
                if key in self.known and (only is None or field.name in only):
                    row._state.fields_cache[field.name] = self.known[key] or NotOpen()

    def show(self, rows: Iterable[models.Model], only: Iterable[str] | None = None) -> None:
        """Learn and fill."""
        listed = list(rows)
        self.learn(listed, only)
        self.fill(listed, only)


def plain_id(text: object) -> int | None:
    """Return the id that `text` spells, or None where it is no id that the database could hold."""
    spelt = str(text)
    return int(spelt) if spelt.isascii() and spelt.isdigit() and len(spelt) <= 18 else None


def foreign_keys(model: type[models.Model]) -> list[Any]:
    """Return the foreign keys of a model."""
    return [field for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one]


def names_of(request: HttpRequest) -> Names:
    """Return the names of this request."""
    if not hasattr(request, "_admin_names"):
        request._admin_names = Names(request)  # type: ignore[attr-defined]
    found: Names = request._admin_names  # type: ignore[attr-defined]
    return found


class NamedSelect(AutocompleteSelect):
    """An autocomplete that takes the label of its choice from the names of the page."""

    def __init__(self, *args: Any, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Return the empty choice and the chosen one."""
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        model = self.field.remote_field.model
        for text in value:
            key = plain_id(text)
            row = self.names.row(model, key) if key is not None else None
            if row is not None:
                options.append(self.create_option(name, row.pk, str(row), True, len(options)))
        return [(None, options, 0)]


class ClosedInput(TextInput):
    """Shows that a value is stored which is not open to the person."""

    def format_value(self, value: Any) -> str:
        """Return the sentence whatever the value."""
        return str(NOT_OPEN)


def close(field: Field, key: Any) -> None:
    """Keep the stored value of a form's field that the person may not see, and let nobody change it."""
    model = field.queryset.model  # type: ignore[attr-defined]
    field.queryset = model._base_manager.filter(pk=key)  # type: ignore[attr-defined]
    field.disabled = True
    field.required = False
    field.widget = ClosedInput(attrs={"disabled": True, "class": "vTextField"})

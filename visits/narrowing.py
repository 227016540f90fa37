"""Filters of a list with one value each, whose counts say what replacing one of them would leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as df
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User


class OneChoiceFilter(df.FilterSet):
    """Filters of a list, each with one value; `reader` is whose view counts. What is not understood is left aside."""

    def __init__(self, data: QueryDict, *, reader: User | AnonymousUser, queryset: QuerySet[Any]) -> None:
        self.reader = reader
        super().__init__(data, queryset=queryset)

    def narrowed(self, *, but: str = "") -> Any:
        """Return the rows that pass every filter except `but`."""
        rows = self.queryset.all()
        for name, value in self.chosen.items():
            if name != but:
                rows = self.filters[name].filter(rows, value)
        return rows

    @property
    def chosen(self) -> dict[str, Any]:
        """Return the understood values of the filters that are set."""
        self.errors  # noqa: B018 - validates the form
        cleaned = self.form.cleaned_data
        return {name: value for name, value in cleaned.items() if value not in (None, "")}

    @property
    def not_understood(self) -> list[str]:
        """Return a sentence for each value that no filter understands; it is left aside."""
        return [
            gettext("“%(value)s” is not understood as %(filter)s and was left aside.")
            % {"value": self.data.get(name, "")[:60], "filter": self.filters[name].label}
            for name in self.errors
        ]

"""What somebody types of a search that they keep."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from statements.choices import Frequency
from statements.following import canonical
from statements.models.saved_search import LONGEST_NAME

# As long as an address may be.
LONGEST_QUERY = 8192


class SavedSearchForm(forms.Form):
    """Name and frequency of a search that is kept."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    frequency = forms.ChoiceField(label=_("Mail"), choices=Frequency.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # One page holds many of these forms: their fields need ids of their own.
        super().__init__(*args, **{"auto_id": "id_%s", "label_suffix": "", **kwargs})

    def clean_name(self) -> str:
        """Return the name in one line: it becomes the subject of mails."""
        return " ".join("".join(sign if sign.isprintable() else " " for sign in self.cleaned_data["name"]).split())


class SaveSearchForm(SavedSearchForm):
    """The same of a search that is not kept yet, with its filters as an address holds them."""

    query = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_QUERY, required=False)

    def clean_query(self) -> str:
        """Return the filters in the one form they have; what is not understood is left aside."""
        return canonical(QueryDict(self.cleaned_data["query"]))

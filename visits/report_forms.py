"""What somebody without an account fills in to report an error or a danger."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from visits.models import ReportKind


class ReportForm(forms.Form):
    """A report. `website` is a trap: people do not see it, programs fill it in."""

    kind = forms.ChoiceField(
        label=_("What about"), choices=ReportKind.choices, initial=ReportKind.ERROR, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("What is wrong"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 8}))
    contact = forms.CharField(
        label=_("How to reach you"),
        max_length=200,
        required=False,
        help_text=_("Only if you want an answer. Leave it empty to stay unknown."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    page = forms.CharField(label=_("Which page"), max_length=300, required=False)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def is_trapped(self) -> bool:
        """Whether a program filled in what people do not see."""
        return bool(self.cleaned_data.get("website"))

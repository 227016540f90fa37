"""What is typed about a consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visits.models import ConsentUse
from visits.person_field import PersonField

if TYPE_CHECKING:
    from visits.access import Reading


class ConsentForm(forms.Form):
    """Who consents to what, and until when."""

    person = PersonField()
    use = forms.ChoiceField(label=_("They consent"), choices=ConsentUse.choices)
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: until further notice. From 00:00 UTC of the next day on, the public sees it no more."),
    )
    note = forms.CharField(label=_("How it was given"), max_length=300, required=False)

    def __init__(self, *args: Any, reader: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].reader = reader  # type: ignore[attr-defined]

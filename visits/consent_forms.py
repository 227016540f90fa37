"""What is typed about a consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.models import ConsentUse, Person

if TYPE_CHECKING:
    from visits.access import Reading


class ConsentForm(forms.Form):
    """Who consents to what, and until when."""

    person = forms.CharField(
        label=_("Person"), max_length=200, help_text=_("The last part of the address of their page.")
    )
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
        self.reader = reader

    def clean_person(self) -> Person:
        """Find the person among those whom the editor may see."""
        slug = self.cleaned_data["person"].strip().rstrip("/").rpartition("/")[2]
        found: Person | None = Person.objects.visible_to(self.reader).filter(slug=slug).first()
        if found is None:
            raise ValidationError(_("There is no such person."))
        return found

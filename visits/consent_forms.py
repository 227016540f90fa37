"""What is typed about a consent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visits.models import Consent, ConsentUse
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

    # The consents that stood on the page with their versions: “a1b2c3:4 d5e6f7:1”.
    read = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reader: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].reader = reader  # type: ignore[attr-defined]

    def version_read(self, consent: Consent | None) -> int:
        """Return at which version a stored consent was read; 0 where it stood not on the page."""
        read = dict(pair.partition(":")[::2] for pair in self.cleaned_data["read"].split())
        version = read.get(consent.public_id, "") if consent else ""
        return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0

    def base_on(self, rows: Iterable[Consent]) -> None:
        """Have the form, empty or filled in, carry these consents as what was read."""
        read = " ".join(f"{row.public_id}:{row.version}" for row in rows)
        self.initial["read"] = read
        if self.is_bound:
            self.data = cast(QueryDict, self.data).copy()
            self.data["read"] = read

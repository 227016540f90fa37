"""What is typed to protect somebody's name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.compartments import Compartments
from visits.models import Compartment, Participant, Person, User


class ProtectForm(forms.Form):
    """Whom to protect, by which code name, and who may see the real one.

    A person is named by the last part of their address, a participant by the meeting's and their label.
    """

    person = forms.CharField(
        label=_("Person"), required=False, max_length=200, help_text=_("The last part of the address of their page.")
    )
    meeting = forms.CharField(
        label=_("Or a meeting"), required=False, max_length=200, help_text=_("The last part of its address.")
    )
    label = forms.CharField(label=_("and who takes part in it as"), required=False, max_length=160)
    code_name = forms.CharField(label=_("Code name"), max_length=160, help_text=_("It stands everywhere from now on."))
    compartment = forms.ChoiceField(label=_("Who may see the name"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.compartments = user, Compartments(user)
        self.fields["compartment"].choices = self.compartments.choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the person or the participant among those whom the editor may see."""
        cleaned = super().clean() or {}
        person, meeting = (_last(cleaned.get(name, "")) for name in ("person", "meeting"))
        found: Person | Participant | None
        if person:
            found = Person.objects.visible_to(self.user).filter(slug=person).first()
        else:
            rows = Participant.objects.visible_to(self.user).filter(meeting__public_id=meeting)
            found = rows.filter(label=cleaned.get("label", "")).exclude(label="").first()
        if found is None:
            raise ValidationError(_("There is no such person or participant."))
        cleaned["found"] = found
        return cleaned

    def compartment_chosen(self) -> Compartment:
        """Return the compartment that was chosen."""
        return self.compartments.rows[self.cleaned_data["compartment"]]


def _last(address: str) -> str:
    return address.strip().rstrip("/").rpartition("/")[2]

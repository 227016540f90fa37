"""What is typed to protect somebody's name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.addresses import last_part
from visits.compartments import Compartments
from visits.models import Compartment, Participant, Person, User
from visits.person_field import PersonField


class ProtectForm(forms.Form):
    """Whom to protect, by which code name, and who may see the real one.

    A participant is named by the address of the meeting and their label there.
    """

    person = PersonField(required=False)
    meeting = forms.CharField(label=_("Or a meeting"), required=False, max_length=300, help_text=_("Its address."))
    label = forms.CharField(label=_("and who takes part in it as"), required=False, max_length=160)
    code_name = forms.CharField(label=_("Code name"), max_length=160, help_text=_("It stands everywhere from now on."))
    compartment = forms.ChoiceField(label=_("Who may see the name"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.compartments = user, Compartments(user)
        self.fields["person"].reader = user  # type: ignore[attr-defined]
        self.fields["compartment"].choices = self.compartments.choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the person or the participant among those whom the editor may see."""
        cleaned = super().clean() or {}
        if self.has_error("person"):
            return cleaned
        found: Person | Participant | None = cleaned.get("person")
        if found is None:
            meeting = last_part(cleaned.get("meeting", ""))
            rows = Participant.objects.visible_to(self.user).filter(meeting__public_id=meeting)
            found = rows.filter(label=cleaned.get("label", "")).exclude(label="").first()
        if found is None:
            raise ValidationError(_("There is no such person or participant."))
        cleaned["found"] = found
        return cleaned

    def compartment_chosen(self) -> Compartment:
        """Return the compartment that was chosen."""
        return self.compartments.rows[self.cleaned_data["compartment"]]

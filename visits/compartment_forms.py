"""What is typed on the page of compartments."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from visits.access import ROLES, Permission
from visits.compartment_actions import HOURS
from visits.models import Compartment, User, Visit

if TYPE_CHECKING:
    from visits.access import Reading

_INSIDE = [role.value for role, allowed in ROLES.items() if Permission.SEE_INTERNAL in allowed]


class CompartmentForm(forms.Form):
    """A new compartment: its name, and the visit that it is of, by the last part of its address."""

    name = forms.CharField(label=_("Name"), max_length=Compartment._meta.get_field("name").max_length)
    visit = forms.ModelChoiceField(
        Visit.objects.none(), to_field_name="slug", required=False, label=_("Visit"), empty_label=_("of any visit")
    )

    def __init__(self, *args: Any, reader: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = Visit.objects.visible_to(reader).order_by("title", "slug")
        self.fields["visit"].queryset = shown  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """Somebody to be named in a compartment, for good or until the end of a day (UTC)."""

    user = forms.ChoiceField(label=_("Person"))
    last_day = forms.DateField(
        label=_("Until the end of"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = User.objects.filter(is_active=True, role__in=_INSIDE).order_by("username")
        # Read once: the form stands in each compartment of the page.
        names = [(name, name) for name in known.values_list("username", flat=True)]
        self.fields["user"].choices = [("", "–"), *names]  # type: ignore[attr-defined]

    def person(self) -> User:
        """Return whom the form names."""
        return User.objects.get(username=self.cleaned_data["user"])

    def ends_at(self) -> datetime | None:
        """Return the moment at which the last day is over."""
        last = self.cleaned_data["last_day"]
        return datetime.combine(last + timedelta(days=1), time.min, tzinfo=UTC) if last else None


class AskForm(forms.Form):
    """Why somebody has to be let in, and for how many hours."""

    reason = forms.CharField(label=_("What has happened"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    hours = forms.TypedChoiceField(label=_("For"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].choices = [  # type: ignore[attr-defined]
            (number, ngettext("%(count)d hour", "%(count)d hours", number) % {"count": number}) for number in HOURS
        ]

"""The form by which a reviewer decides of one statement or of several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from statements import harm
from statements.choices import Decision

QUESTIONS = {
    "private_person": _("A private person is named, or speaks"),
    "minor": _("A minor is spoken of"),
    "health": _("Somebody's health is spoken of"),
    "detention": _("Somebody's detention is spoken of"),
    "recognisable": _("An unnamed speaker could be recognised by the words"),
}
CONSENTS = {
    "recorded": _("yes, it is recorded"),
    "not_needed": _("not needed: public words of a public figure"),
    "missing": _("no"),
}
_UNANSWERED = {
    "none": _("Tick what applies, or that none of it does."),
    "both": _("Something was ticked, and that nothing applies: which is it?"),
    "consent": _("Say whether consent is recorded: something applies."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the form shows it: its hints are parted by commas."""

    key: str
    label: str
    ticked: bool
    hints: str


class DecisionForm(forms.Form):
    """What was decided, the checklist, and the reasons."""

    decision = forms.ChoiceField(choices=Decision.choices)
    applies = forms.MultipleChoiceField(choices=list(QUESTIONS.items()), required=False)
    none = forms.BooleanField(required=False)
    consent = forms.ChoiceField(choices=[("", ""), *CONSENTS.items()], required=False)
    reason = forms.CharField(required=False, max_length=4000)
    publish_sources = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Return the data with the whole checklist under “answers”; on sending back nothing is asked."""
        data = super().clean() or {}
        data["answers"] = {}
        if data.get("decision") == Decision.PUBLISHED and "applies" in data and "consent" in data:
            try:
                data["answers"] = harm.answer(data["applies"], none=data["none"], consent=data["consent"])
            except harm.Unanswered as error:
                raise ValidationError(_UNANSWERED[error.code]) from error
        return data

    @property
    def decided(self) -> dict[str, Any]:
        """Return what `review_actions.review_statements` takes."""
        return {name: self.cleaned_data[name] for name in ("decision", "answers", "reason", "publish_sources")}

    def asked(self, hints: Iterable[harm.Hint] = ()) -> list[Asked]:
        """Return the questions with what was ticked and the hints to each; hints of several statements are joined."""
        told: dict[str, dict[str, None]] = {}
        for hint in hints:
            told.setdefault(hint.question, {}).update(dict.fromkeys(hint.why))
        ticked = self.data.getlist("applies") if self.is_bound else []  # type: ignore[attr-defined]
        return [Asked(key, str(label), key in ticked, ", ".join(told.get(key, ()))) for key, label in QUESTIONS.items()]

    def consents(self) -> list[tuple[str, str, bool]]:
        """Return the answers on consent: value, label, whether it was chosen."""
        chosen = self.data.get("consent", "") if self.is_bound else ""
        return [(value, str(label), value == chosen) for value, label in CONSENTS.items()]

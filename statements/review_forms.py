"""The forms of the review: the decision of one statement or several, comments, withdrawing, asking for a removal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from statements import harm
from statements.choices import Decision
from visits.addresses import last_part

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


class WordsForm(forms.Form):
    """A form of one text, which stands on a page beside others: its ids begin with its `name`."""

    name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": f"{self.name}-%s", **kwargs})


def _text(label: Any, *, length: int = 4000, rows: int = 2, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=forms.Textarea(attrs={"rows": rows}), **more)


class CommentForm(WordsForm):
    """A comment to the editor of a statement."""

    name = "comment"
    text = _text(_("Comment to the editor"))


class AnswerForm(WordsForm):
    """An editor's answer to a comment, which settles it; the answer may be none."""

    name = "answer"
    text = forms.CharField(
        label=_("Answer"), max_length=4000, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class WithdrawalForm(WordsForm):
    """The note that the public reads at the address of what was withdrawn."""

    name = "withdrawal"
    note = _text(
        _("Public note, which stays at its address"),
        length=300,
        error_messages={"required": _("Write a public note of at most 300 characters: it stays at this address.")},
    )


class RemovalForm(WordsForm):
    """Why a record has to go, for the second person."""

    name = "removal"
    reason = _text(_("Whom it endangers and how, for the second person"))


class FindRemovalForm(RemovalForm):
    """Why a record has to go that is named by its kind and public id; its whole address may be pasted."""

    kind = forms.ChoiceField(label=_("Kind"))
    public_id = forms.CharField(
        label=_("Public id, or the address that ends with it"), max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("kind", "public_id", "reason")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean_public_id(self) -> str:
        """Return the id, the last part of an address."""
        return last_part(str(self.cleaned_data["public_id"]))


class DecisionForm(forms.Form):
    """What was decided, the checklist, and the reasons."""

    decision = forms.ChoiceField(choices=Decision.choices)
    applies = forms.MultipleChoiceField(choices=list(QUESTIONS.items()), required=False)
    none = forms.BooleanField(required=False)
    consent = forms.ChoiceField(choices=[("", ""), *CONSENTS.items()], required=False)
    reason = forms.CharField(required=False, max_length=4000)
    publish_sources = forms.BooleanField(required=False, initial=True)

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
        ticked = self["applies"].value() or []
        return [Asked(key, str(label), key in ticked, ", ".join(told.get(key, ()))) for key, label in QUESTIONS.items()]

    def consents(self) -> list[tuple[str, str, bool]]:
        """Return the answers on consent: value, label, whether it was chosen."""
        chosen = self["consent"].value()
        return [(value, str(label), value == chosen) for value, label in CONSENTS.items()]

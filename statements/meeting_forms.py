"""Forms of the desk for meetings: a new one, who took part, the public summary, a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.choices import Side, Visibility
from visits.compartments import NOT_CONFIDENTIAL, Compartments
from visits.models import Meeting, Participant, User
from visits.who import Known, participant_for

# How many empty lines for participants stand on a page without JavaScript.
LINES = 4


class SummaryForm(forms.Form):
    """The public summary of a meeting."""

    public_summary = forms.CharField(
        label=_("Public summary"), required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=20_000
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """A note in Markdown, and who may see it."""

    text = forms.CharField(
        label=_("Note (Markdown)"), widget=forms.Textarea(attrs={"rows": 14}), max_length=200_000, strip=False
    )
    visibility = forms.ChoiceField(
        label=_("Visibility"),
        choices=[(value, label) for value, label in Visibility.choices if value != Visibility.PUBLIC],
    )
    # No column of the note has this name, so that a conflict leaves it as it was chosen.
    open_to = forms.ChoiceField(
        label=_("Compartment"), required=False, help_text=_("For a confidential note: who else may see and review it.")
    )

    def __init__(self, *args: Any, meeting: Meeting, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.compartments = Compartments(by, visit=meeting.visit)
        if meeting.compartment_id:
            del self.fields["open_to"]  # a note is as closed as its meeting, and open to the same people
        else:
            self.fields["open_to"].choices = self.compartments.choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Put the compartment chosen in place of its key; say what to do where a confidential note has none."""
        data = super().clean() or {}
        chosen = data.pop("open_to", "")
        if "visibility" not in data or self.meeting.compartment_id:
            return {**data, "compartment": None}
        if data["visibility"] == Visibility.CONFIDENTIAL and not chosen:
            self.add_error("open_to", self.compartments.missing())
        elif data["visibility"] != Visibility.CONFIDENTIAL and chosen:
            self.add_error("open_to", NOT_CONFIDENTIAL)
        return {**data, "compartment": self.compartments.rows.get(chosen)}

    def clean_text(self) -> str:
        """Return the note with line ends as stored; raise ValidationError for one without a word."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise ValidationError(_("Write something first."))
        return text


class StoredNoteForm(NoteForm):
    """A stored note, with the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ParticipantForm(forms.Form):
    """One line of the quick entry: a name, known or not, the side where it does not follow, whether publicly named."""

    name = forms.CharField(
        label=_("Name or label"), max_length=160, required=False, widget=forms.TextInput(attrs={"list": "who"})
    )
    side = forms.ChoiceField(label=_("Side"), choices=[("", _("as known")), *Side.choices], required=False)
    named_publicly = forms.BooleanField(label=_("Public"), required=False)


class BaseParticipants(forms.BaseFormSet):
    """The lines of the quick entry; empty ones count for nothing."""

    rows: list[Participant]

    def read(self, *, meeting: Meeting, known: Known, by: User) -> bool:
        """Whether every line could be read; `rows` are then the unsaved participants, else the lines say what lacks."""
        self.rows = []
        if not self.is_valid():
            return False
        for form in self.forms:
            given = form.cleaned_data
            name = given.get("name", "").strip()
            try:
                if name:
                    values = {"side": given["side"], "named_publicly": given["named_publicly"]}
                    self.rows.append(participant_for(meeting=meeting, known=known, by=by, name=name, **values))
            except ValidationError as error:
                form.add_error("name", error)
        return all(form.is_valid() for form in self.forms)


Participants: Any = forms.formset_factory(ParticipantForm, formset=BaseParticipants, extra=LINES, max_num=100)


class MeetingForm(forms.ModelForm):
    """A new meeting: what has to be known at once, the rest later."""

    class Meta:
        model = Meeting
        fields = (
            "title",
            "date",
            "part_of_day",
            "place",
            "status",
            "kind",
            "format",
            "openness",
            "account",
            "visibility",
        )

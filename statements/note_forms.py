"""The form by which a passage of a meeting note becomes a statement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from statements.choices import Act, Mode, TextKind
from statements.models import Citation, Statement, StatementSpeaker, StatementText, Topic
from visits.choices import Side
from visits.fields import PartialDateField
from visits.models import MeetingNote, Participant, User
from visits.partial_dates import parse
from visits.who import Known, participant_for


class NoteStatementForm(forms.Form):
    """The passage, the words of the statement, who speaks and how. The note is what it cites."""

    passage = forms.CharField(
        label=_("Passage of the note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000, strip=False
    )
    words = forms.CharField(
        label=_("Words of the statement"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        required=False,
        help_text=_("Empty: the passage itself."),
    )
    speaker = forms.CharField(label=_("Speaker"), max_length=160, widget=forms.TextInput(attrs={"list": "who"}))
    side = forms.ChoiceField(label=_("Side"), choices=[("", _("as known")), *Side.choices], required=False)
    act = forms.ChoiceField(label=_("Act"), choices=[("", "—"), *Act.choices])
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices, initial=Mode.SUMMARY)
    date = forms.CharField(label=_("Date"), max_length=21, required=False, help_text=PartialDateField().help_text)
    language = forms.CharField(label=_("Language"), max_length=12, initial="en")
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"), queryset=Topic.objects.none(), to_field_name="slug", required=False
    )

    def __init__(self, *args: Any, by: User, known: Known, note: MeetingNote, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.known, self.note = by, known, note
        topics: Any = self.fields["topics"]
        topics.queryset = Topic.objects.visible_to(by).order_by("name")

    def clean_passage(self) -> str:
        """Return the passage; raise ValidationError where it does not stand in the note, spaces and line ends aside."""
        passage: str = self.cleaned_data["passage"].replace("\r\n", "\n").strip()
        if not passage:
            raise ValidationError(_("Choose a passage of the note."))
        if " ".join(passage.split()) not in " ".join(self.note.text.split()):
            raise ValidationError(_("This passage does not stand in the note: correct it, or the note first."))
        return passage

    def clean_date(self) -> str:
        """Return the date; raise ValidationError for what is none."""
        text: str = self.cleaned_data["date"].strip()
        if text:
            try:
                parse(text)
            except ValueError as error:
                raise ValidationError(str(error)) from error
        return text

    def clean(self) -> dict[str, Any]:
        """Find out who speaks: somebody who is known, or a label."""
        given = super().clean() or {}
        if "speaker" in given and "side" in given:
            try:
                self.who: Participant = participant_for(
                    meeting=self.note.meeting,
                    known=self.known,
                    by=self.by,
                    name=given["speaker"].strip(),
                    side=given["side"],
                    named_publicly=False,
                )
            except ValidationError as error:
                self.add_error("speaker", error)
        return given

    def parts(self) -> dict[str, Any]:
        """Return what `enter_statement` takes: the statement with speaker, words, citation and topics, unsaved."""
        given, note = self.cleaned_data, self.note
        meeting = note.meeting
        spoken = given["mode"] == Mode.DIRECT
        words = given["words"].replace("\r\n", "\n").strip() or given["passage"]
        who = {name: getattr(self.who, name) for name in ("person", "organisation", "label", "office", "term", "side")}
        return {
            "statement": Statement(
                act=given["act"],
                mode=given["mode"],
                occasion="meeting",
                visit=meeting.visit,
                meeting=meeting,
                leg=meeting.leg,
                date=given["date"],
                # Never more open than the note: the desk opens a statement later, if at all.
                visibility=note.visibility,
                compartment=note.compartment,
            ),
            "speakers": [StatementSpeaker(**who)],
            "texts": [
                StatementText(
                    language=given["language"],
                    kind=TextKind.ORIGINAL if spoken else TextKind.EDITORS_WORDS,
                    text=words,
                    preferred=True,
                )
            ],
            "citations": [Citation(note=note, exact=given["passage"])],
            "topics": list(given["topics"]),
        }

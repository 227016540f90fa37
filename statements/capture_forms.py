"""The form beside the text: what an editor typed, resolved to rows that the editor may see. Nothing is written here.

Names are typed, not chosen by key: a name that the editor may not see is as unknown as one that nobody has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from statements.capture_known import Known
from statements.capture_page import strictest
from statements.capture_voices import JOINT, Named, SpeakersForm, Spoken, text_field
from statements.choices import Act, LinkKind, Mode, Occasion, TextKind
from statements.models import Statement, Topic
from visits.choices import DateBasis, Visibility
from visits.compartments import NOT_CONFIDENTIAL, OTHER_VISIT
from visits.fields import PartialDateField
from visits.languages import usual_tag
from visits.models import Compartment, Meeting, Record, Visit

TOPICS = ("topic1", "topic2", "topic3")
ADDRESSEES = ("addressee1", "addressee2")
CHAIN = (("chain1", "cue1"), ("chain2", "cue2"))
# What an editor rarely changes stands folded away; a mistake in it unfolds it.
FOLDED: dict[str, tuple[str, ...]] = {
    "answers": ("reply_to", "reply_kind", "answers_text"),
    "more": (
        "occasion",
        "visibility",
        "open_to",
        "attribution",
        *ADDRESSEES,
        *(name for pair in CHAIN for name in pair),
    ),
    "words": ("words", "words_kind", "language"),
    "promise": ("promised", "due"),
    "joint": tuple(f"{name}{end}" for end in JOINT for name in ("speaker", "speaker_is", "office", "side")),
    "new": ("private", "office_of", "new_topics", "topic_under"),
}


@dataclass(slots=True)
class Captured:
    """All that the form says, as rows and words for the action."""

    passage: str
    start: int
    statement: Statement
    speakers: list[Spoken]
    topics: list[Topic | str] = field(default_factory=list)
    topic_under: Topic | None = None
    addressees: list[Named] = field(default_factory=list)
    chain: list[tuple[Named, str]] = field(default_factory=list)
    reply: tuple[str, Statement] | None = None
    words: str = ""
    words_kind: str = ""
    language: str = "en"
    visibility: str = ""
    compartment: Compartment | None = None
    promised: str = ""
    due: str = ""


def _long(label: Any, rows: int, *, required: bool = False, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, widget=widget, help_text=hint, max_length=20_000)


class CaptureForm(SpeakersForm):
    """A statement from a passage. `known` is what the editor may name, `meetings` those of the visit in hand, `row` the
    source or note that it rests on.
    """

    passage = _long(_("Passage"), 4, required=True)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    act = forms.ChoiceField(label=_("Act"), choices=Act.choices)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    date = text_field(_("Date"), 21, hint=_("2022, 2022-08 or 2022-08-16"))
    date_basis = forms.ChoiceField(label=_("Known from"), choices=DateBasis.choices)
    visit = text_field(_("Visit"), 120, names="known-visits")
    meeting = forms.ChoiceField(
        label=_("Meeting"),
        required=False,
        error_messages={"invalid_choice": _("This meeting is none of the visit: choose one of its own, or none.")},
    )
    topic1 = text_field(_("Topic"), 120, names="known-topics")
    topic2 = text_field(_("Second topic"), 120, names="known-topics")
    topic3 = text_field(_("Third topic"), 120, names="known-topics")
    # Folded away.
    reply_to = text_field(_("Replies to"), 400, names="known-statements")
    reply_kind = forms.ChoiceField(label=_("How"), choices=LinkKind.choices, required=False)
    answers_text = _long(_("What it answers, where that has no record"), 2)
    occasion = forms.ChoiceField(label=_("Occasion"), choices=Occasion.choices)
    visibility = forms.ChoiceField(
        label=_("Who may see it"), required=False, choices=[("", _("as open as its source")), *Visibility.choices]
    )
    open_to = forms.ChoiceField(
        label=_("Compartment"), required=False, help_text=_("Where it is confidential and its source is not.")
    )
    addressee1 = text_field(
        _("Said to"),
        160,
        names="known-voices",
        hint=_("A known name, or words; “in quotation marks” they name nobody."),
    )
    addressee2 = text_field(_("and to"), 160, names="known-voices")
    chain1 = text_field(_("Quoting"), 160, names="known-voices")
    cue1 = text_field(_("by the word"), 60)
    chain2 = text_field(_("who quotes"), 160, names="known-voices")
    cue2 = text_field(_("by the word"), 60)
    words = _long(_("In your own words, shown instead of the passage"), 2)
    words_kind = forms.ChoiceField(label=_("The passage gives"), choices=TextKind.choices)
    language = text_field(_("Language of the passage"), 12, hint=_("A code such as en, fr or km."))
    promised = text_field(_("What was promised"), 400)
    due = text_field(_("Due"), 21)
    new_topics = forms.BooleanField(label=_("Make the topics that are not known"), required=False)
    topic_under = text_field(_("under the topic"), 120, names="known-topics")

    MENTIONED = (*ADDRESSEES, *(name for name, _cue in CHAIN))

    def __init__(self, *args: Any, known: Known, row: Record, meetings: Iterable[Meeting] = (), **kwargs: Any) -> None:
        super().__init__(*args, known=known, **kwargs)
        self.row = row
        self.captured: Captured | None = None
        self._meetings = {meeting.public_id: meeting for meeting in meetings}
        named = [(meeting.public_id, f"{meeting.title}, {meeting.date}") for meeting in self._meetings.values()]
        self.fields["open_to"].choices = known.compartments.choices()  # type: ignore[attr-defined]
        self.fields["meeting"].choices = [("", "–"), *named]  # type: ignore[attr-defined]

    @property
    def unfolded(self) -> set[str]:
        """The parts that stand open: those with a mistake in them, and those of which something must be known."""
        joint = {"joint"} if self["speaker2"].value() else set()
        return joint | {part for part, names in FOLDED.items() if any(name in self.errors for name in names)}

    def clean_passage(self) -> str:
        """Return the passage with line ends as stored."""
        return str(self.cleaned_data["passage"]).replace("\r\n", "\n").strip()

    def clean_date(self) -> str:
        """Return the date as ISO text."""
        return str(PartialDateField(blank=True).clean(self.cleaned_data["date"], None))

    def clean_due(self) -> str:
        """Return the day of a promise as ISO text."""
        return str(PartialDateField(blank=True).clean(self.cleaned_data["due"], None))

    def clean_language(self) -> str:
        """Return the code of the language in its usual writing."""
        return usual_tag(self.cleaned_data["language"])

    def clean(self) -> dict[str, Any]:
        """Resolve names to rows; each that is unknown or means several is told beside its field."""
        data = dict(super().clean() or {})  # a copy: what is wrong is taken out of the original
        if self.errors:
            return data
        visit = self._visit(data["visit"])
        meeting = self._meetings.get(data["meeting"])
        if meeting is not None and (visit is None or meeting.visit_id != visit.pk):
            meeting = None  # the visit was changed after its meetings were offered
        statement = Statement(
            **{name: data[name] for name in ("act", "mode", "date", "date_basis", "occasion", "answers_text")},
            visit=visit,
            meeting=meeting,
        )
        captured = Captured(data["passage"], data["start"] or 0, statement, self.read_speakers(data))
        for name in ("words", "words_kind", "visibility", "promised", "due"):
            setattr(captured, name, data[name])
        captured.compartment = self._compartment(captured, data["open_to"])
        captured.language = data["language"] or "en"
        self._topics(captured, data)
        captured.addressees = [self.mentioned(name, data[name]) for name in ADDRESSEES if data[name]]
        captured.chain = [(self.mentioned(name, data[name]), data[cue]) for name, cue in CHAIN if data[name]]
        captured.reply = self._reply(data)
        self.captured = None if self.errors else captured
        return self.cleaned_data

    def _compartment(self, captured: Captured, chosen: str) -> Compartment | None:
        """Return the compartment chosen, where none follows from what the statement rests on."""
        statement, found = captured.statement, self.known.compartments.rows.get(chosen)
        visibility, given = strictest(self.row, statement.visit, statement.meeting, wished=captured.visibility)
        if visibility != Visibility.CONFIDENTIAL:
            if found is not None:
                self.add_error("open_to", NOT_CONFIDENTIAL)
        elif given is not None and found is not None and found != given:
            self.add_error("open_to", _("What it rests on is open to another compartment: choose none here."))
        elif given is None and found is None:
            self.add_error("open_to", self.known.compartments.missing())
        elif found is not None and statement.visit is not None and found.visit_id not in {None, statement.visit.pk}:
            self.add_error("open_to", OTHER_VISIT)
        return found

    def _visit(self, text: str) -> Visit | None:
        if not text:
            return None
        visit = self.known.visits.get(text.strip())
        if visit is None:
            self.add_error("visit", _("No visit of this address is known: choose one of the list."))
        return visit

    def _topics(self, captured: Captured, data: dict[str, Any]) -> None:
        if data["topic_under"]:
            captured.topic_under = self.known.topic(data["topic_under"])
            if captured.topic_under is None:
                self.add_error("topic_under", _("This topic is not known."))
        for name in TOPICS:
            text = data[name].strip()
            topic = self.known.topic(text) if text else None
            if text and topic is None and not data["new_topics"]:
                self.add_error(name, _("This topic is not known: choose one of the list, or make it below."))
                self.add_error("new_topics", _("Tick this to make it."))
            elif text and (topic or text) not in captured.topics:
                captured.topics.append(topic or text)

    def _reply(self, data: dict[str, Any]) -> tuple[str, Statement] | None:
        if not data["reply_to"]:
            return None
        statement = self.known.statement(data["reply_to"])
        if statement is None:
            self.add_error("reply_to", _("This statement is not known: choose one of the list."))
            return None
        return data["reply_kind"] or LinkKind.REPLIES_TO.value, statement

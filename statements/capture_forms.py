"""The form beside the text: what an editor typed, resolved to rows that the editor may see. Nothing is written here.

Names are typed, not chosen by key: a name that the editor may not see is as unknown as one that nobody has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from statements.capture_known import NOT_ATTRIBUTED, Known, Post, Who
from statements.choices import Act, LinkKind, Mode, Occasion, TextKind
from statements.models import Statement, Topic
from visits.choices import COLUMN_SHAPES, DateBasis, Side, Visibility, column_of
from visits.fields import PartialDateField
from visits.folding import fold
from visits.models import Meeting, Organisation, Visit
from visits.partial_dates import parse

TOPICS = ("topic1", "topic2", "topic3")
ADDRESSEES = ("addressee1", "addressee2")
CHAIN = (("chain1", "cue1"), ("chain2", "cue2"))
# What an editor rarely changes stands folded away; a mistake in it unfolds it.
FOLDED: dict[str, tuple[str, ...]] = {
    "answers": ("reply_to", "reply_kind", "answers_text"),
    "more": ("occasion", "visibility", "attribution", *ADDRESSEES, *(name for pair in CHAIN for name in pair)),
    "words": ("words", "words_kind", "language"),
    "promise": ("promised", "due"),
    "new": ("speaker_is", "private", "office_of", "new_topics", "topic_under"),
}
SPEAKER_IS = (
    ("", _("somebody known already")),
    ("person", _("a new person")),
    ("organisation", _("a new organisation")),
    ("label", _("not named: a label")),
)


def sides() -> list[tuple[str, Any]]:
    """Return the sides grouped by column, each column with its shape."""
    grouped: dict[Any, list[tuple[str, Any]]] = {}
    for side in Side:
        column = column_of(side)
        grouped.setdefault(str(column.label), []).append((side.value, f"{COLUMN_SHAPES[column]} {side.label}"))
    return [("", _("as the office says")), *grouped.items()]


@dataclass(frozen=True, slots=True)
class Named:
    """A voice of the form: a known one, or words for a new one or a label."""

    who: Who | None
    text: str
    new: str = ""  # person, organisation; "" with no `who`: a label


@dataclass(slots=True)
class Captured:
    """All that the form says, as rows and words for the action."""

    passage: str
    start: int
    statement: Statement
    speaker: Named
    side: str
    post: Post | None = None
    office: str = ""
    office_of: Organisation | str = ""
    private: bool = False
    attribution: str = ""
    topics: list[Topic | str] = field(default_factory=list)
    topic_under: Topic | None = None
    addressees: list[Named] = field(default_factory=list)
    chain: list[tuple[Named, str]] = field(default_factory=list)
    reply: tuple[str, Statement] | None = None
    words: str = ""
    words_kind: str = ""
    language: str = "en"
    visibility: str = ""
    promised: str = ""
    due: str = ""


def _text(label: Any, length: int, *, required: bool = False, names: str = "", hint: Any = "") -> forms.CharField:
    attrs = {"autocomplete": "off", **({"list": names} if names else {})}
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, help_text=hint)


def _long(label: Any, rows: int, *, required: bool = False, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, widget=widget, help_text=hint, max_length=20_000)


def _hidden() -> forms.CharField:
    return forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)


class CaptureForm(forms.Form):
    """A statement from a passage. `known` is what the editor may name, `meetings` those of the visit in hand."""

    passage = _long(_("Passage"), 4, required=True)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    speaker = _text(_("Speaker"), 200, required=True, names="known-voices")
    office = _text(_("Office on that day"), 200, names="known-offices")
    side = forms.ChoiceField(label=_("Column"), required=False, choices=sides)
    act = forms.ChoiceField(label=_("Act"), choices=Act.choices)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    date = _text(_("Date"), 21, hint=_("2022, 2022-08 or 2022-08-16"))
    date_basis = forms.ChoiceField(label=_("Known from"), choices=DateBasis.choices)
    visit = _text(_("Visit"), 120, names="known-visits")
    meeting = forms.ChoiceField(label=_("Meeting"), required=False)
    topic1 = _text(_("Topic"), 120, names="known-topics")
    topic2 = _text(_("Second topic"), 120, names="known-topics")
    topic3 = _text(_("Third topic"), 120, names="known-topics")
    # Folded away.
    reply_to = _text(_("Replies to"), 400, names="known-statements")
    reply_kind = forms.ChoiceField(label=_("How"), choices=LinkKind.choices, required=False)
    answers_text = _long(_("What it answers, where that has no record"), 2)
    occasion = forms.ChoiceField(label=_("Occasion"), choices=Occasion.choices)
    visibility = forms.ChoiceField(
        label=_("Who may see it"), required=False, choices=[("", _("as open as its source")), *Visibility.choices]
    )
    attribution = _text(_("Speaker as printed"), 200)
    addressee1 = _text(_("Said to"), 160, names="known-voices")
    addressee2 = _text(_("and to"), 160, names="known-voices")
    chain1 = _text(_("Quoting"), 160, names="known-voices")
    cue1 = _text(_("by the word"), 60)
    chain2 = _text(_("who quotes"), 160, names="known-voices")
    cue2 = _text(_("by the word"), 60)
    words = _long(_("In your own words, shown instead of the passage"), 2)
    words_kind = forms.ChoiceField(label=_("The passage gives"), choices=TextKind.choices)
    language = _text(_("Language of the passage"), 12)
    promised = _text(_("What was promised"), 400)
    due = _text(_("Due"), 21)
    speaker_is = forms.ChoiceField(label=_("The speaker is"), choices=SPEAKER_IS, required=False)
    private = forms.BooleanField(label=_("a private individual"), required=False)
    office_of = _text(_("New office in the organisation"), 250, names="known-organisations")
    new_topics = forms.BooleanField(label=_("Make the topics that are not known"), required=False)
    topic_under = _text(_("under the topic"), 120, names="known-topics")
    # What was offered: what follows from the speaker is found anew where only the speaker was changed.
    offered_speaker, offered_office, offered_side = _hidden(), _hidden(), _hidden()

    def __init__(self, *args: Any, known: Known, meetings: Iterable[Meeting] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.captured: Captured | None = None
        self._meetings = {meeting.public_id: meeting for meeting in meetings}
        named = [(meeting.public_id, f"{meeting.title}, {meeting.date}") for meeting in self._meetings.values()]
        self.fields["meeting"].choices = [("", "–"), *named]  # type: ignore[attr-defined]

    @property
    def unfolded(self) -> set[str]:
        """The parts that stand open: those with a mistake in them, and those of which something must be known."""
        return {part for part, names in FOLDED.items() if any(name in self.errors for name in names)}

    def clean_passage(self) -> str:
        """Return the passage with line ends as stored."""
        return str(self.cleaned_data["passage"]).replace("\r\n", "\n").strip()

    def clean_date(self) -> str:
        """Return the date as ISO text."""
        return str(PartialDateField(blank=True).clean(self.cleaned_data["date"], None))

    def clean_due(self) -> str:
        """Return the day of a promise as ISO text."""
        return str(PartialDateField(blank=True).clean(self.cleaned_data["due"], None))

    def clean(self) -> dict[str, Any]:
        """Resolve names to rows; each that is unknown or means several is told beside its field."""
        data = dict(super().clean() or {})  # a copy: what is wrong is taken out of the original
        if self.errors:
            return data
        visit = self._visit(data["visit"])
        meeting = self._meetings.get(data["meeting"])
        if meeting is not None and (visit is None or meeting.visit_id != visit.pk):
            meeting = None  # the visit was changed after its meetings were offered
        speaker = self._voice("speaker", data["speaker"], data["speaker_is"])
        statement = Statement(
            **{name: data[name] for name in ("act", "mode", "date", "date_basis", "occasion", "answers_text")},
            visit=visit,
            meeting=meeting,
        )
        captured = Captured(data["passage"], data["start"] or 0, statement, speaker, data["side"])
        for name in ("private", "attribution", "words", "words_kind", "visibility", "promised", "due"):
            setattr(captured, name, data[name])
        captured.language = data["language"] or "en"
        self._office(captured, data)
        self._topics(captured, data)
        captured.addressees = [self._voice(name, data[name], "label") for name in ADDRESSEES if data[name]]
        captured.chain = [(self._voice(name, data[name], "label"), data[cue]) for name, cue in CHAIN if data[name]]
        captured.reply = self._reply(data)
        self.captured = None if self.errors else captured
        return self.cleaned_data

    def _visit(self, text: str) -> Visit | None:
        if not text:
            return None
        visit = self.known.visits.get(text.strip())
        if visit is None:
            self.add_error("visit", _("No visit of this address is known: choose one of the list."))
        return visit

    def _voice(self, name: str, text: str, otherwise: str) -> Named:
        """Return who is named; one not known is new or a label, as `otherwise` says."""
        found = self.known.named(text)
        if len(found) == 1:
            return Named(found[0], text)
        if len(found) > 1:
            several = " · ".join(f"{who.row.name} [{who.row.slug}]" for who in found)
            self.add_error(name, _("Several have this name: %(names)s") % {"names": several})
        elif otherwise == "label" or fold(text) == fold(NOT_ATTRIBUTED):
            if len(text) > 160:
                self.add_error(name, _("A label has at most 160 characters."))
        elif otherwise:
            return Named(None, text.strip(), otherwise)
        else:
            self.add_error(name, _("Nobody of this name is known: correct it, or say below who this is."))
            self.add_error("speaker_is", _("Say whether this is a new person, a new organisation or a label."))
        return Named(None, text.strip())

    def _office(self, captured: Captured, data: dict[str, Any]) -> None:
        """Set office and side: as typed, or of the day where only the speaker was changed."""
        who = captured.speaker.who
        changed = data["speaker"] != data["offered_speaker"] and data["offered_speaker"]
        office, side = data["office"], data["side"]
        if changed and office == data["offered_office"]:
            post = self.known.post_on(who, parse(data["date"]) if data["date"] else None)
            office = post.label if post else ""
        if changed and side == data["offered_side"]:
            side = ""
        posts = self.known.posts(who)
        captured.post = next((post for post in posts if fold(post.label) == fold(office)), None) if office else None
        if office and captured.post is None:
            if (who is not None and who.kind == "person") or captured.speaker.new == "person":
                captured.office = office
                captured.office_of = self._organisation(data["office_of"])
            elif not captured.attribution:
                captured.attribution = office[:200]
        if not side and captured.post is not None:
            side = captured.post.side
        if not side and who is not None and who.kind != "person":
            side = who.row.side if who.kind == "organisation" else Side.MANDATE_HOLDER
        if not side and who is None and not captured.speaker.new and fold(data["speaker"]) == fold(NOT_ATTRIBUTED):
            side = Side.MEDIA
        if not side:
            self.add_error("side", _("Say in which column this speaker stands."))
        captured.side = side

    def _organisation(self, text: str) -> Organisation | str:
        found = [who for who in self.known.named(text) if who.kind == "organisation"] if text else []
        return found[0].row if len(found) == 1 else text.strip()

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

"""What statements are captured from: a source with its stored text, or a note of a meeting."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from statements.choices import Mode, Occasion, TextKind
from statements.models import Citation, SetAside, Statement
from statements.querysets import StatementQuerySet
from visits.choices import DateBasis, MeetingKind, SourceKind, Visibility
from visits.models import Meeting, MeetingNote, Source, User

_OCCASIONS = {
    SourceKind.SOCIAL_POST: Occasion.SOCIAL_POST,
    SourceKind.REPORT: Occasion.REPORT,
    SourceKind.NEWS: Occasion.INTERVIEW,
    SourceKind.OPINION: Occasion.WRITTEN,
    SourceKind.RECORDING: Occasion.OTHER,
}
# Newspapers print what others said; whoever publishes otherwise gives words of their own.
_PRINTED = frozenset({SourceKind.NEWS, SourceKind.OPINION, SourceKind.WEB_PAGE})


@dataclass(frozen=True, slots=True)
class Proof:
    """A text and what it says of every statement in it. `cites` is the column of a citation that leads to `row`."""

    row: Source | MeetingNote
    cites: str  # source, note
    text: str
    title: str
    back: str
    language: str  # "" where nobody said it
    date: str
    date_basis: str
    occasion: str
    meeting: Meeting | None = None
    # Whether the text speaks in its own voice where nobody is named, as an article does and a note does not.
    speaks: bool = True
    # Whether what is typed beside it never touches the device.
    never: bool = False

    @property
    def published(self) -> str:
        """The day of publication as ISO text; a note has none."""
        return self.date if self.cites == "source" else ""

    @property
    def sha256(self) -> str:
        """The SHA-256 of the stored file; "" where there is none."""
        return str(getattr(self.row, "sha256", ""))

    @property
    def key(self) -> str:
        """The key under which the draft of the form is kept."""
        return f"statement:{'new' if self.cites == 'source' else 'note'}:{self.row.public_id}"

    @property
    def presence_key(self) -> str:
        """The key under which editors meet."""
        return f"{'source' if self.cites == 'source' else 'meetingnote'}:{self.row.public_id}"

    def address(self, **query: object) -> str:
        """Return the address of the page of capture."""
        name = "desk_capture" if self.cites == "source" else "desk_note"
        return reverse(name, args=[self.row.public_id], query=query or None)

    @property
    def check(self) -> str:
        """The address that answers what the verbatim check says of a passage."""
        name = "desk_capture_check" if self.cites == "source" else "desk_note_check"
        return reverse(name, args=[self.row.public_id])

    def words_kind(self, mode: str) -> str:
        """Return what a passage gives: the words of the speaker, of the press, or of whoever took the note."""
        if self.cites == "note":
            return (TextKind.ORIGINAL if mode == Mode.DIRECT else TextKind.EDITORS_WORDS).value
        kind = SourceKind(self.row.kind) if isinstance(self.row, Source) else SourceKind.OTHER
        return (TextKind.PRESS if kind in _PRINTED else TextKind.ORIGINAL).value

    def statements(self, user: User) -> StatementQuerySet:
        """Return the statements that cite it and that `user` may see."""
        cited = Citation._base_manager.filter(**{self.cites: self.row}).values("statement_id")
        found: StatementQuerySet = Statement.objects.visible_to(user).filter(pk__in=cited)
        return found

    def citation(self, **columns: object) -> Citation:
        """Return a citation of it, unsaved."""
        return Citation(**{self.cites: self.row}, **columns)

    def set_aside(self, **columns: object) -> SetAside:
        """Return a passage of it that is no statement, unsaved."""
        return SetAside(**{self.cites: self.row}, **columns)


def of_source(source: Source) -> Proof:
    """Return a source to capture from: its statements are dated to its publication, until more is known."""
    return Proof(
        row=source,
        cites="source",
        text=source.extracted_text,
        title=source.title,
        back=source.get_absolute_url(),
        language=source.language,
        date=source.published,
        date_basis=(DateBasis.PUBLICATION if source.published else DateBasis.STATED).value,
        occasion=_OCCASIONS.get(SourceKind(source.kind), Occasion.WRITTEN).value,
        never=source.visibility == Visibility.CONFIDENTIAL,
    )


def of_note(note: MeetingNote) -> Proof:
    """Return a note to capture from: what it tells was said in its meeting. It never touches the device."""
    meeting = note.meeting
    conference = meeting.kind == MeetingKind.PRESS
    return Proof(
        row=note,
        cites="note",
        text=note.text,
        title=str(note),
        back=reverse("desk_meeting", args=[meeting.public_id]),
        language="",
        date=meeting.date,
        date_basis=meeting.date_basis,
        occasion=(Occasion.PRESS_CONFERENCE if conference else Occasion.MEETING).value,
        meeting=meeting,
        speaks=False,
        never=True,
    )

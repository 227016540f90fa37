"""What the capture page knows of a source or a note: its text, what is entered of it, what is proposed next."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from statements.capture import coverage as cover
from statements.capture.language import LANGUAGES, guess
from statements.capture.proposals import act_of, joint_names, mode_of, topics_in, voice_of
from statements.capture.quotations import Suggestion, suggest
from statements.capture.structure import paragraphs
from statements.capture_known import NOT_ATTRIBUTED, Known, Who
from statements.capture_proof import Proof
from statements.capture_voices import JOINT
from statements.choices import Mode, Occasion
from statements.models import Citation, SetAside, Statement
from visits.choices import Side, Visibility
from visits.compartments import key_of
from visits.models import Meeting, User, Visit
from visits.partial_dates import PartialDate, parse
from visits.workflow import openness

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_POSTED = re.compile(r"\b(?:post(?:ed)?|tweet(?:ed)?|wrote)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage on offer: `number` as in the address, the part that is still open, and the suggestion it is of."""

    number: int
    span: cover.Span
    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class Entered:
    """A statement entered from this source, with who speaks and where it stands.

    `who` is the first speaker, `name` has the names of all.
    """

    statement: Statement
    who: tuple[str, int] | None
    name: str
    spans: tuple[cover.Span, ...]


@dataclass
class CapturePage:
    """One source or note on the desk of one editor."""

    proof: Proof
    user: User
    known: Known = field(init=False)

    def __post_init__(self) -> None:
        self.known = Known(self.user)

    @property
    def text(self) -> str:
        """The stored text; "" where none is held."""
        return self.proof.text

    @cached_property
    def language(self) -> str:
        """The language of the text, guessed where nobody said it."""
        named = self.proof.language.partition("-")[0]
        return named if named in LANGUAGES else guess(self.text) if self.text else "en"

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        """The passages that the rules suggest."""
        return suggest(self.text, self.language) if self.text else []

    @cached_property
    def entered(self) -> list[Entered]:
        """What was entered from this text and is open to the editor, in the order of entry."""
        rows = self.proof.statements(self.user).order_by("id")
        rows = rows.select_related("visit", "meeting", "compartment__visit").prefetch_related("speakers")
        spans: dict[int, list[cover.Span]] = {}
        cited = Citation.objects.visible_to(self.user).filter(**self._here, start__isnull=False)
        for statement, start, end in cited.values_list("statement_id", "start", "end"):
            spans.setdefault(statement, []).append((start, end))
        return [self._entered(row, tuple(spans.get(row.pk, ()))) for row in rows]

    @property
    def _here(self) -> dict[str, Any]:
        return {self.proof.cites: self.proof.row}

    def _entered(self, row: Statement, spans: tuple[cover.Span, ...]) -> Entered:
        voices = self.known.spoken_by(row)
        key = voices[0][0] if voices else None
        return Entered(row, key, ", ".join(name for _key, name in voices if name), spans)

    @cached_property
    def aside(self) -> list[SetAside]:
        """The passages set aside whose words still stand where they stood."""
        rows = SetAside.objects.visible_to(self.user).filter(**self._here)
        return [row for row in rows if self.text[row.start : row.end] == row.exact]

    @cached_property
    def covered(self) -> list[cover.Span]:
        """All that is entered or set aside."""
        return cover.joined(
            [*(span for row in self.entered for span in row.spans), *((row.start, row.end) for row in self.aside)]
        )

    @cached_property
    def open(self) -> list[Passage]:
        """The suggestions that are still open, wholly or in part."""
        parts = [(n, row, cover.open_part(self.text, (row.start, row.end), self.covered))
                 for n, row in enumerate(self.suggestions, start=1)]  # fmt: skip
        return [Passage(number, span, row) for number, row, span in parts if span is not None]

    @cached_property
    def coverage(self) -> cover.Coverage:
        """How much of the quoted words is entered."""
        return cover.coverage(
            self.text,
            [span for row in self.entered for span in row.spans],
            [(row.start, row.end) for row in self.aside],
        )

    def passage_after(self, place: int) -> Passage | None:
        """Return the first open passage from `place` on, or else the first of all."""
        return next((row for row in self.open if row.span[0] >= place), self.open[0] if self.open else None)

    def suggestion_at(self, span: cover.Span) -> Suggestion | None:
        """Return the suggestion that shares most characters with `span`; None where none shares half of it."""
        shared = [(min(row.end, span[1]) - max(row.start, span[0]), row) for row in self.suggestions]
        best = max(shared, key=lambda pair: pair[0], default=(0, None))
        return best[1] if best[1] is not None and 0 < span[1] - span[0] <= 2 * best[0] else None

    def marked(self, now: cover.Span | None) -> list[cover.Paragraph]:
        """Return the paragraphs with what is entered, set aside, open and in hand marked."""
        layers = [("now", "", now)] if now else []
        if now:
            # The page opens where the passage begins: its first paragraph has an address of its own.
            end = next((last for first, last in paragraphs(self.text) if first <= now[0] < last), now[1])
            layers.insert(0, ("now", "first", (now[0], min(now[1], end))))
        layers += [("entered", row.statement.public_id, span) for row in self.entered for span in row.spans]
        layers += [("aside", str(row.pk), (row.start, row.end)) for row in self.aside]
        layers += [("open", str(row.number), row.span) for row in self.open]
        return cover.marked(self.text, layers)

    # What a passage proposes.

    @cached_property
    def published(self) -> PartialDate | None:
        """The day of publication, as precise as it is known."""
        return parse(self.proof.published) if self.proof.published else None

    def propose(self, span: cover.Span) -> dict[str, Any]:
        """Return the first values of the form for the passage `span`."""
        words = self.text[slice(*span)]
        suggestion = self.suggestion_at(span)
        (who, printed, kind, cue), joint = self._speakers(span, suggestion)
        last = self._last_of(who, printed)
        values = self._carried(who, printed, last)
        day = parse(values["date"]) if values["date"] else self.published
        mode = mode_of(words)
        post = self.known.post_on(who, day)
        printed_office = suggestion.office if suggestion is not None and not self.known.posts(who) else ""
        topics = [self.known.topics[pk].name for pk in topics_in(words, self.known.topic_names)]
        values |= {
            "passage": words,
            "start": span[0],
            "speaker": who.name if who else printed,
            "speaker_is": "" if who else kind,
            **joint,
            "office": post.label if post else printed_office,
            "side": self._side(who, printed, last, post.side if post else ""),
            "attribution": suggestion.mention[:200] if suggestion is not None and who is None else "",
            "act": act_of(cue, words, self.language),
            "mode": mode,
            "language": self.language,
            "words_kind": self.proof.words_kind(mode),
            **{f"topic{n}": name for n, name in enumerate(topics[:3], start=1)},
        }
        if suggestion is not None and values["mode"] != Mode.INDIRECT and self._posted(suggestion):
            values["occasion"] = Occasion.SOCIAL_POST
        return values

    def _speakers(
        self, span: cover.Span, suggestion: Suggestion | None
    ) -> tuple[tuple[Who | None, str, str, str], dict[str, str]]:
        """Return the first speaker as `_speaker` does, and the fields of those who speak jointly with them."""
        first = self._speaker(span, suggestion)
        _who, _printed, kind, cue = first
        if suggestion is None or kind not in {"person", "organisation"}:
            return first, {}
        # One of them being known is no reason to put the words into their mouth alone.
        voices = [(self.known.meant(name, kind), name) for name in joint_names(suggestion.speaker)]
        # “Department of Land and Water” is one: only what is known, or has a full name each, is taken for several.
        several = 1 < len(voices) <= 1 + len(JOINT)
        if not several or not all(known or (kind == "person" and " " in name) for known, name in voices):
            return first, {}
        fields: dict[str, str] = {}
        for end, (known, name) in zip(JOINT, voices[1:], strict=False):
            fields |= {f"speaker{end}": known.name if known else name, f"speaker_is{end}": "" if known else kind}
        return (*voices[0], kind, cue), fields

    def _speaker(self, span: cover.Span, suggestion: Suggestion | None) -> tuple[Who | None, str, str, str]:
        """Return who speaks, the name as printed, what a new one would be, and the cue."""
        if suggestion is not None:
            kind = suggestion.kind if suggestion.kind in {"person", "organisation"} else "label"
            who = self.known.meant(suggestion.speaker, kind) if kind != "label" else None
            return who, suggestion.speaker[:160], kind, suggestion.cue
        names = [(who.key, who.names) for who in self.known.voices.values() if who.kind == "person"]
        earlier = [(row.start, self._key_of(row)) for row in self.suggestions]
        voice = voice_of(self.text, span[0], [*names, *self._named_here()], earlier, self.language)
        if voice.key is None:
            return (None, NOT_ATTRIBUTED, "label", "") if self.proof.speaks else (None, "", "", "")
        if voice.key in self.known.voices:
            who = self.known.voices[voice.key]
            return who, who.name, "person", voice.cue
        kind, name = str(voice.key[0]).removeprefix("new "), str(voice.key[1])
        return None, name, kind, voice.cue

    def _key_of(self, row: Suggestion) -> tuple[str, Any]:
        """Return the key of a suggestion's speaker; one whom nobody knows yet is keyed by name."""
        if row.kind not in {"person", "organisation"}:
            return "new label", row.speaker
        who = self._meant.get((row.kind, row.speaker))
        return who.key if who else (f"new {row.kind}", row.speaker)

    @cached_property
    def _meant(self) -> dict[tuple[str, str], Who]:
        pairs = {(row.kind, row.speaker) for row in self.suggestions if row.kind in {"person", "organisation"}}
        found = {(kind, name): self.known.meant(name, kind) for kind, name in pairs}
        return {pair: who for pair, who in found.items() if who is not None}

    def _named_here(self) -> list[tuple[tuple[str, Any], list[str]]]:
        """Return the people who speak in the text, by the full name and the last one, which sentences begin with."""
        people = [(self._key_of(row), row.speaker) for row in self.suggestions if row.kind == "person"]
        last: dict[str, set[tuple[str, Any]]] = {}
        for key, name in people:
            last.setdefault(name.split()[-1], set()).add(key)
        return [
            (key, [name, *([name.split()[-1]] if len(last[name.split()[-1]]) == 1 else [])]) for key, name in people
        ]

    def _posted(self, suggestion: Suggestion) -> bool:
        """Whether the words are handed over as a post or as written: “his post said”."""
        around = self.text[suggestion.end : suggestion.end + 40].split("\n")[0]
        return bool(_POSTED.search(around) or _POSTED.search(suggestion.cue))

    def _last_of(self, who: Who | None, printed: str) -> Entered | None:
        """Return the statement entered last from this source with this speaker."""
        same = [row for row in self.entered if (row.who == who.key if who else row.who is None and row.name == printed)]
        return same[-1] if same else None

    def _carried(self, who: Who | None, printed: str, last: Entered | None) -> dict[str, Any]:
        """Return visit, meeting, occasion and date: as in the last statement of the speaker, or by who was there."""
        previous = last or (self.entered[-1] if self.entered else None)
        values = {"visibility": previous.statement.visibility if previous else "", "meeting": ""}
        closed = previous.statement.compartment if previous else None
        # What follows from the source by itself is not chosen again.
        values["open_to"] = key_of(closed) if closed and closed != self.proof.row.compartment else ""
        values |= {"visit": "", "date": self.proof.date, "date_basis": self.proof.date_basis}
        values["occasion"] = self.proof.occasion
        if self.proof.meeting is not None:
            return values | {"visit": self.proof.meeting.visit.slug, "meeting": self.proof.meeting.public_id}
        if who is None and printed == NOT_ATTRIBUTED:
            values["occasion"] = Occasion.WRITTEN.value
        visit = previous.statement.visit if previous else self._visit()
        if visit is not None and visit.slug in self.known.visits:
            values["visit"] = visit.slug
        if last is not None:
            said = last.statement
            values |= {"date": said.date, "date_basis": said.date_basis, "meeting": self._open_meeting(said.meeting)}
            values["occasion"] = said.occasion if said.occasion != Occasion.SOCIAL_POST else values["occasion"]
            if values["meeting"]:
                values["occasion"] = Occasion.MEETING.value
            return values
        meeting = self._meeting(visit, who, previous.statement.meeting if previous else None)
        if meeting is not None:
            values |= {"meeting": meeting.public_id, "date": meeting.date, "date_basis": meeting.date_basis}
            values["occasion"] = str(
                Occasion.PRESS_CONFERENCE if meeting.kind == "press_conference" else Occasion.MEETING
            )
        return values

    def _open_meeting(self, meeting: Meeting | None) -> str:
        return meeting.public_id if meeting is not None else ""

    @cached_property
    def _meetings(self) -> dict[int | None, list[Meeting]]:
        return {}

    def meetings_of(self, visit: Visit | None) -> list[Meeting]:
        """Return the meetings of a visit, read once."""
        key = visit.pk if visit is not None else None
        if key not in self._meetings:
            self._meetings[key] = self.known.meetings(visit)
        return self._meetings[key]

    def _meeting(self, visit: Visit | None, who: Who | None, before: Meeting | None) -> Meeting | None:
        """Return the meeting where `who` was: the one of the statement before, or the only one whose day is named."""
        if who is None:
            return None
        meetings = self.meetings_of(visit)
        present = self.known.present(meetings)
        there = [meeting for meeting in meetings if who.key in present.get(meeting.pk, set())]
        if before is not None and before in there:
            return before
        told = [meeting for meeting in there if self._names_day(meeting.date_earliest, meeting.date_latest)]
        return told[0] if len(told) == 1 else None

    def _names_day(self, first: Any, last: Any) -> bool:
        """Whether the text names the day in words, such as “August 16” or “16 August”."""
        if first is None or first != last:
            return False
        month = _MONTHS[first.month - 1]
        pattern = rf"\b(?:{month}\s+{first.day}|{first.day}\s+{month})\b"
        return bool(re.search(pattern, self.text))

    def _visit(self) -> Visit | None:
        """Return the visit that the text is about: its expert is named, and its place or its first or last day."""
        folded = self.text
        named = {key[1] for key, who in self.known.voices.items()
                 if key[0] == "person" and any(len(name) > 3 and name in folded for name in who.names)}  # fmt: skip
        found: list[tuple[int, Visit]] = []
        for visit in self.known.visits.values():
            if not named & self.known.experts.get(visit.pk, set()):
                continue
            points = 2 * (self._names_day(visit.dates_earliest, visit.dates_earliest))
            points += self._names_day(visit.dates_latest, visit.dates_latest)
            points += any(part.strip() in folded for part in visit.title.split(","))
            points += 2 * self._near(visit)
            found.append((points, visit))
        found.sort(key=lambda pair: -pair[0])
        if not found or found[0][0] < 2 or (len(found) > 1 and found[1][0] == found[0][0]):
            return None
        return found[0][1]

    def _near(self, visit: Visit) -> bool:
        """Whether the source was published during the visit or within two months after it."""
        if self.published is None or visit.dates_earliest is None or visit.dates_latest is None:
            return False
        if self.published.precision == "year":
            return False
        after = (self.published.earliest - visit.dates_latest).days
        return visit.dates_earliest <= self.published.latest and after <= 60

    def _side(self, who: Who | None, printed: str, last: Entered | None, of_post: str) -> str:
        if of_post:
            return of_post
        if last is not None:
            speaker = next(iter(last.statement.speakers.all()), None)
            return speaker.side if speaker is not None else ""
        if who is not None and who.kind == "organisation":
            return str(who.row.side)
        if who is not None and who.kind == "mandate":
            return Side.MANDATE_HOLDER.value
        return Side.MEDIA.value if printed == NOT_ATTRIBUTED else ""


def strictest(*rows: Any, wished: str = "") -> tuple[str, Any]:
    """Return the visibility that `wished` comes to beside the rows it rests on, and the compartment where that is
    confidential; without a wish it is as open as all of them are.
    """
    there = [row for row in rows if row is not None]
    lowest = min(there, key=lambda row: openness(row.visibility), default=None)
    visibility = wished or (lowest.visibility if lowest is not None else Visibility.INTERNAL)
    if lowest is not None and openness(lowest.visibility) < openness(visibility):
        visibility = lowest.visibility
    closed = [row.compartment for row in there if row.visibility == Visibility.CONFIDENTIAL]
    return visibility, closed[-1] if closed and visibility == Visibility.CONFIDENTIAL else None

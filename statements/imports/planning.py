"""What a row of a list of statements means here: what it says, resolved to rows of the record, and what it asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from statements.capture.verbatim import SourceText
from statements.imports.known import SourceFact
from statements.imports.meaning import Meaning
from statements.imports.planned import Planned, Proof, Who
from statements.imports.rules import Above, broken, lowest
from statements.imports.telling import Told
from statements.verdicts import Cited, Version, find
from visits.choices import Visibility
from visits.imports.kinds import Judged

# Texts of sources are held, prepared, up to so many characters.
MOST_HELD = 2_000_000


@dataclass(slots=True)
class Row(Judged):
    """A judged row with the statement that it comes to; None where it is wrong or asks."""

    planned: Planned | None = None


class Planner(Meaning):
    """Plans the rows of one import, many at a time: `load` looks up what they name, `plan` makes one of them."""

    def __init__(self, by: Any, *, publish: bool = False, labels: bool = False) -> None:
        super().__init__(by, labels=labels)
        self.publish = publish
        self._held: dict[int, SourceText] = {}

    def load(self, rows: Sequence[Told]) -> None:
        """Look up, at once, all that some rows name."""
        known = self.known
        known.need_visits({row.visit for row in rows})
        known.need_meetings({row.meeting for row in rows})
        known.need_sources({cited.source for row in rows for cited in row.sources})
        known.need_topics({name for row in rows for name in row.topics})
        speakers = [speaker for row in rows for speaker in row.speakers]
        known.need_pages({speaker.page for speaker in speakers if isinstance(speaker.page, tuple)})
        names = {speaker.name for speaker in speakers if not isinstance(speaker.page, tuple)}
        names |= {name for row in rows for name in (*row.addressees, *row.chain)}
        known.need_people(names)
        known.need_named(names)
        holding = {speaker for speaker in speakers if speaker.office}
        people = (row for speaker in holding for row in self._called(speaker.name, speaker.page))
        known.need_posts({row.id for row in people if row.kind == "person"})
        self._hold({source.id: source.held for source in self._cited(rows) if source.held})

    def plan(self, told: Told, answers: Mapping[str, str], kept: Mapping[str, Who]) -> Row:
        """Return a row with what it comes to. `kept` are those whom a stored statement names already."""
        row = Row(told.number, about=_about(told), problems=told.problems)
        above = self._above(told, row, answers)
        speakers = tuple(self._speaker(told, speaker, row, answers, kept) for speaker in told.speakers)
        addressees = tuple(self._voice(told, "addressees", name, row, answers, kept) for name in told.addressees)
        chain = tuple(self._voice(told, "chain", name, row, answers, kept) for name in told.chain)
        topics = tuple(dict.fromkeys(self._topic(told, name, row, answers) for name in told.topics))
        if row.problems or row.asks:
            return row
        visit, meeting = above.visit, above.meeting
        texts = tuple(Version(kind, code, text, not n) for n, (kind, code, text) in enumerate(told.texts))
        visibility = told.visibility or lowest(Visibility.INTERNAL.value, above)
        closed = meeting is not None and visibility == Visibility.CONFIDENTIAL
        planned = Planned(
            told.act, told.mode, told.occasion, visibility, visit.id if visit else None,
            meeting.id if meeting else None, meeting.leg if meeting else None,
            meeting.compartment if closed else None, told.date, told.earliest, told.latest, told.date_basis,
            told.original_language, told.answers, told.is_example, self.publish, speakers, texts,
            self._proofs(told, texts, above.sources), topics, addressees, chain,
        )  # fmt: skip
        for name, reason in broken(planned, above, by_somebody=self.by is not None):
            told.wrong(name, "", reason)
        row.planned = None if row.problems else planned
        return row

    def _above(self, told: Told, row: Row, answers: Mapping[str, str]) -> Above:
        meeting = self.known.meetings.get(told.meeting) if told.meeting else None
        if told.meeting and meeting is None:
            told.wrong("meeting", told.meeting, _("No meeting has this address."))
        visit = self._visit(told, row, answers)
        if visit is None and meeting is not None:
            visit = self.known.visit_numbered(meeting.visit)
        sources = [self._source(told, cited.source, row, answers) for cited in told.sources]
        return Above(visit, meeting, [source for source in sources if source is not None])

    def _proofs(self, told: Told, texts: Sequence[Version], sources: Sequence[SourceFact]) -> tuple[Proof, ...]:
        """Return the citations with what the verbatim check finds for each."""
        proofs = []
        for cited, source in zip(told.sources, sources, strict=True):
            said = Cited(source.id, source.language, cited.exact)
            found = find(told.mode, texts, said, self._text_of(source) if source.held else None)
            proofs.append(Proof(source.id, cited.exact, cited.locator, cited.role, found))
        return tuple(proofs)

    def _cited(self, rows: Sequence[Told]) -> Iterator[SourceFact]:
        for row in rows:
            for cited in row.sources:
                yield from self.known.sources.get(cited.source, ())

    def _hold(self, lengths: Mapping[int, int]) -> None:
        """Read the texts of sources, as many as are held at once."""
        wanted, room = [], MOST_HELD
        for key, length in lengths.items():
            room -= length
            if room < 0:
                break
            wanted.append(key)
        self._held = {key: self._held[key] for key in wanted if key in self._held}
        self._held |= self.known.texts_of([key for key in wanted if key not in self._held])

    def _text_of(self, source: SourceFact) -> SourceText:
        """Return the stored text of a source; those asked for before are let go where they grow too much."""
        if source.id not in self._held:
            while self._held and sum(len(held.text) for held in self._held.values()) + source.held > MOST_HELD:
                del self._held[next(iter(self._held))]
            self._held |= self.known.texts_of([source.id])
        return self._held[source.id]


def _about(told: Told) -> str:
    """Return what people call a row: who, and the first words."""
    who = ", ".join(speaker.name for speaker in told.speakers)
    words = told.texts[0][2] if told.texts else ""
    return f"{who}: {words[:80]}"[:80]

"""The chapters of a briefing: statements in full with their notes, commitments, guarantees, meetings, withdrawals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from statements.briefing.board import column_words, references, visit_words
from statements.briefing.notes import note_of, source_note
from statements.briefing.tree import Block, Heading, Listing, Paragraph, Run, Runs, parted, run, runs
from statements.cards import show
from visits.choices import MeetingKind, MeetingStatus
from visits.notes import paragraphs
from visits.templatetags.record import language_name

if TYPE_CHECKING:
    from statements.briefing.options import Options
    from statements.briefing.reading import Material, Told
    from statements.cards import Card, Reply, Voice, Words
    from statements.views.commitments import CommitmentCard
    from visits.models import AccessNote, Meeting, Visit


class Chapters:
    """The chapters, which number their notes from one to the next."""

    def __init__(self, options: Options, found: Material, site: str) -> None:
        self.options, self.found, self.site = options, found, site
        self.notes: list[Runs] = []
        self.numbers = found.numbers

    def _note(self, text: Runs) -> Run:
        self.notes.append(text)
        return Run(note=len(self.notes))

    def statements(self, groups: list[tuple[Visit | None, list[Told]]], *, one_visit: bool) -> list[Block]:
        """Return every statement in full: who, what act, when, the words, what became of it, its sources."""
        if not groups:
            return []
        blocks: list[Block] = [Heading(2, runs(gettext("Statements")))]
        for visit, told in groups:
            if not one_visit:
                blocks.append(Heading(3, visit_words(visit)))
            for one in told:
                blocks += self._statement(one, 3 if one_visit else 4)
        return blocks

    def _statement(self, told: Told, level: int) -> list[Block]:
        card = told.card
        who = ", ".join(_voice(voice) for voice in card.speakers) or gettext("nobody is named")
        blocks: list[Block] = [Heading(level, runs(f"{told.number}. {who}"), f"statement-{told.number}")]
        blocks.append(Paragraph(runs(" · ".join(_manner(card))), "small"))
        blocks += [Paragraph(runs(run(card.standing_label, style="strong")), "warning")] * (card.standing != "current")
        for words in self._words(card):
            blocks.append(Paragraph(runs(run(words.text, language=words.language, style="words")), "words"))
            blocks.append(Paragraph(runs(_version(words)), "small"))
        if card.answers_text:
            blocks.append(Paragraph(runs(gettext("In answer to: %(text)s") % {"text": card.answers_text}), "small"))
        if card.chain:
            chain = " › ".join(voice.name for voice in card.chain)
            blocks.append(Paragraph(runs(gettext("As told by:"), " ", chain), "small"))
        links = [self._reply(reply) for reply in (*card.links, *card.replies)]
        if links:
            blocks.append(Paragraph(parted(links), "small"))
        if card.topics:
            names = ", ".join(name for _slug, name in card.topics)
            blocks.append(Paragraph(runs(gettext("Topics:"), " ", names), "small"))
        return [*blocks, self._proofs(told)]

    def _words(self, card: Card) -> list[Words]:
        """Return the versions to print: those in the languages chosen, else the one that is preferred."""
        chosen = [words for words in card.texts if words.language in self.options.languages]
        return chosen or ([card.words] if card.words else [])

    def _reply(self, reply: Reply) -> Runs:
        words = f"{reply.label} {reply.who}" + (f", {reply.date}" if reply.date else "")
        number = self.numbers.get(reply.key)
        address = self.site + reply.url
        return runs(words, " (", *(references([number]) if number else (run(address, href=address),)), ")")

    def _proofs(self, told: Told) -> Paragraph:
        """Return what each source says, with the verdict on its quotation and the mark of its note."""
        parts = []
        for proof in told.card.proofs:
            quoted = f"“{proof.exact}”, " if proof.exact else ""
            note = self._note(note_of(told, proof, self.found.sources.get(proof.key), self.site))
            parts.append(runs(quoted, proof.verdict_label, note))
        return Paragraph(runs(gettext("Sources:"), " ", *parted(parts)), "small")

    def commitments(self) -> list[Block]:
        """Return what was promised in these statements, and what became of it."""
        items = [self._commitment(card, self.numbers[pk]) for card, pk in self.found.commitments]
        return [Heading(2, runs(gettext("Commitments"))), Listing(tuple(items))] if items else []

    def _commitment(self, card: CommitmentCard, number: int) -> Runs:
        by = card.by_whom or ", ".join(name for name, _url in card.speakers)
        state = gettext("overdue") if card.overdue else card.state_label
        due = gettext("due %(day)s") % {"day": card.due} if card.due else gettext("no day stated")
        shown = [words for words, _url in card.evidence]
        evidence = gettext("evidence: %(what)s") % {"what": "; ".join(shown)} if shown else ""
        told = ", ".join(part for part in (by, due, state, evidence) if part)
        return runs(run(card.what, style="strong"), f" ({told}; ", *references([number]), ")")

    def guarantees(self) -> list[Block]:
        """Return how the guarantees of the terms of reference were kept."""
        items = [self._guarantee(note) for note in self.found.access_notes]
        title = gettext("Guarantees of the terms of reference")
        return [Heading(2, runs(title)), Listing(tuple(items))] if items else []

    def _guarantee(self, note: AccessNote) -> Runs:
        told = [note.place, show(note.date), gettext("according to %(whom)s") % {"whom": note.according_to}]
        words = ", ".join(part for part in told if part)
        mark = None
        if note.source is not None and note.source_seen:  # type: ignore[attr-defined]
            mark = self._note(source_note(note.source))
        head = f"{note.get_guarantee_display()}: {note.get_kept_display()}"
        text = f". {note.text}" if note.text else ""
        return runs(run(head, style="strong"), f" ({words}){text}", *([mark] if mark else []))

    def meetings(self) -> list[Block]:
        """Return whom the mandate holder met, as far as it is published."""
        items = [_meeting(meeting) for meeting in self.found.meetings]
        return [Heading(2, runs(gettext("Meetings"))), Listing(tuple(items))] if items else []

    def withdrawn(self) -> list[Block]:
        """Return which statements the record has withdrawn, each with its public note."""
        items = []
        for row in self.found.withdrawn:
            address = self.site + row.get_absolute_url()
            why = row.withdrawn_note or gettext("no reason is given")
            items.append(runs(run(address, href=address), f": {why}"))
        if not items:
            return []
        words = gettext("These statements stood in the record and do so no longer; do not cite them.")
        return [Heading(2, runs(gettext("Withdrawn"))), Paragraph(runs(words), "small"), Listing(tuple(items))]

    def internal_notes(self) -> list[Block]:
        """Return the notes on meetings that members may read; who wrote them is not told."""
        if not self.options.internal:
            return []
        blocks: list[Block] = [Heading(2, runs(gettext("Internal notes")))]
        for note in self.found.notes:
            head = ", ".join(part for part in (note.meeting.title, show(note.meeting.date)) if part)
            blocks += [Heading(3, runs(head)), *(Paragraph(runs(part)) for part in paragraphs(note.text))]
        if not self.found.notes:
            blocks.append(Paragraph(runs(gettext("No note on a meeting that members may read."))))
        return blocks


def _voice(voice: Voice) -> str:
    """Return a speaker with the office held on that day, and for whom they speak."""
    behalf = gettext("on behalf of %(whom)s") % {"whom": voice.behalf} if voice.behalf else ""
    return ", ".join(part for part in (voice.name, voice.office, behalf) if part)


def _manner(card: Card) -> list[str]:
    """Return the column, act, day and occasion of a statement, and what it is besides."""
    day = card.date_text or gettext("no day stated")
    if card.date_text and card.basis != "stated":
        day += f" ({card.basis_label})"
    found = [column_words(card.column), card.act_label, day, card.occasion_label, card.mode_label]
    if card.visibility != "public":
        found.append(gettext("internal"))
    if card.is_example:
        found.append(gettext("invented example"))
    return found


def _version(words: Words) -> str:
    """Return whose words a version holds, and in which language."""
    return f"{language_name(words.language)}, {words.kind_label}" if words.language else words.kind_label


def _meeting(meeting: Meeting) -> Runs:
    told = [show(meeting.date), MeetingKind(meeting.kind).label, meeting.place]
    if meeting.status != MeetingStatus.HELD:
        told.append(MeetingStatus(meeting.status).label)
    words = ", ".join(str(part) for part in told if part)
    summary = f": {meeting.public_summary}" if meeting.public_summary else ""
    return runs(run(meeting.title, style="strong"), f" ({words})" if words else "", summary)

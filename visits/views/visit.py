"""The pages of one visit: timeline, board, commitments, sources, history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator

from config.public import public_page
from statements import answering, positions
from statements.before import earlier_boards
from statements.cards import Card
from statements.models import (
    Citation,
    Commitment,
    CommitmentEvidence,
    Position,
    Statement,
    StatementText,
)
from statements.views.commitments import commitment_cards
from statements.views.embeds import discovery, visit_embed
from visits import noticing, timeline
from visits.among import AmongRows
from visits.models import AccessNote, Source, VisitStep
from visits.pieces import union
from visits.prepared import Given, prepared
from visits.views.citing import data_block, to_cite, visit_item, visit_linked
from visits.views.entries import entries_of
from visits.views.history import history_of
from visits.views.sections import ruler_days, section_cards
from visits.views.sheet import sheet_or_note

if TYPE_CHECKING:
    from visits.access import Reading

# So many words of a statement are enough to tell it from the others of its speaker.
SHOWN_WORDS = 6


@public_page
def visit_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The timeline."""
    sheet = sheet_or_note(request, slug)
    if isinstance(sheet, HttpResponse):
        return sheet
    entries = entries_of(sheet.visit, request.user)
    built = timeline.build(entries.rows(sheet.steps), sheet.window)
    embed = visit_embed(request, sheet)
    return render(
        request,
        "visits/visit_detail.html",
        {
            "section": "visits",
            "tab": "timeline",
            "sheet": sheet,
            "sections": section_cards(built),
            "ruler": ruler_days(built),
            "access_notes": _access_notes(request.user, visit=sheet.visit.pk),
            "is_empty": not entries.cards and not entries.meetings,
            "unanswered": _unanswered(entries.cards),
            "cite": to_cite(visit_item(request, sheet), "visit_cite", slug),
            "linked": data_block(visit_linked(request, sheet)),
            "embed": embed,
            "discovery": discovery(request, embed),
        },
    )


@prepared
def _access_notes(reader: Reading, visit: Given) -> QuerySet[AccessNote]:
    readable = Source.objects.visible_to(reader).filter(pk=OuterRef("source_id"))
    return (
        AccessNote.objects.visible_to(reader)
        .filter(visit=visit)
        .select_related("source")
        .annotate(source_seen=Exists(readable))
        .order_by(F("date_earliest").asc(nulls_last=True), "pk")
    )


def _unanswered(cards: list[Card]) -> list[Card]:
    """Return the claims that nobody of another side has answered, by their day."""
    said = [
        answering.Claim(
            card.public_id, card.column, card.act, tuple((reply.kind, reply.column) for reply in card.replies), card
        )
        for card in cards
    ]
    return [claim.card for claim in answering.unanswered(said)]


@public_page
def visit_positions(request: HttpRequest, slug: str) -> HttpResponse:
    """The board: topic × column."""
    sheet = sheet_or_note(request, slug)
    if isinstance(sheet, HttpResponse):
        return sheet
    entries = entries_of(sheet.visit, request.user)
    by_topic = {slug: positions.Topic(slug, name) for card in entries.cards for slug, name in card.topics}
    said = [
        positions.Said(
            str(card.pk),
            card.column,
            card.act_label,
            tuple(by_topic[slug] for slug, _name in card.topics),
            card,
        )
        for card in entries.cards
    ]
    summaries = _summaries(Position.objects.visible_to(request.user).filter(visit=sheet.visit), entries.cards)
    touched = [(positions.Topic(slug, name), meeting) for meeting in entries.meetings for slug, name in meeting.topics]
    board = positions.build_board(said, summaries, touched)
    earlier = earlier_boards(sheet.visit, [line.topic.slug for line in board], request.user)
    context = {
        "section": "visits",
        "tab": "positions",
        "sheet": sheet,
        "board": board,
        "lines": [(line, earlier.get(line.topic.slug)) for line in board],
    }
    return render(request, "visits/visit_positions.html", context)


@dataclass(frozen=True, slots=True)
class LinkedSummary(positions.Summary):
    """An editor's summary with links to the statements it rests on."""

    links: tuple[tuple[str, str], ...] = ()


def _summaries(rows: QuerySet[Position], cards: list[Card]) -> list[LinkedSummary]:
    """Return the editors' summaries with who said what they rest on, in one query."""
    said = {card.pk: card for card in cards}
    found: dict[int, LinkedSummary] = {}
    columns = (
        "pk", "topic__slug", "topic__name", "column", "summary", "position_evidence__statement_id", "compartment_id",
    )  # fmt: skip
    rows = rows.order_by("pk", "position_evidence__order")
    for pk, slug, name, column, text, statement, compartment in rows.values_list(*columns):
        noticing.told("statements.position", pk, compartment)
        summary = found.get(pk) or LinkedSummary(positions.Topic(slug, name), column, text)
        if card := said.get(statement):
            told = card.words.text if card.words else card.act_label
            link = (f"{card.who}: {Truncator(told).words(SHOWN_WORDS)}", card.url)
            summary = replace(summary, evidence=(*summary.evidence, str(card.pk)), links=(*summary.links, link))
        found[pk] = summary
    return list(found.values())


@public_page
def visit_commitments(request: HttpRequest, slug: str) -> HttpResponse:
    """Who promised what, by when, and what became of it."""
    sheet = sheet_or_note(request, slug)
    if isinstance(sheet, HttpResponse):
        return sheet
    rows = Commitment.objects.visible_to(request.user).filter(visit=sheet.visit)
    context = {
        "section": "visits",
        "tab": "commitments",
        "sheet": sheet,
        "commitments": commitment_cards(rows, request.user),
    }
    return render(request, "visits/visit_commitments.html", context)


@public_page
def visit_sources(request: HttpRequest, slug: str) -> HttpResponse:
    """The evidence: every source that a visible row of the visit rests on."""
    sheet = sheet_or_note(request, slug)
    if isinstance(sheet, HttpResponse):
        return sheet
    context = {
        "section": "visits",
        "tab": "sources",
        "sheet": sheet,
        "sources": _sources(request.user, visit=sheet.visit.pk),
    }
    return render(request, "visits/visit_sources.html", context)


@prepared
def _sources(reader: Reading, visit: Given) -> QuerySet[Source]:
    said = Statement.objects.visible_to(reader).filter(visit=visit).order_by().values("pk")
    promised = Commitment.objects.visible_to(reader).filter(visit=visit).order_by().values("pk")
    ids = union(
        rows.order_by().values("source_id")
        for rows in (
            Citation.objects.filter(AmongRows("statement_id", said)),
            StatementText.objects.filter(AmongRows("statement_id", said)),
            CommitmentEvidence.objects.filter(AmongRows("commitment_id", promised)),
            AccessNote.objects.visible_to(reader).filter(visit=visit),
            VisitStep.objects.filter(visit=visit),
        )
    )
    rows = Source.objects.visible_to(reader).filter(AmongRows("pk", ids))
    return rows.order_by(F("published_earliest").asc(nulls_last=True), "title", "pk")


@public_page
def visit_history(request: HttpRequest, slug: str) -> HttpResponse:
    """What the record has said of this visit since when; no editor is named."""
    sheet = sheet_or_note(request, slug)
    if isinstance(sheet, HttpResponse):
        return sheet
    context = {
        "section": "visits",
        "tab": "history",
        "sheet": sheet,
        "changes": history_of(sheet, request.user),
    }
    return render(request, "visits/visit_history.html", context)

"""Permanent addresses of meetings and sources."""

from __future__ import annotations

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.public import public_page
from statements.cards import cards_of, meeting_pieces, show_long
from statements.models import Statement
from statements.publishing import published
from visits.choices import DateBasis, SourceKind
from visits.models import Meeting, MeetingNote, Source, SourceRelay
from visits.notes import render_note
from visits.pieces import gather
from visits.views.citing import (
    data_block,
    meeting_item,
    meeting_linked,
    source_as_item,
    source_linked,
    to_cite,
)
from visits.views.entries import meeting_card
from visits.views.rows import page_of_rows
from visits.views.withdrawn import withdrawn_page


@public_page
def meeting_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """A meeting: when, with whom, how it is known, and what was said in it."""
    rows = Meeting.objects.filter(public_id=public_id)
    meeting = rows.visible_to(request.user).select_related("visit").first()
    if meeting is None:
        return withdrawn_page(request, rows)
    parts = gather(*meeting_pieces(request.user, [meeting.pk]))
    said = Statement.objects.visible_to(request.user).filter(meeting=meeting).order_by("order", "id")
    notes = MeetingNote.objects.visible_to(request.user).filter(meeting=meeting).select_related("author")
    card = meeting_card(meeting, parts)
    context = {
        "section": "visits",
        "visit": meeting.visit,
        "meeting": card,
        "cite": to_cite(meeting_item(request, meeting), "meeting_cite", public_id),
        "linked": data_block(meeting_linked(request, meeting, card)),
        "date": show_long(meeting.date),
        "cards": cards_of(list(said.select_related("visit")), request.user),
        "notes": [
            (note.author.get_username(), note.get_visibility_display(), render_note(note.text)) for note in notes
        ],
    }
    return render(request, "visits/meeting_detail.html", context)


@public_page
def source_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """A source: where it is found, what it passes on, and every statement that cites it."""
    rows = Source.objects.filter(public_id=public_id)
    source = rows.visible_to(request.user).with_author(request.user).first()
    if source is None:
        return withdrawn_page(request, rows)
    relays = SourceRelay.objects.visible_to(request.user).filter(source=source).select_related("original")
    passed_on = [(relay.get_kind_display(), relay.original) for relay in relays]
    relayed = SourceRelay.objects.visible_to(request.user).filter(original=source).select_related("source")
    said = Statement.objects.visible_to(request.user).citing(source).select_related("visit")
    page, moved = page_of_rows(request, said.order_by(F("date_earliest").asc(nulls_last=True), "order", "id"))
    context = {
        "section": "visits",
        "source": source,
        "kind": SourceKind(source.kind).label,
        "published": show_long(source.published),
        "copy": published(source),
        "basis": DateBasis(source.published_basis).label if source.published_basis != DateBasis.STATED else "",
        "accessed": show_long(source.accessed.isoformat()) if source.accessed else "",
        "relays": passed_on,
        "cite": to_cite(source_as_item(source), "source_cite", public_id),
        "linked": data_block(source_linked(request, source, [original.title for _kind, original in passed_on])),
        "relayed_by": [relay.source for relay in relayed],
        "cards": cards_of(list(page.object_list), request.user),
        "page": page,
        "page_moved": moved,
        "address": "?",
    }
    return render(request, "visits/source_detail.html", context)

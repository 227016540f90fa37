"""Cards that other sites show in frames, and how a page tells of its card.

Whoever asks, signed in or not, gets what everybody may see: a card is carried away from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language

from config.framing import framed
from config.public import public_page
from statements import embedding
from statements.cards import Card, cards_of
from statements.embedding import BOUNDLESS, FORMATS, Embed, Measure, Room
from statements.feeds import site_address
from statements.models import Erratum, Statement
from statements.views.citing import headline, named, said_by
from visits import timeline
from visits.models import Visit
from visits.partial_dates import from_day
from visits.views.citing import visit_name
from visits.views.entries import entries_of
from visits.views.sections import SectionCard, section_cards
from visits.views.sheet import Sheet, sheet_of

if TYPE_CHECKING:
    from visits.timeline import Timeline
    from visits.views.entries import MeetingCard
    from visits.views.sheet import StepCard

EVERYBODY = AnonymousUser()
# Of a longer quotation a card shows the beginning, and leads to the rest.
MOST_LETTERS = 700
MOST_PROOFS = 3
MOST_LINES = 60
WORDS_OF_A_LINE = 18
# Of a card of which not all may be told: how long a quotation is may depend on who reads.
USUAL = Measure(name=60, quotation=300, below=(90, 60, 45))


@public_page
@framed
def embed_statement(request: HttpRequest, public_id: str) -> HttpResponse:
    """A statement as a card: the words, who said them when and on which side, the verdict, the source."""
    rows = Statement.objects.filter(public_id=public_id)
    card = card_among(rows)
    if card is None:
        return _note_of(rows)
    words = card.words
    context = {
        "card": card,
        "title": headline(card),
        "voices": [(named(voice), "" if voice.private else voice.office, voice.behalf) for voice in card.speakers],
        "quotation": Truncator(words.text).chars(MOST_LETTERS) if words else "",
        "proofs": card.proofs[:MOST_PROOFS],
        "more_proofs": max(0, len(card.proofs) - MOST_PROOFS),
        "errata": Erratum.objects.filter(statement=card.pk),
    }
    return HttpResponse(render_to_string("embeds/statement.html", context))


@public_page
@framed
def embed_visit(request: HttpRequest, slug: str) -> HttpResponse:
    """A visit as a timeline of lines, each leading to what it names."""
    try:
        sheet = sheet_of(slug, EVERYBODY)
    except Http404:
        return _note_of(Visit.objects.filter(slug=slug))
    entries = entries_of(sheet.visit, EVERYBODY)
    groups, left_out = _lines(timeline.build(entries.rows(sheet.steps), sheet.window))
    context = {"sheet": sheet, "visit": sheet.visit, "groups": groups, "left_out": left_out}
    return HttpResponse(render_to_string("embeds/visit.html", context))


def _note_of(rows: QuerySet[Any]) -> HttpResponse:
    """Return the note on a withdrawn record among `rows`, or raise Http404."""
    withdrawn = rows.withdrawn_for_everybody(EVERYBODY).first()  # type: ignore[attr-defined]
    if withdrawn is None:
        raise Http404
    told = render_to_string("embeds/withdrawn.html", {"note": withdrawn.withdrawn_note})
    response = HttpResponse(told, status=410)
    response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True, slots=True)
class Line:
    """A step, meeting or statement in a line: what it is, in words and by its shape, and where it stands."""

    text: str
    url: str = ""
    when: str = ""
    column: str = ""
    shape: str = ""
    label: str = ""


def _lines(built: Timeline) -> tuple[list[tuple[str, list[Line]]], int]:
    """Return the lines of a timeline below their days, and how many are left out."""
    groups, room, left_out = [], MOST_LINES, 0
    for section, card in zip(built.sections, section_cards(built), strict=True):
        lines = list(_of_section(card))
        if room or not lines:
            day = section.first if section.kind == "day" else None
            heading = from_day(day).display(get_language() or "en") if day else card.heading
            groups.append((heading, lines[:room]))
        left_out += len(lines[room:])
        room -= len(lines[:room])
    return groups, left_out


def _of_section(section: SectionCard) -> Iterator[Line]:
    for block in section.blocks:
        yield from (_step(step, block.when) for step in block.steps)
        if block.meeting:
            yield _meeting(block.meeting, block.when)
        yield from (_said(card, block.when) for card in (*block.holder, *block.state, *block.beside))


def _step(step: StepCard, when: str) -> Line:
    return Line(" · ".join(part for part in (step.label, step.actor, step.document) if part), when=when)


def _meeting(meeting: MeetingCard, when: str) -> Line:
    status = f" ({meeting.status_label})" if meeting.status != "held" else ""
    return Line(f"{meeting.title}{status}", meeting.url, when, label=meeting.kind_label)


def _said(card: Card, when: str) -> Line:
    words = f": {Truncator(card.words.text).words(WORDS_OF_A_LINE)}" if card.words else ""
    since = f" ({card.since})" if card.since else ""
    text = f"{said_by(card)}{since}{words}"
    return Line(text, card.url, when, card.column, card.shape, card.column_label)


def card_among(rows: QuerySet[Statement]) -> Card | None:
    """Return the card of the statement among `rows` as everybody may see it."""
    found = rows.visible_to(EVERYBODY).select_related("visit")[:1]  # type: ignore[attr-defined]
    return next(iter(cards_of(list(found), EVERYBODY)), None)


def statement_embed(request: HttpRequest, card: Card, room: Room = BOUNDLESS) -> Embed:
    """Return how other sites show a statement; `card` is what everybody may see of it."""
    size = embedding.card_size(_measure(card), room)
    return Embed(title=headline(card), size=size, **_of_statement(request, card))


def embed_beside(request: HttpRequest, statement: Statement, card: Card) -> Embed | None:
    """Return how other sites show the statement of a page; None where it is not everybody's.

    Somebody signed in may see more in `card` than everybody does: of it only what is the same for all is told. The row
    then says by `everybodys` whether everybody may see it.
    """
    if request.user.is_anonymous:
        return statement_embed(request, card)
    if not statement.everybodys:  # type: ignore[attr-defined]
        return None
    return Embed(title=said_by(card), size=embedding.card_size(USUAL, BOUNDLESS), **_of_statement(request, card))


def _measure(card: Card) -> Measure:
    below = [
        sum(len(words) for words, _differs in (*proof.quoted, *proof.held))
        + len(f"{proof.title}, {proof.publisher}, {proof.published} · {proof.verdict_label} ({proof.how_label})")
        for proof in card.proofs[:MOST_PROOFS]
    ]
    # The day with the visit, and the line that leads to the page.
    below += [len(f"{card.date_text} · {card.mode_label} · {card.visit_title}") + 12, 45]
    return Measure(
        name=sum(len(f"{voice.name}, {voice.office}, {voice.behalf}") for voice in card.speakers),
        quotation=min(len(card.words.text), MOST_LETTERS) if card.words else 0,
        below=tuple(below),
        notices=(card.standing != "current") + card.is_example,
    )


def _of_statement(request: HttpRequest, card: Card) -> dict[str, str]:
    first = next((voice.url for voice in card.speakers if voice.url), "")
    return {
        "author": ", ".join(named(voice) for voice in card.speakers),
        "author_page": site_address(request) + first if first else "",
        **_addresses(request, card.url, "statement", card.public_id),
    }


def everybodys(rows: QuerySet[Statement]) -> QuerySet[Statement]:
    """Return `rows` with whether everybody may see each, as `everybodys`."""
    return rows.annotate(everybodys=Exists(Statement.objects.visible_to(EVERYBODY).filter(pk=OuterRef("pk"))))


def visit_embed(request: HttpRequest, sheet: Sheet, room: Room = BOUNDLESS) -> Embed | None:
    """Return how other sites show a visit; None where it is not everybody's."""
    visit = sheet.visit
    if visit.workflow != "published" or visit.visibility != "public":
        return None
    size = embedding.timeline_size(room)
    addresses = _addresses(request, visit.get_absolute_url(), "visit", visit.slug)
    return Embed(title=visit_name(sheet), size=size, **addresses)


def _addresses(request: HttpRequest, page: str, kind: str, key: str) -> dict[str, str]:
    site = site_address(request)
    picture = reverse("picture", args=[f"{kind}s", key])
    return {"page": site + page, "frame": site + reverse(f"embed_{kind}", args=[key]), "picture": site + picture}


def discovery(request: HttpRequest, embed: Embed | None) -> list[tuple[str, str]]:
    """Return the type and whole address of oEmbed's answer in each format; nothing where there is no card."""
    if embed is None:
        return []
    types = {form: f"{kind.split(';')[0]}+oembed" for form, kind in FORMATS.items()}
    address = site_address(request) + reverse("oembed")
    return [
        (types[form], f"{address}?{urlencode({'url': embed.page, 'format': form}, quote_via=quote)}") for form in types
    ]

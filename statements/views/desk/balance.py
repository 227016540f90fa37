"""What the record of a visit holds of each side, and what it lacks."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from statements import balance
from statements.cards import Card, cards_of
from statements.choices import Mode
from statements.models import Citation, Statement
from statements.positions import Topic
from statements.views.desk.access import desk_page, editor_of
from visits.models import Source, SourceRelay, User, Visit


def _accounts(ids: list[int], editor: User) -> dict[int, frozenset[str]]:
    """Return whose accounts prove each statement: the sources at the end of their relays, or the authors of notes."""
    relays: dict[str, set[str]] = defaultdict(set)
    rows = SourceRelay.objects.filter(original__in=Source.objects.visible_to(editor))
    for source, original in rows.values_list("source_id", "original_id"):
        relays[f"source {source}"].add(f"source {original}")
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    cited = Citation.objects.visible_to(editor).filter(statement_id__in=ids)
    for statement, source, author in cited.values_list("statement_id", "source_id", "note__author_id"):
        key = f"source {source}" if source else f"note {author}"
        found[statement] |= balance.origins(key, relays)
    return found


def _said(card: Card, mode: str, accounts: frozenset[str]) -> balance.Said:
    return balance.Said(
        key=card.public_id,
        column=card.column,
        direct=mode == Mode.DIRECT,
        words=balance.count_words(card.words.text) if card.words else 0,
        topics=tuple(Topic(slug, name) for slug, name in card.topics),
        accounts=accounts,
    )


def _quoted(visit: Visit, editor: User) -> list[tuple[Source, balance.Quoted]]:
    """Return the sources of the visit whose text is stored, with their quoted words, most missing first."""
    said = Statement.objects.visible_to(editor).filter(visit=visit)
    cited = Citation.objects.visible_to(editor)
    rows = Source.objects.visible_to(editor).exclude(extracted_text="")
    of_visit = Q(pk__in=cited.filter(statement__in=said).values("source_id")) | Q(steps__visit=visit)
    sources = list(rows.filter(of_visit).distinct().only("title", "public_id", "publisher", "extracted_text"))
    exact: dict[int, list[str]] = defaultdict(list)
    entered = cited.filter(source_id__in=[source.pk for source in sources]).exclude(exact="")
    for source_id, words in entered.values_list("source_id", "exact"):
        exact[source_id].append(words)
    found = [(source, balance.quoted_words(source.extracted_text, exact[source.pk])) for source in sources]
    return sorted(found, key=lambda row: (-row[1].missing, row[0].title))


@require_safe
@desk_page()
def visit_balance(request: HttpRequest, slug: str) -> HttpResponse:
    """Figures of each column, silence, single accounts and what of the sources is not entered: facts, no score."""
    editor = editor_of(request)
    visit = Visit.objects.visible_to(editor).filter(slug=slug).first()
    if visit is None:
        raise Http404
    statements = list(Statement.objects.visible_to(editor).of_visit(visit).select_related("visit"))
    cards = cards_of(statements, editor)
    accounts = _accounts([row.pk for row in statements], editor)
    said = [_said(card, row.mode, accounts[row.pk]) for row, card in zip(statements, cards, strict=True)]
    by_key = {card.public_id: card for card in cards}
    quoted = _quoted(visit, editor)
    context = {
        "section": "desk",
        "visit": visit,
        "figures": balance.figures(said),
        "unanswered": balance.unanswered(said),
        "one_account": [by_key[row.key] for row in balance.one_account(said)],
        "total": len(said),
        "sources": quoted,
        "words": balance.Quoted(
            words=sum(row.words for _source, row in quoted), missing=sum(row.missing for _source, row in quoted)
        ),
    }
    return render(request, "desk/visit_balance.html", context)

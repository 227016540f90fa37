"""The permanent address of a statement, and the pages of topics."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from config.public import public_page
from statements.bars import bars_of
from statements.cards import cards_of, show_long
from statements.choices import CitationRole
from statements.conversation import conversation_of
from statements.models import Citation, Commitment, Erratum, MeetingTopic, Statement, StatementTopic, Topic
from statements.search.finding import MOST_COUNTED
from statements.views.citing import headline, in_context, in_quotes, item_of, linked_of
from statements.views.commitments import commitment_cards
from statements.views.embeds import discovery, embed_beside, everybodys
from visits.access import visible
from visits.among import NumberUpTo
from visits.exports.answers import followed, ways_to_follow, ways_to_take
from visits.models import Meeting, Visit
from visits.querysets import LATEST_SAID, LATEST_VISITS
from visits.views.citing import data_block, download, known_format, to_cite
from visits.views.rows import page_of_rows, visit_rows
from visits.views.withdrawn import withdrawn_page

SHOWN_VISITS = 50


@public_page
def statement_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """A statement: its versions, chain of attribution, citations, and what it answers and what answers it."""
    rows = Statement.objects.filter(public_id=public_id)
    seen = rows.visible_to(request.user).select_related("visit", "meeting")
    statement = (everybodys(seen) if request.user.is_authenticated else seen).first()
    if statement is None:
        return withdrawn_page(request, rows)
    (card, thread), day = conversation_of(statement, request.user), show_long(statement.date)
    cited = Citation.objects.visible_to(request.user).filter(statement=statement)
    around = {pk: (before, after) for pk, before, after in cited.values_list("pk", "prefix", "suffix")}
    proofs = [(proof, *around.get(proof.key, ("", ""))) for proof in card.proofs]
    embed = embed_beside(request, statement, card)
    context = {
        "section": "visits",
        "statement": statement,
        "card": card,
        "thread": thread,
        "contradicted_by": [proof for proof in card.proofs if proof.role == CitationRole.CONTRADICTS],
        "date": day,
        "proofs": [(proof, *in_context(before, proof.exact, after)) for proof, before, after in proofs],
        "meeting": statement.meeting,
        "errata": Erratum.objects.filter(statement=statement),
        "commitments": commitment_cards(
            Commitment.objects.visible_to(request.user).filter(statement=statement), request.user
        ),
        "cite": to_cite(item_of(request, card, statement.date), "statement_cite", statement.public_id),
        "linked": data_block(linked_of(request, card, statement)),
        "headline": headline(card),
        "summary": in_quotes(card.words) if card.words else card.act_label,
        "embed": embed,
        "discovery": discovery(request, embed),
    }
    return render(request, "statements/statement_detail.html", context)


@public_page
def statement_cite(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """A statement in a format of reference managers."""
    known_format(form)
    rows = Statement.objects.filter(public_id=public_id)
    statement = rows.visible_to(request.user).select_related("visit").first()
    if statement is None:
        return withdrawn_page(request, rows)
    (card,) = cards_of([statement], request.user)
    return download(request, item_of(request, card, statement.date), form)


@public_page
def topic_list(request: HttpRequest) -> HttpResponse:
    """Topics on which something is recorded, as a tree, with the number of statements."""
    said = StatementTopic.objects.filter(visible(request.user, "statement__version"))
    some = said.filter(topic_id=OuterRef("pk")).order_by().values("pk")[: MOST_COUNTED + 1]
    rows = Topic.objects.visible_to(request.user).annotate(said=NumberUpTo(some)).order_by("name")
    found = {row.pk: row for row in rows}
    tree: dict[int | None, list[Topic]] = {}
    for row in found.values():
        tree.setdefault(row.parent_id if row.parent_id in found else None, []).append(row)
    flat: list[tuple[int, str, str, int, str]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in tree.get(parent, ()):
            counted: int = row.said  # type: ignore[attr-defined]
            more = "+" if counted > MOST_COUNTED else ""
            flat.append((depth, row.name, row.get_absolute_url(), min(counted, MOST_COUNTED), more))
            walk(row.pk, depth + 1)

    walk(None, 0)
    return render(
        request,
        "statements/topic_list.html",
        {
            "section": "topics",
            "topics": flat,
            "take": ways_to_take("topic_export", ""),
            "follow": followed("topic", gettext("Topics"), "", calendar=False),
        },
    )


def _follow(request: HttpRequest, topic: Topic) -> list[tuple[str, str, str, str]]:
    """Return the ways to follow a topic that everybody may meet."""
    if request.user.is_authenticated and not Topic.objects.visible_to(AnonymousUser()).filter(pk=topic.pk).exists():
        return []
    addresses = (reverse(name, args=[topic.slug]) for name in ("topic_feed", "topic_calendar"))
    return ways_to_follow(topic.name, *addresses)


@public_page
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic: its visits, and every statement on it, newest first."""
    topic = Topic.objects.visible_to(request.user).filter(slug=slug).first()
    if topic is None:
        raise Http404
    said = Statement.objects.visible_to(request.user).of_topic(topic)
    touched = MeetingTopic.objects.filter(topic=topic, meeting__in=Meeting.objects.visible_to(request.user))
    visits = Visit.objects.visible_to(request.user).filter(
        Q(pk__in=said.values("visit_id")) | Q(pk__in=touched.values("meeting__visit_id"))
    )
    page, moved = page_of_rows(request, said.select_related("visit").order_by(*LATEST_SAID))
    around = list(
        Topic.objects.visible_to(request.user).filter(Q(parent=topic) | Q(pk=topic.parent_id)).order_by("name")
    )
    context = {
        "section": "topics",
        "topic": topic,
        "aliases": [alias.text for alias in topic.aliases.all()],
        "wider": [(row.name, row.get_absolute_url()) for row in around if row.pk == topic.parent_id],
        "narrower": [(row.name, row.get_absolute_url()) for row in around if row.parent_id == topic.pk],
        "visits": visit_rows(list(visits.order_by(*LATEST_VISITS)[:SHOWN_VISITS]), request.user),
        "all_visits": reverse("visit_list") + f"?topic={topic.slug}",
        "bars": bars_of("country", request.user, topic=topic.slug),
        "follow": _follow(request, topic),
        "cards": cards_of(list(page.object_list), request.user),
        "page": page,
        "page_moved": moved,
        "address": "?",
    }
    return render(request, "statements/topic_detail.html", context)

"""How a statement is cited, and how its quotation stands among the words around it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from statements.cards import Card, Voice, Words
from statements.choices import Mode, Standing, TextKind
from statements.feeds import site_address
from statements.models import Statement
from visits.citing import linked
from visits.citing.item import Item, statement_item
from visits.views.citing import absolute, agents, read_on

OPENING = "“‘«„([{-–/"
CLOSING = "”’»)]}.,;:!?…-–/"
# From here on in Unicode most scripts of Asia part no words: Thai, Lao, Khmer, Chinese.
SPACELESS = "\u0e00"


def in_context(before: str, exact: str, after: str) -> tuple[str, str]:
    """Return the words before and after a quotation with the spaces that a form took off their ends.

    A space is put back between two words, and after or before punctuation that a space belongs to; none in a script
    that writes no spaces.
    """
    if before and exact and _spaced(before[-1], exact[0]) and before[-1] not in OPENING:
        before += " "
    if after and exact and _spaced(exact[-1], after[0]) and after[0] not in CLOSING:
        after = f" {after}"
    return before, after


def _spaced(left: str, right: str) -> bool:
    # Signs other than letters and figures belong to every script.
    return not any(sign.isspace() or (sign.isalnum() and sign >= SPACELESS) for sign in (left, right))


def named(voice: Voice) -> str:
    """Return a speaker as a citation may carry them away: a private individual is not named."""
    return gettext("private individual") if voice.private else voice.name


def headline(card: Card) -> str:
    """Return who said what when, and what became of it since, in a line that may be carried away."""
    line = said_by(card)
    if card.date:
        line += f", {card.date.display(get_language() or 'en')}"
    return f"{line} ({card.since})" if card.since else line


def said_by(card: Card) -> str:
    """Return who does what by saying it; nothing of it changes with what others say later."""
    return " ".join((", ".join(named(voice) for voice in card.speakers), card.act_label)).strip()


def in_quotes(words: Words) -> str:
    """Return words in quotation marks, but those of an editor, which nobody said."""
    return words.text if words.kind == TextKind.EDITORS_WORDS else f"“{words.text}”"


def _title(card: Card) -> str:
    """Return what a statement is called: its act and topics, never an editor's words as if somebody had said them."""
    title = gettext("Statement (%(act)s)") % {"act": card.act_label}
    topics = ", ".join(name for _slug, name in card.topics)
    return f"{title}: {topics}" if topics else title


def item_of(request: HttpRequest, card: Card, date: str) -> Item:
    """Return a statement as an item, with the first source of those that the reader may see."""
    return statement_item(
        id=card.public_id,
        title=_title(card),
        url=site_address(request) + card.url,
        accessed=read_on(),
        speakers=tuple(named(voice) for voice in card.speakers),
        date=date,
        reported=next((proof.title for proof in card.proofs if proof.title), ""),
        standing=card.fallen,
        language=get_language() or "en",
    )


def linked_of(request: HttpRequest, card: Card, statement: Statement) -> dict[str, Any]:
    """Return a statement as JSON-LD, with the version of its words that its page shows first."""
    site, words = site_address(request), card.words
    verbatim = statement.mode == Mode.DIRECT and words is not None and words.kind != TextKind.EDITORS_WORDS
    return linked.statement(
        name=_title(card),
        url=site + card.url,
        verbatim=verbatim,
        text=words.text if words else "",
        language=words.language if words else "",
        date=statement.date,
        standing=card.standing if card.standing != Standing.CURRENT else "",
        speakers=absolute(agents(card.speakers), site),
        topics=[name for _slug, name in card.topics],
        within=(card.visit_title, site + card.visit_url if card.visit_title else ""),
        sources=[(proof.title, site + proof.url) for proof in card.proofs if proof.url],
    )

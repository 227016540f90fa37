"""Statements, citations, topics and commitments as JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from statements.choices import Mode, Standing, TextKind
from visits.api.linked import voices
from visits.citing import linked

Told = Mapping[str, Any]


def statement(told: Told, site: str) -> dict[str, Any]:
    """Return a statement: a Quotation where its words are the speaker's own, else a Claim."""
    verbatim = told["mode"] == Mode.DIRECT and bool(told["words"]) and told["words_kind"] != TextKind.EDITORS_WORDS
    title = _("Statement (%(act)s)") % {"act": told["act"].replace("_", " ")}
    topics = ", ".join(told["topic_names"])
    return linked.statement(
        name=f"{title}: {topics}" if topics else title,
        url=told["address"],
        verbatim=verbatim,
        text=told["words"],
        language=told["words_language"],
        date=told["date"],
        standing=told["standing"] if told["standing"] != Standing.CURRENT else "",
        speakers=voices(told["speakers"], told["speaker_pages"], site),
        topics=told["topic_names"],
        within=(told["visit_place"], told["visit"]),
        sources=list(zip(told["source_titles"], told["sources"], strict=True)),
    )


def _filled(kind: str, **facts: Any) -> dict[str, Any]:
    return {"@context": linked.CONTEXT, "@type": kind, **{name: value for name, value in facts.items() if value}}


def citation(told: Told, _site: str) -> dict[str, Any]:
    """Return a citation: the words quoted, out of which work, for which statement."""
    work = {"@type": "CreativeWork", "name": told["source_title"], "url": told["source"]} if told["source"] else None
    return _filled("Quotation", url=told["self"], text=told["exact"], isPartOf=work, about=told["statement"])


def topic(told: Told, _site: str) -> dict[str, Any]:
    """Return a topic as a term that is defined here."""
    return _filled("DefinedTerm", name=told["name"], url=told["address"], alternateName=told["other_names"])


def commitment(told: Told, _site: str) -> dict[str, Any]:
    """Return a commitment: what was promised, by whom, where and until when."""
    return _filled(
        "Claim",
        name=_("Commitment"),
        url=told["self"],
        text=told["what"],
        creator={"@type": "Organization", "name": told["by_whom"]} if told["by_whom"] else None,
        appearance={"@type": "CreativeWork", "url": told["address"]},
        expires=told["due"].rpartition("/")[2],
        isPartOf={"@type": "CreativeWork", "name": told["visit_place"], "url": told["visit"]}
        if told["visit"]
        else None,
    )

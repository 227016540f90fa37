"""Suggested quotations: text in, list of suggestions out. Offered to an editor, never saved by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from statements.capture.article import Article
from statements.capture.language import guess, load
from statements.capture.structure import read


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One attribution; `text[start:end]` are the words, `parts` their segments without the attribution inside."""

    start: int
    end: int
    mode: str  # direct, indirect, mixed
    speaker: str
    mention: str
    cue: str
    office: str
    kind: str  # person, organisation, unnamed
    confidence: float
    parts: tuple[tuple[int, int], ...]


def suggest(text: str, language: str | None = None) -> list[Suggestion]:
    """Return the quotations suggested in `text`, in its order; the language is guessed where it is not given."""
    document = read(text, load(language or guess(text)))
    suggestions = []
    for draft in Article(document).run():
        entity = draft.entity.final() if draft.entity else None
        if entity is None:
            continue
        suggestions.append(
            Suggestion(
                draft.start,
                draft.end,
                draft.mode,
                entity.name,
                draft.mention,
                draft.cue,
                entity.office,
                entity.kind,
                draft.confidence,
                tuple(draft.parts),
            )
        )
    return suggestions

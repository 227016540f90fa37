"""Which passage the capture page has in hand: by number, by place, by ticked paragraphs, or the next one open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from statements.capture.coverage import Span
from statements.capture.structure import paragraphs
from statements.capture_known import Who
from statements.capture_page import CapturePage, Passage
from statements.capture_voices import JOINT
from statements.models import Statement
from visits.models import Visit

# So many earlier statements of the visit are offered as those that a new one may answer.
MOST_REPLIES = 200

_OFFERED = ("speaker", "office", "side", *(f"speaker_is{end}" for end in ("", *JOINT)))


def number(text: Any) -> int | None:
    """Return a number of at most nine figures that an address or a form gives; None for anything else."""
    text = str(text if text is not None else "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass
class Choice:
    """The passage in hand: its place in the text, the open suggestion it is of, and what it proposes."""

    page: CapturePage
    span: Span | None = None
    passage: Passage | None = None
    initial: dict[str, Any] = field(default_factory=dict)
    visit: Visit | None = None

    @property
    def who(self) -> Who | None:
        """The speaker whose offices are offered."""
        found = self.page.known.named(str(self.initial.get("speaker", "")))
        return found[0] if len(found) == 1 else None

    @property
    def next(self) -> int | None:
        """The number of the open passage after this one; None where there is no other."""
        here = self.span[0] if self.span else -1
        later = [row.number for row in self.page.open if row.span[0] > here]
        others = [row.number for row in self.page.open if row is not self.passage]
        return later[0] if later else others[0] if others else None

    @property
    def replies(self) -> list[tuple[str, str]]:
        """The earlier statements of the visit, as (what the form takes, words for people)."""
        own = {row.statement.pk: row for row in self.page.entered}
        rows = [(row.statement, row.name) for row in self.page.entered]
        if self.visit is not None:
            others = Statement.objects.visible_to(self.page.user).of_visit(self.visit).exclude(pk__in=list(own))
            named = others.prefetch_related("speakers").order_by("-id")[:MOST_REPLIES]
            rows += [(row, self._speaker(row)) for row in named]
        return [(f"{name} {row.get_act_display()}, {row.date or '–'} [{row.public_id}]", name) for row, name in rows]

    def _speaker(self, row: Statement) -> str:
        return ", ".join(name for _key, name in self.page.known.spoken_by(row) if name)

    @classmethod
    def of_post(cls, posted: QueryDict, page: CapturePage) -> Choice:
        """Return the passage that a posted form is about, its place being what the form says."""
        start, end = number(posted.get("span_start")), number(posted.get("span_end"))
        span = (start, end) if start is not None and end is not None and start < end <= len(page.text) else None
        choice = cls(page, span, initial=posted.dict())
        choice.visit = page.known.visits.get(posted.get("visit", "").strip())
        return choice


def choose(query: QueryDict, page: CapturePage) -> Choice:
    """Return the passage that an address names, with what it proposes; the first open one where it names none."""
    span, passage = _span(query, page), None
    if span is None:
        at = number(query.get("at"))
        named = [row for row in page.open if row.number == at]
        passage = named[0] if named else page.passage_after(number(query.get("after")) or 0)
        span = passage.span if passage else None
    choice = Choice(page, span, passage)
    if span is not None:
        choice.initial = page.propose(span)
        choice.initial |= {f"offered_{name}": choice.initial.get(name, "") for name in _OFFERED}
        choice.visit = page.known.visits.get(choice.initial["visit"])
    else:
        choice.initial = page.propose((0, 0)) | {"passage": ""}
        choice.visit = page.known.visits.get(choice.initial["visit"])
    return choice


def _span(query: QueryDict, page: CapturePage) -> Span | None:
    """Return the place that an address names by characters or by ticked paragraphs; None where it names none."""
    start, end = number(query.get("start")), number(query.get("end"))
    if start is not None and end is not None and start < end <= len(page.text):
        return start, end
    spans = paragraphs(page.text)
    ticked = [place for text in query.getlist("p") if (place := number(text)) is not None and place < len(spans)]
    return (spans[min(ticked)][0], spans[max(ticked)][1]) if ticked else None

"""Whether a planned statement may be written: the rules across rows that the actions keep, on plain facts. Pure.

`visits.actions.check_parents` and `Statement.check_proof` say the same of stored rows. The row-wise way passes both;
the set-wise way passes these alone, and a test holds the two to the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from statements.choices import ANSWERING_ACTS, CitationRole, Verdict
from statements.imports.planned import Planned
from visits.choices import Visibility, Workflow
from visits.workflow import openness

OPENNESS = {value: openness(value) for value in Visibility.values}
_OPEN_STATES = frozenset({Workflow.PUBLISHED.value, Workflow.WITHDRAWN.value})


class Above(NamedTuple):
    """What limits a statement: its visit, its meeting and the sources that it cites, as they are now."""

    visit: Any = None
    meeting: Any = None
    sources: Sequence[Any] = ()


def lowest(wished: str, above: Above) -> str:
    """Return the visibility of a statement of which a file says none: `wished`, or as strict as what it rests on."""
    parents = frozenset(fact.visibility for fact in (above.visit, above.meeting) if fact is not None)
    return _lowest(wished, parents, frozenset(source.visibility for source in above.sources))


@lru_cache(maxsize=256)
def _lowest(wished: str, parents: frozenset[str], sources: frozenset[str]) -> str:
    levels = [OPENNESS[value] for value in (wished, *parents)]
    if sources:
        levels.append(max(OPENNESS[value] for value in sources))
    return next(value for value, level in OPENNESS.items() if level == min(levels))


def broken(row: Planned, above: Above, *, by_somebody: bool) -> Iterator[tuple[str, str]]:
    """Yield the field and the reason of each rule that a planned statement breaks."""
    own = OPENNESS[row.visibility]
    for name, fact in (("visit", above.visit), ("meeting", above.meeting)):
        if fact is None:
            continue
        if own > OPENNESS[fact.visibility]:
            yield name, _("The statement cannot be more visible than what it belongs to.")
        if row.publish and fact.workflow not in _OPEN_STATES:
            yield name, _("Publish this first: the statement belongs to it.")
    if above.meeting is not None and row.visit is not None and above.meeting.visit != row.visit:
        yield "meeting", _("The meeting belongs to another visit.")
    if not all(source.consulted for source in above.sources):
        yield "sources", _("Only sources that were opened can be cited.")
    if above.sources and max(OPENNESS[source.visibility] for source in above.sources) < own:
        yield "sources", _("The statement cannot be more visible than what it cites.")
    if row.visibility == Visibility.CONFIDENTIAL and row.compartment is None and not by_somebody:
        yield "visibility", _("What is confidential is imported by somebody who is named in its compartment.")
    if row.publish:
        yield from _unpublishable(row, above)


def _unpublishable(row: Planned, above: Above) -> Iterator[tuple[str, str]]:
    own = OPENNESS[row.visibility]
    told = (source for source in above.sources if source.workflow == Workflow.PUBLISHED)
    if not any(OPENNESS[source.visibility] >= own for source in told):
        yield "sources", _("A published statement needs a published citation that its readers may see.")
    if row.act in ANSWERING_ACTS and not row.answers_text:
        yield "answers", _("Say what this denies or agrees with.")
    if any(proof.found["verdict"] == Verdict.DIFFERS and proof.role != CitationRole.CONTRADICTS
           for proof in row.citations):  # fmt: skip
        yield "quotations", _("The quoted words differ from the source: a reviewer says why they are published.")

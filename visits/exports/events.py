"""Public visits as entries of a calendar: what is told of them, and how often that has changed, out of the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast, Coalesce, Lag
from django.utils import translation
from django.utils.translation import get_language, gettext

from visits.actions import step_rows
from visits.among import Among
from visits.choices import DatesKind, StepKind, Visibility, VisitStatus, Workflow
from visits.exports.calendar import BEGINNING, Entry, Said, changes, status_of
from visits.exports.columns import CHUNK
from visits.exports.everybody import EVERYBODY
from visits.lifecycle import dates_are_void
from visits.models import Visit, VisitStep
from visits.partial_dates import parse

_SAID = Said._fields
# Of the versions of a record those that everybody could see, as far as it is open by itself.
PUBLIC = Q(workflow=Workflow.PUBLISHED, visibility=Visibility.PUBLIC)


def latest_of(rows: QuerySet[Visit], most: int) -> list[int]:
    """Return the ids of public visits among which are the `most` that last changed for everybody, and some more."""
    steps = VisitStep.objects.filter(kind=StepKind.POSTPONED, visit__in=rows).order_by("-entered_at")
    return [*recently_changed(rows, PUBLIC, _SAID, most), *steps.values_list("visit_id", flat=True)[:most]]


def recently_changed(rows: QuerySet[Any], condition: Q, said: Sequence[str], most: int) -> list[int]:
    """Return the ids of rows of which the last versions that `condition` opens differ from those before them.

    Beside them stand the latest published: what was written past the history has no version.
    """
    # Each version as one text, to compare it with the one before; the gate stands in a query of its own, since SQLite's
    # parser takes only so much within each other.
    parts = [part for name in said for part in (Coalesce(Cast(name, TextField()), Value("")), Value("\x1f"))]
    told = Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField())
    ids = list(rows.order_by().values_list("pk", flat=True))
    found: Any = rows.model.history.filter(Among("id", ids), condition).annotate(told=told)
    before = Window(Lag("told"), partition_by=F("id"), order_by=F("history_id").asc())
    found = found.annotate(before=before).filter(Q(before__isnull=True) | ~Q(before=F("told")))
    latest: dict[int, None] = {}
    for pk in found.order_by("-history_date", "-history_id").values_list("id", flat=True).iterator(CHUNK):
        latest[pk] = None
        if len(latest) == most:
            break
    published = rows.model._default_manager.filter(Among("pk", ids)).order_by("-published_at", "-pk")
    return [*latest, *published.values_list("pk", flat=True)[:most]]


def entries_of(ids: Iterable[int], site: str, language: str) -> Iterator[Entry]:
    """Yield the entries of the visits with these ids that everybody may see, in their order; three queries a chunk."""
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        with translation.override(language):
            entries = _chunk(chunk, site)
        yield from entries


def _chunk(ids: list[int], site: str) -> list[Entry]:
    known = {visit.pk: visit for visit in Visit.objects.visible_to(EVERYBODY).filter(Among("pk", ids))}
    versions = _versions(list(known))
    steps: dict[int, list[VisitStep]] = defaultdict(list)
    wanted = Q(kind=StepKind.POSTPONED) | Q(visit__status=VisitStatus.POSTPONED)
    for step in VisitStep.objects.filter(Among("visit_id", list(known)), wanted).order_by("pk"):
        steps[step.visit_id].append(step)
    return [_entry(known[pk], versions[pk], steps[pk], site) for pk in ids if pk in known]


def _versions(ids: list[int]) -> dict[int, list[tuple[datetime, Said]]]:
    """Return by visit what everybody could read of it, version after version."""
    rows: Any = Visit.history.filter(Among("id", ids), PUBLIC)
    found: dict[int, list[tuple[datetime, Said]]] = defaultdict(list)
    for pk, moment, *said in rows.order_by("history_id").values_list("id", "history_date", *_SAID):
        found[pk].append((moment, Said(*said)))
    return found


def _entry(visit: Visit, versions: list[tuple[datetime, Said]], steps: list[VisitStep], site: str) -> Entry:
    said = Said(*(getattr(visit, name) for name in _SAID))
    if not versions or versions[-1][1] != said:
        # Written past the history, as rows made in bulk are.
        versions = [*versions, (visit.published_at or BEGINNING, said)]
    number, changed = changes(versions)
    # Steps are only ever added: the number of these rises with each postponement and with each that is taken back.
    postponed = [step for step in steps if step.kind == StepKind.POSTPONED]
    void = said.status == VisitStatus.POSTPONED and dates_are_void(step_rows(steps))
    return Entry(
        uid=f"visit-{visit.public_id}@vis-a-vis",
        url=site + visit.get_absolute_url(),
        dates=said.dates,
        status=status_of(said, void=void),
        sequence=number + len(postponed),
        changed=max([changed, *(step.entered_at for step in postponed if step.entered_at > changed)]),
        published=visit.published_at or BEGINNING,
        place=said.title,
        summary=_summary(said),
        description=_description(said, postponed=said.status == VisitStatus.POSTPONED, void=void),
    )


def _summary(said: Said) -> str:
    told = {
        VisitStatus.POSTPONED.value: gettext("Postponed: %(place)s"),
        VisitStatus.CANCELLED.value: gettext("Cancelled: %(place)s"),
        VisitStatus.DECLINED.value: gettext("Declined: %(place)s"),
        VisitStatus.SUSPENDED.value: gettext("Suspended: %(place)s"),
    }
    return told.get(said.status, gettext("Country visit: %(place)s")) % {"place": said.title}


def _description(said: Said, *, postponed: bool, void: bool) -> str:
    lines = [gettext("Status: %(status)s") % {"status": VisitStatus(said.status).label}]
    if said.dates:
        days = parse(said.dates).display(get_language() or "en")
        lines.append(f"{days} ({DatesKind(said.dates_kind).label})")
    else:
        lines.append(gettext("No dates are recorded."))
    if postponed:
        lines.append(
            gettext("These were its dates; new ones are not recorded.") if void else gettext("These are its new dates.")
        )
    if said.purpose:
        lines.append(said.purpose)
    if said.is_example:
        lines.append(gettext("An invented example: neither these people nor these events exist."))
    return "\n".join(lines)

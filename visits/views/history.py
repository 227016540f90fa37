"""The public history of a visit, newest first, from rows the reader may see; editors are never named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext, ngettext

from statements.models import Commitment, Erratum, Position, Statement
from visits.models import Meeting
from visits.partial_dates import from_day
from visits.pieces import gather, pieces
from visits.views.sheet import Sheet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User


@dataclass(frozen=True, slots=True)
class Change:
    """Something the record told on a day; `url` leads to it where it has a page."""

    day: date
    text: str
    url: str = ""


def history_of(sheet: Sheet, user: User | AnonymousUser) -> list[tuple[str, list[Change]]]:
    """Return days in words, newest first, each with what changed on it."""
    by_day: dict[date, list[Change]] = {}
    for change in _changes(sheet, user):
        by_day.setdefault(change.day, []).append(change)
    language = get_language() or "en"
    return [(from_day(day).display(language), by_day[day]) for day in sorted(by_day, reverse=True)]


def _changes(sheet: Sheet, user: User | AnonymousUser) -> Iterator[Change]:
    visit = sheet.visit
    if visit.published_at:
        yield Change(visit.published_at.date(), gettext("The visit was published."))
    for step in sheet.steps:
        day = step.entered.date()
        if step.voids:
            text = gettext("A step was voided (%(step)s): %(reason)s")
            yield Change(day, text % {"step": step.label, "reason": step.reason})
        else:
            text = gettext("Step entered: %(step)s, %(date)s")
            yield Change(
                day,
                text % {"step": step.label, "date": step.date_text or gettext("no date recorded")},
            )
    mine = {"visit_id": visit.pk}
    errata = Erratum.objects.filter(statement__in=Statement.objects.visible_to(user).filter(**mine))
    kinds: list[Any] = [Statement, Meeting, Position, Commitment]
    parts = gather(
        *(
            pieces(
                model._meta.model_name,
                model.objects.visible_to(user).filter(published_at__isnull=False, **mine),
                "visit_id",
                "id",
                "published_at__date",
            )
            for model in kinds
        ),
        pieces(
            "erratum",
            errata,
            "statement__visit_id",
            "id",
            "told_at",
            "text",
            "statement__public_id",
        ),
    )
    yield from _published(parts, visit.pk)
    for piece in parts.get(("erratum", visit.pk), ()):
        yield Change(
            date.fromisoformat(piece.a[:10]),
            gettext("Erratum: %(text)s") % {"text": piece.b},
            _statement(piece.c),
        )


def _statement(public_id: str) -> str:
    from django.urls import reverse

    return reverse("statement_detail", args=[public_id])


def _published(parts: dict[tuple[str, int], list[Any]], visit: int) -> Iterator[Change]:
    """Yield how many records of each kind were published on each day."""
    for kind in ("statement", "meeting", "position", "commitment"):
        days: dict[date, int] = {}
        for piece in parts.get((kind, visit), ()):
            day = date.fromisoformat(piece.a[:10])
            days[day] = days.get(day, 0) + 1
        for day, count in days.items():
            yield Change(day, _count(kind, count))


def _count(kind: str, count: int) -> str:
    words = {
        "statement": ngettext("%(n)d statement published.", "%(n)d statements published.", count),
        "meeting": ngettext("%(n)d meeting published.", "%(n)d meetings published.", count),
        "position": ngettext("%(n)d position published.", "%(n)d positions published.", count),
        "commitment": ngettext("%(n)d commitment published.", "%(n)d commitments published.", count),
    }
    return words[kind] % {"n": count}

"""What the record has told to be wrong since: errata, statements corrected, retracted or disowned, records withdrawn.

Read from rows that the reader may see; a withdrawn record leaves its public note to whoever could have seen it, a
removed one leaves nothing. No editor is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, F, Max, Min, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from statements.cards import Card, cards_of
from statements.choices import LinkKind
from statements.models import Citation, Commitment, Erratum, Position, Statement, StatementLink
from visits.access import gate
from visits.choices import Workflow
from visits.models import AccessNote, Meeting, Source, Visit
from visits.partial_dates import from_day

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User

CORRECTING = (LinkKind.CORRECTS, LinkKind.SUPERSEDES, LinkKind.RETRACTS, LinkKind.DISOWNS)
ERRATUM, WITHDRAWN = "erratum", "withdrawn"
_COLUMNS = ("c_kind", "c_day", "c_one", "c_two", "c_text", "c_model", "c_order")


@dataclass(slots=True)
class Correction:
    """An entry of a page of corrections; `anchor` names it for ever, `cards` are the statements it speaks of."""

    anchor: str
    told_on: date
    day: str
    label: str
    text: str
    url: str = ""
    statement: Card | None = None
    by: Card | None = None


def correction_rows(user: User | AnonymousUser, visit: Visit | None = None) -> QuerySet[Any]:
    """Return thin rows of all corrections that `user` may see, newest first; with `visit` those of its rows."""
    said = Statement.objects.visible_to(user)
    mine = said.filter(visit=visit) if visit is not None else said
    links = StatementLink.objects.filter(kind__in=CORRECTING, from_statement__in=said, to_statement__in=mine)
    parts = [
        _thin(Erratum.objects.filter(statement__in=mine), ERRATUM, "told_at", "statement__public_id", None, "text"),
        _thin(links, F("kind"), TruncDate(known_since()), "to_statement__public_id", "from_statement__public_id", None),
        *(_withdrawn(model, rows) for model, rows in _withdrawn_rows(user, visit)),
    ]
    first, *others = parts
    return first.union(*others, all=True).order_by("-c_day", "c_kind", "c_one", "c_order", "c_two")


def _text(column: Any) -> Any:
    if column is None:
        return Value("", output_field=TextField())
    expression = F(column) if isinstance(column, str) else column
    return Coalesce(Cast(expression, TextField()), Value(""), output_field=TextField())


def _thin(rows: Any, kind: Any, day: Any, one: str, two: str | None, text: str | None, model: str = "") -> Any:
    values = {
        "c_kind": _text(Value(kind) if isinstance(kind, str) else kind),
        "c_day": Cast(F(day) if isinstance(day, str) else day, DateField()),
        "c_one": _text(one),
        "c_two": _text(two),
        "c_text": _text(text),
        "c_model": Value(model, output_field=TextField()),
        "c_order": F("pk"),
    }
    return rows.order_by().annotate(**values).values_list(*_COLUMNS)


def known_since() -> Any:
    """Return when a link became known: the moment of its entry, or of the later statement's publication."""
    entered = StatementLink.history.model.objects.filter(id=OuterRef("pk")).order_by().values("id")
    first = Subquery(entered.annotate(first=Min("history_date")).values("first"))
    published = Coalesce("from_statement__published_at", "from_statement__created_at")
    return Greatest(Coalesce(first, published), published)


def _withdrawn(model: Any, rows: Any) -> Any:
    """Return thin rows of withdrawn records, with the day since when they are."""
    history = model.history.model.objects
    open_rows = history.filter(id=OuterRef(OuterRef("pk"))).exclude(workflow=Workflow.WITHDRAWN).order_by().values("id")
    last_open = Subquery(open_rows.annotate(last=Max("version")).values("last"))
    since = history.filter(id=OuterRef("pk"), workflow=Workflow.WITHDRAWN, version__gt=Coalesce(last_open, Value(0)))
    first = Subquery(since.order_by().values("id").annotate(first=Min("history_date")).values("first"))
    day = TruncDate(Coalesce(first, F("changed_at")))
    # A visit's address is its slug.
    name = "slug" if model is Visit else "public_id"
    return _thin(rows, WITHDRAWN, day, "public_id", name, "withdrawn_note", model._meta.model_name)


def _withdrawn_rows(user: User | AnonymousUser, visit: Visit | None) -> list[tuple[Any, Any]]:
    """Return by model the withdrawn public records whose parents `user` may see."""
    found: list[tuple[Any, Any]] = []
    for model in (Meeting, Statement, Position, Commitment, AccessNote):
        rows = model.objects.withdrawn_for_everybody(user)
        found.append((model, rows.filter(visit=visit) if visit is not None else rows))
    sources = Source.objects.withdrawn_for_everybody(user)
    if visit is not None:
        said = Statement.objects.filter(gate(user), visit=visit).parents_visible_to(user)
        sources = sources.filter(
            Q(pk__in=Citation.objects.filter(statement__in=said).values("source_id")) | Q(steps__visit=visit)
        ).distinct()
        sources = Source.objects.filter(pk__in=sources.values("pk"))
    else:
        found.append((Visit, Visit.objects.withdrawn_for_everybody(user)))
    return [*found, (Source, sources)]


def place_of(rows: QuerySet[Any], anchor: str) -> int | None:
    """Return the place of an entry among `rows`, counted from 0, or None where the reader sees no such entry."""
    return next((place for place, name in enumerate(_anchors(list(rows))) if name == anchor), None)


def _anchors(rows: list[Any], numbers: dict[int, int] | None = None) -> list[str]:
    """Return the names of entries. `numbers` tell which mistake of its statement an erratum is, where known."""
    if numbers is None:
        numbers = _numbered((row[6], row[2]) for row in rows if row[0] == ERRATUM)
    return [_anchor(row, numbers) for row in rows]


def _numbered(errata: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Return by its key which mistake of its statement each erratum is, from (key, statement)."""
    numbers: dict[int, int] = {}
    counted: dict[str, int] = {}
    for key, statement in sorted(errata):
        counted[statement] = numbers[key] = counted.get(statement, 0) + 1
    return numbers


def _anchor(row: Any, numbers: dict[int, int]) -> str:
    kind, _day, one, two, _text_of, _model, order = row
    if kind == ERRATUM:
        return f"{ERRATUM}-{one}-{numbers[order]}"
    return f"{WITHDRAWN}-{one}" if kind == WITHDRAWN else f"{kind}-{one}-{two}"


def corrections_of(rows: list[Any], user: User | AnonymousUser) -> list[Correction]:
    """Return the entries of a page from its thin rows, whatever their number by four queries."""
    told = {name for kind, _day, one, two, *_rest in rows if kind != WITHDRAWN for name in (one, two) if name}
    statements = Statement.objects.visible_to(user).filter(public_id__in=told).select_related("visit")
    cards = {card.public_id: card for card in cards_of(list(statements), user)} if told else {}
    errata = Erratum.objects.filter(statement__public_id__in=[row[2] for row in rows if row[0] == ERRATUM])
    numbers = _numbered(errata.values_list("pk", "statement__public_id"))
    return [_entry(row, anchor, cards) for row, anchor in zip(rows, _anchors(rows, numbers), strict=True)]


def _entry(row: Any, anchor: str, cards: dict[str, Card]) -> Correction:
    kind, day, one, two, text, model, _order = row
    known = day if isinstance(day, date) else date.fromisoformat(str(day)[:10])
    shown = from_day(known).display(get_language() or "en")
    if kind == WITHDRAWN:
        reason = text or _("No reason was given.")
        return Correction(anchor, known, shown, _kind_label(model), reason, _address(model, two))
    label = _("Erratum") if kind == ERRATUM else _made_of(kind)
    return Correction(anchor, known, shown, label, text, statement=cards.get(one), by=cards.get(two))


def _made_of(kind: str) -> str:
    """Return what a later statement made of the one it speaks of."""
    return {
        LinkKind.CORRECTS: _("Corrected"),
        LinkKind.SUPERSEDES: _("Corrected"),
        LinkKind.RETRACTS: _("Retracted"),
        LinkKind.DISOWNS: _("Disowned"),
    }[LinkKind(kind)]


def _kind_label(model: str) -> str:
    return {
        "visit": _("Visit withdrawn"),
        "meeting": _("Meeting withdrawn"),
        "statement": _("Statement withdrawn"),
        "source": _("Source withdrawn"),
        "position": _("Position withdrawn"),
        "commitment": _("Commitment withdrawn"),
        "accessnote": _("Access note withdrawn"),
    }[model]


def _address(model: str, key: str) -> str:
    """Return the address at which the note on a withdrawn record remains; "" for what has no page of its own."""
    return reverse(f"{model}_detail", args=[key]) if model in {"visit", "meeting", "statement", "source"} else ""

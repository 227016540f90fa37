"""What the pages of an import show: its columns with some of their cells, its rows with what is asked, its results."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from visits.imports import files
from visits.imports.encoding import ENCODINGS
from visits.imports.kinds import ENTER, Kind, kind_named
from visits.imports.mapping import fits, guess_columns
from visits.imports.reading import opened
from visits.imports.tables import Table
from visits.imports.texts import DELIMITERS
from visits.models import ImportBatch, ImportMapping, ImportOutcome, ImportRow
from visits.views.rows import page_of_rows

if TYPE_CHECKING:
    from visits.models import User

ROWS_PER_PAGE = 100
_CELLS_SHOWN = 3
# The parts of a preview, by the state of its rows, with their words.
STATES = {
    "": _("all rows"),
    "new": _("new"),
    "changed": _("changed"),
    "same": _("the same"),
    "ambiguous": _("ambiguous"),
    "wrong": _("wrong"),
    "waiting": _("waiting for an answer"),
    "left": _("left out"),
}


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of a file with its first cells, and the field as which it is read."""

    number: int
    name: str
    cells: list[str]
    field: str


def columns_page(request: HttpRequest, batch: ImportBatch, *, unread: bool = False) -> dict[str, Any]:
    """Return what the page of columns shows. Raises Refused where the file cannot be read as it is said to be."""
    kind = kind_of(batch)
    said = request.POST if request.method == "POST" else None
    read = {name: str(getattr(batch, name)) for name in ("encoding", "delimiter", "sheet")}
    if said is not None:
        read = {name: said.get(name, stored) for name, stored in read.items()}
    choices: list[ColumnChoice] = []
    table: Table | None = None
    # Of the lists that they took in themselves: what others call theirs, and its columns, may be told to nobody.
    own = ImportBatch.objects.visible_to(batch.by).exclude(source="") if batch.by else ImportBatch.objects.none()
    mappings = ImportMapping.objects.filter(kind=batch.kind, name__in=own.values("source"))
    kept = None
    if not unread:
        with opened(files.list_of(batch), **read) as table:
            rows = list(islice(table.rows, _CELLS_SHOWN))
        kept = next((mapping for mapping in mappings if fits(mapping.columns, table.names)), None)
        guessed = batch.columns or (kept.columns if kept else guess_columns(table.names, kind))
        for number, name in enumerate(table.names):
            cells = [text for row in rows if (text := row.cells[number])]
            field = guessed.get(name, "")
            if said is not None and said.get(f"name-{number}") == name:
                field = said.get(f"field-{number}", field)
            choices.append(ColumnChoice(number, name, [cell[:60] for cell in cells], field))
    return {
        "section": "desk",
        "batch": batch,
        "kind": kind,
        "choices": choices,
        "form": table.form if table else "",
        "encodings": ENCODINGS,
        "delimiters": DELIMITERS,
        "sheets": table.sheets if table else (),
        "read": read,
        "source": said.get("source", "") if said else batch.source or (kept.name if kept else ""),
        "keep": "keep" in said if said else True,
        "sources": mappings.values_list("name", flat=True),
    }


def kind_of(batch: ImportBatch) -> Kind:
    """Return the kind of a file; what was handed in is of one that is known."""
    kind = kind_named(batch.kind)
    if kind is None:
        raise LookupError(batch.kind)
    return kind


def preview_page(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    """Return a page of the preview: the rows of one state, each with what it changes, asks and lacks."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    page, moved = page_of_rows(request, _rows(batch, state), ROWS_PER_PAGE)
    kind = kind_of(batch)
    numbers = {
        "": batch.rows_total,
        "ambiguous": ImportRow.objects.filter(batch=batch, state="ambiguous", left=False).count(),
        **{name: getattr(batch, f"rows_{name}") for name in ("same", "wrong", "waiting", "left")},
        **{name: ImportRow.objects.filter(batch=batch, state=name, left=False).count() for name in ("new", "changed")},
    }
    return {
        "section": "desk",
        "batch": batch,
        "kind": kind,
        "page": page,
        "page_moved": moved,
        "address": f"?state={state}" if state else "?",
        "state": state,
        "states": [(name, label, numbers[name]) for name, label in STATES.items() if numbers[name] or not name],
        "rows": [_shown(row, kind) for row in page.object_list],
        "summary": _summary(batch, numbers["ambiguous"]),
        "ready": batch.rows_new + batch.rows_changed,
        "not_ready": batch.rows_wrong + batch.rows_waiting,
    }


def _summary(batch: ImportBatch, ambiguous: int) -> list[str]:
    """Return in a line each what would become of the rows as they are answered now; each row counts once."""
    ticks = batch.rows_waiting - ambiguous
    told = (
        (batch.rows_new, ngettext_lazy("%d row will enter something new", "%d rows will enter something new")),
        (batch.rows_changed, ngettext_lazy("%d row will change the record", "%d rows will change the record")),
        (batch.rows_same, ngettext_lazy("%d row says what is on record", "%d rows say what is on record")),
        (ticks, ngettext_lazy("%d row waits for a tick: it names somebody or something not on record",
                              "%d rows wait for a tick: they name somebody or something not on record")),
        (ambiguous, ngettext_lazy("%d row is ambiguous: choose what it means",
                                  "%d rows are ambiguous: choose what they mean")),
        (batch.rows_wrong, ngettext_lazy("%d row is wrong: its reasons stand in it",
                                         "%d rows are wrong: their reasons stand in them")),
        (batch.rows_left, ngettext_lazy("%d row is left out", "%d rows are left out")),
    )  # fmt: skip
    return [words % number for number, words in told if number > 0]


def _rows(batch: ImportBatch, state: str) -> Any:
    rows = ImportRow.objects.filter(batch=batch)
    if state == "left":
        return rows.filter(left=True)
    if state == "waiting":
        return rows.filter(waits=True, left=False)
    return rows.filter(state=state, left=False) if state else rows


def _shown(row: ImportRow, kind: Kind) -> dict[str, Any]:
    """Return a row as the template shows it, with the words of fields."""

    def words(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**entry, "label": _label(kind, entry["field"])} for entry in entries]

    return {
        "row": row,
        "state": STATES.get(row.state, row.state),
        "changes": words(row.told.get("changes", [])),
        "problems": words(row.told.get("problems", [])),
        "asks": words(row.told.get("asks", [])),
        "answered": sorted(row.answers.items()),
    }


def _label(kind: Kind, name: str) -> Any:
    field = kind.field(name)
    return field.label if field is not None else name


def answers_in(request: HttpRequest, batch: ImportBatch) -> tuple[dict[int, dict[str, str]], dict[int, bool]]:
    """Return what a page of the preview was answered: by row the answers to its questions, and which are left out.

    “Tick all” answers every question of these rows that has no candidates; “everywhere” takes what was answered here
    for the same questions of all other rows.
    """
    said = request.POST
    shown = {int(number) for number in said.getlist("row") if number.isascii() and number.isdigit()}
    rows = {row.number: row for row in ImportRow.objects.filter(batch=batch, number__in=list(shown)[:ROWS_PER_PAGE])}
    tick, everywhere = said.get("do") == "tick", "everywhere" in said
    answers: dict[int, dict[str, str]] = {}
    for number, row in rows.items():
        given = {}
        for place, ask in enumerate(row.told.get("asks", [])):
            answer = said.get(f"ask-{number}-{place}", "") or (said.get(f"other-{number}-{place}", "").strip()[:200])
            answer = answer or (tick_of(ask) if tick else "")
            if answer:
                given[ask["key"]] = answer
        if f"forget-{number}" in said:
            given |= dict.fromkeys(row.answers, "")
        if given:
            answers[number] = given
    if everywhere:
        _spread(batch, answers, tick=tick)
    return answers, {number: f"left-{number}" in said for number in rows}


def tick_of(ask: dict[str, Any]) -> str:
    """Return the answer by which what is asked is entered, where there is one way and no candidate."""
    ways = [way["key"] for way in ask["ways"] if way["key"].startswith(ENTER)]
    return ways[0] if len(ways) == 1 and not ask["candidates"] else ""


def left_to_choose(batch: ImportBatch, answers: dict[int, dict[str, str]], left: dict[int, bool]) -> int:
    """Return how many questions of rows of a page a tick for all does not answer: somebody has to choose."""
    numbers = [number for number, is_left in left.items() if not is_left]
    rows = ImportRow.objects.filter(batch=batch, number__in=numbers, waits=True).values_list("number", "told")
    asked = {(number, ask["key"]) for number, told in rows for ask in told.get("asks", [])}
    return len({key for number, key in asked if not answers.get(number, {}).get(key)})


def _spread(batch: ImportBatch, answers: dict[int, dict[str, str]], *, tick: bool) -> None:
    """Answer the same questions of all rows that wait as they were answered here."""
    same = {key: answer for given in answers.values() for key, answer in given.items() if answer}
    waiting = ImportRow.objects.filter(batch=batch, waits=True, left=False).exclude(number__in=answers)
    for number, told in waiting.values_list("number", "told"):
        given = {}
        for ask in told.get("asks", []):
            answer = same.get(ask["key"], "") or (tick_of(ask) if tick else "")
            if answer:
                given[ask["key"]] = answer
        if given:
            answers[number] = given


def result_page(request: HttpRequest, batch: ImportBatch, user: User) -> dict[str, Any]:
    """Return what came of a file: how many rows of each kind, the rows with links, those that were not taken in."""
    rows = ImportRow.objects.filter(batch=batch)
    page, moved = page_of_rows(request, rows, ROWS_PER_PAGE)
    kind = kind_of(batch)
    keys = [row.record for row in page.object_list if row.record]
    records = kind.records(user, keys) if kind.records and keys else {}
    outcomes = dict(ImportOutcome.choices)
    return {
        "section": "desk",
        "batch": batch,
        "kind": kind,
        "page": page,
        "page_moved": moved,
        "address": "?",
        "rows": [(row, outcomes.get(row.outcome, ""), records.get(row.record)) for row in page.object_list],
        "has_errors": files.errors_of(batch).exists(),
    }

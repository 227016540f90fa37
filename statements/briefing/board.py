"""The tables of positions in a briefing: topic or visit × column, with numbers that lead to the statements."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from statements import positions
from statements.briefing.tree import Paragraph, Run, Runs, Table, run, runs, table
from statements.cards import show_long
from statements.choices import Act
from statements.compared import GROUPS
from visits.choices import COLUMN_SHAPES, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from statements.briefing.options import Options
    from statements.briefing.reading import Material, Told
    from statements.comparison import Cell as ComparedCell
    from statements.comparison import Said
    from statements.models import Position
    from visits.models import Visit

Cell = tuple[Paragraph, ...]


def column_words(column: str) -> str:
    """Return a column with its shape, as “■ State”."""
    return f"{COLUMN_SHAPES[Column(column)]} {Column(column).label}"


def references(numbers: Iterable[int]) -> Runs:
    """Return the numbers of statements as links: “statements 3, 7”."""
    listed = sorted(set(numbers))
    if not listed:
        return ()
    found: list[Run] = [run(gettext("statement") if len(listed) == 1 else gettext("statements")), run(" ")]
    for place, number in enumerate(listed):
        found += ([run(", ")] if place else []) + [run(number, href=f"#statement-{number}")]
    return tuple(found)


def _head(first: str, options: Options) -> tuple[str, ...]:
    return (first, *(column_words(column) for column in options.shown_columns))


def _cell(
    acts: Sequence[tuple[str, int]],
    numbers: list[int],
    summaries: Sequence[Position] = (),
    known: Mapping[int, int] = MappingProxyType({}),
) -> Cell:
    """Return a cell: acts with the `numbers` of their statements, and summaries with what they rest on (`known`)."""
    if not acts and not summaries:
        return (Paragraph(runs(run(gettext("none recorded"), style="soft"))),)
    found = []
    if acts:
        counts = " · ".join(f"{act} {count}" for act, count in acts)
        where = references(numbers)
        found.append(Paragraph(runs(run(counts, style="strong"), ": " if where else "", *where)))
    for summary in summaries:
        rests = _evidence(summary, known)
        resting = runs(" (", *references(rests), ")") if rests else ()
        found.append(Paragraph(runs(run(summary.summary), *resting)))
    return tuple(found)


def board_of(told: Sequence[Told], summaries: Sequence[Position], options: Options, caption: str) -> Table | None:
    """Return the board of some statements: a row for each topic; None where nothing is on any."""
    said = [
        positions.Said(str(one.card.pk), one.card.column, one.card.act_label, _topics(one, options), one.number)
        for one in told
    ]
    numbers = {one.card.pk: one.number for one in told}
    written: dict[tuple[str, str], list[Position]] = {}
    for row in summaries:
        written.setdefault((row.topic.slug, row.column), []).append(row)
    given = [positions.Summary(positions.Topic(row.topic.slug, row.topic.name), row.column, "") for row in summaries]
    lines = positions.build_board(said, given)
    rows = [
        (
            (Paragraph(runs(run(line.topic.name, style="strong"))),),
            *(
                _cell(
                    cell.acts,
                    [row.card for row in cell.said],
                    written.get((line.topic.slug, cell.column), ()),
                    numbers,
                )
                for cell in line.cells
                if cell.column in options.shown_columns
            ),
        )
        for line in lines
    ]  # fmt: skip
    return table(caption, _head(gettext("Topic"), options), tuple(rows)) if rows else None


def _topics(told: Told, options: Options) -> tuple[positions.Topic, ...]:
    """Return the topics of a statement that are printed."""
    return tuple(
        positions.Topic(slug, name) for slug, name in told.card.topics if not options.topics or slug in options.topics
    )


def _evidence(summary: Position, numbers: Mapping[int, int]) -> list[int]:
    rests = (row.statement_id for row in summary.position_evidence.all())
    return [numbers[pk] for pk in rests if pk in numbers]


def visit_words(visit: Visit | None) -> Runs:
    """Return a visit as the heading of its row: title and dates."""
    if visit is None:
        return runs(gettext("On no visit"))
    dates = show_long(visit.dates)
    return runs(run(visit.title, style="strong"), f", {dates}" if dates else "")


def visits_table(
    groups: Sequence[tuple[Visit | None, list[Told]]], summaries: Sequence[Position], options: Options, caption: str
) -> Table | None:
    """Return what was said on one topic: a row for each visit."""
    rows = []
    for visit, told in groups:
        mine = [row for row in summaries if visit is not None and row.visit_id == visit.pk]
        numbers = {one.card.pk: one.number for one in told}
        cells = []
        for column in options.shown_columns:
            here = [one for one in told if one.card.column == column]
            counts: dict[str, int] = {}
            for one in here:
                counts[one.card.act_label] = counts.get(one.card.act_label, 0) + 1
            ordered = sorted(counts.items(), key=lambda pair: -pair[1])
            written = [row for row in mine if row.column == column]
            cells.append(_cell(ordered, [one.number for one in here], written, numbers))
        rows.append(((Paragraph(visit_words(visit)),), *cells))
    return table(caption, _head(gettext("Visit"), options), tuple(rows)) if rows else None


def compared_tables(found: Material, options: Options) -> list[Table]:
    """Return a table for each place compared: what each column said, and what became of it since the visit before."""
    numbers = found.numbers
    tables = []
    for panel, lines in found.lines:
        rows = []
        for line in lines:
            visit: Visit = line.visit.card
            earlier: Visit | None = line.previous.card if line.previous else None
            before = (
                gettext("compared with %(visit)s, %(dates)s")
                % {"visit": earlier.title, "dates": show_long(earlier.dates)}
                if earlier
                else gettext("the first with something on this topic")
                if line.visit.place is not None
                else gettext("no dates recorded, so compared with none")
            )
            head = (Paragraph(visit_words(visit)), Paragraph(runs(run(before, style="soft")), "small"))
            cells = [_compared(cell, numbers) for cell in line.cells if cell.column in options.shown_columns]
            rows.append((head, *cells))
        tables.append(table(panel.name, _head(gettext("Visit"), options), tuple(rows)))
    return tables


def _compared(cell: ComparedCell, numbers: dict[int, int]) -> Cell:
    acts = [(str(Act(act).label), count) for act, count in cell.acts]
    groups: list[tuple[Any, Any]] = []
    if cell.since is not None:
        groups = [(label, getattr(cell.since, name)) for name, label in GROUPS]
    told = [(label, rows) for label, rows in groups if rows]
    if not acts and not told:
        return _cell([], [])
    found = list(_cell(acts, _printed(cell.said, numbers))) if acts else []
    for label, rows in told:
        where = references(_printed(rows, numbers))
        found.append(Paragraph(runs(label, f" {len(rows)}", *((" (", *where, ")") if where else ())), "small"))
    return tuple(found)


def _printed(rows: Iterable[Said], numbers: dict[int, int]) -> list[int]:
    """Return the numbers of those statements that are printed."""
    return [numbers[int(row.key)] for row in rows if int(row.key) in numbers]

"""Taking lists in: a file is handed in, its columns chosen, its rows checked and answered, then written or cancelled.

Nothing but `write_file` changes the record, in one transaction; commands take lists in by `visits.import_commands`.
Rows go through the actions of their kind, so that the rules are those of the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from visits.access import Permission
from visits.actions import clean_and_save, require
from visits.imports import files
from visits.imports.errors import ErrorFile
from visits.imports.gathering import acting
from visits.imports.kinds import Given, Kind, given, kind_named
from visits.imports.mapping import check_columns
from visits.imports.reading import opened
from visits.imports.running import Answered, AnswersOf, Done, count, counted, judge_all
from visits.imports.storing import (
    CHUNK,
    Busy,
    Rejected,
    gone_through,
    lock_everywhere,
    outcome_of,
    rejected,
    stopping,
    store_counts,
    store_rows,
)
from visits.models import ImportBatch, ImportMapping, ImportRow, ImportState, User

# Whoever checked a file lets it go within so many seconds of telling that it is checked.
LET_GO_WITHIN = 5.0


def take_file(*, chunks: Iterable[bytes], name: str, kind: Kind, by: User) -> ImportBatch:
    """Store a file that was handed in. Raises Refused where it is too large or no table."""
    require(by, Permission.EDIT_RECORD)
    batch = ImportBatch(kind=kind.name, file_name=Path(name).name[:255] or "list", by=by)
    batch.sha256 = files.keep_list(batch, chunks)
    try:
        with opened(files.list_of(batch)) as table:
            batch.encoding, batch.delimiter = table.encoding, table.delimiter
            batch.sheet = table.sheet[:60]
        clean_and_save(batch)
    except BaseException:
        files.drop_all(batch)
        raise
    return batch


@transaction.atomic
def choose_columns(
    *, batch: ImportBatch, columns: Mapping[str, str], by: User, keep: bool = False, **read: str
) -> ImportBatch:
    """Say which column is which field, how the file is read (encoding, delimiter, sheet), and what list it is.

    With `keep` the mapping is kept under the name of the list. Raises Refused for a mapping that cannot be.
    """
    require(by, Permission.EDIT_RECORD)
    _check_open(batch)
    kind = _kind(batch)
    batch.columns = check_columns(columns, kind)
    for name in ("encoding", "delimiter", "sheet", "source"):
        setattr(batch, name, read.get(name, getattr(batch, name)))
    batch.state, batch.told = ImportState.CHECKING, ""
    if keep and batch.source:
        mapping = ImportMapping.objects.filter(kind=kind.name, name=batch.source).first()
        mapping = mapping or ImportMapping(kind=kind.name, name=batch.source)
        mapping.columns, mapping.encoding, mapping.delimiter = batch.columns, batch.encoding, batch.delimiter
        clean_and_save(mapping)
    clean_and_save(batch)
    return batch


def check_file(*, batch: ImportBatch) -> ImportBatch:
    """Judge every row and store what it is; answers that were given stay. Nothing of the record changes.

    What is answered meanwhile is kept too: the rows are then judged once more, by whoever is at work on the file.
    Raises Refused where the file cannot be read after all.
    """
    while True:
        with files.working(batch) as free:
            if not free:
                return ImportBatch.objects.get(pk=batch.pk)
            while not _checked(ImportBatch.objects.get(pk=batch.pk)):
                pass
        stored = ImportBatch.objects.get(pk=batch.pk)
        # Answered after the rows were stored, while the file was not let go yet: nobody else could take it up.
        if stored.state != ImportState.CHECKING:
            return stored


def _checked(batch: ImportBatch) -> bool:
    """Judge every row and store what it is; return whether nothing was answered meanwhile, else nothing is stored."""
    kind, answers = _kind(batch), _answers(batch)
    answered = _given(answers)
    with _rows(batch) as rows:
        progress = files.Progress(batch, batch.rows_total)
        judge = kind.judge(batch.by, batch.source)
        found = list(_stored(batch, stopping(judge_all(rows, kind, judge, answered), progress), answered))
    with transaction.atomic():
        _locked(batch)
        if _answers(batch) != answers:
            return False
        ImportRow.objects.filter(batch=batch).delete()
        ImportRow.objects.bulk_create(found, batch_size=CHUNK)
        store_counts(batch, counted(_state(row) for row in found))
        ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.CHECKED, told="")
    return True


def _locked(batch: ImportBatch) -> ImportBatch:
    """Return a file as it is now, and keep others from answering its rows until the transaction ends."""
    return ImportBatch.objects.select_for_update().get(pk=batch.pk)


def _state(row: ImportRow) -> str:
    if row.left:
        return "left"
    return "wrong" if row.state == "wrong" else "waiting" if row.waits else row.state


def _stored(batch: ImportBatch, found: Iterable[Done], answered: AnswersOf) -> Iterator[ImportRow]:
    for done in found:
        judged = done.judged
        yield ImportRow(
            batch=batch,
            number=judged.number,
            key=done.given["key"][:200],
            state=judged.state,
            waits=judged.waits,
            about=judged.about[:300],
            told={
                "changes": [asdict(change) for change in judged.changes],
                "asks": [asdict(ask) for ask in judged.asks],
                "problems": [asdict(problem) for problem in judged.problems],
            },
            answers=dict(answered(judged.number).answers),
            left=done.left,
        )


@transaction.atomic
def answer_rows(
    *, batch: ImportBatch, by: User, answers: Mapping[int, Mapping[str, str]], left: Mapping[int, bool] | None = None
) -> None:
    """Store what was answered for rows, by their number, and which are left out; the file is then checked again.

    An empty answer takes an earlier one back.
    """
    require(by, Permission.EDIT_RECORD)
    _check_open(_locked(batch))
    numbers = {*answers, *(left or {})}
    rows = list(ImportRow.objects.filter(batch=batch, number__in=numbers))
    for row in rows:
        given_now = {**row.answers, **answers.get(row.number, {})}
        row.answers = {key: answer for key, answer in given_now.items() if answer}
        row.left = (left or {}).get(row.number, row.left)
    ImportRow.objects.bulk_update(rows, ["answers", "left"], batch_size=CHUNK)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.CHECKING)


def write_file(*, batch: ImportBatch, by: User, all_or_nothing: bool) -> ImportBatch:
    """Write the rows of a checked file in one transaction: all of them, or those that can be.

    Raises Rejected, with the rows told anew, where all or nothing was asked for and some row cannot be taken in;
    Cancelled where somebody stopped it; Busy where another list is being written. Nothing is written then.
    """
    require(by, Permission.EDIT_RECORD)
    kind, answered = _kind(batch), _given(_answers(batch))
    with files.alone() as free, files.working(batch, LET_GO_WITHIN) as mine_alone:
        mine = ImportBatch.objects.filter(pk=batch.pk, state__in=[ImportState.CHECKED, ImportState.APPLYING])
        if not (free and mine_alone) or not mine.update(state=ImportState.APPLYING):
            raise Busy
        try:
            with _rows(batch) as rows:
                _write(batch, kind, rows, answered, by, all_or_nothing)
        except BaseException as error:
            told = " ".join(getattr(error, "messages", [""]))[:500]
            mine.update(state=ImportState.CHECKED, told=told)
            files.errors_of(batch).unlink(missing_ok=True)
            raise
    files.drop_list(batch)
    return ImportBatch.objects.get(pk=batch.pk)


def _write(
    batch: ImportBatch, kind: Kind, rows: Iterable[Given], answered: AnswersOf, by: User, all_or_nothing: bool
) -> None:
    progress = files.Progress(batch, batch.rows_total)
    failed: list[ImportRow] = []
    try:
        with transaction.atomic(durable=True), acting(by), _error_file(batch, kind) as errors:
            lock_everywhere()
            found = gone_through(rows, kind, kind.judge(by, batch.source), answered, by)
            written, states = [], []
            for done in stopping(found, progress):
                states.append(count(done))
                if done.failed:
                    failed += _stored(batch, [done], answered)
                    errors.add(done)
                written.append(outcome_of(done, states[-1]))
            if failed and all_or_nothing:
                raise rejected(len(failed))
            ImportRow.objects.filter(batch=batch).delete()
            store_rows(batch, written)
            store_counts(batch, counted(states))
            batch.refresh_from_db()
            batch.state, batch.finished_at, batch.told = ImportState.DONE, timezone.now(), ""
            clean_and_save(batch)
    except Rejected:
        _tell_anew(batch, failed)
        raise
    if not failed:
        files.errors_of(batch).unlink(missing_ok=True)


def _tell_anew(batch: ImportBatch, failed: list[ImportRow]) -> None:
    """Show what the rows that failed were judged to be now: the record may have changed since they were checked."""
    with transaction.atomic():
        ImportRow.objects.filter(batch=batch, number__in=[row.number for row in failed]).delete()
        ImportRow.objects.bulk_create(failed, batch_size=CHUNK)
        store_counts(batch, counted(_state(row) for row in ImportRow.objects.filter(batch=batch)))


@contextmanager
def _error_file(batch: ImportBatch, kind: Kind) -> Iterator[ErrorFile]:
    with opened(files.list_of(batch), **_read_as(batch)) as table:
        names = table.names
    with files.errors_of(batch).open("w", encoding="utf-8", newline="") as file:
        yield ErrorFile(file, names, kind)


def cancel_import(*, batch: ImportBatch, by: User) -> bool:
    """Stop an import and take away its file and rows: what remains is that there was one.

    Returns whether that is done; whoever is at work on the file stops at its next row, and cancels it then.
    """
    require(by, Permission.EDIT_RECORD)
    if batch.state in {ImportState.DONE, ImportState.UNDONE}:
        raise ValidationError(_("What is written is undone, not cancelled."))
    files.ask_to_stop(batch)
    with files.working(batch) as free:
        if not free:
            return False
        with transaction.atomic():
            # Asked anew: whoever wrote it may have come to its end since the page was asked for.
            still = ImportBatch.objects.filter(pk=batch.pk).exclude(state__in=[ImportState.DONE, ImportState.UNDONE])
            if not still.update(state=ImportState.CANCELLED, told="", columns={}):
                raise ValidationError(_("What is written is undone, not cancelled."))
            ImportRow.objects.filter(batch=batch).delete()
        files.drop_all(batch)
    return True


def broken_off(batch: ImportBatch) -> ImportBatch:
    """Return `batch` as it is; one whose worker is gone is told to have broken off, with nothing written."""
    if batch.state not in {ImportState.APPLYING, ImportState.CHECKING}:
        return batch
    with files.working(batch) as free:
        if free:
            told = _("It broke off, and nothing was written: try again.")
            rows = ImportBatch.objects.filter(pk=batch.pk, state=batch.state)
            rows.update(state=ImportState.CHECKED if batch.rows_total else ImportState.UPLOADED, told=told)
    return ImportBatch.objects.get(pk=batch.pk)


def _answers(batch: ImportBatch) -> dict[int, Answered]:
    """Return what is answered of the rows of a file, by their number."""
    rows = ImportRow.objects.filter(batch=batch).values_list("number", "answers", "left")
    return {number: Answered(answers, left) for number, answers, left in rows}


def _given(answers: Mapping[int, Answered]) -> AnswersOf:
    return lambda number: answers.get(number, Answered())


@contextmanager
def _rows(batch: ImportBatch) -> Iterator[Iterator[Given]]:
    with opened(files.list_of(batch), **_read_as(batch)) as table:
        yield given(table.rows, table.names, batch.columns)


def _read_as(batch: ImportBatch) -> dict[str, str]:
    return {"encoding": batch.encoding, "delimiter": batch.delimiter, "sheet": batch.sheet}


def _kind(batch: ImportBatch) -> Kind:
    kind = kind_named(batch.kind)
    if kind is None:
        raise ValidationError(_("Lists of this kind are not taken in any more."))
    return kind


def _check_open(batch: ImportBatch) -> None:
    if batch.state not in {ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED}:
        raise ValidationError(_("This list is written or cancelled already."))

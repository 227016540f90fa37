"""Taking a list in from the command line: one way through its rows, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from visits.access import Permission
from visits.actions import clean_and_save, require
from visits.imports import files
from visits.imports.gathering import acting
from visits.imports.kinds import Judge, Kind, given
from visits.imports.mapping import check_columns
from visits.imports.reading import opened
from visits.imports.running import Answered, Answering, Done, count, counted, judge_all
from visits.imports.storing import (
    CHUNK,
    Busy,
    Rejected,
    gone_through,
    lock_everywhere,
    outcome_of,
    rejected,
    store_counts,
    store_rows,
)
from visits.models import ImportBatch, ImportState, User


@dataclass(slots=True)
class Result:
    """What came of a file that a command took in. `batch` is None where nothing was written."""

    counts: Counter[str]
    columns: dict[str, str]
    batch: ImportBatch | None = None


def import_file(
    *,
    path: Path,
    kind: Kind,
    by: User | None,
    columns: Callable[[tuple[str, ...]], Mapping[str, str]],
    answers: Mapping[str, str],
    source: str = "",
    dry_run: bool = False,
    all_or_nothing: bool = True,
    failed: Callable[[Done, tuple[str, ...]], Any] = lambda _done, _names: None,
    tick: Callable[[], Any] = lambda: None,
    judge: Judge | None = None,
    **read: str,
) -> Result:
    """Take a file in from the command line, all of it in one transaction, or only judge it (`dry_run`).

    `columns` gives the mapping for the names of the file's columns; `answers` hold for every row that asks, and each
    has to answer one. Raises Refused, Rejected and Busy.
    A file whose rows are all the same leaves a record of the import and nothing else.
    """
    require(by, Permission.EDIT_RECORD)
    with files.alone() as free, opened(path, **read) as table:
        if not free and not dry_run:
            raise Busy
        chosen = check_columns(columns(table.names), kind)
        rows = given(table.rows, table.names, chosen)
        judge = judge or kind.judge(by, source)
        answering = Answering(answers)

        def answered(_number: int) -> Answered:
            return Answered(answering)

        if dry_run:
            states = []
            for done in judge_all(rows, kind, judge, answered):
                states.append(count(done))
                answering.note(done)
                if done.failed:
                    failed(done, table.names)
                tick()
            _check_answers(answering)
            return Result(counted(states), chosen)
        batch = ImportBatch(kind=kind.name, file_name=path.name[:255], by=by, source=source, columns=chosen)
        batch.sha256 = files.sha256_of(path)
        with transaction.atomic(durable=True), acting(by):
            lock_everywhere()
            clean_and_save(batch)
            states, wrong = [], 0
            written: list[dict[str, Any]] = []
            for done in gone_through(rows, kind, judge, answered, by):
                states.append(count(done))
                answering.note(done)
                if done.failed:
                    wrong += 1
                    failed(done, table.names)
                written.append(outcome_of(done, states[-1]))
                if len(written) == CHUNK:
                    store_rows(batch, written)
                    written.clear()
                tick()
            _check_answers(answering)
            if wrong and all_or_nothing:
                raise rejected(wrong)
            store_rows(batch, written)
            store_counts(batch, counted(states))
            batch.refresh_from_db()
            batch.state, batch.finished_at = ImportState.DONE, timezone.now()
            clean_and_save(batch)
        return Result(counted(states), chosen, batch)


def _check_answers(answers: Answering) -> None:
    """Raise Rejected where an answer answers nothing: it is misspelt, or was given to another list."""
    if idle := answers.idle():
        told = _("The answer to “%(key)s” answers nothing: no row asks this, or it is none of the answers.")
        raise Rejected(" ".join([*(told % {"key": key} for key in idle), _("Nothing was written.")]))

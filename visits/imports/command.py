"""What commands that take lists in have in common: their options, their progress bar, and what they print."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from visits.import_commands import Result, import_file
from visits.imports.encoding import ENCODINGS
from visits.imports.errors import LateErrorFile, check_error_path, reason_of
from visits.imports.kinds import Answers, Given, Judge, Judged, Kind, kind_named
from visits.imports.mapping import fits, guess_columns
from visits.imports.reading import opened
from visits.imports.refusals import Refused
from visits.imports.running import Done, ticked
from visits.models import ImportMapping, User

# So many rows that were not taken in are printed; an error file has all.
_MOST_PRINTED = 20
# A tick may raise another question: who is entered, then as holder of what.
_ROUNDS = 4


class Ticking:
    """Judges as another does, with a tick wherever a row asks to enter something and has no candidates."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def judge(self, row: Given, answers: Answers) -> Judged:
        """Return what `row` is to the record once all that it asks to enter is ticked."""
        ticks: dict[str, str] = {}
        # Not a copy: the answers note which of them are asked for.
        given = ChainMap(ticks, cast("dict[str, str]", answers))
        judged = self._judge.judge(row, given)
        for _round in range(_ROUNDS):
            more = {key: answer for key, answer in ticked(judged).items() if key not in given}
            if not more:
                break
            ticks |= more
            judged = self._judge.judge(row, given)
        return judged

    def afresh(self) -> Ticking:
        """Return one whose judge reads the record anew."""
        return Ticking(self._judge.afresh())


class ImportCommand(BaseCommand):
    """Take a list of one kind in. Subclasses name it."""

    kind_name: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file and the options."""
        parser.add_argument("file", type=Path, help="CSV, XLSX or JSON lines")
        parser.add_argument("--dry-run", action="store_true", help="judge every row and write nothing")
        parser.add_argument(
            "--errors",
            type=Path,
            help="take the good rows in, and put the others into this file (CSV) with the reasons",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="let --errors take the place of a file; never in a dry run"
        )
        parser.add_argument("--enter", action="store_true", help="enter people, terms and mandates that rows ask for")
        parser.add_argument("--answer", action="append", default=[], metavar="QUESTION=ANSWER")
        parser.add_argument("--column", action="append", default=[], metavar="NAME=FIELD", help="FIELD may be empty")
        parser.add_argument("--list", default="", metavar="NAME", help="the list of which this is a version")
        parser.add_argument("--by", default="", metavar="USER", help="who takes it in; without, the operator")
        parser.add_argument("--encoding", default="", choices=["", *ENCODINGS])
        parser.add_argument("--delimiter", default="", choices=["", ",", ";", "tab"])
        parser.add_argument("--sheet", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the file in; print what it was read as, and how many rows were what."""
        kind = kind_named(self.kind_name)
        if kind is None:
            raise CommandError(f"No kind of lists is called {self.kind_name}.")
        try:
            self._run(kind, options)
        except (Refused, ValidationError, PermissionDenied) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _run(self, kind: Kind, options: dict[str, Any]) -> None:
        path, errors = options["file"], options["errors"]
        overwrite = options["overwrite"] and not options["dry_run"]
        if errors is not None:
            check_error_path(errors, path, overwrite=overwrite)
        by = self._user(options["by"])
        delimiter = "\t" if options["delimiter"] == "tab" else options["delimiter"]
        read = {"encoding": options["encoding"], "delimiter": delimiter, "sheet": options["sheet"]}
        with opened(path, **read) as table:
            total, names = sum(1 for _row in table.rows), table.names
        judge = self.judge(kind, by, options)
        quiet = options["verbosity"] == 0
        with ExitStack() as stack:
            failed = _Failed(kind, self.stdout if not quiet else None)
            if errors is not None:
                failed.file = LateErrorFile(errors, names, kind, overwrite=overwrite)
                stack.callback(failed.file.drop)
            bar = stack.enter_context(tqdm(total=total, unit="row", desc=path.name, disable=quiet))
            result = import_file(
                path=path,
                kind=kind,
                by=by,
                columns=lambda found: _columns(found, kind, options),
                answers=_pairs(options["answer"]),
                source=options["list"],
                dry_run=options["dry_run"],
                all_or_nothing=errors is None,
                failed=failed,
                tick=bar.update,
                judge=judge,
                **read,
            )
            if failed.file is not None:
                failed.file.finish()
        if not quiet:
            self._print(result, names, kind, options["dry_run"])

    def judge(self, kind: Kind, by: User | None, options: dict[str, Any]) -> Judge:
        """Return what judges the rows of this run."""
        judge = kind.judge(by, options["list"])
        return Ticking(judge) if options["enter"] else judge

    def _print(self, result: Result, names: tuple[str, ...], kind: Kind, dry_run: bool) -> None:
        for name in names:
            field = kind.field(result.columns.get(name, ""))
            self.stdout.write(f"column “{name}”: {field.label if field else _('left aside')}")
        told = ", ".join(f"{result.counts[name]} {name}" for name in ("new", "changed", "same", "waiting", "wrong"))
        self.stdout.write(f"{sum(result.counts.values())} rows: {told}.")
        if dry_run:
            self.stdout.write(_("A dry run: nothing was written."))

    @staticmethod
    def _user(name: str) -> User | None:
        if not name:
            return None
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name}.")
        return user


class _Failed:
    """Prints the first rows that are not taken in, and writes all of them into the error file."""

    def __init__(self, kind: Kind, out: Any) -> None:
        self.file: LateErrorFile | None = None
        self._kind = kind
        self._out = out
        self._number = 0

    def __call__(self, done: Done, _names: tuple[str, ...]) -> None:
        self._number += 1
        if self.file is not None:
            self.file.add(done)
        if self._out is None or self._number > _MOST_PRINTED:
            return
        told = f"row {done.given.number}, {done.judged.state}: {reason_of(done, self._kind)}"
        tqdm.write(told, file=self._out, end="")
        for ask in () if done.judged.problems else done.judged.asks:
            keys = ", ".join(entry.key for entry in (*ask.candidates, *ask.ways))
            tqdm.write(f"    --answer '{ask.key}=…' with one of: {keys}", file=self._out, end="")


def _columns(names: tuple[str, ...], kind: Kind, options: dict[str, Any]) -> Mapping[str, str]:
    """Return the mapping: what is said, over the one kept under the name of the list, over the guess."""
    kept = ImportMapping.objects.filter(kind=kind.name, name=options["list"]).first() if options["list"] else None
    found = guess_columns(names, kind)
    if kept is not None and fits(kept.columns, names):
        found = {name: kept.columns.get(name, "") for name in names}
    said = _pairs(options["column"])
    unknown = sorted(said.keys() - set(names))
    if unknown:
        raise CommandError(f"The file has no column “{unknown[0]}”.")
    return {**found, **said}


def _pairs(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, sign, value = text.rpartition("=")
        if not sign:
            raise CommandError(f"“{text}” is no NAME=VALUE.")
        found[name] = value
    return found

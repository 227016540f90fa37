"""Load the sample record: countries, mandates, holders, visits, one visit in full, and invented examples."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from statements.models import SearchKind
from statements.scale.record import MEASURED, STATEMENTS, VISITS, Scale
from statements.search.index import add, size_of
from statements.search.texts import ENTRIES
from statements.seed.record import enter_record, size
from visits.actions import raise_stamp
from visits.models import Visit


class Command(BaseCommand):
    help = "Load the sample record. What is there stays as it is; run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a visit is on record")
        parser.add_argument("--scale", action="store_true", help="a generated record instead, of a million statements")
        parser.add_argument("--share", type=float, default=1.0, help="with --scale: the share of the full size, 0.01 …")
        parser.add_argument("--seed", type=int, default=1, help="with --scale: what the draw begins with")

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter what is missing; print what was entered and found, and every row that stays open."""
        if options["if_empty"] and Visit.objects.exists():
            self.stdout.write("The record is not empty: nothing was loaded.")
            return
        if options["scale"]:
            self._scale(options)
            return
        started = time.monotonic()
        quiet = options["verbosity"] == 0
        with tqdm(total=size(), unit="row", desc="Loading the sample record", disable=quiet) as bar:
            store = enter_record(bar.update)
        if quiet:
            return
        for name in sorted({*store.entered, *store.found}):
            self.stdout.write(f"{name}: {store.entered[name]} entered, {store.found[name]} found")
        self.stdout.write(f"{len(store.unresolved)} rows stay open:")
        for row in store.unresolved:
            self.stdout.write(f"  {row}")
        self.stdout.write(f"Done in {time.monotonic() - started:.1f} s.")

    def _scale(self, options: dict[str, Any]) -> None:
        """Enter the generated record and index it; print what was entered."""
        started, quiet, share = time.monotonic(), options["verbosity"] == 0, options["share"]
        if not 0 < share <= 1:
            raise CommandError("--share is a part of one, such as 0.01.")
        if Visit.objects.filter(slug=MEASURED).exists():
            raise CommandError("A generated record is there already.")
        with tqdm(total=round(VISITS * share) * STATEMENTS, unit="statement", disable=quiet) as bar:
            entered = Scale(share, options["seed"], bar.update).enter()
        kinds = [kind for kind in ENTRIES if kind != SearchKind.STATEMENT]
        with tqdm(total=size_of(kinds), unit="entry", desc="Indexing the rest", disable=quiet) as bar:
            add(kinds, bar.update)
        raise_stamp()
        if not quiet:
            for name, number in entered.items():
                self.stdout.write(f"{name}: {number:,} entered")
            self.stdout.write(f"Done in {time.monotonic() - started:.1f} s.")

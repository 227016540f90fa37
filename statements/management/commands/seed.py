"""Load the sample record: countries, mandates, holders, visits, one visit in full, and invented examples."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from statements.seed.record import enter_record, size
from visits.models import Visit


class Command(BaseCommand):
    help = "Load the sample record. What is there stays as it is; run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the one option."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a visit is on record")

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter what is missing; print what was entered and found, and every row that stays open."""
        if options["if_empty"] and Visit.objects.exists():
            self.stdout.write("The record is not empty: nothing was loaded.")
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

"""Build the index of the search anew: after an upgrade that says so, or when it is doubted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from statements.search.index import rebuild, size
from visits.actions import raise_stamp


class Command(BaseCommand):
    help = "Build the index of the search anew, in one transaction, and print how many entries it has."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all records with a bar on standard error."""
        quiet = options["verbosity"] == 0
        with tqdm(total=size(), desc="Indexing", unit="record", disable=quiet) as bar, transaction.atomic():
            entries = rebuild(bar.update)
            # Pages that were kept tell what the index told before.
            raise_stamp()
        self.stdout.write(f"{entries} entries.")

"""Build the index of the search anew: after an upgrade that says so, or when it is doubted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from statements.search.index import rebuild, size


class Command(BaseCommand):
    help = "Build the index of the search anew, in one transaction, and print how many entries it has."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all records with a bar on standard error."""
        with tqdm(total=size(), desc="Indexing", unit="record", disable=options["verbosity"] == 0) as bar:
            entries = rebuild(bar.update)
        self.stdout.write(f"{entries} entries.")

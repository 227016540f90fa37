"""Take away files that a killed process left behind."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import ngettext

from visits.sweeping import sweep


class Command(BaseCommand):
    help = "Take away stored files that no row names: what a process left that was killed before the end of its write."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to look only."""
        parser.add_argument("--dry-run", action="store_true", help="take nothing away")

    def handle(self, *args: Any, dry_run: bool, verbosity: int, **options: Any) -> None:
        """Print what was found, then how much it was."""
        found = sweep(dry_run=dry_run)
        if verbosity:
            for path in found:
                self.stdout.write(path.name)
        told = ngettext("%(n)d file that no row names.", "%(n)d files that no row names.", len(found))
        self.stdout.write(told % {"n": len(found)})

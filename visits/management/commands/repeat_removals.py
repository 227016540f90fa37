"""Remove again what a restored backup has brought back, and protect again whom it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config.backups.making import RESTORED
from visits.kept_removals import keep, listed, path, repeat
from visits.protected_again import protect_again
from visits.removal_actions import removable
from visits.sealing import NoKey


class Command(BaseCommand):
    help = (
        "After restoring a backup: erase every record that stands in the list of removals and is there again, and put "
        "the code names of the list in place of names that are there again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take another list than that of the data folder."""
        parser.add_argument("--list", type=Path, help="a list that was kept at another place")

    def handle(self, *args: Any, list: Path | None, **options: Any) -> None:
        """Erase all of them or none."""
        try:
            rows = listed(list)
        except OSError as error:
            where = list or path()
            raise CommandError(f"The list {where.name} cannot be read: {error.strerror or error}.") from error
        except ValueError as error:
            raise CommandError(f"This is no line of a list of removals: {error}") from error
        try:
            with transaction.atomic():
                number = repeat(rows.removed, removable())
                again, left = protect_again(rows.protected)
        except NoKey as error:
            raise CommandError(" ".join(error.messages)) from error
        keep(rows)
        self.stdout.write(f"In the list: {len(rows.removed)}. Erased again: {number}.")
        self.stdout.write(f"Protected in the list: {len(rows.protected)}. Protected again: {again}.")
        if left:
            told = ", ".join(f"{line.kind} {line.row}" for line in left)
            raise CommandError(f"Protect these by hand before anybody reads: {told}.")
        (Path(settings.DATA_DIR) / RESTORED).unlink(missing_ok=True)

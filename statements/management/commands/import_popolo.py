"""Take a Popolo document into the record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from statements.popolo.reading import LARGEST, PopoloError, read
from statements.popolo_actions import known, take_in
from visits.management.commands._meetings import acting


class Command(BaseCommand):
    help = (
        "Take a Popolo document in: what is new becomes a draft, what is there stays as it is; all of it, or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("file", type=Path, help="the document")
        parser.add_argument("--by", required=True, metavar="USER", help="whose drafts they become: an account")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be new")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many rows of each collection were new and how many were there."""
        by = acting(options["by"])
        try:
            with options["file"].open("rb") as file:
                document = read(file.read(LARGEST + 1), known)
            with transaction.atomic():
                counts = take_in(document=document, by=by)
                transaction.set_rollback(options["dry_run"])
        except (PopoloError, OSError) as error:
            raise CommandError(str(error)) from error
        except PermissionDenied as error:
            raise CommandError("This role may not enter people and organisations.") from error
        for name, number in sorted(counts.items()):
            self.stdout.write(f"{name}: {number}")
        if document.left_aside:
            self.stdout.write(f"left aside: {', '.join(document.left_aside)}")
        self.stdout.write("Nothing was written." if options["dry_run"] else "Done.")

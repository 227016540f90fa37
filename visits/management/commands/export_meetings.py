"""Write the planned meetings of a visit as a calendar, as far as an account may see them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from visits.management.commands._meetings import acting, visit_of
from visits.models import Meeting
from visits.planned.writing import is_told, written


class Command(BaseCommand):
    help = "Write the planned meetings of a visit, with notes, as a calendar (.ics) that is readable by you alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("file", type=Path, help="what is written; it must not be there yet")
        parser.add_argument("--visit", required=True, metavar="SLUG", help="the visit, by the end of its address")
        parser.add_argument("--by", required=True, metavar="USER", help="whose view of it: an account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many meetings were written, and how many have no known day."""
        by = acting(options["by"])
        rows = list(Meeting.objects.visible_to(by).filter(visit=visit_of(options["visit"], by)).exclude(status="held"))
        told = [row for row in rows if is_told(row)]
        try:
            with os.fdopen(os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(written(told, at=timezone.now()))
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(told)} meetings, {len(rows) - len(told)} without a day left out.")

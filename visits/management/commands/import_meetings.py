"""Take the planned meetings of a calendar into a visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from visits.management.commands._meetings import acting, visit_of
from visits.planned.comparing import Outcome
from visits.planned.reading import LARGEST, CalendarError, is_zone, read
from visits.planned_actions import rows_of, take_in


class Command(BaseCommand):
    help = "Take the planned meetings of a calendar (.ics) into a visit, all that are new or changed in one go."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("file", type=Path, help="the calendar")
        parser.add_argument("--visit", required=True, metavar="SLUG", help="the visit, by the end of its address")
        parser.add_argument("--by", required=True, metavar="USER", help="whose meetings they become: an account")
        parser.add_argument("--zone", default="", help="the time zone of times without one, such as Asia/Phnom_Penh")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each event, then how many were taken in."""
        by = acting(options["by"])
        visit = visit_of(options["visit"], by)
        if options["zone"] and not is_zone(options["zone"]):
            raise CommandError(f"There is no time zone {options['zone']}.")
        try:
            with options["file"].open("rb") as file:
                events = read(file.read(LARGEST + 1), zone=options["zone"])
            for row in rows_of(visit=visit, events=events, by=by):
                changes = "; ".join(
                    f"{change.name}: {change.old or '–'} → {change.new or '–'}" for change in row.changes
                )
                more = " ".join([*row.reasons, changes]).strip()
                self.stdout.write(f"{row.outcome}: {row.planned.title or '–'} ({row.planned.date}) {more}".rstrip())
            if options["dry_run"]:
                self.stdout.write("Nothing was written.")
                return
            taken = take_in(visit=visit, events=events, tokens=None, by=by)
        except (CalendarError, OSError) as error:
            raise CommandError(str(error)) from error
        except PermissionDenied as error:
            raise CommandError(str(error) or "This role may not enter meetings.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{taken[Outcome.NEW]} new, {taken[Outcome.CHANGED]} changed.")

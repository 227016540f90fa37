"""Check the rules across rows that no database constraint can say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from visits import record_checks


class Command(BaseCommand):
    help = "Find rows that break a rule of the record; ends with 1 where there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each finding, then how many there are."""
        count = 0
        for found in record_checks.run():
            self.stdout.write(str(found))
            count += 1
        if count:
            told = ngettext("%(n)d row breaks a rule of the record.", "%(n)d rows break a rule of the record.", count)
            raise CommandError(told % {"n": count})
        self.stdout.write(f"{len(record_checks.CHECKS)} checks, nothing found.")

"""Verify the chain of the audit log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from visits.audit import head as heads
from visits.audit.chain import faults, head_from
from visits.audit.log import links, seal, unsealed
from visits.models import AuditSeal


class Command(BaseCommand):
    help = "Find entries of the audit log that were changed, removed, inserted or moved, and a tail that was cut."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a head that was kept elsewhere."""
        parser.add_argument("--head", help="number:digest, as printed by an earlier run and kept at another place")

    def handle(self, *args: Any, head: str | None, verbosity: int, **options: Any) -> None:
        """Follow the chain with a bar, print what is wrong with it and the new head; end with 1 where anything is."""
        kept = _kept(head)
        late = unsealed()
        with tqdm(
            links(), total=AuditSeal.objects.count(), desc="Audit log", unit="entry", disable=verbosity == 0
        ) as chain:
            found = list(faults(chain, kept))
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(f"The audit log is not as it was written: {len(found)} faults.")
        if late:
            self.stdout.write(f"{late} entries were not sealed yet; they are now.")
        self.stdout.write(f"The audit log holds. Head: {seal(all_of_them=True)}")


def _kept(told: str | None) -> Any:
    if told is None:
        return heads.kept()
    try:
        return head_from(told)
    except ValueError as error:
        raise CommandError("The head is not understood: it is a number, a colon and 64 hexadecimal digits.") from error

"""Make the copies of sources' files that are published, and take away those that are not any longer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from statements.publishing import bring_up_to_date


class Command(BaseCommand):
    help = "Make every copy of a source's file that is wanting, as after a restore; take away what is not published."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all sources whose text may be published."""
        made, gone = bring_up_to_date()
        self.stdout.write(f"{made} made, {gone} taken away.")

"""Check every quotation against the stored text of its source or note again, and store what is found."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from statements.models import Citation
from statements.verbatim_actions import check_all


class Command(BaseCommand):
    help = "Recompute the verbatim check of all citations and print how many changed and how many differ."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all citations with a bar on standard error."""
        with tqdm(total=Citation.objects.count(), desc="Checking quotations", unit="citation") as bar:
            checked, changed = check_all(bar.update)
        differ = Citation.objects.filter(verdict="differs").count()
        self.stdout.write(f"{checked} checked, {changed} changed; {differ} differ from their source.")

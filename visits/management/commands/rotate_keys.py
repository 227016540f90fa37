"""Seal protected names by a new key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from visits.protected_actions import rotate_keys
from visits.sealing import NoKey


class Command(BaseCommand):
    help = "Seal every protected name by the first of PROTECTED_KEYS; the keys behind it open what they sealed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal all of them or none."""
        try:
            number = rotate_keys()
        except NoKey as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Sealed by the first key: {number}. The keys behind it can be taken out of PROTECTED_KEYS.")

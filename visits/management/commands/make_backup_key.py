"""Make the key that opens backups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups.sealing import new_key


class Command(BaseCommand):
    help = "Write a new secret key into FILE and print the setting that backups are encrypted by."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write the key."""
        try:
            public = new_key(file)
        except FileExistsError as error:
            raise CommandError(f"{file.name} exists: a key is never written over.") from error
        except OSError as error:
            raise CommandError(f"The key cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"BACKUP_RECIPIENTS={public}")
        self.stderr.write("Keep the file away from the server, in two places: without it no backup opens.")

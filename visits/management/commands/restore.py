"""Put a backup into an empty installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from config.backups.making import restore
from config.backups.sealing import Unsealed


class Command(BaseCommand):
    help = "Put a backup into the empty database and data folder that the settings name."
    # The database has no tables yet.
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take backup and key."""
        parser.add_argument("backup", type=Path)
        parser.add_argument("--identity", type=Path, required=True, help="the file with the secret key")

    def handle(self, *args: Any, backup: Path, identity: Path, verbosity: int, **options: Any) -> None:
        """Restore with a bar."""
        try:
            with tqdm(desc="Stored files", unit="B", unit_scale=True, disable=verbosity == 0) as bar:
                manifest = restore(backup, identity, told=bar.update)
        except Unsealed as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.rows.values())
        self.stdout.write(f"Restored as of {manifest.made}: {rows:,} rows of {len(manifest.rows)} tables.")
        self.stdout.write(
            "What was removed or protected since is there again: put the list `removals` of the old data folder into "
            "the new one, run `manage.py migrate` and `manage.py repeat_removals`, and then start the site."
        )

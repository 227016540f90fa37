"""Look a backup through: for a scheduler, without the key; with it, down to each row of the dump."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backups.making import age_of, newest, verify, verify_sum
from config.backups.sealing import Unsealed


class Command(BaseCommand):
    help = "Check a backup, or the newest of BACKUP_DIR; ends with 1 where it is damaged, missing or too old."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a backup or a folder of them, the key, and the most hours."""
        parser.add_argument("backup", nargs="?", type=Path, help="a backup, or a folder of them (BACKUP_DIR)")
        parser.add_argument("--identity", type=Path, help="the file with the secret key: opens the backup as well")
        parser.add_argument("--newer-than", type=float, metavar="HOURS", help="fail where the backup is older")

    def handle(
        self, *args: Any, backup: Path | None, identity: Path | None, newer_than: float | None, **options: Any
    ) -> None:
        """Check and say what was looked at."""
        path = backup or Path(settings.BACKUP_DIR)
        if path.is_dir():
            found = newest(path)
            if found is None:
                raise CommandError("There is no backup in this folder.")
            path = found
        hours = age_of(path, timezone.now())
        if newer_than is not None and hours > newer_than:
            raise CommandError(f"{path.name} is {hours:.0f} hours old.")
        if newer_than is not None and hours < -1:
            # A clock was wrong: as the newest it would hide for as long that none is made any more.
            raise CommandError(f"{path.name} is of a time to come: set the clock right, and take it away.")
        try:
            verify_sum(path)
            if identity is None:
                self.stdout.write(f"{path.name}: its checksum holds. With --identity it is opened as well.")
                return
            manifest = verify(path, identity)
        except Unsealed as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.rows.values())
        self.stdout.write(f"{path.name}: checksum, {len(manifest.members)} members and {rows:,} rows hold.")

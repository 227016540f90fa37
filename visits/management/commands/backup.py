"""Make a backup: database and files as of one moment, encrypted; old ones are pruned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from config.backups.making import make
from config.backups.sealing import Unsealed


class Command(BaseCommand):
    help = "Back up database and stored files, encrypted to BACKUP_RECIPIENTS; prunes by BACKUP_KEEP."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", nargs="?", type=Path, help="where backups lie (BACKUP_DIR)")

    def handle(self, *args: Any, folder: Path | None, verbosity: int, **options: Any) -> None:
        """Make it with a bar; end with 1 where a file that a row names was missing."""
        try:
            with tqdm(desc="Backing up", unit="B", unit_scale=True, disable=verbosity == 0) as bar:
                made = make(folder or settings.BACKUP_DIR, told=bar.update)
        except Unsealed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.path.name}: {made.size:,} bytes, {made.files} stored files.")
        if made.pruned:
            self.stdout.write(f"Taken away: {', '.join(made.pruned)}.")
        if made.missing:
            raise CommandError(
                f"The backup is made, but {len(made.missing)} files that rows name do not exist, the first of them "
                f"{made.missing[0]}."
            )

"""Check a copy of the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from config.lifeboat.folder import KEY, verify
from config.lifeboat.signing import Unsigned, fingerprint, public_key, secret_key

# More are told by their number.
MOST_TOLD = 20


class Command(BaseCommand):
    help = "Check a copy of the site: its signature, each file, nothing beside; ends with 1 where something is wrong."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and the key."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--key", type=Path, help="a PEM file with the public key (else that of SITE_KEY)")

    def handle(self, *args: Any, folder: Path, key: Path | None, verbosity: int, **options: Any) -> None:
        """Check and say what was looked at, and by which key."""
        try:
            known = key is not None or bool(settings.SITE_KEY)
            if key is None and settings.SITE_KEY:
                public = secret_key(settings.SITE_KEY).public_key()
            else:
                public = public_key(key or folder / KEY)
            with tqdm(desc="Checking", unit="file", disable=verbosity == 0) as bar:
                wrong = list(verify(folder, public, told=bar.update))
                files = bar.n if verbosity else None
        except Unsigned as error:
            raise CommandError(str(error)) from error
        for sentence in wrong[:MOST_TOLD]:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError(f"{len(wrong)} things are wrong with this copy.")
        self.stdout.write(f"Signature and {files or 'all'} files hold. SHA-256 of the key: {fingerprint(public)}")
        if not known:
            self.stdout.write("The key is the copy's own: compare it with what the record has made known elsewhere.")

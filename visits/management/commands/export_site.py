"""Write the public site as static files, signed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from config.lifeboat.folder import Foreign
from config.lifeboat.making import Making, make, site_of
from config.lifeboat.reading import HERE, Unreadable
from config.lifeboat.signing import Unsigned, secret_key


class Command(BaseCommand):
    help = "Write what everybody may read as static files, signed by SITE_KEY; brings an older copy up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and what is made."""
        parser.add_argument("folder", type=Path, help="an empty folder, or one that holds an older copy")
        parser.add_argument("--address", default="", help="where the site is reached (SITE_ADDRESS)")
        parser.add_argument("--unsigned", action="store_true", help="without a key")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="as many as there are cores")
        parser.add_argument(
            "--only", action="append", default=[], metavar="PATTERN", help="for a look: these addresses alone"
        )

    def handle(self, *args: Any, folder: Path, verbosity: int, **options: Any) -> None:
        """Make it with a bar for each half."""
        site = site_of(options["address"])
        if site == HERE and verbosity:
            self.stderr.write(f"SITE_ADDRESS is not set: citations and feeds name {HERE}.")
        making = Making(site, folder.resolve(), max(1, options["processes"]), tuple(options["only"]))
        bars: dict[str, tqdm] = {}

        def told(what: str, done: int, number: int) -> None:
            if what not in bars:
                bars[what] = tqdm(desc=f"{what.capitalize()} pages", unit="page", disable=verbosity == 0)
            bars[what].total = number
            bars[what].update(done - bars[what].n)

        try:
            key = None if options["unsigned"] else secret_key(settings.SITE_KEY)
            made = make(making, key, told=told)
        except (Foreign, Unreadable, Unsigned) as error:
            raise CommandError(str(error)) from error
        finally:
            for bar in bars.values():
                bar.close()
        self.stdout.write(
            f"{made.pages:,} pages, {made.files:,} files: {made.written:,} written, {made.files - made.written:,} were "
            f"there already, {made.gone:,} taken away."
        )

"""Read a data package of `export_record` into an empty record."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from statements.package.checking import Content
from statements.package.failures import PackageError
from statements.package.loading import load, require_empty
from statements.package.unpacking import LARGEST, Package

_MB = 1024**2


class Command(BaseCommand):
    help = "Read a data package that export_record wrote into an empty record: all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("package", type=Path, metavar="DIR|ZIP", help="the package")
        parser.add_argument("--check", action="store_true", help="read and check it, and write nothing")
        parser.add_argument(
            "--largest", type=int, default=LARGEST // _MB, metavar="MB", help="how large it may be unpacked"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything first, then write, with a bar on standard error for each; print how many rows there are."""
        quiet = options["verbosity"] == 0
        try:
            with closing(Package(options["package"].absolute(), largest=options["largest"] * _MB)) as package:
                content = Content(package)
                if not options["check"]:
                    require_empty()
                with tqdm(desc="Checking", unit="row", disable=quiet) as bar:
                    rows = content.check(bar.update)
                if not options["check"]:
                    with tqdm(total=rows, desc="Reading", unit="row", disable=quiet) as bar:
                        load(content, bar.update)
        except (PackageError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{rows} rows: {'whole, and nothing was written' if options['check'] else 'read'}.")

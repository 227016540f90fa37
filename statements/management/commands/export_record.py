"""Write the whole record, or what everybody may see of it, as a Frictionless Data Package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from statements.package.container import writing
from statements.package.dumping import dump, size
from statements.package.failures import PackageError


class Command(BaseCommand):
    help = "Write the whole record as a data package: a folder, or a ZIP file where the name ends in .zip."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("target", type=Path, metavar="DIR|ZIP", help="what is written, readable by you alone")
        parser.add_argument("--public", action="store_true", help="only what is seen without an account")
        parser.add_argument("--overwrite", action="store_true", help="put it in the place of an earlier package")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all tables with a bar on standard error; print how many rows were written."""
        target, public = options["target"].absolute(), options["public"]
        quiet = options["verbosity"] == 0
        try:
            with (
                writing(target, overwrite=options["overwrite"]) as writer,
                tqdm(total=None if public else size(), desc="Writing", unit="row", disable=quiet) as bar,
            ):
                rows = dump(writer, public=public, tick=bar.update)
        except (PackageError, OSError) as error:
            raise CommandError(str(error)) from error
        what = "what everybody may see" if public else "the whole record: not for publication"
        self.stdout.write(f"{rows} rows in {target.name}, {what}.")

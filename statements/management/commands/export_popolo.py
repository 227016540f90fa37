"""Write people, organisations, memberships, posts, events and speeches as Popolo JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser

from statements.popolo.writing import whole_document
from visits.management.commands._meetings import acting


class Command(BaseCommand):
    help = (
        "Write people, organisations, memberships, posts, events and speeches as Popolo JSON: what everybody may see."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("file", type=Path, help="what is written, readable by you alone; it must not be there yet")
        parser.add_argument("--by", metavar="USER", help="as far as this account may see instead: not for publication")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many rows each collection has."""
        document = whole_document(acting(options["by"]) if options["by"] else AnonymousUser())
        try:
            with os.fdopen(
                os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as file:
                json.dump(document, file, ensure_ascii=False, indent=1)
                file.write("\n")
        except OSError as error:
            raise CommandError(str(error)) from error
        told = (f"{len(rows)} {name}" for name, rows in document.items() if isinstance(rows, list))
        self.stdout.write(", ".join(told) + ".")

"""Take a list of statements in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from statements.imports.importing import Statements
from visits.imports.command import ImportCommand
from visits.imports.kinds import Judge, Kind
from visits.models import User


class Command(ImportCommand):
    help = "Take a list of statements in: CSV, XLSX or JSON lines. All rows or none, or with --errors the good ones."
    kind_name = "statements"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the way to publish what is new."""
        super().add_arguments(parser)
        parser.add_argument("--publish", action="store_true", help="publish what is new; without, it is drafts")

    def judge(self, kind: Kind, by: User | None, options: dict[str, Any]) -> Judge:
        """Return what judges the rows: with `--enter`, names that nobody bears stay labels."""
        return Statements(by, publish=options["publish"], labels=options["enter"])

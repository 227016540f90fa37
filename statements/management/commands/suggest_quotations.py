"""Print the suggested quotations of a text as JSON lines, so that any corpus can be scored."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from statements.capture.language import LANGUAGES
from statements.capture.quotations import suggest


class Command(BaseCommand):
    help = "Read a text from standard input and print a JSON line for each suggested quotation."
    requires_system_checks: list[str] = []  # reads no record

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the language, where it is known."""
        parser.add_argument("--language", choices=LANGUAGES, help="guessed from the text where it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read bytes, since offsets must not shift by a translation of line ends."""
        raw = getattr(sys.stdin, "buffer", None)
        text = raw.read().decode("utf-8", "replace") if raw is not None else sys.stdin.read()
        for suggestion in suggest(text, options["language"]):
            self.stdout.write(json.dumps(asdict(suggestion), ensure_ascii=False))

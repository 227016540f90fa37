"""Let the site's account of PostgreSQL read and write rows, and no more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from config.rights import TooMighty, limit, make


class Command(BaseCommand):
    help = (
        "Let an account of PostgreSQL read and write the rows of the site, and no more: neither change tables nor take "
        "away from the audit log. Run as the account that owns the tables, after each migrate; the start script does "
        "it where OWNER_DATABASE_URL is set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name of the account, and the password to make it with."""
        parser.add_argument("role", help="the account that DATABASE_URL of the site names")
        parser.add_argument("--make-with", metavar="PASSWORD", help="make the account where there is none")

    def handle(self, *args: Any, role: str, make_with: str | None, **options: Any) -> None:
        """Grant all of it or nothing."""
        if connection.vendor != "postgresql":
            raise CommandError("SQLite knows no accounts: who may write the file may do anything with it.")
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                made = make_with is not None and make(cursor, role, make_with)
                tables = limit(cursor, role)
        except TooMighty as error:
            raise CommandError(f"The account {role} cannot be limited: {error}.") from error
        except ProgrammingError as error:
            raise CommandError(
                f"The account of DATABASE_URL may not grant this ({type(error.__cause__).__name__}): run it as the "
                f"owner of the tables; where there is no account {role}, make it first (docs/deploying.md)."
            ) from error
        self.stdout.write(
            f"{'Made and limited' if made else 'Limited'} {role}: reads and writes rows of {tables} tables."
        )

"""Make local accounts of every role for trying the sample out; the passwords are made here and kept out of git."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from statements.seed.hidden import name_in_compartments

ROLES = ("reader", "member", "editor", "reviewer", "admin")


class Command(BaseCommand):
    help = "Make sample accounts of every role, once; print how to sign in. For a local trial only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add where the passwords are kept, and how to make new ones."""
        parser.add_argument(
            "--file",
            required=True,
            help="file that keeps the names and passwords, readable by you only",
        )
        parser.add_argument("--reset", action="store_true", help="make new passwords where the file is lost")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the accounts that are missing and print the file."""
        path = Path(options["file"])
        users = get_user_model()
        there = users.objects.filter(username__in=ROLES).count()
        if there and not path.exists() and not options["reset"]:
            raise CommandError(
                f"The sample accounts exist, but {path} with their passwords is gone: run again with --reset."
            )
        if not path.exists() or there < len(ROLES) or options["reset"]:
            self._make(path)
        self.stdout.write("Sample accounts, for this machine only; sign in at /accounts/login/:")
        self.stdout.write(path.read_text(encoding="utf-8").rstrip())

    @transaction.atomic
    def _make(self, path: Path) -> None:
        users = get_user_model()
        lines = []
        for role in ROLES:
            password = secrets.token_urlsafe(15)
            user, _new = users.objects.get_or_create(username=role, defaults={"role": role})
            user.role = role
            user.set_password(password)
            user.save()
            lines.append(f"  {role:<9} {password}\n")
        # Only the member is named in the compartments of the sample: admins are not let in by their role.
        name_in_compartments(users.objects.get(username="member"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(lines)

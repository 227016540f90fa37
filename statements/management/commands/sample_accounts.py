"""Make local accounts of every role for trying the sample out, with passwords made here and kept out of git."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from statements.seed.hidden import name_in_compartments
from visits.models import User

ROLES = ("reader", "member", "editor", "reviewer", "admin")
# Long enough that nobody guesses it on a machine that others can reach.
PASSWORD_BYTES = 15


class Command(BaseCommand):
    help = "Make sample accounts of every role, once; print how to sign in. For a local trial only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add where the passwords are kept, and how to make new ones."""
        parser.add_argument("--file", required=True, help="where names and passwords are kept, readable by you only")
        parser.add_argument("--reset", action="store_true", help="make new passwords, where the file is lost")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the accounts that are missing and print what the file says."""
        path = Path(options["file"])
        known = set(User.objects.filter(username__in=ROLES).values_list("username", flat=True))
        try:
            stored = passwords_in(path)
            # An account of this name whose password the file does not hold is not ours to change unasked.
            strange = sorted(known - set(stored))
            if strange and not options["reset"]:
                raise CommandError(
                    f"The passwords of {', '.join(strange)} are not in {path}, though the accounts exist:"
                    " run `manage.py sample_accounts` with the same --file and --reset to make new ones."
                )
            kept = {} if options["reset"] else {name: stored[name] for name in known}
            if set(kept) != set(ROLES):
                self.make(path, kept)
            told = path.read_text(encoding="utf-8").rstrip()
        except OSError as error:
            raise CommandError(f"{path} cannot be used for the sample accounts: {error.strerror}.") from error
        self.stdout.write("Sample accounts, for this machine only; sign in at /accounts/login/ with one of these:")
        self.stdout.write(told)

    @transaction.atomic
    def make(self, path: Path, kept: dict[str, str]) -> None:
        """Make the accounts whose passwords are not `kept`, and write all of them to the file."""
        passwords = dict(kept)
        for role in ROLES:
            if role in kept:
                continue
            passwords[role] = secrets.token_urlsafe(PASSWORD_BYTES)
            user = User.objects.filter(username=role).first() or User(username=role)
            user.role = role
            user.is_active = True
            user.set_password(passwords[role])
            user.save()
        # Only the member is named in the compartments of the sample: admins are not let in by their role.
        name_in_compartments(User.objects.get(username="member"))
        write_private(path, "".join(f"  {role:<9} {passwords[role]}\n" for role in ROLES))


def passwords_in(path: Path) -> dict[str, str]:
    """Return account → password as the file says; nothing where there is no file."""
    if not path.exists():
        return {}
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {words[0]: words[1] for words in lines if len(words) == 2 and words[0] in ROLES}


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path` in one step, as a new file that only its owner reads (mode 0600 from its first byte)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp creates the file with mode 0600, and never follows a link that is already there.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

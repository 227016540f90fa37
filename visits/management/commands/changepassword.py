"""Give somebody another password at the server, as Django's own command does; their tokens of the API end with it."""

from __future__ import annotations

from getpass import getuser
from typing import Any

from django.contrib.auth.management.commands import changepassword

from visits.models import User
from visits.session_actions import tell_password_set


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str:
        """Ask for the password and store it, log the change and revoke the tokens."""
        told = super().handle(*args, **options) or ""
        name = options["username"] or getuser()
        revoked = tell_password_set(user=User.objects.get_by_natural_key(name), by=None)
        return f"{told}; {revoked} tokens of the API were revoked" if revoked else told

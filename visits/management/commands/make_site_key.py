"""Make the key by which copies of the site are signed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config.lifeboat.signing import fingerprint, new_key, public_pem, secret_key


class Command(BaseCommand):
    help = "Print a new SITE_KEY, by which copies of the site are signed, and its public key."
    requires_migrations_checks = False
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the setting; beside it what everybody is to know."""
        setting = new_key()
        public = secret_key(setting).public_key()
        self.stdout.write(f"SITE_KEY={setting}")
        self.stderr.write(public_pem(public).decode(), ending="")
        self.stderr.write(f"SHA-256 of the public key: {fingerprint(public)}")
        self.stderr.write("Keep SITE_KEY secret, and make the public key known in other places than the site itself.")

"""Send the mails of saved searches that are due: once a day by cron, and again whenever one likes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import mail
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from statements.digests import due, send_due, told_in_words


class Command(BaseCommand):
    help = "Send the daily and weekly mails of saved searches that are due, and print how many were sent."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the searches with a bar on standard error; end with 1 where a mail could not be sent."""
        if not settings.SITE_ADDRESS:
            raise CommandError("SITE_ADDRESS is not set: the links of a mail would lead nowhere.")
        connection = mail.get_connection()
        number = due(timezone.now().date()).count()
        try:
            with tqdm(total=number, desc="Searches", unit="search", disable=options["verbosity"] == 0) as bar:
                done = send_due(connection, bar.update, self.stderr.write)
        finally:
            connection.close()
        self.stdout.write(told_in_words(done))
        if done.given_up:
            raise CommandError("Several mails in a row could not be sent; the others wait for the next run.")
        if done.failed:
            raise CommandError("Some mails could not be sent; the next run tries them again.")

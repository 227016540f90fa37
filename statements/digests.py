"""Mails that tell what is new in saved searches. Sent by `manage.py send_digests`; the text stands in templates."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from config.logs import kind_of
from statements.choices import Frequency
from statements.feeds import body, members_too, site_address
from statements.following import MOST_TOLD, Inner, Told, inner_number, public_rows, told
from statements.models import SavedSearch
from statements.search.finding import count_of

# What was published within the last hour waits for the next mail: it may belong to a write that has not ended yet, and
# would then stand behind the moment up to which all was told.
SETTLED = timedelta(hours=1)
# A mail that was on its way for so long was interrupted.
ON_ITS_WAY = timedelta(hours=1)
_DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
# After so many failures one after the other the server is not there.
MOST_FAILURES = 5
_SALT = "statements.digests.stop"
LINK_LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Digest:
    """What is new in a search: `rows` the latest, `number` of all of them (`more`: at least)."""

    search: SavedSearch
    rows: list[Told]
    number: int
    more: bool
    inner: Inner


@dataclass(slots=True)
class Done:
    """What a run has done."""

    sent: int = 0
    nothing_new: int = 0
    failed: int = 0
    given_up: bool = False


def due(on: date) -> QuerySet[SavedSearch]:
    """Return the searches whose mail is due on a day (UTC), of people who can be reached and whose account is open."""
    waiting = Q(pk__in=[])
    for frequency, days in _DAYS.items():
        waiting |= Q(frequency=frequency, looked_on__lte=on - timedelta(days=days))
    reached = SavedSearch.objects.filter(waiting, user__is_active=True).exclude(user__email="")
    return reached.select_related("user").order_by("pk")


def digest_of(search: SavedSearch, until: datetime) -> Digest:
    """Return what was published in a search since its last mail, up to a moment."""
    rows = public_rows(search.query, after=search.told_until, until=until)
    inner = inner_number(search.query, search.user, after=search.told_until, until=until)
    found = told(rows)
    number, more = count_of(rows) if len(found) == MOST_TOLD else (len(found), False)
    return Digest(search, found, number, more, inner)


def mail_of(digest: Digest) -> EmailMultiAlternatives:
    """Return the mail that tells a digest, as text and as HTML, with the headers of one-click stop (RFC 8058)."""
    search, site = digest.search, site_address()
    stop = site + reverse("saved_search_stop", args=[stop_token(search)])
    number = f"{digest.number:,}+" if digest.more else f"{digest.number:,}"
    news = ngettext("%(number)s new statement", "%(number)s new statements", digest.number) % {"number": number}
    context = {
        "name": search.name,
        "news": news if digest.number else "",
        "rows": [(row, site + row.card.url, body(row, site), indented(row)) for row in digest.rows],
        "further": digest.number - len(digest.rows),
        "more": digest.more,
        "members": members_too(digest.inner) if digest.inner.number else "",
        "page": site + search.get_absolute_url(),
        "searches": site + reverse("saved_searches"),
        "stop": stop,
    }
    told_from = f"{search.told_until.timestamp():.0f}"
    mail = EmailMultiAlternatives(
        subject=f"{search.name}: {news if digest.number else context['members']}",
        body=render_to_string("statements/digest.txt", context),
        to=[search.user.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            # The same for a mail that is sent once more: who has it already can tell.
            "Message-ID": f"<{search.public_id}.{told_from}@{urlsplit(site).hostname}>",
        },
    )
    mail.attach_alternative(render_to_string("statements/digest.html", context), "text/html")
    return mail


def indented(row: Told) -> str:
    """Return the words of a statement as a mail of plain text quotes them."""
    words = row.card.words.text if row.card.words else ""
    lines = [textwrap.fill(line, 76, break_long_words=False, break_on_hyphens=False) for line in words.splitlines()]
    return textwrap.indent("\n".join(lines), "  ")


def send_due(connection: BaseEmailBackend, step: Callable[[], object], complain: Callable[[str], object]) -> Done:
    """Send every mail that is due now; `step` is called after each search, `complain` with what went wrong.

    Each search is claimed before its mail is sent and settled after it: run twice, or side by side, it sends nothing
    twice; interrupted between the two, it sends that one mail once more an hour later.
    """
    done, in_a_row, today = Done(), 0, timezone.now().date()
    with translation.override(settings.LANGUAGE_CODE):
        for key in list(due(today).values_list("pk", flat=True)):
            if in_a_row == MOST_FAILURES:
                done.given_up = True
                break
            # Read anew: somebody may have stopped it, or been signed off, while others were sent.
            search = due(today).filter(pk=key).first()
            try:
                if search is not None:
                    _send(search, connection, done)
                in_a_row = 0
            except Exception as error:
                SavedSearch.objects.filter(pk=key).update(claimed_at=None)
                done.failed += 1
                # What cannot be told is one person's; a server that does not answer is everybody's.
                if isinstance(error, SMTPException | OSError):
                    connection.close()
                    in_a_row += 1
                # By kind: the words of a mail server name whom it refused, and cron mails them on.
                complain(f"{search.public_id if search else key}: {kind_of(error)}")
            step()
    return done


def _send(search: SavedSearch, connection: BaseEmailBackend, done: Done) -> None:
    now = timezone.now()
    until = now - SETTLED
    if until <= search.told_until or not _claim(search, now):
        return
    digest = digest_of(search, until)
    if digest.number or digest.inner.number:
        mail = mail_of(digest)
        mail.connection = connection
        # One connection for all of them; where it is open already this does nothing.
        connection.open()
        mail.send()
        done.sent += 1
    else:
        done.nothing_new += 1
    settled = {"told_until": until, "looked_on": now.date(), "claimed_at": None}
    SavedSearch.objects.filter(pk=search.pk, claimed_at=now).update(**settled)


def _claim(search: SavedSearch, now: datetime) -> bool:
    """Say that the mail of a search is on its way; False where it is already, or was sent, stopped or deleted since."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - ON_ITS_WAY)
    standing = {"frequency": search.frequency, "told_until": search.told_until}
    return SavedSearch.objects.filter(free, pk=search.pk, **standing).update(claimed_at=now) == 1


def stop_token(search: SavedSearch) -> str:
    """Return the signed token by which the mails of a search are stopped without signing in."""
    return signing.dumps(search.public_id, salt=_SALT)


def search_of_token(token: str) -> str:
    """Return the public id of the search whose mails a token stops; "" for a forged one.

    Raises SignatureExpired for a token older than LINK_LASTS.
    """
    try:
        found = signing.loads(token, salt=_SALT, max_age=LINK_LASTS)
    except signing.SignatureExpired:
        raise
    except signing.BadSignature:
        return ""
    return str(found)


def told_in_words(done: Done) -> str:
    """Return in a sentence what a run has done."""
    parts = [
        ngettext("%(n)d mail sent", "%(n)d mails sent", done.sent) % {"n": done.sent},
        ngettext("%(n)d search had nothing new", "%(n)d searches had nothing new", done.nothing_new)
        % {"n": done.nothing_new},
        gettext("%(n)d failed") % {"n": done.failed},
    ]
    return ", ".join(parts) + "."

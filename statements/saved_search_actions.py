"""Every write to saved searches, but for the digest's own. `by` is always the search's user: it is theirs alone."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from statements.choices import Frequency
from statements.models import SavedSearch
from statements.models.saved_search import new_feed_key
from visits.models import User

MOST_SEARCHES = 100


@transaction.atomic
def save_search(*, by: User, name: str, query: str, frequency: str) -> SavedSearch:
    """Keep a search; `query` is in the one form it has (`following.canonical`).

    Saved twice with the same name and frequency, it is kept once. Raises ValidationError where `by` keeps the search
    under another name, or MOST_SEARCHES already.
    """
    # Of two forms sent at one moment the second waits here, and finds what the first has saved.
    User.objects.select_for_update().get(pk=by.pk)
    mine = SavedSearch.objects.visible_to(by)
    known = mine.filter(query=query).first()
    if known is not None and (known.name, known.frequency) == (name, frequency):
        return known
    if known is not None:
        raise ValidationError(
            _("You have saved this search already, as “%(name)s”: change it in the list below.") % {"name": known.name}
        )
    if mine.count() >= MOST_SEARCHES:
        raise ValidationError(
            _("You have saved %(most)d searches, and no more can be kept: delete one that you no longer need.")
            % {"most": MOST_SEARCHES}
        )
    search = SavedSearch(user=by, name=name, query=query, frequency=frequency)
    search.looked_on = search.told_until.date()
    search.save()
    return search


@transaction.atomic
def change_search(*, search: SavedSearch, by: User, name: str, frequency: str) -> SavedSearch:
    """Give a search another name, or its mails another frequency; mails begin with what is published from then on."""
    _require_own(search, by)
    begins = search.frequency == Frequency.NONE != frequency
    search.name, search.frequency = name, frequency
    changed = ["name", "frequency"]
    if begins:
        search.told_until = timezone.now()
        search.looked_on = search.told_until.date()
        changed += ["told_until", "looked_on"]
    search.save(update_fields=changed)
    return search


def delete_search(*, search: SavedSearch, by: User) -> None:
    """Forget a search; its feed is gone with it."""
    _require_own(search, by)
    search.delete()


def renew_feed_address(*, search: SavedSearch, by: User) -> SavedSearch:
    """Give the feed of a search another address; the one before it leads nowhere from now on."""
    _require_own(search, by)
    search.feed_key = new_feed_key()
    search.save(update_fields=["feed_key"])
    return search


def stop_mail(*, public_id: str) -> None:
    """Send no more mails of a search, asked by whoever holds one of them; of a deleted search there are none anyway."""
    SavedSearch.objects.filter(public_id=public_id).update(frequency=Frequency.NONE)


def _require_own(search: SavedSearch, by: User) -> None:
    if search.user_id != by.pk:
        raise PermissionDenied

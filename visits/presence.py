"""Who else has a record open at the desk."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from visits.keys import may_use
from visits.models import Presence, User

# A page tells every 10 seconds that it is open; one that has not for so long was closed or lost its line.
SEEN_WITHIN = timedelta(seconds=35)


def seen(*, by: User, key: str) -> None:
    """Note that `by` has the record of `key` open now."""
    Presence.objects.update_or_create(user=by, key=key, defaults={"seen_at": timezone.now()})


def others(user: User, key: str) -> list[str]:
    """Return the names of the others who have the record open, in order; only of those who may see it."""
    rows = Presence.objects.filter(key=key, seen_at__gte=timezone.now() - SEEN_WITHIN).exclude(user=user)
    found = [row.user for row in rows.select_related("user").order_by("user__username")]
    return [other.get_username() for other in found if other.is_active and may_use(other, key)]

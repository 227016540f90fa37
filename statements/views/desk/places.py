"""Where the desk works on a row."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from visits.models import Source


def place_of(source: Source) -> str:
    """Return the address at which statements are captured from `source`; its own page where there is no capture."""
    try:
        return reverse("desk_capture", args=[source.public_id])
    except NoReverseMatch:
        return source.get_absolute_url()

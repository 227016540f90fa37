"""Tags of the pages of one's own account."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.conf import settings

from config.account_views import key_of as own_key

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """Return `value` as JSON for an attribute, where a script of ours reads it."""
    return json.dumps(value)


@register.filter
def key_of(row: Any) -> str:
    """Return by what an address names a passkey or a session of the person."""
    return own_key(row)


@register.simple_tag
def idle_minutes() -> int:
    """Return after how many minutes without activity somebody is signed out."""
    return int(settings.IDLE_MINUTES)

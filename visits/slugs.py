"""Slugs of new rows, by which their pages are addressed."""

from __future__ import annotations

from django.utils.crypto import get_random_string
from django.utils.text import slugify

_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def new_slug(*parts: str) -> str:
    """Return a slug of words. Its random end is the same whether or not another row, perhaps a hidden one, has them."""
    words = slugify(" ".join(part for part in parts if part))[:100]
    return f"{words or 'unnamed'}-{get_random_string(6, _LETTERS)}"

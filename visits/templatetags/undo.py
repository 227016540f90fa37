"""What the last action at the desk was, for the button that takes it back."""

from __future__ import annotations

from typing import Any

from django import template

from visits.undo import offered

register = template.Library()


@register.simple_tag(takes_context=True)
def undo_offer(context: dict[str, Any]) -> dict[str, Any] | None:
    """Return what may be undone by the person of this request, or None."""
    request = context.get("request")
    return offered(request) if request is not None and hasattr(request, "session") else None

"""What the last action at the desk was, for the button that takes it back."""

from __future__ import annotations

from typing import Any

from django import template

from visits.undo import offered, what_was_done

register = template.Library()


@register.simple_tag(takes_context=True)
def undo_offer(context: dict[str, Any]) -> dict[str, str] | None:
    """Return what may be undone by the person of this request, or None."""
    request = context.get("request")
    if request is None or not hasattr(request, "session"):
        return None
    offer = offered(request)
    what = what_was_done(offer, request.user) if offer else ""
    return {"token": offer["token"], "what": what} if offer and what else None

"""What the forms of the desk say about themselves to static/js/autosave.js."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from visits.sending import new_token, token_of

register = template.Library()


@register.simple_tag(takes_context=True)
def autosave(
    context: dict[str, Any], key: str, version: int | None = None, never: bool = False, fresh: bool = False
) -> SafeString:
    """Return the attributes of a form whose draft is kept under `key`: `<form method="post" {% autosave key %}>`.

    `version` is that of the record on which the form is based; `never` keeps the text off the device; `fresh` says
    that a draft is offered beside the form, and is not to be typed over. A form that is shown again as it was sent is
    said to be unsaved, and keeps its token; so does a draft that was taken back.
    """
    request = context["request"]
    user = request.user
    posted = token_of(request.POST, key)
    # For the line of the form (templates/desk/_autosave.html), which carries the token.
    context["form_token"] = posted or getattr(request, "tokens_taken", {}).get(key) or new_token(key)
    # Whose text it is on a device that several people use: nobody is told another's primary key.
    owner = salted_hmac("vis-a-vis.device", str(user.pk)).hexdigest()[:20]
    return format_html(
        'data-autosave="{}" data-draft-url="{}" data-owner="{}" data-version="{}"{}{}{}',
        key,
        reverse("desk_draft", args=[key]),
        owner,
        "" if version is None else version,
        mark_safe(' data-device="never" autocomplete="off"') if never else "",
        mark_safe(" data-fresh") if fresh else "",
        mark_safe(" data-resent") if posted else "",
    )

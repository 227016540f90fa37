"""A form that came too late, after signing out or with an old token: shown again with all that stood in it.

What was typed is in the answer alone, which nothing stores, and is sent again by the person's own hand, with a new
token. It is shown only to who sent it from a page of this site: the browser says so in the headers Origin and Referer,
which no other site can set (Fetch Standard, forbidden request headers).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from visits.sending import TOKEN

# Fields that are the site's own; whatever is typed to sign in is shown to nobody.
_OURS = {"csrfmiddlewaretoken"}
_NEVER = "/accounts/"


def may_be_shown_again(request: HttpRequest) -> bool:
    """Whether the form was sent from a page of this site, and is none of those by which one signs in."""
    if request.method != "POST" or request.path_info.startswith(_NEVER) or not request.POST:
        return False
    sent_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sent_from).netloc == request.get_host()


def sent(request: HttpRequest) -> dict[str, Any]:
    """Return what a page needs to send a form again: its fields, those that read as words, where it goes."""
    fields = [(name, value) for name in request.POST if name not in _OURS for value in request.POST.getlist(name)]
    return {
        "fields": fields,
        # What reads as words, for copying; the other fields are choices and marks of the form.
        "texts": [value for name, value in fields if name != TOKEN and any(mark.isspace() for mark in value.strip())],
        "action": request.get_full_path(),
        "files": bool(request.FILES),
    }


def shown_again(request: HttpRequest) -> HttpResponse:
    """Answer a form that was not taken with the same form, 403: to be sent again, after signing in where need be."""
    match = request.resolver_match
    # What is open to everybody needs nobody to sign in.
    open_to_all = request.user.is_authenticated or not getattr(match and match.func, "login_required", True)
    sign_in = "" if open_to_all else f"{reverse('account_login')}?next={reverse('home')}"
    context = sent(request) | {"sign_in": sign_in}
    answer = render(request, "form_again.html", context, status=403)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

"""Pages for what cannot be shown. A hidden and a missing address answer with the same bytes."""

import re
from copy import copy
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseServerError,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve

from visits.models import Redirect
from visits.views.resend import may_be_shown_again, shown_again

# What the desk shows of a record, or keeps of it: by which word its address begins, and of which public page it is.
_AT_THE_DESK = re.compile(
    r"(?P<before>/desk/(?P<page>visits|meetings|sources|review/source|history/[a-z]+|drafts/[a-z:]+)[/:])"
    r"(?P<key>[\w-]+)(?P<after>/.*)"
)
# A record in a format of reference managers moves with its page.
_FILE = re.compile(r"(?P<page>/[a-z]+/[\w-]+/)(?P<name>cite\.[a-z]+)")
_PAGES = {
    "history/person": "people",
    "history/organisation": "organisations",
    "history/topic": "topics",
    "history/visit": "visits",
    "visits": "visits",
    "meetings": "meetings",
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address or a form that cannot be read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what the person's role does not allow."""
    return render(request, "403.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was not sent from a page of this site, or from one that has expired."""
    if may_be_shown_again(request):
        return shown_again(request)
    return render(request, "403.html", {"form_expired": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere, or lead from an old one to the new where the reader may open that."""
    new_path = _new_path(request.path[:300])
    if new_path and _opens(request, new_path):
        # A form that was open while its record was merged is sent on with all that stands in it, and so is its draft.
        return HttpResponsePermanentRedirect(new_path, preserve_request=request.method not in {"GET", "HEAD"})
    return render(request, "404.html", status=404)


def _new_path(path: str) -> str | None:
    """Return where an old address leads; at the desk, the same page of the record that the public one leads to."""
    desk, file = _AT_THE_DESK.fullmatch(path), _FILE.fullmatch(path)
    old_path = f"/{_PAGES.get(desk['page'], 'sources')}/{desk['key']}/" if desk else file["page"] if file else path
    found = Redirect.objects.filter(old_path=old_path).values_list("new_path", flat=True).first()
    if found and desk:
        return f"{desk['before']}{found.strip('/').rpartition('/')[2]}{desk['after']}"
    return f"{found}{file['name']}" if found and file else found


def _opens(request: HttpRequest, path: str) -> bool:
    """Whether `path` shows something to the reader of `request`: a redirect to a hidden page would tell its name."""
    asked = copy(request)
    asked.method = "GET"
    try:
        found = resolve(path)
        answer = found.func(asked, *found.args, **found.kwargs)
    except (Http404, PermissionDenied):
        return False
    return bool(answer.status_code < HTTPStatus.BAD_REQUEST or answer.status_code == HTTPStatus.GONE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours, without asking the database for anything."""
    return HttpResponseServerError(render_to_string("500.html"))

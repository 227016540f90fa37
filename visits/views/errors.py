"""Pages for what cannot be shown. A hidden and a missing address answer with the same bytes."""

import re
import sys
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
from django.utils.translation import gettext

from config.causes import is_busy, is_full
from config.framing import in_frames, is_framed
from visits.api.problems import is_api, problem_response
from visits.models import Redirect
from visits.views.resend import may_be_shown_again, sent, shown_again

# What the desk shows of a record, or keeps of it: by which word its address begins, and of which public page it is.
_AT_THE_DESK = re.compile(
    r"(?P<before>/desk/(?P<page>visits|meetings|sources|review/source|history/[a-z]+|drafts/[a-z:]+)[/:])"
    r"(?P<key>[\w-]+)(?P<after>/.*)"
)
# A record in a format of reference managers moves with its page, and so does what its briefing is to hold.
_FILE = re.compile(r"(?P<page>/[a-z]+/[\w-]+/)(?P<name>cite\.[a-z]+|briefing/)")
# What other sites show of a record: its card and its picture.
_SHOWN = re.compile(r"(?P<before>/embed|/pictures)(?P<page>/[a-z]+/[\w-]+)(?P<after>/|\.png)")
# A page of a record that may have moved.
_PAGE = re.compile(r"/(visits|meetings|statements|people|organisations|offices|topics|sources|mandates)/[\w-]+/")
# Seconds after which a program may try again what others kept it from writing.
_AGAIN = 5
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
    if is_api(request):
        return problem_response(400, gettext("The address cannot be read."))
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what the person's role does not allow; a form that was sent stands in the page."""
    return _with_what_was_typed(request, "403.html", 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was not sent from a page of this site, or from one that has expired."""
    if may_be_shown_again(request):
        return shown_again(request)
    return render(request, "403.html", {"form_expired": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere, or lead from an old one to the new where the reader may open that."""
    if is_api(request):
        return problem_response(404, gettext("There is nothing here."))
    path = request.path[:300]
    new_paths = moved_to(path)
    if not new_paths and any(known.fullmatch(path) for known in (_PAGE, _FILE, _SHOWN, _AT_THE_DESK)):
        # An old address that leads to a hidden page asks the database as often as one that leads nowhere.
        _opens(request, path)
    new_path = next((path for path in new_paths if _opens(request, path)), None)
    if new_path is not None:
        # A form that was open while its record was merged is sent on with all that stands in it, and so is its draft.
        return HttpResponsePermanentRedirect(new_path, preserve_request=request.method not in {"GET", "HEAD"})
    if is_framed(request):
        return in_frames(HttpResponse(render_to_string("embeds/missing.html"), status=404))
    # The record may have been closed to somebody who was writing in it.
    return _with_what_was_typed(request, "404.html", 404)


def _with_what_was_typed(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Return a page that refuses, with the words that the sender's own form held, where it held any."""
    typed = sent(request) if may_be_shown_again(request) else {}
    answer = render(request, template, typed if typed.get("texts") else {}, status=status)
    if typed:
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


def moved_to(path: str) -> list[str]:
    """Return where an old address leads, the latest first, whoever may open it.

    What is about a record leads to the same about it where it stands now.
    """
    desk, file, lent = _AT_THE_DESK.fullmatch(path), _FILE.fullmatch(path), _SHOWN.fullmatch(path)
    if desk:
        old_path = f"/{_PAGES.get(desk['page'], 'sources')}/{desk['key']}/"
    else:
        old_path = file["page"] if file else f"{lent['page']}/" if lent else path
    found = Redirect.objects.filter(old_path=old_path).order_by("-pk").values_list("new_path", flat=True)
    if desk:
        return [f"{desk['before']}{new.strip('/').rpartition('/')[2]}{desk['after']}" for new in found]
    if lent:
        return [f"{lent['before']}{new.rstrip('/')}{lent['after']}" for new in found]
    return [f"{new}{file['name']}" if file else new for new in found]


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
    error = sys.exc_info()[1]
    if is_full(error):
        return _not_stored(request, 507, "The disk of the server is full: nothing was stored. Try again later.")
    if is_busy(error):
        answer = _not_stored(request, 503, "Others are writing: nothing was stored. Try again in a moment.")
        answer.headers["Retry-After"] = str(_AGAIN)
        return answer
    if is_api(request):
        return problem_response(500, "A fault of ours: it is written down.")
    return HttpResponseServerError(render_to_string("500.html"))


def _not_stored(request: HttpRequest, status: int, told: str) -> HttpResponse:
    """Answer what the database or the disk did not take; what was typed is in the answer."""
    if is_api(request):
        return problem_response(status, told)
    typed = sent(request) if may_be_shown_again(request) else {}
    page = render_to_string(f"{status}.html", typed, request)
    return HttpResponse(page, status=status, headers={"Cache-Control": "private, no-store"})

"""Reads of confidential rows are logged before the answer leaves; who reads too many is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.mail import mail_admins
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from visits import noticing
from visits.access import role_of
from visits.api.problems import is_api, problem_response
from visits.audit.log import note, note_rows
from visits.audit.shown import closed_to_others, compartments_of, shown, standing_in
from visits.models import AuditEntry, AuditKind

Handler = Callable[[HttpRequest], HttpResponseBase]
HOUR = timedelta(hours=1)


class ReadTooMuch(Exception):
    """Somebody has read more confidential rows within an hour than their role needs."""


def log_reads(get_response: Handler) -> Handler:
    """Log which confidential rows an answer was made from, and which files a signed-in person takes.

    A form that was accepted leads on, and shows nothing: what the program read to save it was shown to nobody.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        gathered: dict[noticing.Row, None] = {}
        packed: list[bytes] = []
        with noticing.gathering(gathered, packed):
            response = get_response(request)
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return response
        place = _place(request)
        if "attachment" in response.headers.get("Content-Disposition", ""):
            note(AuditKind.TAKEN, by=user, place=place, detail=request.path.rpartition(".")[2][:10])
        if user.ever_named and isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _logged(response.streaming_content, user, place)  # type: ignore[arg-type]
        if user.ever_named and response.status_code not in _LEADING_ON:
            try:
                _log(gathered, user, place, b"\n".join(packed) or getattr(response, "content", b""))
            except ReadTooMuch:
                return stopped(request)
        return response

    return middleware


def stopped(request: HttpRequest) -> HttpResponseBase:
    """Answer somebody who has read too much."""
    if is_api(request):
        return problem_response(HTTPStatus.TOO_MANY_REQUESTS, "You have read too much within an hour.")
    return render(request, "stopped.html", status=HTTPStatus.TOO_MANY_REQUESTS)


_LEADING_ON = {HTTPStatus.FOUND, HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.SEE_OTHER, HTTPStatus.NOT_MODIFIED}


def _place(request: HttpRequest) -> str:
    match = request.resolver_match
    return "" if match is None else (match.view_name or match.route)


def _logged(content: Iterator[bytes], user: Any, place: str) -> Iterator[bytes]:
    """Yield a stream; what a piece of it was made from is logged before the piece leaves."""
    while True:
        gathered: dict[noticing.Row, None] = {}
        with noticing.gathering(gathered):
            piece = next(content, None)
        if gathered or piece:
            # What was read past the models (COPY, thin rows) is read off the piece itself.
            # A stream has no other way to say it: the file ends in its middle.
            _log(gathered, user, place, piece or b"")
        if piece is None:
            return
        yield piece


def _log(gathered: dict[noticing.Row, None], user: Any, place: str, body: bytes) -> None:
    """Log the rows that `user` may read; the program may have looked at others, which it did not show."""
    named = compartments_of(user)
    if not named:
        return
    rows = {(label, pk) for label, pk, compartment in gathered if compartment in named}
    rows |= standing_in(named, [(label, pk) for label, pk, compartment in gathered if compartment is None])
    if body:
        rows |= shown(body, closed_to_others(user))
    if not rows:
        return
    note_rows(AuditKind.READ, by=user, rows=sorted(rows), place=place)
    stop_if_too_much(user, place)


def stop_if_too_much(user: Any, place: str) -> None:
    """Raise ReadTooMuch where `user` has read more rows and looked at more names within an hour than the role needs.

    What was read is in the log before it is asked: whoever is stopped by the last of it is not shown that.
    """
    limit = settings.MOST_READ_PER_HOUR.get(role_of(user).value, 0)
    if not limit:
        return
    since = timezone.now() - HOUR
    mine = AuditEntry.objects.filter(by=user.pk, at__gte=since)
    read = mine.filter(kind__in=[AuditKind.READ, AuditKind.LOOKED]).values("row_kind", "row").distinct().count()
    if read <= limit:
        return
    if not mine.filter(kind=AuditKind.STOPPED).exists():
        note(AuditKind.STOPPED, by=user, place=place, detail=f"{read} rows in an hour, {limit} allowed")
        mail_admins(
            f"Person {user.pk} was stopped",
            f"Person {user.pk} has read {read} confidential rows within an hour; {limit} are allowed for the role. "
            "They are stopped until the hour is over. The audit log has the rows.",
            fail_silently=True,
        )
    raise ReadTooMuch

"""Errors of the API in one form (RFC 9457, “problem details”): what happened, in which part of the request, what to do.

A hidden row and a missing one are the same problem, in the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from visits.models import StaleVersion

CONTENT_TYPE = "application/problem+json"
# Each problem of our own, explained on the page of documentation under its name.
KINDS = {
    400: "invalid", 409: "known", 410: "withdrawn", 412: "stale", 422: "refused", 428: "unconditional",
}  # fmt: skip


class Problem(exceptions.APIException):
    """A problem with a status and further facts of its own."""

    def __init__(self, status: int, detail: str, **facts: Any) -> None:
        self.status_code = status
        self.facts = facts
        super().__init__(detail)


def invalid(errors: list[dict[str, str]]) -> Problem:
    """Return the problem of a request of which parts are not understood; each error says which and why."""
    return Problem(400, _("Parts of the request are not understood."), errors=errors)


def body_of(status: int, detail: str, **facts: Any) -> dict[str, Any]:
    """Return a problem as its JSON has it."""
    kind = KINDS.get(status)
    return {
        "type": f"/api/v1/docs/#{kind}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **facts,
    }


def problem_response(status: int, detail: str) -> HttpResponse:
    """Return a problem where no view of the API is reached."""
    return HttpResponse(json.dumps(body_of(status, detail)), status=status, content_type=CONTENT_TYPE)


def is_api(request: HttpRequest) -> bool:
    """Whether a request is for the API: what answers it is a program."""
    return request.path_info.startswith("/api/")


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to an exception of a view; None where it is a fault of ours."""
    # The views of the library ask for what is set, which asks for this module.
    from rest_framework.views import exception_handler, set_rollback

    problem = _problem(error)
    if problem is None:
        return None
    # For its headers: which way to sign in, when to ask again.
    answer = exception_handler(problem, context)
    headers = {} if answer is None else {k: v for k, v in answer.items() if k in {"WWW-Authenticate", "Retry-After"}}
    facts = getattr(problem, "facts", {})
    set_rollback()
    body = body_of(problem.status_code, str(problem.detail), **facts)
    return Response(body, status=problem.status_code, headers=headers, content_type=CONTENT_TYPE)


def _problem(error: Exception) -> Any:  # noqa: PLR0911 - one kind of error, one return
    """Return an exception as a problem of the API."""
    if isinstance(error, Http404 | exceptions.NotFound):
        return Problem(404, _("There is nothing here."))
    if isinstance(error, exceptions.ValidationError):
        return invalid(list(told_errors(error.detail, "")))
    if isinstance(error, StaleVersion):
        return Problem(412, _("Somebody else has changed this since you read it. Nothing was saved."))
    if isinstance(error, ValidationError):
        return Problem(422, _("A rule of the record does not allow this."), errors=_refusals(error))
    if isinstance(error, ProtectedError | IntegrityError):
        return Problem(409, _("Other rows of the record do not allow this."))
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, RecursionError):
        return invalid([{"detail": _("It is nested too deeply."), "pointer": ""}])
    if isinstance(error, exceptions.ParseError):
        return invalid([{"detail": str(error.detail), "pointer": ""}])
    return error if isinstance(error, exceptions.APIException) else None


def told_errors(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Yield the errors of a body, each with a JSON pointer (RFC 6901) to what it is about."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = "" if name == "non_field_errors" else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from told_errors(inner, pointer + here)
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from told_errors(inner, f"{pointer}/{number}" if nested else pointer)
    else:
        yield {"detail": str(detail), "pointer": pointer}


def _refusals(error: ValidationError) -> list[dict[str, str]]:
    if not hasattr(error, "error_dict"):
        return [{"detail": message, "pointer": ""} for message in error.messages]
    return [
        {"detail": message, "pointer": "" if name == "__all__" else f"/{name}"}
        for name, messages in error.message_dict.items()
        for message in messages
    ]

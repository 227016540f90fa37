"""People, organisations, posts and memberships as Popolo JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response

from config.public import public_page
from statements.feeds import site_address
from statements.popolo.writing import people_document
from visits.exports.answers import etag_of, without_filters


@public_page
@without_filters
def person_popolo(request: HttpRequest) -> HttpResponseBase:
    """Whoever the reader may see, as one document; without an account with the stamp of what is published."""
    headers = {"X-Robots-Tag": "noindex", "Cache-Control": "private, no-store"}
    if not request.user.is_authenticated:
        headers |= {"Cache-Control": "no-cache", "ETag": etag_of(request, site_address(request), "popolo")}
    unchanged = get_conditional_response(request, etag=headers["ETag"]) if "ETag" in headers else None
    answer: HttpResponse = unchanged or (
        HttpResponse(content_type="application/json") if request.method == "HEAD" else _document(request)
    )
    for name, value in headers.items():
        answer.headers[name] = value
    return answer


def _document(request: HttpRequest) -> HttpResponse:
    answer = JsonResponse(people_document(request.user), json_dumps_params={"ensure_ascii": False})
    answer.headers["Content-Disposition"] = 'attachment; filename="people.popolo.json"'
    return answer

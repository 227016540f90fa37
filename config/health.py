"""Whether the site lives, and whether it can answer; and what crawlers may read."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from config.public import public_page

# What is taken whole, as a file, feed or calendar.
_LISTS = (
    "visits", "statements", "commitments", "meetings", "people", "organisations", "countries", "mandates", "topics",
    "sources", "corrections",
)  # fmt: skip


@public_page
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process answers at all."""
    return HttpResponse("live\n", content_type="text/plain; charset=utf-8")


@public_page
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 where the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ready\n", content_type="text/plain; charset=utf-8")


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers off what is not public, and off whole lists as files: each page of a list leads to several."""
    kept_off = ("/admin/", "/accounts/", *(f"/{name}." for name in _LISTS))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_off), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")

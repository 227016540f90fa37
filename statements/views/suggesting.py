"""What the box of the header suggests while somebody types, for its script alone."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext, ngettext

from config.public import public_page
from statements.models import SearchKind
from statements.search.suggesting import suggestions


@public_page
def suggest(request: HttpRequest) -> JsonResponse:
    """Answer {"groups": [{"label", "rows": [{"name", "notes", "url"}]}], "told"}: `told` says how many there are."""
    found = suggestions(request.GET.get("q", ""), request.user)
    groups = [
        {
            "label": str(SearchKind(kind).label),
            "rows": [{"name": row.name, "notes": row.notes, "url": row.url} for row in rows],
        }
        for kind, rows in found
    ]
    number = sum(len(rows) for _kind, rows in found)
    told = ngettext("%(number)d suggestion", "%(number)d suggestions", number) % {"number": number}
    answer = JsonResponse({"groups": groups, "told": told if number else gettext("No suggestion")})
    # What was published or taken back a moment ago counts at the next letter.
    answer.headers["Cache-Control"] = "no-cache"
    return answer

"""Files of sources that may be published: a copy each, as an attachment that no page can run anything of."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from config.public import public_page
from statements.publishing import Published, originals_of, published
from statements.stripping.copies import type_of
from visits.models import Source

# Whatever the file is: it has an origin of its own, and nothing in it runs, loads, is sent or is framed.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@public_page
def source_file(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The copy of a file, to whoever may see a source that publishes it; to all others as if there were none."""
    # The database is asked the same where there is no such copy: a hidden and a missing one answer alike.
    originals = originals_of(sha256) or ["none"]
    rows = Source.objects.visible_to(request.user).filter(sha256__in=originals, publishable=True)
    found = next((copy for copy in map(published, rows) if copy is not None and copy.sha256 == sha256), None)
    if found is None:
        raise Http404
    etag = f'"{sha256}"'
    response = get_conditional_response(request, etag=etag) or _attachment(found)
    response.headers["ETag"] = etag
    # What is withdrawn is gone at once: it is asked for every time.
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _attachment(copy: Published) -> FileResponse:
    try:
        file = copy.path.open("rb")
    except OSError:
        raise Http404 from None
    name = f"{copy.sha256[:16]}.{copy.ending}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=type_of(copy.ending))

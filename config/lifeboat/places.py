"""In which file of a copy an address stands, and how one file leads to another. Pure."""

from __future__ import annotations

import hashlib
import posixpath
import re
from mimetypes import MimeTypes
from urllib.parse import quote, urljoin, urlsplit

# Queries that every file system and every server take as the name of a file. What has capitals is not among them:
# some file systems take two names for one.
_PLAIN = re.compile(r"[a-z0-9=&_.\-]{1,100}")
_ENDS = {
    "text/html": ".html",
    "application/atom+xml": ".atom",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "application/json": ".json",
}
# Those that every Python knows, and none that this machine adds.
_KNOWN = MimeTypes()


def address_of(link: str, at: str, site: str) -> tuple[str, str] | None:
    """Return (address, fragment) of a link on the page `at`; None where it leads elsewhere than to `site`."""
    try:
        parts = urlsplit(urljoin(site + at, link.strip()))
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" != site:
        return None
    path = parts.path or "/"
    return (f"{path}?{parts.query}" if parts.query else path), parts.fragment


def file_of(address: str, media_type: str) -> str:
    """Return the file, below the folder of the copy, in which what `address` answers is written."""
    path, _mark, query = address.partition("?")
    folder, name = posixpath.split(path.lstrip("/"))
    end = _ENDS.get(media_type) or _KNOWN.guess_extension(media_type) or ".bin"
    if query:
        label = query.replace("&", ",") if _PLAIN.fullmatch(query) else f"q-{_digest(query)}"
        stem, own_end = posixpath.splitext(name)
        name = f"{stem},{label}{own_end}" if name else f"{label}{end}"
    elif not name:
        name = f"index{end}"
    return posixpath.join(folder, name)


def relative(file: str, at: str, fragment: str = "") -> str:
    """Return how the file `at` leads to `file`."""
    path = quote(posixpath.relpath(file, posixpath.dirname(at) or "."), safe="/,=&._-~")
    return f"{path}#{fragment}" if fragment else path


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]

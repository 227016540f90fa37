"""When two addresses lead to the same page. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

# What campaigns and buttons add to an address; the page is the same without.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_ga|ref_src|cmpid|ocid", re.I)


def canonical(address: str) -> str:
    """Return `address` without what does not tell pages apart; "" for what is no address of the web.

    Scheme, “www.”, a slash at the end, the fragment and the marks of campaigns count for nothing.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    asked = [
        (key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(key)
    ]
    query = f"?{urlencode(sorted(asked))}" if asked else ""
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    return f"{place}{parts.path.rstrip('/')}{query}"


def core(address: str) -> str:
    """Return the part of `address` that stands in every writing of it: host and path, for looking rows up."""
    return canonical(address).partition("?")[0]

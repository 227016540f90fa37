"""When two addresses lead to the same page, and what a page may be called by its address. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

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


def last_part(address: str) -> str:
    """Return the last part of an address of ours, by which its record is found, or the text itself."""
    return address.strip().rstrip("/").rpartition("/")[2]


def title_of(address: str) -> str:
    """Return a title for a page whose own was not noted: the longest part of its address in words, or its site."""
    parts = urlsplit(address)
    site = parts.netloc.removeprefix("www.")
    words = [unquote(part, errors="replace").rsplit(".", 1)[0] for part in parts.path.split("/") if part]
    longest = max(
        (re.sub(r"[-_+ ]+", " ", part).strip() for part in words), key=lambda part: part.count(" "), default=""
    )
    # News sites end an address with a number of their own.
    longest = re.sub(r" \d{4,}$", "", longest)
    if longest.count(" ") < 2:
        return f"Page {words[-1]} of {site}"[:300] if words else f"Page of {site}"
    longest = re.sub(r"\bun\b", "UN", longest)
    return f"{longest[0].upper()}{longest[1:]}"[:300]

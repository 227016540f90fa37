"""Which scripts a page brings: files of our own, and nothing written into the page but data that no browser runs."""

from __future__ import annotations

import json
import re

_OURS = re.compile(r'<script type="module" src="/static/js/([a-z-]+)(?:\.[0-9a-f]{12})?\.js"></script>')
_DATA = re.compile(r'<script type="application/ld\+json">([^<>&]*)</script>')


def scripts_of(html: str) -> list[str]:
    """Return the names of our modules that `html` links; fails where there is any other script in it."""
    names, data = _OURS.findall(html), _DATA.findall(html)
    assert all(json.loads(block)["@context"] == "https://schema.org" for block in data)
    assert len(data) <= 1
    assert html.lower().count("<script") == len(names) + len(data), "a script of another kind"
    return names

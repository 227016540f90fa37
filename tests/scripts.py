"""Which scripts a page brings: files of our own, and nothing written into the page."""

from __future__ import annotations

import re

_OURS = re.compile(r'<script type="module" src="/static/js/([a-z-]+)(?:\.[0-9a-f]{12})?\.js"></script>')


def scripts_of(html: str) -> list[str]:
    """Return the names of our modules that `html` links; fails where there is any other script in it."""
    names = _OURS.findall(html)
    assert html.lower().count("<script") == len(names), "a script of another kind"
    return names

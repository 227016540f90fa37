"""A page as its text and its marks of structure: no script, style, comment, picture, form or header is left."""

from __future__ import annotations

import html
import re

import nh3

from statements.intake.pages import MAX_MARKUP

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.I | re.S)
_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre"),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "b", "strong", "i", "em", "u", "q", "cite"),
    *("sub", "sup", "code", "div", "span", "section", "article", "header", "footer", "main", "figure", "figcaption"),
    "a",
}
_ATTRIBUTES = {"a": {"href"}, "*": {"lang", "dir"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_UNREAD = {"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object", "textarea", "select"}
# nh3 takes the square of the depth: at sixty thousand within each other twenty seconds. These end by themselves.
_OPENS = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.I)
_ENDING = {
    *("p", "li", "dd", "dt", "tr", "td", "th", "option", "thead", "tbody", "tfoot", "rt", "rp", "br", "hr", "img"),
    *("input", "meta", "link", "base", "col", "area", "embed", "source", "track", "wbr", "param"),
}
MOST_WITHIN = 2_000


def _is_deep(markup: str) -> bool:
    """Whether more elements are open at once than any page has."""
    depth = 0
    for found in _OPENS.finditer(markup):
        if found[2].lower() not in _ENDING:
            depth = max(0, depth + (-1 if found[1] else 1))
            if depth > MOST_WITHIN:
                return True
    return False


def stripped(markup: str) -> bytes | None:
    """Return a page in UTF-8 with the title and the structured text of `markup`; None where it is too long or deep."""
    markup = markup.replace("\0", "")
    if len(markup) > MAX_MARKUP or _is_deep(markup):
        return None
    body = nh3.clean(
        markup, tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags=_UNREAD, url_schemes={"http", "https"},
        link_rel="noreferrer noopener", strip_comments=True,
    )  # fmt: skip
    found = _TITLE.search(markup[:200_000])
    title = html.escape(html.unescape(" ".join(found[1].split()))[:300]) if found else ""
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    page = f"<!doctype html>\n<html>{head}\n<body>{body}</body></html>\n"
    return page.encode("utf-8", "replace")

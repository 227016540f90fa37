"""Markdown of meeting notes as safe HTML. Pure."""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_BETWEEN = re.compile(r"\n[ \t]*\n")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
# No headings, images or raw HTML: a note stands inside a page and loads nothing.
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a"}


def render_note(text: str) -> SafeString:
    """Return `text` rendered, with only plain markup and links to http(s) left."""
    html = nh3.clean(
        _MARKDOWN.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
    )
    return mark_safe(html)  # noqa: S308 - cleaned on the line above


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a note as they were written, without the empty lines between."""
    return [part.strip("\n") for part in _BETWEEN.split(text) if part.strip()]

"""Markdown of meeting notes as safe HTML. Pure."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

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

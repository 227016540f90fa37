"""What templates need to stay readable: inline text over many lines, lists of links, words for coded values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from django import template
from django.template.base import NodeList, Parser, TextNode, Token
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from config.public import CACHED_PAGES
from statements.cards import show_long
from visits.access import Permission, has_permission
from visits.choices import COLUMN_SHAPES, Column, Visibility

register = template.Library()


class TightNode(template.Node):
    """Text whose line breaks were taken out when the template was read."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        return self.nodelist.render(context)


@register.tag
def tight(parser: Parser, _token: Token) -> TightNode:
    """Write inline text one idea a line: a line break, with the spaces around it, counts for nothing up to `endtight`.

    Only what stands in the template is meant, never what a variable holds; a space within a line stays a space.
    """
    nodelist = parser.parse(("endtight",))
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(TextNode):
        if isinstance(node, TextNode):
            node.s = _without_breaks(node.s)
    return TightNode(nodelist)


def _without_breaks(text: str) -> str:
    first, *others = text.split("\n")
    if not others:
        return text
    *middle, last = others
    return first.rstrip() + "".join(line.strip() for line in middle) + last.lstrip()


@register.filter
def linked(rows: Iterable[Any], separator: str = ", ") -> SafeString:
    """Return names with their links, parted by `separator`.

    A row is a pair of text and address, or something with `name` and `url`; an address of "" makes no link.
    """
    return _parted((_link(*_pair(row)) for row in rows), separator)


@register.filter
def stacked(rows: Iterable[Any]) -> SafeString:
    """Return names with their links, one a line."""
    return _parted((_link(*_pair(row)) for row in rows), mark_safe("<br>"))


@register.filter
def names(rows: Iterable[Any], separator: str = ", ") -> SafeString:
    """Return names without links, parted by `separator`."""
    return _parted((_pair(row)[0] for row in rows), separator)


@register.filter
def marked(runs: Iterable[tuple[str, bool]]) -> SafeString:
    """Return a text in runs (words, whether marked) with `<mark>` around those; nothing stands between them."""
    return _parted((format_html("<mark>{}</mark>", words) if hit else words for words, hit in runs), "")


def _pair(row: Any) -> tuple[str, str]:
    return (row[0], row[1]) if isinstance(row, tuple) else (row.name, row.url)


def _link(text: str, url: str) -> str:
    return format_html('<a href="{}">{}</a>', url, text) if url else text


def _parted(texts: Iterable[str], separator: str) -> SafeString:
    return mark_safe(conditional_escape(separator).join(conditional_escape(text) for text in texts))  # noqa: S308


@register.filter
def column_label(column: str) -> str:
    """Return a column in words."""
    return str(Column(column).label)


@register.filter
def column_shape(column: str) -> str:
    """Return the shape that stands beside the colour of a column."""
    return COLUMN_SHAPES[Column(column)]


@register.filter
def visibility_label(visibility: str) -> str:
    """Return in words who may see a record."""
    return str(Visibility(visibility).label)


@register.filter
def in_words(date: str) -> str:
    """Return a partial date, as the database holds it, in words of the language in force."""
    return show_long(date)


@register.filter
def years(since: str, until: str) -> str:
    """Return from when to when, with “?” for an end that is not known; "" where neither is."""
    return f"{since or '?'} – {until or '?'}" if since or until else ""


@register.filter
def language_name(code: str) -> str:
    """Return the name of a language in the language in force; a code that nobody knows stays as it is."""
    return _language_name(code, get_language() or "en")


@lru_cache(maxsize=1024)
def _language_name(code: str, shown_in: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name(shown_in) or code
    except (UnknownLocaleError, ValueError):
        # Many languages have a name and no locale.
        return str(Locale.parse(shown_in, sep="-").languages.get(code, code))


@register.filter
def may_enter_admin(user: Any) -> bool:
    """Whether the role of `user` leads into the administration."""
    return has_permission(user, Permission.ENTER_ADMIN)


@register.filter
def may_edit(user: Any) -> bool:
    """Whether the role of `user` leads to the desk."""
    return has_permission(user, Permission.EDIT_RECORD)


@register.filter
def may_publish(user: Any) -> bool:
    """Whether the role of `user` allows to publish."""
    return has_permission(user, Permission.PUBLISH)


@register.simple_tag(takes_context=True)
def report_address(context: Any) -> str:
    """Return where an error or a danger is reported, with the path of a public page: of others it tells nothing."""
    request, address = context.get("request"), reverse("report")
    match = getattr(request, "resolver_match", None)
    public = match is not None and match.url_name in CACHED_PAGES
    return f"{address}?{urlencode({'page': request.path})}" if public else address


@register.filter
def may_manage(user: Any) -> bool:
    """Whether the role of `user` allows to manage accounts."""
    return has_permission(user, Permission.MANAGE_USERS)

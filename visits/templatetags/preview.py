"""What other sites show of a page where its address is shared: OpenGraph (https://ogp.me) and cards of Twitter.

It stands on pages that everybody may read, and only where nobody is signed in: somebody signed in may see more.
"""

from __future__ import annotations

from typing import Any

from babel.core import get_global
from django import template
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, to_locale

from config.public import CACHED_PAGES
from statements.feeds import site_address
from visits.posters.drawing import HEIGHT, WIDTH

register = template.Library()
# More is cut by those who show it.
LONGEST = 200
# Pages of what has a picture of its own: which, and the type in the words of OpenGraph. All others are pages of a site.
PICTURED = {
    **dict.fromkeys(
        (
            "visit_detail",
            "visit_positions",
            "visit_commitments",
            "visit_sources",
            "visit_history",
            "visit_corrections",
        ),
        ("visits", "article"),
    ),
    "statement_detail": ("statements", "article"),
    "country_detail": ("countries", "website"),
    "person_detail": ("people", "profile"),
    "topic_detail": ("topics", "website"),
}
# Here what is asked for is part of what the page is.
LISTS = frozenset({"visit_list", "person_list", "statement_list", "commitment_list", "search", "comparison"})


class CaptureNode(template.Node):
    """What stands between the tags, for more than one place of a page, attributes included."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> str:
        context[self.name] = SafeString(" ".join(self.nodelist.render(context).split()).replace('"', "&quot;"))
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """Render up to `endcapture` into a variable, its lines joined; shows nothing."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


@register.simple_tag(takes_context=True)
def preview(context: template.Context, title: str, description: str) -> dict[str, Any]:
    """Return what others may show of the page of `context` (components/preview.html); nothing where it is private."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if request is None or request.user.is_authenticated or match is None or match.url_name not in CACHED_PAGES:
        return {}
    site = site_address(request)
    kind, kind_of_page = PICTURED.get(match.url_name, ("", "website"))
    key = next(iter(match.kwargs.values()), "").lower()
    picture = reverse("picture", args=[kind, key]) if kind else reverse("picture_of_the_site")
    return {
        "title": title,
        "description": description,
        "kind": kind_of_page,
        "url": site + _address(request, match.url_name),
        "picture": site + picture,
        "width": WIDTH,
        "height": HEIGHT,
        "locale": locale_of(get_language() or "en"),
    }


def _address(request: HttpRequest, name: str) -> str:
    return request.get_full_path() if name in LISTS else request.path


def locale_of(language: str) -> str:
    """Return a language with the territory that OpenGraph asks for: the one in which it is likely to be read."""
    likely, code = get_global("likely_subtags"), to_locale(language)
    # The table lists a script only where it is not the usual one of its language.
    first, *more = str(likely.get(code) or likely.get(code.split("_")[0], code)).split("_")
    land = code.split("_")[-1] if code[-2:].isupper() else more[-1] if more else ""
    return f"{first}_{land}" if land else code


@register.filter
def shortened(text: str) -> str:
    """Return a text as long as others show it."""
    return Truncator(" ".join(text.split())).chars(LONGEST)

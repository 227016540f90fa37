"""oEmbed: how somebody who has the address of a page of ours learns how to show it (https://oembed.com)."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from config.framing import lent
from config.public import PUBLIC_PAGES, public_page
from statements import embedding
from statements.embedding import FORMATS, Embed, Room
from statements.feeds import readable, site_address
from statements.models import Statement
from statements.views.embeds import EVERYBODY, card_among, statement_embed, visit_embed
from visits.views.errors import moved_to
from visits.views.sheet import sheet_of

# Pages of which there is a card, by the name of their address.
CARDS = {
    **dict.fromkeys(
        (
            "visit_detail",
            "visit_positions",
            "visit_commitments",
            "visit_sources",
            "visit_history",
            "visit_corrections",
            "embed_visit",
        ),
        "visit",
    ),
    **dict.fromkeys(("statement_detail", "embed_statement"), "statement"),
}


@public_page
def oembed(request: HttpRequest) -> HttpResponse:
    """Return how a page of ours is shown elsewhere, by the rules of oembed.com.

    501 is a format that is not spoken, 401 a page that asks for signing in, told by its address alone; whatever is
    hidden answers 404, like what was never there.
    """
    form = request.GET.get("format", "json")
    if form not in FORMATS:
        return _told("format is json or xml", 501)
    if not request.GET.get("url"):
        return _told("url is the address of a page of this site", 400)
    room = Room(_pixels(request.GET.get("maxwidth", "")), _pixels(request.GET.get("maxheight", "")))
    name, key, language = _page_at(request, request.GET["url"])
    if name not in PUBLIC_PAGES and name:
        return _told("this page asks for signing in", 401)
    with translation.override(language):
        embed = _embed(request, CARDS.get(name, ""), key, room)
        if embed is None:
            return _told("there is no card of this address", 404)
        told = embedding.document(embed, site_address(request), room)
    body = embedding.written({k: readable(v) if isinstance(v, str) else v for k, v in told.items()}, form)
    response = lent(HttpResponse(body, content_type=FORMATS[form]))
    # It is the same for everybody, and holds nothing of whoever asks.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _told(words: str, status: int) -> HttpResponse:
    response = lent(HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8"))
    response.headers["Access-Control-Allow-Origin"] = "*"
    if status == 401:
        # HTTP asks for a challenge; browsers open no box for one that they do not know.
        response.headers["WWW-Authenticate"] = "Session"
    return response


def _pixels(text: str) -> int | None:
    """Return a bound as a number; what is none bounds nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 and int(text) else None


def _page_at(request: HttpRequest, url: str) -> tuple[str, str, str]:
    """Return the name of a page of ours, the key in its address, and its language; "" for what is no page of ours."""
    nothing = ("", "", settings.LANGUAGE_CODE)
    try:
        asked = urlsplit(url)
        if not _is_ours(request, asked):
            return nothing
        path = unquote(asked.path)
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        language = first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            found = resolve(path)
    except (ValueError, Resolver404):
        return nothing
    return found.view_name, next(iter(found.kwargs.values()), ""), language


def _is_ours(request: HttpRequest, asked: SplitResult) -> bool:
    hosts = {request.get_host(), urlsplit(settings.SITE_ADDRESS).netloc}
    return asked.scheme in ("http", "https") and bool(asked.netloc) and asked.netloc.lower() in hosts


def _embed(request: HttpRequest, kind: str, key: str, room: Room) -> Embed | None:
    """Return how other sites show a visit or statement that everybody may see, also by an address that it had once."""
    if kind == "statement":
        card = card_among(Statement.objects.filter(public_id=key))
        return statement_embed(request, card, room) if card else None
    if kind == "visit":
        moved = [path.strip("/").rpartition("/")[2] for path in moved_to(f"/visits/{key}/")]
        for slug in (key, *moved):
            with suppress(Http404):
                return visit_embed(request, sheet_of(slug, EVERYBODY), room)
    return None

"""Sizes, snippets and oEmbed's answers, of facts alone."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from statements.embedding import (
    BOUNDLESS,
    PICTURE,
    WIDEST,
    Embed,
    Measure,
    Room,
    Size,
    card_size,
    document,
    timeline_size,
    written,
)
from visits.posters import drawing

SITE = "https://visits.example"
EMBED = Embed(
    title='He said "no" & <left>',
    page=f"{SITE}/statements/abc/",
    frame=f"{SITE}/embed/statements/abc/",
    picture=f"{SITE}/pictures/statements/abc.png",
    size=Size(560, 300),
    author="Ada Ink",
    author_page=f"{SITE}/people/ada-ink/",
)


def frames(html: str) -> list[dict[str, str | None]]:
    """Return the attributes of each element of a snippet."""
    found: list[dict[str, str | None]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append({"tag": tag, **dict(attrs)})  # type: ignore[method-assign]
    parser.feed(html)
    return found


def test_the_snippet_is_one_frame_that_may_open_links_and_nothing_else() -> None:
    (one,) = frames(EMBED.snippet)
    assert one["tag"] == "iframe"
    assert one["src"] == EMBED.frame and one["title"] == EMBED.title
    assert (one["width"], one["height"]) == ("560", "300")
    assert one["sandbox"] == "allow-popups allow-popups-to-escape-sandbox allow-same-origin"
    # It stands on pages whose policy is not ours: nothing inline is in it.
    assert "style" not in one and "<script" not in EMBED.snippet


@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_answer_holds_what_the_rules_ask_for(form: str) -> None:
    body = written(document(EMBED, SITE, BOUNDLESS), form)
    if form == "json":
        told = {name: str(value) for name, value in json.loads(body).items()}
        assert isinstance(json.loads(body)["width"], int)
    else:
        assert body.startswith(b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>')
        root = ET.fromstring(body)  # noqa: S314 - our own
        assert root.tag == "oembed"
        told = {child.tag: child.text or "" for child in root}
    assert told.pop("html") == EMBED.snippet
    assert told == {
        "version": "1.0",
        "type": "rich",
        "title": EMBED.title,
        "author_name": "Ada Ink",
        "author_url": EMBED.author_page,
        "provider_name": "Vis-à-vis",
        "provider_url": f"{SITE}/",
        "cache_age": "3600",
        "width": "560",
        "height": "300",
        "thumbnail_url": EMBED.picture,
        "thumbnail_width": "1200",
        "thumbnail_height": "630",
    }


@pytest.mark.parametrize(("room", "told"), [(Room(1200, 630), True), (Room(1199), False), (Room(None, 629), False)])
def test_a_picture_that_is_larger_than_the_room_is_not_told_of(room: Room, told: bool) -> None:
    names = document(EMBED, SITE, room)
    assert [name for name in names if name.startswith("thumbnail")] == (
        ["thumbnail_url", "thumbnail_width", "thumbnail_height"] if told else []
    )


def test_what_is_not_known_is_not_told() -> None:
    names = document(Embed(EMBED.title, EMBED.page, EMBED.frame, EMBED.picture, EMBED.size), SITE, BOUNDLESS)
    assert not {"author_name", "author_url"} & set(names)


@pytest.mark.parametrize("width", [1, 100, 320, 480, 560, 5000])
@pytest.mark.parametrize("height", [1, 100, 5000])
@pytest.mark.parametrize("letters", [0, 80, 700, 10**6])
def test_no_size_is_larger_than_the_room(width: int, height: int, letters: int) -> None:
    measure = Measure(name=40, quotation=letters, below=(90, 60, 45), notices=1)
    for size in (card_size(measure, Room(width, height)), timeline_size(Room(width, height))):
        assert 0 < size.width <= min(width, WIDEST)
        assert 0 < size.height <= height


def test_more_words_and_less_width_make_a_card_higher() -> None:
    def height(letters: int, width: int, notices: int = 0) -> int:
        return card_size(Measure(40, letters, (90, 60, 45), notices), Room(width)).height

    assert height(80, 560) < height(400, 560) < height(400, 360)
    assert height(80, 560) < height(80, 560, 1)
    assert height(10**6, 560) == height(10**7, 560)
    assert (PICTURE.width, PICTURE.height) == (drawing.WIDTH, drawing.HEIGHT)

"""Markdown of notes: plain markup and links to pages come out, and nothing that a browser would run or load."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from visits.notes import render_note


def tags_of(html: str) -> list[tuple[str, dict[str, str]]]:
    """Return the tags that a browser finds in `html`, each with what it is given."""
    found: list[tuple[str, dict[str, str]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, {name: value or "" for name, value in attrs}))

        def handle_comment(self, data):
            found.append(("comment", {}))

    Reader(convert_charrefs=True).feed(html)
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[press](javascript:alert(1))",
        "[press](JaVaScRiPt:alert(1))",
        "[press](&#106;avascript:alert(1))",
        "[press](data:text/html,<script>alert(1)</script>)",
        "![a picture](https://elsewhere.example/beacon.png)",
        "<https://ok.example onclick=alert(1)>",
        '<a href="https://ok.example" onclick="alert(1)">press</a>',
        "<style>body{background:url(https://elsewhere.example)}</style>",
        "<iframe src=https://elsewhere.example></iframe>",
        "`<script>`\n\n    <script>alert(1)</script>",
        "# heading\n<!-- <script> -->",
    ],
)
def test_nothing_is_run_or_loaded(typed):
    for tag, given in tags_of(render_note(typed)):
        assert tag in {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a"}
        assert set(given) <= {"href", "rel"}
        assert given.get("href", "https://").startswith(("https://", "http://"))


def test_plain_markup_and_links_stay():
    html = render_note("*one* **two**\n\n- three\n\n[four](https://ok.example/a?b=c&d)")
    assert "<em>one</em> <strong>two</strong>" in html
    assert "<li>three</li>" in html
    assert 'href="https://ok.example/a?b=c&amp;d"' in html

"""Two writings of one address are one; two pages are two."""

from __future__ import annotations

import pytest

from visits.addresses import canonical, core


@pytest.mark.parametrize(
    "other",
    [
        "http://news.example/a/b",
        "https://www.news.example/a/b/",
        "https://NEWS.example:443/a/b#top",
        "https://news.example/a/b?utm_source=x&fbclid=y",
        "  https://news.example/a/b  ",
    ],
)
def test_writings_of_one_address_are_one(other: str) -> None:
    assert canonical(other) == canonical("https://news.example/a/b") == "news.example/a/b"


@pytest.mark.parametrize(
    "other",
    ["https://news.example/a/c", "https://news.example/A/b", "https://news.example/a/b?id=2", "https://b.example/a/b"],
)
def test_other_pages_are_others(other: str) -> None:
    assert canonical(other) != canonical("https://news.example/a/b")


def test_the_order_of_a_query_counts_for_nothing_and_its_values_do() -> None:
    assert canonical("https://a.example/?b=2&a=1") == canonical("https://a.example?a=1&b=2") == "a.example?a=1&b=2"
    assert core("https://a.example/x/?a=1") == "a.example/x"


@pytest.mark.parametrize(
    "text", ["", "news", "ftp://news.example/a", "javascript:alert(1)", "https://[", "https://a:b/"]
)
def test_what_is_no_address_of_the_web_is_like_none(text: str) -> None:
    assert canonical(text) == ""

"""Finding quotations in a long source, and suggesting them in an article."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from pathlib import Path

import trafilatura

from statements.capture.quotations import suggest
from statements.capture.verbatim import SourceText
from tests.bench.measure import Figure, compare
from tests.statements.capture.test_quotations import ODD_UNITS

CORPUS = Path(__file__).resolve().parent.parent / "statements" / "capture" / "corpus"
PAGES = 200
PAGE = 3_000  # characters on a page
QUOTATIONS = 500
WORDS = 2_000  # of the article
_RETYPED = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})


def articles() -> list[str]:
    """Return the English articles of the corpus in a fixed order."""
    found = sorted(CORPUS.glob("*/*.txt"), key=lambda path: path.name)
    return [path.read_text() for path in found if not re.search(r"[-_](es|fr)[-_]", path.name)]


def long_source(chance: random.Random) -> str:
    """Return a source of 200 pages: sentences of the corpus shuffled, each made unlike the others by a number."""
    sentences = [part for text in articles() for part in re.split(r"(?<=[.!?”])\s+", text) if len(part) > 40]
    parts: list[str] = []
    length = 0
    while length < PAGES * PAGE:
        part = f"{chance.choice(sentences)} ({len(parts)})" + ("\n\n" if chance.random() < 0.2 else " ")
        parts.append(part)
        length += len(part)
    return "".join(parts)


def passages(text: str, chance: random.Random) -> Iterator[str]:
    """Yield passages of 8 to 40 words cut from anywhere in `text`."""
    for _number in range(QUOTATIONS):
        start = text.index(" ", chance.randrange(len(text) - 1_000)) + 1
        yield " ".join(text[start : start + 600].split()[: chance.randint(8, 40)])


def changed(passage: str) -> str:
    """Return `passage` with its middle word replaced by one that stands nowhere."""
    words = passage.split()
    words[len(words) // 2] = "zzyzxian"
    return " ".join(words)


def locating() -> Iterator[Figure]:
    """Yield the figures of 500 quotations that stand in the source, retyped, and of 500 that differ by one word."""
    chance = random.Random(20220816)  # noqa: S311 - a fixed choice of passages, no secret
    text = long_source(chance)
    standing = [passage.translate(_RETYPED) for passage in passages(text, chance)]
    differing = [changed(passage) for passage in standing]
    source = SourceText(text)
    assert all(source.locate(passage).found for passage in standing)
    assert not any(source.locate(passage).found for passage in differing)
    for name, wanted, limit in (("that stand there", standing, 20), ("that differ", differing, 100)):
        yield compare(
            f"locating {QUOTATIONS} quotations {name} in {PAGES} pages",
            lambda wanted=wanted: [fresh.locate(passage) for fresh in [SourceText(text)] for passage in wanted],  # type: ignore[misc]
            lambda wanted=wanted: [text.find(passage) for passage in wanted],  # type: ignore[misc]
            limit=limit,
        )


def article() -> str:
    """Return an article of 2,000 words: articles of the corpus one after the other."""
    paragraphs: list[str] = []
    for text in articles():
        for paragraph in text.split("\n\n"):
            if sum(len(known.split()) for known in paragraphs) >= WORDS:
                return "\n\n".join(paragraphs)
            paragraphs.append(paragraph.strip())
    raise AssertionError("the corpus is shorter than the article")


def page_of(text: str) -> str:
    """Return a web page as newspapers make them, with the article in it."""
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in text.split("\n\n"))
    menu = "".join(f'<li><a href="/section/{number}">Section {number}</a></li>' for number in range(40))
    aside = "".join(f'<div class="teaser"><a href="/{number}">Another story {number}</a></div>' for number in range(30))
    return (
        f"<!doctype html><html lang=en><head><title>Article</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<article><h1>Article</h1>{body}</article><aside>{aside}</aside><footer>About us</footer></body></html>"
    )


def suggesting() -> Iterator[Figure]:
    """Yield the figure of suggesting quotations over an article against extracting it from its page."""
    text = article()
    page = page_of(text)
    extracted = trafilatura.extract(page)
    assert extracted and len(extracted) > 0.9 * len(text)
    assert len(suggest(text)) > 20
    yield compare(
        f"suggesting over {len(text.split()):,} words, against trafilatura's extraction",
        lambda: suggest(text),
        lambda: trafilatura.extract(page),
        limit=10,
    )


def growing() -> Iterator[Figure]:
    """Yield the figures of twice as much of what repeats against once as much: two is what takes time in proportion."""
    for unit in ODD_UNITS:
        yield compare(
            f"suggesting over twice as much of {unit!r}",
            lambda unit=unit: suggest(unit * (60_000 // len(unit))),  # type: ignore[misc]
            lambda unit=unit: suggest(unit * (30_000 // len(unit))),  # type: ignore[misc]
            limit=4,
        )


def figures() -> Iterator[Figure]:
    """Yield all figures of this file."""
    yield from locating()
    yield from suggesting()
    yield from growing()

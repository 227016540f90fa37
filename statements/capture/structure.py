"""Paragraphs, tokens and sentences of a text, with offsets into it; a quotation is one token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from statements.capture.language import Language
from statements.capture.marks import Quote, pair

_BLANK = re.compile(r"[^\S\n]*(?:\r?\n|\u2029)[^\S\n]*(?:\r?\n\s*)+")
_LINE = re.compile(r"\r?\n|\r|\u2028")
_ENDS = re.compile(r"[.!?:;…”\"»’)]\s*$")
_DATELINE = re.compile(
    r"\s*(?:\([^()\n]{3,60}\)\s*[–—-]{1,2}\s|"
    r"[A-ZÀ-Ý][A-ZÀ-Ý.’'-]{2,}[^.\n–—:“\"«]{0,60}?(?:\([^()\n]{2,30}\))?\s*(?:[–—]|\s-{1,2}\s)\s*|"
    r"[A-ZÀ-Ý][\w’'-]+(?: [A-ZÀ-Ý][\w’'-]+)?, \d{1,2}\.? \w+(?: \d{4})?\.\s|"
    r"[A-ZÀ-Ý][\w ,’'-]{2,40}\([A-Z]{2,}[^()\n]{0,20}\)\s*[–—-]{1,2}\s)"
)

_BYLINE = re.compile(r"(?:By|BY|Par|Por) (?:[A-ZÀ-Ý][\w.’'-]*,? ?(?:and |et |y )?){1,8}[^.!?]*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark of punctuation, or a whole quotation (`quote` is then its number)."""

    start: int
    end: int
    text: str
    low: str
    quote: int = -1


@dataclass(slots=True)
class Sentence:
    """Tokens of one sentence, with one letter of word class each in `classes`."""

    tokens: list[Token]
    classes: str
    paragraph: int
    first: bool
    headline: bool

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.tokens[-1].end


@dataclass(slots=True)
class Document:
    """A text, cut up."""

    text: str
    language: Language
    quotes: list[Quote]
    paragraphs: list[tuple[int, int]]
    sentences: list[Sentence] = field(default_factory=list)


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the paragraphs: parted by empty lines, or, where there is none, by lines that look finished."""
    spans = list(_between(text, [(m.start(), m.end()) for m in _BLANK.finditer(text)]))
    if len(spans) > 1:
        return spans
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text)]
    if not lines:
        return spans
    pieces = list(_between(text, lines))
    longest = max((end - start for start, end in pieces), default=0)
    joined: list[tuple[int, int]] = []
    whole = True
    for start, end in pieces:
        if joined and not whole:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
        # A line cut by width is about as long as the longest; one that ends a paragraph is finished or short.
        tail = text[max(start, end - 4) : end]
        whole = bool(_ENDS.search(tail)) or longest > 120 or (end - start) < longest * 0.6
    return joined


def _between(text: str, gaps: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin = 0
    for start, end in [*gaps, (len(text), len(text))]:
        if text[begin:start].strip():
            lead = len(text[begin:start]) - len(text[begin:start].lstrip())
            yield begin + lead, begin + len(text[begin:start].rstrip())
        begin = end


def read(text: str, language: Language) -> Document:
    """Cut `text` up."""
    spans = paragraphs(text)
    quotes = pair(text, spans)
    document = Document(text, language, quotes, spans)
    at = 0
    covered = -1
    for number, (start, end) in enumerate(spans):
        if end <= covered:
            continue
        begin = max(start, covered)
        if number < 5 and end - start < 90 and _BYLINE.fullmatch(text, start, end):
            continue
        dateline = _DATELINE.match(text, begin, min(end, begin + 120)) if begin == start and number < 4 else None
        begin = dateline.end() if dateline else begin
        tokens, at, covered = _tokens(text, begin, end, quotes, at, language)
        document.sentences.extend(_sentences(document, tokens, number, begin == start or dateline is not None))
    return document


def _tokens(
    text: str, start: int, end: int, quotes: list[Quote], at: int, language: Language
) -> tuple[list[Token], int, int]:
    """Return the tokens of a paragraph, the number of the next quotation and how far the last one reaches."""
    tokens: list[Token] = []
    position = start
    while at < len(quotes) and quotes[at].end <= start:
        at += 1
    while at < len(quotes) and quotes[at].start < end:
        quote = quotes[at]
        if quote.start >= position:
            tokens.extend(_words(text, position, quote.start, language))
            tokens.append(Token(quote.start, quote.end, "", "", at))
            position = quote.end
        at += 1
    if position < end:
        tokens.extend(_words(text, position, end, language))
    return tokens, at, max(position, end)


def words(text: str, start: int, end: int, language: Language) -> list[Token]:
    """Return the words and marks of `text[start:end]`, which holds no quotation."""
    return list(_words(text, start, end, language))


def _words(text: str, start: int, end: int, language: Language) -> Iterator[Token]:
    for m in language.token.finditer(text, start, end):
        word = m.group()
        yield Token(m.start(), m.end(), word, word.lower().replace("’", "'"))


def _sentences(document: Document, tokens: list[Token], number: int, first: bool) -> Iterator[Sentence]:
    language = document.language
    classes = language.classify(tokens, headline=number == 0)
    headline = number == 0 and bool(tokens) and len(document.paragraphs) > 1 and _is_headline(document, tokens)
    begin = 0
    for n in range(len(tokens)):
        if _boundary(document, tokens, classes, n) or n == len(tokens) - 1:
            yield Sentence(tokens[begin : n + 1], classes[begin : n + 1], number, first and begin == 0, headline)
            begin = n + 1


def _is_headline(document: Document, tokens: list[Token]) -> bool:
    start, end = document.paragraphs[0]
    return end - start < 160 and tokens[-1].text not in (".", "!") and "\n" not in document.text[start:end]


def _boundary(document: Document, tokens: list[Token], classes: str, n: int) -> bool:
    """Return whether a sentence ends with token `n`."""
    token = tokens[n]
    if n + 1 >= len(tokens):
        return True
    after = tokens[n + 1]
    starts = after.quote >= 0 or after.text[0].isupper() or after.text[0] in "[–—•¿¡-" or after.text[0].isdigit()
    if token.quote >= 0:
        quote = document.quotes[token.quote]
        last = document.text[max(quote.inner_start, quote.inner_end - 3) : quote.inner_end].rstrip(" \u00a0\u202f’'")[
            -1:
        ]
        if last not in (".", "!", "?", "…") or not starts:
            return False
        # “Why?” Smith said: what follows hands the quotation over, so the sentence goes on.
        if last == "." or after.quote >= 0:
            return True
        return not re.match("[CDNS]{1,6}(?:,[^,.Q]{1,40},)?R?K", classes[n + 1 : n + 48])
    if token.text not in (".", "!", "?", "…", "..."):
        return False
    if not starts:
        return False
    if token.text in (".", "...") and n:
        before = tokens[n - 1]
        if token.text == "." and before.end == token.start:
            if before.low in document.language.abbreviations:
                return False
            if len(before.text) == 1 and before.text.isupper() and after.text[:1].isupper():
                return False
        if token.text == "...":
            return after.quote >= 0
    return True

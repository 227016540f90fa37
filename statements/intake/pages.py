"""The text of a web page: of its article as trafilatura finds it, or of all its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Any
from urllib.parse import urljoin, urlsplit

import trafilatura
from lxml import etree
from lxml import html as lxml_html

from statements.intake.decoding import decode
from statements.intake.facts import Extracted, Remark, Suggestions, one_line
from statements.intake.failures import IntakeError, Reason
from statements.intake.kinds import FileKind
from statements.intake.paragraphs import join

# Pictures inside a saved page make most of its length and none of its text.
_EMBEDDED = re.compile(r"data:[\w.+/-]+[;,][^\"'()<>\s]{200,}")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
# What is left after that is parsed into a tree, at some hundred bytes of memory a byte.
MAX_MARKUP = 8_000_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNREAD = {"script", "style", "template", "noscript", "head", "svg", "math", "iframe", "object", "select", "button"}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl"),
    *("dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
    *("html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "ul", "br"),
}
# The names of trafilatura's own tree.
_ARTICLE_BLOCKS = {"p", "head", "item", "list", "quote", "table", "row", "cell", "lb", "code", "body", "div", "del"}


def read(data: bytes, *, declared: str = "", address: str = "", whole: bool = False) -> Extracted:
    """Return the article of a page, or with `whole` all its text; `address` is where the page stands, "" if unknown.

    Raises IntakeError: no text, unreadable, too long.
    """
    return read_markup(decode(data, declared), address=address, whole=whole)


def read_markup(markup: str, *, address: str = "", whole: bool = False) -> Extracted:
    """Return the article of a page that is text already; see `read`."""
    markup = _DECLARATION.sub("", _EMBEDDED.sub("", markup.replace("\x00", "")))
    if len(markup) > MAX_MARKUP:
        raise IntakeError(Reason.TOO_LONG)
    try:
        found = None if whole else _article(markup, address)
        tree = lxml_html.document_fromstring(markup)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise IntakeError(Reason.UNREADABLE) from error
    text = join(_paragraphs(found.body, _ARTICLE_BLOCKS - {"del"})) if found is not None else ""
    remarks: tuple[Remark, ...] = ()
    if not text:
        text = join(_paragraphs(tree, _BLOCKS, _UNREAD))
        remarks = (Remark.WHOLE_PAGE,)
    if not text:
        raise IntakeError(Reason.NO_TEXT)
    return Extracted(text=text, kind=FileKind.HTML, suggestions=_suggest(found, tree, markup, address), remarks=remarks)


def _article(markup: str, address: str) -> Any:
    """Return what trafilatura makes of the page, or None where it finds no article."""
    return trafilatura.bare_extraction(
        markup,
        url=address or None,
        include_comments=False,
        favor_recall=True,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )


def _paragraphs(tree: Any, blocks: Set[str], unread: Set[str] = frozenset()) -> Iterator[str]:
    """Yield the text of a tree, cut where a block begins or ends; what stands in `unread` is left out."""
    held: list[str] = []
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        read = isinstance(element.tag, str) and element.tag not in unread
        if not read or element.tag in blocks:
            yield "".join(held)
            held = []
        if event == "end":
            held.append((element.tail or "") if element is not tree else "")
        elif read:
            held.append(element.text or "")
        else:
            walker.skip_subtree()
    yield "".join(held)


def _suggest(found: Any, tree: Any, markup: str, address: str) -> Suggestions:
    """Return what the head of the page says; the host of its address stands in for a publisher that is not named."""
    if found is None:
        found = trafilatura.extract_metadata(markup, default_url=address or None, extensive=False)
    canonical = tree.xpath("string((//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href)[1])")
    url = urljoin(address, str(canonical).strip()) if canonical else address
    if urlsplit(url).scheme not in {"http", "https"} or len(url) > 600:
        url = address
    language = str(tree.xpath("string(//html/@lang)")).strip().replace("_", "-")
    date = str(found.date or "") if found is not None else ""
    return Suggestions(
        title=one_line(found.title if found is not None else "", 300),
        publisher=one_line(found.sitename if found is not None else "", 160) or host_of(url),
        author=one_line(found.author if found is not None else "", 160).replace("; ", ", "),
        published=date if _DAY.fullmatch(date) else "",
        language=language.lower()[:12] if _LANGUAGE.fullmatch(language) else "",
        url=url,
    )


def host_of(address: str) -> str:
    """Return the host of an address of the web without “www.”; "" where there is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")[:160]
    except ValueError:
        return ""

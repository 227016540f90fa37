"""What holds of every citation, whatever the record holds."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from visits.citing.formats import FORMATS, bibtex, csl, highwire, ris, written
from visits.citing.item import KINDS, Item, record_item, source_item, statement_item
from visits.citing.linked import as_script
from visits.citing.styles import all_styles

# Letters of several scripts; no capital N, by which a None would be told that we made ourselves.
LETTERS = "abcde ABCDE áß ខ្មែរ عربي 中文 12"
SIGNS = "{}\\%&$#_~^*<>\"'()[]@/"
words = st.lists(st.text(LETTERS, min_size=1, max_size=6).filter(str.strip), min_size=1, max_size=4).map(
    lambda found: " ".join(" ".join(found).split())
)
# A phrase as the record may hold it: with one sign at its end, and quoted or not.
phrases = st.builds(
    lambda text, end, quoted: f"“{text}” {text}{end}" if quoted else f"{text}{end}",
    words, st.sampled_from(["", ".", "?", "!", ",", ";", ":", "…", " "]), st.booleans(),
)  # fmt: skip
odd = st.text(LETTERS + SIGNS + "\n\t\r\u2028\x00", max_size=20)
dates = st.sampled_from(
    ["", "2022", "2022-08", "2022-08-16", "2022-08-16/2022-08-18", "2021-12/2022-01", "2022/2023", "2022-05/2022-08-01"]
)
days = st.sampled_from(["", "2026-11-28", "2026-05-01"])
urls = st.sampled_from(["", "https://e.example/a", "https://e.example/a?b=c&d={e}#f", "https://e.example/é x\\y"])


def shows(text: str) -> bool:
    """Whether a title is one."""
    return any(sign.isalnum() for sign in text)


def sources(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Item]:
    """Return sources of every kind, made of such texts."""
    return st.builds(
        source_item,
        st.sampled_from(sorted(KINDS)),
        id=st.just("abc"),
        title=texts.filter(shows),
        publisher=texts,
        authors=st.lists(texts.map(lambda text: text.replace(";", "")), max_size=5).map("; ".join),
        symbol=st.sampled_from(["", "A/HRC/51/66", "CCPR/C/1"]),
        issued=dates,
        accessed=days,
        url=urls,
        archive_url=urls,
        language=st.sampled_from(["", "km", "ar"]),
    )


def items(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Item]:
    """Return sources, pages of the record and statements."""
    page = {"id": st.just("abc"), "title": texts.filter(shows), "url": urls.filter(bool), "accessed": days}
    speakers = st.lists(texts.filter(shows), max_size=4).map(tuple)
    since = st.sampled_from(["", "retracted", "disowned"])
    said = st.builds(statement_item, **page, speakers=speakers, date=dates, reported=texts, standing=since)
    return st.one_of(sources(texts), st.builds(record_item, **page), said)


DOUBLED = re.compile(r"([,;:])\s*\1|\.\.|[,;:][.,;:]|[?!…]\.|\s[,.;:](?! \.)|\(\)|\[\]|“”|‘’|<>|\(,|, \)|\s\s")
EMPTY = re.compile(r"None|\{|\}")


@given(items(phrases))
@example(source_item("news", id="abc", title="Is it?", authors="A. B.", publisher="C.", url="https://e.example/"))
@example(source_item("web_page", id="abc", title=",", publisher=";"))
def test_no_citation_doubles_a_sign_or_shows_what_is_not_known(item: Item) -> None:
    for told in all_styles(item):
        # Long lists of APA part their signs: “, . . . ”.
        text = told.text.replace(item.url, "URL") if item.url else told.text
        assert not DOUBLED.search(text.replace(", . . . ", ", ")), (told.style, told.text)
        assert not EMPTY.search(text), (told.style, told.text)
        assert text == text.strip()


@given(items(odd))
def test_a_citation_is_one_line_and_never_none(item: Item) -> None:
    for told in all_styles(item):
        assert len(told.text.splitlines()) <= 1
        assert "None" not in told.text


@given(items(odd))
def test_braces_of_bibtex_are_our_own_and_even(item: Item) -> None:
    text = bibtex(item)
    depth, seen = 0, []
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        seen.append(depth)
    # BibTeX counts braces whether they are escaped or not: the entry is closed by the last of them and never before.
    assert min(seen) >= 0
    assert depth == 0
    assert 0 not in seen[text.index("{") : text.rindex("}")]
    assert re.fullmatch(r"@(article|techreport|misc)\{visavis-abc,\n(  [a-z]+ = \{.*\},?\n)+\}\n", text)
    assert "None" not in text
    # What TeX reads as a command is escaped; addresses and dates are read as they stand.
    for line in text.splitlines()[1:-1]:
        if not line.startswith(("  url", "  date", "  language")):
            assert not re.search(r"(?<!\\)[%&$#_]", line), line


@given(items(odd))
def test_lines_of_ris_keep_its_grammar(item: Item) -> None:
    text = ris(item)
    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert lines[-2] == "ER  - "
    assert lines[0].startswith("TY  - ")
    for line in lines[:-2]:
        assert re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]+", line), line
        assert len(line.splitlines()) == 1
    for line in lines:
        if line[:2] in ("DA", "Y2"):
            assert re.fullmatch(r"..  - \d{4}/(\d\d)?/(\d\d)?/", line)
        if line[:2] == "AU":
            assert "*" not in line
    assert "None" not in text


# Variables and types of CSL-JSON, from the schema that its maintainers publish (csl-data.json), as far as they matter.
TYPES = {"article-newspaper", "broadcast", "document", "legislation", "post", "report", "speech", "webpage"}
TEXTS = {
    "id", "type", "title", "container-title", "publisher", "number", "genre", "URL", "language", "archive",
    "archive_location", "note",
}  # fmt: skip


@given(items(odd))
def test_csl_json_has_the_keys_and_shapes_of_its_schema(item: Item) -> None:
    (found,) = json.loads(csl(item))
    assert {"id", "type"} <= set(found) <= TEXTS | {"author", "issued", "accessed"}
    assert found["type"] in TYPES
    assert all(isinstance(found[name], str) and found[name] for name in TEXTS & set(found))
    assert all(set(name) == {"literal"} and name["literal"] for name in found.get("author", ()))
    for name in {"issued", "accessed"} & set(found):
        assert set(found[name]) == {"date-parts"}
        assert 1 <= len(found[name]["date-parts"]) <= 2
        for parts in found[name]["date-parts"]:
            assert 1 <= len(parts) <= 3
            assert all(isinstance(part, int) for part in parts)


@given(items(odd))
def test_every_meta_tag_says_something(item: Item) -> None:
    tags = highwire(item)
    assert [content for name, content in tags if name == "citation_title"] == [
        f"[{item.standing}] {item.title}" if item.standing else item.title
    ]
    assert all(content.strip() for _name, content in tags)
    assert len([name for name, _content in tags if name == "citation_author"]) == len(item.authors)


@given(st.dictionaries(st.text(max_size=5), st.text(LETTERS + SIGNS + "</script>\u2028\u2029!-", max_size=30)))
def test_json_ld_never_ends_the_element_it_stands_in(document: dict[str, Any]) -> None:
    text = as_script(document)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == document


def test_the_formats_are_the_three_that_are_offered() -> None:
    item = record_item(id="abc", title="T", url="https://e.example/", accessed="2026-01-02")
    assert list(FORMATS) == ["bib", "ris", "json"]
    assert written(item, "bib") == bibtex(item)
    assert written(item, "ris") == ris(item)
    assert written(item, "json") == csl(item)
    assert all(form.content_type.endswith("charset=utf-8") for form in FORMATS.values())

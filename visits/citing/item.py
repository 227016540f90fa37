"""What a citation tells, as an item in the words of the Citation Style Language (CSL 1.0.2). Pure.

Names stay as the record holds them, whole: it does not know which part of a name is the family's, and a Khmer, Chinese
or Arabic name that is turned round is a wrong name. They are CSL's “literal” names in every format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

SITE = "Vis-à-vis"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to cite. Dates are partial dates as the record holds them; `form` picks the rule of a style."""

    id: str
    form: str
    type: str
    title: str
    url: str = ""
    authors: tuple[str, ...] = ()
    issued: str = ""
    container: str = ""
    publisher: str = ""
    number: str = ""
    genre: str = ""
    accessed: str = ""
    language: str = ""
    archive_url: str = ""
    reported: str = ""
    # What was taken back or disowned since is not cited as if it stood.
    standing: str = ""
    # A page of ours may say more tomorrow: styles that leave out when a dated page was read tell it here.
    changing: bool = False


class Kind(NamedTuple):
    """How a kind of source is cited: the rule of the styles, the type in CSL and RIS, and what it is called."""

    form: str
    csl: str
    genre: str = ""


KINDS = {
    "news": Kind("press", "article-newspaper"),
    "opinion": Kind("press", "article-newspaper", "opinion"),
    "social_post": Kind("post", "post"),
    "press_release": Kind("release", "webpage", "press release"),
    "end_of_mission_statement": Kind("release", "document", "end-of-mission statement"),
    "report": Kind("report", "report"),
    "state_reply": Kind("release", "document", "State reply"),
    "state_comments": Kind("release", "document", "comments by the State"),
    "ngo_submission": Kind("release", "document", "submission"),
    "ngo_statement": Kind("release", "document", "statement"),
    "recording": Kind("page", "broadcast", "recording"),
    "web_page": Kind("page", "webpage"),
    "law": Kind("law", "legislation"),
    "other": Kind("page", "document"),
}
# An organisation that issues a thing in its own name is its author.
ISSUED_IN_ITS_OWN_NAME = frozenset({"release", "report", "document"})
# What has a UN symbol is cited by it, but for these.
NEVER_BY_SYMBOL = frozenset({"press", "post", "law"})


def source_item(
    kind: str, *, id: str, title: str, publisher: str = "", authors: str = "", symbol: str = "", **more: Any
) -> Item:
    """Return a source as an item. `authors` is the text of the record: several are parted by semicolons."""
    form, csl, genre = KINDS[kind]
    names = tuple(name for part in authors.split(";") if (name := _line(part)))
    if symbol and form not in NEVER_BY_SYMBOL:
        form, csl = "document", "report"
    publisher = _line(publisher)
    if not names and publisher and form in ISSUED_IN_ITS_OWN_NAME:
        names, publisher = (publisher,), ""
    told_in = form in ("press", "post")
    return Item(
        id=id,
        form=form,
        type=csl,
        title=_line(title),
        authors=names,
        container=publisher if told_in else "",
        publisher="" if told_in else publisher,
        number=_line(symbol),
        genre=genre,
        **more,
    )


def record_item(*, id: str, title: str, url: str, accessed: str, language: str = "en") -> Item:
    """Return a page of the record as an item: it has no day of issue, but the day on which it was read."""
    return Item(
        id=id, form="record", type="webpage", title=_line(title), url=url, accessed=accessed, container=SITE,
        language=language, changing=True,
    )  # fmt: skip


def statement_item(
    *,
    id: str,
    title: str,
    url: str,
    accessed: str,
    speakers: tuple[str, ...],
    date: str,
    reported: str,
    standing: str = "",
    language: str = "en",
) -> Item:
    """Return a statement as an item: who spoke is its author, the day it was made its date, a source what tells it.

    `standing` says in a word that it was retracted or disowned since.
    """
    return Item(
        id=id, form="statement", type="speech", title=_line(title), url=url, accessed=accessed, container=SITE,
        authors=tuple(name for speaker in speakers if (name := _line(speaker))), issued=date, genre="statement",
        reported=_line(reported), standing=_line(standing), language=language, changing=True,
    )  # fmt: skip


def notes(item: Item) -> list[str]:
    """Return what the formats have no field for: what became of a statement since, and what reports it."""
    told = [("Since then", item.standing), ("Reported in", item.reported)]
    return [f"{name}: {text}" for name, text in told if text]


def csl_json(item: Item) -> dict[str, Any]:
    """Return the item with the variables of CSL-JSON; what is not known is left out."""
    values: dict[str, Any] = {
        "id": f"visavis-{item.id}",
        "type": item.type,
        "title": item.title,
        "author": [{"literal": name} for name in item.authors],
        "issued": date_parts(item.issued),
        "container-title": item.container,
        "publisher": item.publisher,
        "number": item.number,
        "genre": item.genre,
        "URL": item.url,
        "accessed": date_parts(item.accessed),
        "language": item.language,
        "archive": urlsplit(item.archive_url).hostname or "",
        "archive_location": item.archive_url,
        "note": ". ".join(notes(item)),
    }
    return {name: value for name, value in values.items() if value}


def date_parts(date: str) -> dict[str, list[list[int]]]:
    """Return a partial date as CSL writes it: as many parts as are known, twice for an interval; {} for none."""
    if not date:
        return {}
    return {"date-parts": [[int(part) for part in end.split("-")] for end in date.split("/")]}


def _line(text: str) -> str:
    """Return `text` in one line without signs that control a terminal."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())

"""What a row of a list of statements says: its cells read, before anything is looked up in the record."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from statements.choices import Act, CitationRole, Mode, Occasion, TextKind
from visits.addresses import last_part
from visits.choices import DateBasis, Side, Visibility
from visits.exports.writers import BETWEEN
from visits.folding import fold
from visits.imports.kinds import Field, Given, Problem
from visits.partial_dates import parse

FIELDS: tuple[Field, ...] = (
    Field("id", gettext_lazy("its permanent id"), ("address", "public id")),
    Field("visit", gettext_lazy("the visit: its address or the last part of that"), ("visit address", "mission")),
    Field("countries", gettext_lazy("the country of the visit, where the visit is not named"), ("country",)),
    Field("mandates", gettext_lazy("the mandate of that visit"), ("mandate",)),
    Field("meeting", gettext_lazy("the meeting: its address or id"), ("meeting address",)),
    Field("date", gettext_lazy("when it was said"), ("said on", "day")),
    Field("date_basis", gettext_lazy("what the date rests on")),
    Field("act", gettext_lazy("what was done by saying it"), ("act of speech",), required=True),
    Field("mode", gettext_lazy("direct, indirect, mixed or summary"), required=True),
    Field("occasion", gettext_lazy("on what occasion"), required=True),
    Field("speakers", gettext_lazy("who said it"), ("speaker", "who"), required=True),
    Field("speaker_pages", gettext_lazy("their pages here, in the same order"), ("speaker page",)),
    Field("offices", gettext_lazy("the offices in which they spoke"), ("office",)),
    Field("sides", gettext_lazy("their sides on that day"), ("side",)),
    Field("on_behalf_of", gettext_lazy("in whose name they spoke"), ("on behalf of",)),
    Field("attributions", gettext_lazy("how the source names them"), ("attribution",)),
    Field("addressees", gettext_lazy("to whom"), ("addressee",)),
    Field("chain", gettext_lazy("through whom it was told, from the outermost inwards")),
    Field("words", gettext_lazy("the words, in the preferred version"), ("text", "statement", "quote"), required=True),
    Field("words_language", gettext_lazy("their language"), ("language",)),
    Field("words_kind", gettext_lazy("whose words they are"), ("kind of words",)),
    Field("original_language", gettext_lazy("in which it was said")),
    Field("answers", gettext_lazy("what it denies or agrees with")),
    Field("topics", gettext_lazy("its topics"), ("topic", "topic names")),
    Field("sources", gettext_lazy("its sources: address, id or symbol of each"),
          ("source", "source urls", "source url", "source address", "url")),
    Field("quotations", gettext_lazy("the words quoted, a text for each source"), ("quotation", "quoted")),
    Field("locators", gettext_lazy("paragraph, page or time, for each source"), ("locator", "page", "paragraph")),
    Field("roles", gettext_lazy("primary, corroborates or contradicts, for each source"), ("role",)),
    Field("is_example", gettext_lazy("whether it is an invented example")),
    Field("visibility", gettext_lazy("who may see it")),
)  # fmt: skip
# Further versions of the words stand in columns of their own: “words_fr”, and whose they are in “words_fr_kind”.
LANGUAGES = ("ar", "en", "es", "fr", "km", "ru", "zh")
FIELDS += tuple(
    told
    for code in LANGUAGES
    for told in (
        Field(f"words_{code}", gettext_lazy("the words in another language"), (f"words in {code}",)),
        Field(f"words_{code}_kind", gettext_lazy("whose words those are")),
    )
)
_VERSIONS = tuple((f"words_{code}", f"words_{code}_kind", code) for code in LANGUAGES)
_OF_SOURCES = ("quotations", "locators", "roles")
_BESIDE = ("offices", "sides", "on_behalf_of", "attributions")
_YES, _NO = frozenset({"true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n", ""})
_PAGE = re.compile(r"(?:.*/)?(people|organisations|mandates)/([-\w]+)/?")
_PAGES = {"people": "person", "organisations": "organisation", "mandates": "mandate"}
Page = tuple[str, str]


class Speaker(NamedTuple):
    """A speaker as a row names them; `page` is None where their page is told to be none, "" where nothing is said."""

    name: str
    page: Page | str | None = ""
    office: str = ""
    side: str = ""
    on_behalf_of: str = ""
    attribution: str = ""


class Quoted(NamedTuple):
    """A citation as a row tells it."""

    source: str
    exact: str = ""
    locator: str = ""
    role: str = CitationRole.PRIMARY.value


@dataclass(slots=True)
class Told:
    """What a row says. `problems` are what is wrong with its cells, whatever the record holds."""

    number: int
    id: str = ""
    visit: str = ""
    countries: list[str] = field(default_factory=list)
    mandates: list[str] = field(default_factory=list)
    meeting: str = ""
    date: str = ""
    earliest: datetime.date | None = None
    latest: datetime.date | None = None
    date_basis: str = DateBasis.STATED.value
    act: str = ""
    mode: str = ""
    occasion: str = ""
    speakers: list[Speaker] = field(default_factory=list)
    addressees: list[str] = field(default_factory=list)
    chain: list[str] = field(default_factory=list)
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    original_language: str = ""
    answers: str = ""
    topics: list[str] = field(default_factory=list)
    sources: list[Quoted] = field(default_factory=list)
    is_example: bool = False
    visibility: str = ""
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, name: str, text: str, reason: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(name, text[:200], reason))


def parted(text: str) -> list[str]:
    """Return the texts of a cell that holds several, parted as in our files; none for an empty cell."""
    if not text:
        return []
    return [part.strip() for part in f" {text} ".split(BETWEEN)] if "|" in text else [text]


@lru_cache(maxsize=32)
def _table(choices: type[TextChoices]) -> dict[str, str]:
    """Return values and their English labels, folded, by which a cell names a choice."""
    named = {fold(value): value for value in choices.values}
    return {**{fold(str(choice.label)): choice.value for choice in choices}, **named, **{v: v for v in choices.values}}


def _choice(told: Told, name: str, text: str, choices: type[TextChoices], default: str = "") -> str:
    if not text:
        if not default:
            told.wrong(name, "", _("Nothing is said here."))
        return default
    table = _table(choices)
    found = table.get(text)
    if found is not None:
        return found
    found = table.get(fold(text))
    if found is None:
        told.wrong(name, text, _("This is none of: %(choices)s.") % {"choices": ", ".join(choices.values)})
    return found or default


def _fits(told: Told, name: str, text: str, most: int) -> str:
    if len(text) > most:
        told.wrong(name, text, _("The text has more than %(most)d characters.") % {"most": most})
    return text


def _beside(told: Told, number: int, values: Mapping[str, str], name: str) -> list[str]:
    """Return a cell whose texts stand in the order of so many names, one for each."""
    text = values.get(name, "")
    if not text:
        return [""] * number
    if number == 1 and "|" not in text:
        return [text]
    texts = parted(text)
    if len(texts) > number:
        told.wrong(name, text, _("There are more texts here than names beside them."))
    return texts + [""] * (number - len(texts))


@lru_cache(maxsize=10_000)
def page_of(text: str) -> Page | None:
    """Return the kind and slug of which a cell gives the page, or None."""
    match = _PAGE.fullmatch(text)
    return (_PAGES[match[1]], match[2]) if match else None


def tell(row: Given) -> Told:
    """Return what a row says."""
    values, get = row.values, row.values.get
    told = Told(row.number)
    for name, reason in row.problems.items():
        told.wrong(name, values.get(name, ""), reason)
    told.id, told.visit, told.meeting = (last_part(get(name, "")) for name in ("id", "visit", "meeting"))
    told.countries, told.mandates = parted(get("countries", "")), parted(get("mandates", ""))
    told.act = _choice(told, "act", get("act", ""), Act)
    told.mode = _choice(told, "mode", get("mode", ""), Mode)
    told.occasion = _choice(told, "occasion", get("occasion", ""), Occasion)
    told.date_basis = _choice(told, "date_basis", get("date_basis", ""), DateBasis, DateBasis.STATED.value)
    if "visibility" in values:
        told.visibility = _choice(told, "visibility", values["visibility"], Visibility)
    told.original_language = _fits(told, "original_language", get("original_language", ""), 12)
    told.answers = get("answers", "")
    _date(told, get("date", ""))
    _speakers(told, values)
    _words(told, values)
    told.addressees = [_fits(told, "addressees", name, 160) for name in parted(get("addressees", ""))]
    told.chain = [_fits(told, "chain", name, 160) for name in parted(get("chain", ""))]
    told.topics = list(dict.fromkeys(name for name in parted(get("topics", "")) if name))
    _sources(told, values)
    if example := get("is_example", "").casefold():
        told.is_example = example in _YES
        if example not in _YES | _NO:
            told.wrong("is_example", example, _("Say yes or no."))
    return told


def _date(told: Told, text: str) -> None:
    if text:
        try:
            found = parse(text)
        except ValueError as error:
            told.wrong("date", text, str(error))
        else:
            told.date, told.earliest, told.latest = found.text, found.earliest, found.latest


def _speakers(told: Told, values: Mapping[str, str]) -> None:
    names = parted(values.get("speakers", ""))
    if not names or not all(name.strip() for name in names):
        told.wrong("speakers", "", _("Say who speaks; where nobody is named, use the label “not attributed”."))
    pages: Iterable[Page | str | None] = [""] * len(names)
    if "speaker_pages" in values:
        pages = [page_of(text) if text else None for text in _beside(told, len(names), values, "speaker_pages")]
    others = [_beside(told, len(names), values, name) for name in _BESIDE]
    for name, page, office, side, behalf, printed in zip(names, pages, *others, strict=False):
        known = _choice(told, "sides", side, Side) if side else ""
        _fits(told, "speakers", name, 160 if page is None else 300)
        told.speakers.append(Speaker(name, page, office, known, behalf, _fits(told, "attributions", printed, 200)))


def _words(told: Told, values: Mapping[str, str]) -> None:
    words = values.get("words", "")
    if not words.strip():
        told.wrong("words", "", _("Give the words in at least one version."))
        return
    language = values.get("words_language", "") or told.original_language or "en"
    default = TextKind.ORIGINAL.value if language == told.original_language else TextKind.EDITORS_WORDS.value
    kind = _choice(told, "words_kind", values.get("words_kind", ""), TextKind, default)
    told.texts.append((kind, _fits(told, "words_language", language, 12), words))
    for name, whose, code in _VERSIONS:
        if text := values.get(name, ""):
            told.texts.append((_choice(told, whose, values.get(whose, ""), TextKind, TextKind.OWN.value), code, text))


def _sources(told: Told, values: Mapping[str, str]) -> None:
    sources = parted(values.get("sources", ""))
    columns: dict[str, Any] = {name: parted(values.get(name, "")) for name in _OF_SOURCES}
    number = max(len(sources), *map(len, columns.values()))
    if len(sources) == 1:
        sources *= number
    if len(sources) != number:
        told.wrong("sources", values.get("sources", ""), _("There are not as many sources as quotations beside them."))
        return
    quoted, locators, roles = (texts + [""] * (number - len(texts)) for texts in columns.values())
    for source, exact, locator, role in zip(sources, quoted, locators, roles, strict=True):
        chosen = _choice(told, "roles", role, CitationRole, CitationRole.PRIMARY.value)
        told.sources.append(Quoted(source, exact, _fits(told, "locators", locator, 80), chosen))

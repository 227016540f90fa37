"""Noun phrases and subjects as regular expressions over word classes (see `language`).

Every pattern is bounded in length, so that a sentence without end costs no more than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CORE = r"(?:(?:[DM]{1,3}P)?[DM]{0,3}R?(?:[NCM]S?|(?<=C)Q(?=C)|(?<=[SDN])t(?=N)){1,10})"
NP = rf"(?:{CORE}(?:[PI]{CORE}){{0,4}}(?:\([^()]{{1,12}}\))?)"
JOINT = rf"(?:{NP}(?:,{NP}){{0,4}},?&{NP})"
RELATIVE = rf"(?:W[^,;:Q.]{{1,40}}|V[PI]{CORE}(?:P{CORE}){{0,2}})"
TIME = r"(?:P?D?N?t{1,3}M?(?:,M,?)?|PM)"
ADJUNCT = rf"(?:,?(?:{TIME}|R),?){{0,3}}"
TAIL = rf"(?:{ADJUNCT}[VRX]{{0,4}}(?:{TIME})?)"
SKIP = re.compile(rf"(?:,?(?:[PI]{CORE}(?:P{CORE})?|{TIME}|R)){{0,4}}")

_PRONOUN = re.compile(rf"(?:V(?=O))?(?P<np>O){TAIL}$")
_AND = re.compile(r"(?:&|,&?|B)[RV]{0,2}$")
_WHO = re.compile(rf"(?P<np>{NP}),?W[RVX]{{0,3}}$")
_PLAIN = re.compile(rf"(?P<np>{JOINT}|{NP})(?P<rel>{RELATIVE})?{TAIL}$")
_APPOSED = re.compile(rf"(?P<np>{JOINT}|{NP}),(?P<app>[DNCMWSPRTVIQ&OB,()KXtG]{{1,60}}?),{TAIL}$")
_AFTER = re.compile(rf"R?(?P<np>O|D(?=[,.])|{JOINT}(?=[.,:;Q-]|$)|{NP})(?P<rel>{RELATIVE})?")
_SINGLE = re.compile(rf"(?P<np>{NP})(?P<rel>{RELATIVE})?")
_PIECE = re.compile(rf"(?P<np>{JOINT}|{NP})")
_STARTS = re.compile(r"(?<![PIDNCMSRt])(?=[DMNCR])|(?<=t)(?=[DNC])|(?<=[,&TB:Q-])(?=[DMNCR])|(?<=R)(?=[DMNC])")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Where a noun phrase stands in a sentence: its tokens, the apposition's and the relative clause's."""

    start: int
    end: int
    app_start: int = 0
    app_end: int = 0
    rel_end: int = 0
    whole_start: int = 0
    whole_end: int = 0


def candidates_before(classes: str, verb: int) -> list[Phrase]:
    """Return the noun phrases that may be the subject of the word of speech at `verb`, the likeliest first."""
    low = max(0, verb - 90)
    region = classes[low:verb]
    if m := _PRONOUN.search(region):
        return [Phrase(low + m.start("np"), low + m.end("np"), whole_start=low + m.start(), whole_end=verb)]
    found: list[Phrase] = []
    if region.endswith("W") or re.search("W[RVX]{1,3}$", region):
        found.extend(
            Phrase(low + m.start("np"), low + m.end("np"), whole_start=low + s, whole_end=verb)
            for s in sorted({*_starts(region), *(m.end() for m in re.finditer("P(?=[DMNC])", region))})
            if (m := _WHO.match(region, s))
        )
        return found[:3]
    comma = bool(re.search(rf",[RVX]{{0,3}}$|,{TIME},?[RVX]{{0,3}}$", region))
    for s in _starts(region):
        m = _APPOSED.match(region, s) if comma else _PLAIN.match(region, s)
        if m is None:
            continue
        groups = m.groupdict()
        found.append(
            Phrase(
                low + m.start("np"), low + m.end("np"),
                app_start=low + m.start("app") if groups.get("app") else 0,
                app_end=low + m.end("app") if groups.get("app") else 0,
                rel_end=low + m.end("rel") if groups.get("rel") else 0,
                whole_start=low + m.start(), whole_end=verb,
            )
        )  # fmt: skip
    return found[:6]


def _starts(region: str) -> list[int]:
    return [m.start() for m in _STARTS.finditer(region)]


def joins_clause(classes: str, verb: int) -> bool:
    """Return whether the verb continues an earlier clause (“and said”, “, said”), whose subject is its own."""
    return bool(_AND.search(classes[max(0, verb - 6) : verb]))


def after(classes: str, position: int, *, joint: bool = True) -> Phrase | None:
    """Return the noun phrase that begins at `position`, with what is put in apposition to it."""
    m = (_AFTER if joint else _SINGLE).match(classes, position)
    if m is None:
        return None
    end = m.end()
    app_start = app_end = 0
    if classes[end : end + 1] == ",":
        app = re.compile(rf"(?:M|{JOINT}|{NP}|{RELATIVE})(?=[,.:;Q-]|$)").match(classes, end + 1)
        if app:
            app_start, app_end = app.start(), app.end()
            more = re.compile(rf",({NP})(?=[,.:;-]|$)").match(classes, app_end)
            if more and classes[app_start:app_end] == "M":
                app_end = more.end()
    return Phrase(
        m.start("np"), m.end("np"), app_start, app_end, m.end("rel") if m.group("rel") else 0,
        whole_start=position, whole_end=max(end, app_end),
    )  # fmt: skip


def first(classes: str) -> list[Phrase]:
    """Return the noun phrases that may be the subject of the whole sentence, from the left."""
    found = []
    for s in _starts(classes[:80])[:8]:
        if (m := _PIECE.match(classes, s)) is None:
            continue
        end = m.end()
        phrase = after(classes, s)
        found.append(phrase or Phrase(s, end, whole_start=s, whole_end=end))
    return found


def pieces(classes: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the noun phrases between commas in `[start, end)`."""
    return [m.span("np") for m in _PIECE.finditer(classes, start, end)]

"""The notes of a briefing: each citation with its source, address, archived copy, the day it was read, the version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from statements.briefing.tree import Run, Runs, parted, run, runs
from statements.cards import show
from statements.choices import CitationRole
from visits.citing.styles import cite
from visits.views.citing import source_as_item

if TYPE_CHECKING:
    from datetime import date

    from statements.briefing.reading import Told
    from statements.cards import Proof
    from visits.models import Source


def day(value: date) -> str:
    """Return a day in short words of the language in force."""
    return show(value.isoformat())


def note_of(told: Told, proof: Proof, source: Source | None, site: str) -> Runs:
    """Return the note of a citation; `source` is None where it is a note on a meeting, which stands nowhere else."""
    parts: list[Runs] = []
    if source is None:
        parts.append(runs(gettext("Note on a meeting, not published.")))
    else:
        parts += _of_source(source)
    if proof.role != CitationRole.PRIMARY:
        parts.append(_sentence(proof.role_label))
    if proof.locator:
        parts.append(_sentence(gettext("At: %(place)s") % {"place": proof.locator}))
    parts += [_sentence(relay) for relay in proof.relays]
    return parted([*parts, _verdict(proof), _version(told, site)], " ")


def source_note(source: Source) -> Runs:
    """Return the note of a source that is not cited for a statement."""
    return parted(_of_source(source), " ")


def _of_source(source: Source) -> list[Runs]:
    """Return a source in the style of the United Nations; where and when it was read stands behind, with links."""
    item = replace(source_as_item(source), url="", accessed="")
    return [runs(cite(item, "un")), (*parted(_where(source)), run("."))]


def _where(source: Source) -> list[Runs]:
    """Return where a source stands, where a copy is kept, and when it was read; what is not recorded is said."""
    address, archived, read = gettext("Address: "), gettext("archived copy: "), source.accessed
    return [
        runs(address, run(source.url, href=source.url)) if source.url else runs(gettext("No address recorded")),
        runs(archived, run(source.archive_url, href=source.archive_url))
        if source.archive_url
        else runs(gettext("no archived copy recorded")),
        runs(gettext("accessed %(day)s") % {"day": day(read)})
        if read and source.consulted
        else runs(gettext("day of access not recorded")),
    ]


def _sentence(text: str) -> Runs:
    return runs(text[:1].upper() + text[1:], "" if text.endswith(".") else ".")


def _verdict(proof: Proof) -> Runs:
    """Return what the verbatim check says, with both wordings where they differ and both may be read."""
    label = gettext("Check of the quotation: %(verdict)s") % {"verdict": proof.verdict_label}
    if proof.how_label:
        label += f" ({proof.how_label})"
    found = list(runs(label))
    if proof.quoted:
        found += [run(": “"), *_wording(proof.quoted), run("”")]
    if proof.held:
        found += [run("; "), run(gettext("in the source:")), run(" “"), *_wording(proof.held), run("”")]
    return (*found, run("."))


def _wording(pieces: list[tuple[str, bool]]) -> list[Run]:
    return [run(words, style="strong" if differs else "") for words, differs in pieces]


def _version(told: Told, site: str) -> Runs:
    """Return which version of the statement this is, and where it stands."""
    address = site + told.card.url
    dates = []
    if told.published:
        dates.append(gettext("published %(day)s") % {"day": day(told.published.date())})
    if told.corrected:
        dates.append(gettext("corrected %(day)s") % {"day": day(told.corrected)})
    version = gettext("Statement %(number)s, version %(mark)s") % {"number": told.number, "mark": told.mark}
    return runs(version, f" ({', '.join(dates)})" if dates else "", ": ", run(address, href=address))

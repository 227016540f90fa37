"""What the cells of a row say of a visit: dates, status and the steps that these give, documents, pages. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from visits.addresses import canonical
from visits.choices import VisitKind, VisitStatus
from visits.folding import fold
from visits.imports.kinds import Given, Problem
from visits.imports.resolving import entries_of
from visits.partial_dates import between, parse

# Words of lists for how far a visit has come, beside the words of the record.
_STATUS_WORDS = {
    "held": "completed",
    "conducted": "completed",
    "done": "completed",
    "undertaken": "completed",
    "canceled": "cancelled",
    "denied": "declined",
    "refused": "declined",
    "rejected": "declined",
    "agreed": "accepted",
    "planned": "announced",
    "scheduled": "announced",
    "upcoming": "announced",
    "request": "requested",
    "pending": "requested",
    "invitation": "invited",
    "no step recorded": "",
    "unknown": "",
}
_LONGEST = {"duration": 60, "place": 200, "reports": 60, "addresses": 500}
# What is meant as a date of ours is told what is wrong with it; of anything else, how dates are written.
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?", re.ASCII)
HELD = frozenset({"completed", "reported"})


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a row gives. `proposed` are the dates that it names, `document` a UN symbol."""

    kind: str
    actor: str = ""
    date: str = ""
    proposed: str = ""
    document: str = ""


@dataclass(slots=True)
class VisitRow:
    """What a row says of a visit, but for what it names: countries, mandates and people are resolved elsewhere."""

    start: str = ""
    end: str = ""
    dates: str = ""
    dates_kind: str = ""
    status: str = ""
    kind: str = ""
    reports: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """Return the steps that status, dates and documents give."""
        return [*steps_of(self), *(Step("report", "holder", document=symbol) for symbol in self.reports)]


def read_visit(row: Given) -> VisitRow:
    """Return what the cells of `row` say, each wrong one as a problem."""
    found = VisitRow()
    found.problems += [Problem(name, row[name][:80], told) for name, told in row.problems.items()]
    _read_dates(row, found)
    _read_status(row, found)
    _read_kind(row, found)
    found.reports = entries_of(row["reports"])
    found.sources = _addresses(row, found)
    for name, most in _LONGEST.items():
        for text in entries_of(row[name]) if name in {"reports", "addresses"} else [row[name]]:
            if len(text) > most:
                told = _("More than %(most)d characters.") % {"most": most}
                found.problems.append(Problem(name, f"{text[:80]}…", told))
    return found


def _read_dates(row: Given, found: VisitRow) -> None:
    whole, start, end = (_date(row, name, found) for name in ("dates", "start", "end"))
    if whole and not (start or end):
        first, slash, last = whole.partition("/")
        start, end = (first, last) if slash else (whole, whole)
        kind = row["dates_kind"]
        start, end = ("" if kind == "end_only" else start), ("" if kind == "start_only" else end)
    found.start, found.end = start, end
    if start and end and parse(end).latest < parse(start).earliest:
        found.problems.append(Problem("end" if row["end"] else "dates", end, _("It ends before it starts.")))
        return
    found.dates = between(parse(start), parse(end)).text if start and end else start or end
    found.dates_kind = "start_only" if start and not end else "end_only" if end and not start else ""


def _date(row: Given, name: str, found: VisitRow) -> str:
    text = row[name].replace(" ", "")
    if not text:
        return ""
    try:
        parse(text)
    except ValueError as error:
        told = str(error)
        if not _ISO.fullmatch(text):
            told = _(
                "Dates are written 2019-03-05, 2019-03, 2019 or 2019-03-05/2019-03-09: no other form is guessed at."
            )
        found.problems.append(Problem(name, row[name][:80], told))
        return ""
    return _as_precise(text, fold(row["precision"]))


def _as_precise(text: str, precision: str) -> str:
    """Return a date without the first day that a program put where only a month or year is said to be known."""
    if precision == "year" and text.endswith("-01-01"):
        return text[:4]
    return text[:7] if precision == "month" and re.fullmatch(r"\d{4}-\d\d-01", text) else text


def _read_status(row: Given, found: VisitRow) -> None:
    words = fold(row["status"])
    known = {fold(value): value for value in VisitStatus.values} | {
        fold(str(label)): value for value, label in VisitStatus.choices
    }
    known |= _STATUS_WORDS
    if words and words not in known:
        told = _("No status is called so. Known are: %(known)s.")
        names = ", ".join(value for value in VisitStatus.values if value != VisitStatus.UNKNOWN)
        found.problems.append(Problem("status", row["status"][:80], told % {"known": names}))
        return
    status = known.get(words, "")
    found.status = "" if status == VisitStatus.UNKNOWN else status


def _read_kind(row: Given, found: VisitRow) -> None:
    words = fold(row["kind"])
    known = {fold(value): value for value in VisitKind.values}
    known |= {fold(str(label)): value for value, label in VisitKind.choices}
    if words and words not in known:
        told = _("No kind of visit is called so. Known are: %(known)s.")
        found.problems.append(Problem("kind", row["kind"][:80], told % {"known": ", ".join(VisitKind.values)}))
        return
    found.kind = known.get(words, "")


def _addresses(row: Given, found: VisitRow) -> list[str]:
    """Return the addresses of pages; a cell may hold several, parted by spaces or as other entries are."""
    texts = [part for entry in entries_of(row["addresses"]) for part in entry.split()]
    for text in texts:
        if not canonical(text):
            found.problems.append(Problem("addresses", text[:80], _("This is no address of a page.")))
    # Of one page the first way to write its address stands.
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(canonical(text), text)
    return list(first.values())


def steps_of(row: VisitRow) -> list[Step]:
    """Return the steps that a status with dates gives, in the order of a visit's life."""
    status, proposed = row.status, row.dates
    if status in HELD:
        steps = [Step("started", date=row.start)] if row.start else []
        # Whatever is completed has ended, on a day that need not be known.
        steps.append(Step("ended", date=row.end))
        return [*steps, Step("report", "holder")] if status == "reported" and not row.reports else steps
    if status == "requested":
        return [Step("requested", "holder", proposed=proposed)]
    if status == "declined":
        asked = [Step("dates_proposed", proposed=proposed)] if proposed else []
        return [*asked, Step("declined", "state")]
    if status in {"postponed", "cancelled"}:
        agreed = [Step("dates_agreed", proposed=proposed)] if proposed else []
        return [*agreed, Step(status)]
    if status == "suspended":
        return [Step("started", date=row.start), Step("suspended")]
    return [Step(status, proposed=proposed)] if status else []

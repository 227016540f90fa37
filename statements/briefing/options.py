"""What a briefing is asked to hold, read out of an address and written back in the one form it has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.briefing.tree import LANGUAGE_TAG
from statements.positions import COLUMNS
from visits.access import Permission, Role, has_permission
from visits.models import User
from visits.partial_dates import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Person: TypeAlias = User | AnonymousUser

PAPERS = {"a4": _("A4"), "letter": _("US Letter")}
# So many topics or languages are read out of an address.
MOST_CHOSEN = 100
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,120}")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Options:
    """What was chosen: of columns, topics and languages none means all columns, all topics, the preferred words."""

    columns: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    internal: bool = False
    paper: str = "a4"

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Return the columns that are printed."""
        return self.columns or COLUMNS

    def pairs(self) -> list[tuple[str, str]]:
        """Return the names and values that stand in an address."""
        found = [("column", column) for column in self.columns]
        found += [("topic", topic) for topic in self.topics]
        found += [("language", language) for language in self.languages]
        found += [(name, value) for name, value in (("since", self.since), ("until", self.until)) if value]
        found += [("internal", "yes")] if self.internal else []
        return found + ([("paper", self.paper)] if self.paper != "a4" else [])


def options_of(data: QueryDict, user: Any) -> Options:
    """Return what an address asks for; what is not understood is left aside, and what `user` may not ask for too."""
    chosen = {column for column in data.getlist("column") if column in COLUMNS}
    columns = tuple(column for column in COLUMNS if column in chosen)
    return Options(
        columns=() if len(columns) == len(COLUMNS) else columns,
        topics=_some(data.getlist("topic"), _SLUG),
        languages=_some(data.getlist("language"), LANGUAGE_TAG),
        since=_year(data.get("since", "")),
        until=_year(data.get("until", "")),
        internal=data.get("internal") == "yes" and may_ask_for_internal(user),
        paper=data.get("paper", "") if data.get("paper") in PAPERS else "a4",
    )


def misread(data: QueryDict) -> list[str]:
    """Return a sentence for each value of an address that is not understood as an option of that name, each once."""
    ways: dict[str, Callable[[str], Any]] = {
        "column": COLUMNS.__contains__,
        "topic": _SLUG.fullmatch,
        "language": LANGUAGE_TAG.fullmatch,
        "since": _year,
        "until": _year,
        "paper": PAPERS.__contains__,
        "internal": {"yes", "no"}.__contains__,
    }
    told = gettext("“%(value)s” is not understood as “%(name)s”.")
    found = [
        told % {"value": value[:60], "name": name}
        for name, understands in ways.items()
        for value in dict.fromkeys(data.getlist(name))
        if value and not understands(value)
    ]
    found += [
        gettext("“%(name)s” stands there more than %(most)d times.") % {"name": name, "most": MOST_CHOSEN}
        for name in ("topic", "language")
        if len(set(data.getlist(name))) > MOST_CHOSEN
    ]
    since, until = _year(data.get("since", "")), _year(data.get("until", ""))
    if since and until and since > until:
        found.append(gettext("%(since)s is after %(until)s: no year lies between.") % {"since": since, "until": until})
    return found


def _some(values: Iterable[str], form: re.Pattern[str]) -> tuple[str, ...]:
    """Return the values of a form, each once, in an order that does not depend on that of the address."""
    return tuple(sorted({value for value in values if form.fullmatch(value)}))[:MOST_CHOSEN]


def _year(text: str) -> str:
    """Return a year in four figures that a date of the record can have; "" for anything else."""
    return text if _YEAR.fullmatch(text) and FIRST_YEAR <= int(text) <= LAST_YEAR else ""


def may_ask_for_internal(user: Any) -> bool:
    """Whether `user` may have a briefing with what only members see."""
    return has_permission(user, Permission.SEE_INTERNAL)


def reader_of(options: Options) -> Person:
    """Return as whom a briefing is read: as everybody, or as a member who is named in no compartment.

    Never as the person who asks: paper is handed on, so drafts and whatever is confidential stay where they are.
    """
    return User(role=Role.MEMBER) if options.internal else AnonymousUser()

"""Who was protected, told by numbers and code names alone: lines in the list of removals (`kept_removals`).

A line names the row that was protected, the moment, the compartment and the code name: “protected person 50
2026-11-29T03:40:00+00:00 7 Witness%207”. A row of that number that was entered before that moment is the same row, in
whatever backup; one entered since is somebody else, who got the number after a backup was restored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, Self
from urllib.parse import quote, unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.models import Participant, Person, ProtectedName
from visits.sealing import opened

WORD = "protected"
KINDS: dict[str, Any] = {"person": Person, "participant": Participant}


class Protection(NamedTuple):
    """A line of the list."""

    kind: str
    row: int
    at: datetime
    room: int
    code: str

    @classmethod
    def read(cls, line: str) -> Self:
        """Return what a line tells; raises ValueError for one that is none."""
        word, kind, row, at, room, code = line.split(" ")
        moment = datetime.fromisoformat(at)
        if word != WORD or kind not in KINDS or moment.tzinfo is None or not code:
            raise ValueError(line[:80])
        return cls(kind, int(row), moment, int(room), unquote(code))

    def __str__(self) -> str:
        return f"{WORD} {self.kind} {self.row} {self.at.isoformat()} {self.room} {quote(self.code, safe='')}"

    def is_of(self, row: Any) -> bool:
        """Whether a stored row with this number is the one that was protected: it was there before."""
        first = row.history.order_by("history_date").values_list("history_date", flat=True).first()
        return first is None or first <= self.at


def of(kept: ProtectedName, rows: Iterable[int] = ()) -> Iterator[Protection]:
    """Yield the lines of somebody protected, and of those who went up in them: an older backup has these apart."""
    kind = "person" if kept.person_id else "participant"
    for row in (kept.person_id or kept.participant_id or 0, *rows):
        yield Protection(kind, row, kept.protected_at, kept.compartment_id, kept.code_name)


def unlisted(known: Iterable[Protection]) -> Iterator[Protection]:
    """Yield what the database tells of those protected beside `known`, where that tells nothing of the name.

    Somebody may have changed the code name since: where it has a word of the real one, or that cannot be opened, it
    is not written down.
    """
    before = {(one.kind, one.row, one.at) for one in known}
    for kept in ProtectedName.objects.select_related("person", "participant").order_by("pk"):
        (one,) = of(kept)
        if one[:3] in before:
            continue
        try:
            check_code(one.code, opened(kept.sealed))
        except ValidationError:
            continue
        yield one


def check_code(code: str, names: Iterable[str]) -> None:
    """Raise ValidationError where a code name holds a word of the name."""
    told = {word for name in names for word in name.casefold().split() if len(word) > 1}
    if told & set(code.casefold().split()):
        raise ValidationError(_("The code name must not hold a word of the name."))

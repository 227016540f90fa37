"""Who is meant by a typed name: a person or an organisation that the editor may see, or a label."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.choices import Side
from visits.folding import fold
from visits.models import Alias, Meeting, Office, Organisation, Participant, Person, PersonName, Visit

if TYPE_CHECKING:
    from visits.models import User


@dataclass
class Known:
    """The people and organisations that an editor may see, by every name they go by."""

    # What a list offers, each leading to one row.
    options: dict[str, Person | Organisation] = field(default_factory=dict)
    _offered: dict[str, Person | Organisation] = field(default_factory=dict)
    _named: dict[str, set[Any]] = field(default_factory=dict)

    def find(self, typed: str) -> Person | Organisation | None:
        """Return who is meant by `typed`; None where nobody is called so.

        Raises ValidationError where several are.
        """
        found: set[Any] = self._named.get(fold(typed), set())
        chosen = self._offered.get(fold(typed))
        if chosen is not None:
            return chosen
        if len(found) > 1:
            raise ValidationError(_("Several are called “%(name)s”: choose one from the list.") % {"name": typed})
        return next(iter(found), None)


def known_to(user: User) -> Known:
    """Return everybody whom `user` may name, in four queries."""
    people: list[Any] = list(Person.objects.visible_to(user).order_by("name", "id"))
    bodies: list[Any] = list(Organisation.objects.visible_to(user).order_by("name", "id"))
    known = Known()
    by_id = {("person", row.pk): row for row in people} | {("organisation", row.pk): row for row in bodies}
    for row in (*people, *bodies):
        _name(known, row, row.name)
    for body in bodies:
        _name(known, body, body.short_name)
    for name in PersonName.objects.visible_to(user).values_list("person_id", "text"):
        _name(known, by_id.get(("person", name[0])), name[1])
    for person, body_id, text in Alias.objects.visible_to(user).values_list("person_id", "organisation_id", "text"):
        _name(known, by_id.get(("person", person)) or by_id.get(("organisation", body_id)), text)
    for row in (*people, *bodies):
        # A name of signs alone is found by its address only.
        named = known._named.get(fold(row.name), set())
        option = row.name if len(named) == 1 else f"{row.name} ({row.slug})"
        known.options[option] = row
        known._offered[fold(option)] = row
    return known


def _name(known: Known, row: Any, text: str) -> None:
    if row is not None and fold(text):
        known._named.setdefault(fold(text), set()).add(row)


def participant_for(
    *, meeting: Meeting, known: Known, by: User, name: str, side: str, named_publicly: bool
) -> Participant:
    """Return an unsaved participant of `meeting` called `name`, with the office or term held on the day.

    Whoever is not known by that name is kept as a label. Raises ValidationError where no side is given and none
    follows from who it is.
    """
    who = known.find(name)
    row = Participant(meeting=meeting, side=side, named_publicly=named_publicly)
    if isinstance(who, Person):
        row.person = who
        row.term, row.office = _capacity(meeting.visit, who, meeting, by)
        row.side = side or (Side.MANDATE_HOLDER if row.term else row.office.side if row.office else "")
    elif isinstance(who, Organisation):
        row.organisation = who
        row.side = side or who.side
    else:
        row.label = name
    if not row.side:
        raise ValidationError(_("Say on which side “%(name)s” stands.") % {"name": name})
    return row


def _capacity(visit: Visit, person: Person, meeting: Meeting, by: User) -> tuple[Any, Any]:
    """Return the term as a member of the visit, or else the one office held on the day of the meeting."""
    expert = visit.experts.filter(term__person=person).select_related("term").first()
    if expert is not None:
        return expert.term, None
    offices = [row for row in Office.objects.visible_to(by).filter(person=person) if _held(row, meeting)]
    return None, offices[0] if len(offices) == 1 else None


def _held(office: Office, meeting: Meeting) -> bool:
    first: Any = meeting.date_earliest
    last: Any = meeting.date_latest
    if first is None or last is None:
        return office.until_latest is None
    begun = office.since_earliest is None or office.since_earliest <= last
    return begun and (office.until_latest is None or office.until_latest >= first)

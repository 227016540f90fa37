"""Every write to consents."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from visits.access import Permission
from visits.actions import clean_and_save, raise_stamp, require
from visits.audit.log import note as log
from visits.models import AuditKind, Consent, Person, StaleVersion, User
from visits.told import is_told


@transaction.atomic
def set_consent(
    *, person: Person, use: str, ends_on: date | None, by: User, note: str = "", version: int | None = None
) -> Consent:
    """Store until when a person consents to a use; a day that is over holds everything back at once.

    `version` is that of the consent that was read, 0 where there was none. Raises StaleVersion where another is stored
    by now, unless it says the same: a form that is older than the end of a consent would make a name public again.
    """
    require(by, Permission.PUBLISH)
    # Of two who record the first consent at one moment one waits for the other.
    Person._base_manager.select_for_update(no_key=True).filter(pk=person.pk).first()
    found = Consent.objects.select_for_update().filter(person=person, use=use).first()
    if version is not None and version != (found.version if found else 0):
        if found is None or (found.ends_on, found.note) != (ends_on, note):
            raise StaleVersion
        return found
    consent = found or Consent(person=person, use=use)
    held, told = _held(person), is_told(person)
    consent.ends_on, consent.note = ends_on, note
    clean_and_save(consent)
    # What the public sees turns with it, and again by itself on the day after its last. Where it does not, or nobody
    # reads of the person, no mark of a file or feed tells that somebody was asked.
    if held != _held(person) and (told or is_told(person)):
        raise_stamp()
    log(AuditKind.CONSENT, by=by, row=person, detail=f"{use} until {ends_on or 'further notice'}")
    return consent


def _held(person: Person) -> bool:
    return Consent.objects.ended().filter(person=person).exists()

"""Every write to protected names: protecting somebody, looking at a name, sealing names by another key.

From the moment somebody is protected no page, file, history, index or draft holds the name: a code name stands in its
place, and the name is sealed by a key of the environment (`sealing.py`). Who is named in the compartment looks at one
name at a time, and each look is noted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from visits.access import Permission
from visits.actions import raise_stamp, require
from visits.addressed import scrub_slugs, slugs_of
from visits.after_save import keys_of, refresh, squeeze, together
from visits.audit.log import note
from visits.compartment_actions import is_in
from visits.erasure import forget_words_of
from visits.kept_protections import check_code, of
from visits.kept_removals import Listed, keep
from visits.merge_plan import relations
from visits.merge_undo import forget_merges, merged_away
from visits.models import Alias, AuditKind, Compartment, Participant, Person, PersonName, ProtectedName, User
from visits.scrubbing import forget_address, forget_elsewhere, scrub_everywhere, scrub_rows, with_words
from visits.sealing import opened, resealed, sealed
from visits.told import is_read, is_told

# Letters that cannot be mistaken for a word or for each other.
_LETTERS = "bcdfghjkmnpqrstvwxz23456789"


@transaction.atomic
def protect_person(*, person: Person, code_name: str, compartment: Compartment, by: User) -> ProtectedName:
    """Put a code name in place of a person's name wherever it stands, and seal the name for `compartment`.

    The person is private from then on. Raises ValidationError where they are protected already, the code name holds
    the name, or no key is set.
    """
    _check(compartment, by)
    return seal_person(person=person, code_name=code_name, compartment=compartment, by=by)


@transaction.atomic
def seal_person(
    *, person: Person, code_name: str, compartment: Compartment, by: User | None, at: datetime | None = None
) -> ProtectedName:
    """Do so whoever asks: `protect_person` checks that, `protected_again` repeats what was done `at` a moment."""
    # Two who protect at one moment take their turn.
    person = Person._base_manager.select_for_update().get(pk=person.pk)
    names = names_of(person)
    code = _checked(code_name, names)
    token = sealed([person.name, *sorted(names - {person.name})])
    _check_open(ProtectedName.objects.filter(person=person).first(), by)
    kept = ProtectedName.objects.create(
        person=person, compartment=compartment, sealed=token, protected_by=by, protected_at=at or timezone.now()
    )
    gone = merged_away(person)
    put_code_name(person, names, code, slug=f"{slugify(code)[:60] or 'person'}-{get_random_string(8, _LETTERS)}")
    note(AuditKind.PROTECTED, by=by, row=person, detail="protected")
    _keep(kept, gone)
    return kept


def names_of(person: Person) -> set[str]:
    """Return every name that a person has or had."""
    found = {person.name, *person.names.values_list("text", flat=True)}
    found |= set(Alias.objects.filter(person=person).values_list("text", flat=True))
    found |= set(person.history.values_list("name", flat=True))
    found |= set(PersonName.history.filter(person_id=person.pk).values_list("text", flat=True))
    found |= set(Alias.history.filter(person_id=person.pk).values_list("text", flat=True))
    return found - {""}


def put_code_name(person: Person, names: set[str], code: str, *, slug: str) -> None:
    """Replace the names of a person by `code`: what they are called, what rows tell of them, what was kept of old."""
    old_path, old_slug, told = person.get_absolute_url(), person.slug, [is_told(person)]
    # Versions of old may name a row that went up in this one.
    ids = {person.pk, *merged_away(person)}
    slugs = slugs_of(person)
    forget_words_of(person)
    forget_merges(person)
    forget_elsewhere(names)
    forget_address(person, old_path, old_slug)
    keys = keys_of([person])
    with together():
        for model in (PersonName, Alias):
            model.history.filter(person_id=person.pk).delete()
            rows: Any = model._base_manager.filter(person=person)
            keys |= keys_of(rows)
            # Not one by one: a deletion would leave the name in the history.
            rows._raw_delete(rows.db)
        anew = {"name": code, "slug": slug, "note": ""}
        Person._base_manager.filter(pk=person.pk).update(**anew, private=True, version=models.F("version") + 1)
        person.history.update(**anew, history_change_reason=None)
        for entry in relations(Person):
            named: Any = entry.model._base_manager.filter(**{entry.name: person})
            told.append(scrub_rows(named, with_words(names), code))
            if hasattr(entry.model, "history"):
                of_them = models.Q(**{f"{entry.attname}__in": ids}) | models.Q(id__in=named.values("pk"))
                scrub_rows(entry.model.history.filter(of_them), with_words(names), code)
        told.append(scrub_everywhere(names, code))
        told.append(scrub_slugs(slugs, slug))
        refresh(keys)
    _shown_anew(told=any(told))


@transaction.atomic
def protect_participant(
    *, participant: Participant, code_name: str, compartment: Compartment, by: User
) -> ProtectedName:
    """Do the same for somebody who takes part in a meeting under a label; others are protected as people."""
    _check(compartment, by)
    return seal_participant(participant=participant, code_name=code_name, compartment=compartment, by=by)


@transaction.atomic
def seal_participant(
    *, participant: Participant, code_name: str, compartment: Compartment, by: User | None, at: datetime | None = None
) -> ProtectedName:
    """Do so whoever asks, as `seal_person` does."""
    participant = Participant._base_manager.select_for_update().get(pk=participant.pk)
    if not participant.label:
        raise ValidationError(_("Protect the person: this participant is one that the record knows."))
    names = {participant.label, *participant.history.values_list("label", flat=True)} - {""}
    code = _checked(code_name, names)
    token = sealed([participant.label, *sorted(names - {participant.label})])
    _check_open(ProtectedName.objects.filter(participant=participant).first(), by)
    kept = ProtectedName.objects.create(
        participant=participant, compartment=compartment, sealed=token, protected_by=by,
        protected_at=at or timezone.now(),
    )  # fmt: skip
    forget_words_of(participant)
    forget_elsewhere(names)
    told = is_read(participant)
    raised = models.F("version") + 1
    Participant._base_manager.filter(pk=participant.pk).update(label=code, named_publicly=False, version=raised)
    participant.history.exclude(label="").update(label=code)
    told = scrub_everywhere(names, code) or told
    refresh(keys_of([participant.meeting]))
    _shown_anew(told=told)
    note(AuditKind.PROTECTED, by=by, row=participant, detail="protected")
    _keep(kept)
    return kept


@transaction.atomic
def look(*, kept: ProtectedName, by: User) -> list[str]:
    """Return the real names, the one that was shown first; the look is noted before anything is opened."""
    if not is_in(kept.compartment, by):
        raise PermissionDenied(_("Your role does not allow this."))
    note(AuditKind.LOOKED, by=by, row=kept.person or kept.participant)
    return opened(kept.sealed)


@transaction.atomic
def rotate_keys() -> int:
    """Seal every name by the first key; return how many. Where one opens by no key, nothing changes."""
    rows = ProtectedName.objects.select_for_update().order_by("pk")
    number = 0
    for row in rows:
        ProtectedName.objects.filter(pk=row.pk).update(sealed=resealed(row.sealed))
        number += 1
    return number


def _check(compartment: Compartment, by: User) -> None:
    require(by, Permission.PUBLISH)
    if not is_in(compartment, by):
        raise ValidationError(_("Choose a compartment in which you are named."))


def _check_open(kept: ProtectedName | None, by: User | None) -> None:
    """Raise ValidationError where somebody is protected already; that they are is told to those alone who may know.

    Asked last: whatever else is refused is refused in the same words of who is protected and of who is not, so that
    nobody learns it by a form that protects nobody.
    """
    if kept is None:
        return
    if by is not None and is_in(kept.compartment, by):
        raise ValidationError(_("This name is protected already: look for the code name in the list."))
    raise ValidationError(_("Nobody can be protected here under this code name: ask another reviewer."))


def _checked(code_name: str, names: set[str]) -> str:
    """Return the code name; raise ValidationError where there is none, or where it tells the name."""
    code = " ".join(code_name.split())
    if not code:
        raise ValidationError(_("Choose a code name."))
    check_code(code, names)
    return code


def _keep(kept: ProtectedName, gone: Iterable[int] = ()) -> None:
    """Note outside the database who is protected, by numbers, so that it is repeated after a backup was restored."""
    lines = list(of(type(kept).objects.get(pk=kept.pk), sorted(gone)))
    # Robust: who is protected is protected; the next removal, or `repeat_removals`, writes the whole list.
    transaction.on_commit(lambda: keep(Listed([], lines)), robust=True)


def _shown_anew(*, told: bool) -> None:
    """Have no page, kept or not, show the name from now on, nor any index hold it.

    Where everybody read nothing of it, no mark of a file or feed tells that somebody is protected.
    """
    squeeze()
    if told:
        raise_stamp()
    transaction.on_commit(caches["pages"].clear)
    transaction.on_commit(caches["briefings"].clear)

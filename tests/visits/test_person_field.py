"""The field in which somebody is named: by address, by name, never by a name that several bear or that is hidden."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser

from tests import factories
from tests.cast import Cast
from visits.actions import save_part
from visits.models import Person, PersonName
from visits.person_field import PersonField

pytestmark = pytest.mark.django_db


class Form(forms.Form):
    person = PersonField()


def asked(text: str, reader: object) -> Form:
    form = Form({"person": text})
    form.fields["person"].reader = reader  # type: ignore[attr-defined]
    return form


def named(name: str, slug: str, **more: bool) -> Person:
    person = factories.person(name=name, slug=slug, **more)
    save_part(part=PersonName(person=person, text=name), by=None)
    return person


@pytest.mark.parametrize(
    "text", ["/people/ana-lopez/", "https://site.example/people/ana-lopez/", "ana-lopez", " Ana López ", "ANA LOPEZ"]
)
def test_somebody_is_found_by_every_way_to_name_them(text: str, people: Cast) -> None:
    known, other = named("Ana López", "ana-lopez"), named("Anna Lopes", "anna-lopes")
    assert other != known
    form = asked(text, people.editor)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["person"] == known


def test_of_several_who_are_called_so_the_addresses_are_told(people: Cast) -> None:
    named("Ana López", "ana-lopez")
    named("Ana Lopez", "ana-lopez-2")
    form = asked("Ana Lopez", people.editor)
    assert form.errors["person"] == [
        "Several are called so. Give the address of one: /people/ana-lopez/, /people/ana-lopez-2/"
    ]
    assert asked("ana-lopez-2", people.editor).is_valid()


def test_nobody_is_found_whom_the_reader_may_not_see(people: Cast) -> None:
    named("Ana López", "ana-lopez", private=True)
    assert asked("Ana López", people.editor).is_valid()
    for text in ("Ana López", "ana lopez", "ana-lopez", "/people/ana-lopez/", "never was"):
        for reader in (people.reader, AnonymousUser()):
            assert asked(text, reader).errors["person"] == ["There is no such person."]
    assert asked("", people.editor).errors["person"] == ["This field is required."]

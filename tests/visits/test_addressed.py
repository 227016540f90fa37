"""Slugs are made of names: of who is protected or erased none stays in a text, a report, a list or a search."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet

from statements.models import SavedSearch
from tests import factories as make
from tests.cast import Cast, again, signed_in
from tests.visits.test_protected import everything
from visits import actions, merging
from visits import protected_actions as protecting
from visits.addressed import pattern_of_slugs
from visits.models import ImportBatch, ImportRow, MeetingNote, Organisation, Person, Redirect, Report
from visits.removal_actions import ask_removal, confirm_removal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings) -> None:
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode()]


def listed(row: Any, kind: str, by: Any) -> None:
    """Have a list of which a row became `row`."""
    batch = ImportBatch(kind=kind, file_name="list.csv", by=by, state="done")
    batch.save()
    ImportRow(batch=batch, number=1, record=row.slug, outcome="entered").save()


def standing(*words: str) -> set[str]:
    """Return the tables in which one of `words` stands."""
    return {table for table, text in everything().items() if any(word in text for word in words)}


def removed(record: Any, by: Any, second: Any) -> None:
    confirm_removal(request=ask_removal(record=record, reason="danger", by=by), by=second)


def test_no_address_of_old_tells_of_whom_is_protected(people: Cast) -> None:
    room = make.compartment(members=(people.reviewer,))
    person = make.person(name="Somebody There", slug="quillfeather-k3x9")
    gone = make.person(name="Somebody Else", slug="hollow")
    merging.merge_records(kept=person, gone=gone, by=people.reviewer)
    person = again(person)
    Redirect(old_path="/people/bramble/", new_path=person.get_absolute_url()).save()
    meeting = make.meeting(public_summary="Fen hollow, Bramble Hill: see /people/hollow/ there.")
    make.participant(meeting=meeting, person=person)
    note = make.note(meeting=meeting, text="See [her page](/people/quillfeather-k3x9/), /people/bramble/ as well.")
    note.text += " Old: https://example.org/people/quillfeather-k3x9/?a=1. Not quillfeather-k3x9-b."
    actions.save_record(record=note, by=None)
    Report.objects.create(text="She is in danger.", page="/people/quillfeather-k3x9/")
    Report.objects.create(text="So is she.", page="/statements/?speaker=person%3Ahollow")
    listed(person, "people", people.editor)
    SavedSearch.objects.create(user=people.reader, name="Mine", query="speaker=person%3Aquillfeather-k3x9")
    protecting.protect_person(person=person, code_name="Witness 7", compartment=room, by=people.reviewer)
    slug, note = Person.objects.get().slug, MeetingNote.objects.get()
    assert note.text == (
        f"See [her page](/people/{slug}/), /people/{slug}/ as well."
        f" Old: https://example.org/people/{slug}/?a=1. Not quillfeather-k3x9-b."
    )
    assert again(meeting).public_summary == f"Fen hollow, Bramble Hill: see /people/{slug}/ there."
    assert set(Report.objects.values_list("page", flat=True)) == {
        f"/people/{slug}/", f"/statements/?speaker=person%3A{slug}",
    }  # fmt: skip
    assert list(ImportRow.objects.values_list("record", flat=True)) == [slug]
    # What is another slug, and what is a word, stays.
    MeetingNote._base_manager.update(text="")
    MeetingNote.history.update(text="")
    assert standing("quillfeather-k3x9", "people/hollow", "ahollow", "people/bramble") == set()


def test_a_form_of_before_does_not_bring_an_address_back(people: Cast) -> None:
    room = make.compartment(members=(people.reviewer,))
    person = make.person(name="Somebody There", slug="quillfeather-k3x9")
    meeting = make.meeting(public_summary="See /people/quillfeather-k3x9/ for her.\n\nIt rained.", workflow="draft")
    make.participant(meeting=meeting, person=person)
    read_at = again(meeting).version
    protecting.protect_person(person=person, code_name="Witness 7", compartment=room, by=people.reviewer)
    typed = {"public_summary": "See /people/quillfeather-k3x9/ for her.\n\nIt snowed.", "version": str(read_at)}
    answer = signed_in(people.editor).post(f"/desk/meetings/{meeting.public_id}/", typed)
    html = answer.content.decode()
    assert answer.status_code == 409 and "quillfeather" not in html and "snowed" in html


def test_nothing_is_addressed_by_a_removed_visit(people: Cast) -> None:
    visit, other = make.visit(slug="hiddenland-2022-zz9"), make.visit(slug="hiddenland-2022-zz9b")
    for page in (f"/visits/{visit.slug}/", f"/visits/{visit.slug}/positions/", f"/visits/{other.slug}/", "/topics/"):
        Report.objects.create(text="Take it away.", page=page)
    listed(visit, "visits", people.editor)
    SavedSearch.objects.create(user=people.reader, name="Mine", query=f"visit={visit.slug}")
    SavedSearch.objects.create(user=people.reader, name="Other", query=f"visit={other.slug}")
    removed(visit, people.reviewer, people.admin)
    assert sorted(Report.objects.values_list("page", flat=True)) == ["", "", "/topics/", f"/visits/{other.slug}/"]
    assert not ImportRow.objects.exists() and SavedSearch.objects.get().name == "Other"


def test_nothing_is_addressed_by_whom_and_what_a_removal_erased(people: Cast) -> None:
    insiders = make.user(role="reviewer"), make.user(role="reviewer")
    room = make.compartment(members=insiders)
    shelter = make.organisation(name="Secret Shelter", slug="secret-shelter-x9")
    topic = make.topic(name="Hidden detention", slug="hidden-detention-x9")
    person = make.person(name="Aurelia Quillfeather", slug="aurelia-quillfeather-x9", private=True)
    visit = make.visit()
    meeting = make.meeting(visit=visit, **make.confidential(room))
    make.participant(meeting=meeting, organisation=shelter)
    make.participant(meeting=meeting, person=person)
    make.statement(visit=visit, meeting=meeting, topics=(topic,), **make.confidential(room))
    for row, kind in ((shelter, "organisations"), (topic, "topics"), (person, "people")):
        Report.objects.create(text="Take it away.", page=row.get_absolute_url())
        listed(row, kind, insiders[0])
        SavedSearch.objects.create(user=insiders[0], name="By address", query=f"organisation={row.slug}")
        SavedSearch.objects.create(user=insiders[0], name=row.name, query="q=dam")
    SavedSearch.objects.create(user=people.reader, name="Shelter", query="q=secret+detention")
    removed(meeting, *insiders)
    assert not Organisation.objects.exists()
    assert list(SavedSearch.objects.values_list("name", flat=True)) == ["Shelter"]
    assert set(Report.objects.values_list("page", flat=True)) == {""} and not ImportRow.objects.exists()
    assert standing("secret-shelter", "hidden-detention", "quillfeather") == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/people/elise/", 1), ("Elise, elise", 0), ("person:elise", 1), ("person%3Aelise", 1), ("/people/elise-b/", 0),
        ("an-na", 1), ("an-na-b", 0), ("b-an-na", 0), ("An-Na", 0), ("(an-na).", 1), ("?a=an-na&b", 1),
    ],
)  # fmt: skip
def test_a_slug_is_found_whole_and_one_of_a_single_word_in_addresses_alone(text: str, found: int) -> None:
    assert len(pattern_of_slugs({"elise", "an-na"}).findall(text)) == found

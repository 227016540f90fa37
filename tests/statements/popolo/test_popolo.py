"""Popolo documents: what they hold for whom, and that what is written out, read in and written out is the same."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from statements.models import Citation, Statement
from statements.popolo.reading import PopoloError, read
from tests import factories
from tests.cast import signed_in
from tests.statements.package.emptying import empty_the_record
from tests.statements.popolo.schemas import SCHEMA
from visits.models import Country, Meeting, Office, Organisation, Person, PersonName, Visit

pytestmark = pytest.mark.django_db
ADDRESS = "/people.popolo.json"


@pytest.fixture
def record(db: None) -> Visit:
    """Enter a record with every kind of thing that Popolo has a word for."""
    country = factories.country(iso3="KHM", iso2="KH", m49="116", name="Cambodia")
    mandate = factories.mandate(country=country, slug="cambodia", name="Special Rapporteur on Cambodia")
    holder = factories.person(slug="vee", name="Vee Ratanak")
    PersonName(person=holder, text="វី រតនៈ", kind="full", language="km", script="Khmr", preferred=True).save()
    term = factories.term(mandate=mandate, person=holder, since="2021-05", until="2024-04/2024-05")
    ministry = factories.organisation(
        slug="ministry", name="Ministry", short_name="MoI", side="government", country=country
    )
    office = factories.office(
        person=factories.person(slug="minister", name="A. Minister"),
        organisation=factories.organisation(slug="a-bureau", name="Bureau", side="government", parent=ministry),
        since="2020", seen="2022-08-16",
    )  # fmt: skip
    visit = factories.visit(slug="khm", title="Cambodia", mandates=(mandate,), purpose="To see")
    meeting = factories.meeting(
        visit=visit, title="Ministry", place="Phnom Penh", starts_at="09:00", time_zone="Asia/Bangkok"
    )
    factories.participant(meeting=meeting, person=office.person, office=office)
    source = factories.source(url="https://example.org/a", title="A report")
    factories.statement(
        visit=visit, meeting=meeting, date="2022-08",
        speakers=(factories.speaker(person=office.person, office=office),
                  factories.speaker(label="a villager", side="affected")),
        texts=(factories.text("It rains.", language="en"),), citations=(Citation(source=source),),
    )  # fmt: skip
    factories.statement(visit=None, act="denies", answers_text="that it rains", speakers=(
        factories.speaker(organisation=ministry), factories.speaker(person=holder, term=term, side="mandate_holder"),
    ), citations=(Citation(source=source),))  # fmt: skip
    factories.visit(slug="planned", title="Nowhere", mandates=(mandate,), steps=("dates_agreed > 2030-03",))
    factories.visit(slug="undated", title="Somewhere", mandates=(mandate,), steps=("requested 2021",))
    return visit


def command(name: str, *options: str) -> str:
    out = io.StringIO()
    call_command(name, *options, stdout=out)
    return out.getvalue()


def written(file: Path, *options: str) -> dict[str, Any]:
    command("export_popolo", str(file), *options)
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def test_what_is_written_read_into_an_empty_record_and_written_is_the_same(
    record: Visit, people: Any, tmp_path: Path
) -> None:
    first = written(tmp_path / "a.json", "--by", "cast-editor")
    assert {name: len(rows) for name, rows in first.items() if isinstance(rows, list)} == {
        "persons": 2, "organizations": 2, "posts": 1, "memberships": 2, "events": 4, "speeches": 2,
    }  # fmt: skip
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o600
    jsonschema.validate(first, SCHEMA, format_checker=jsonschema.FormatChecker())

    empty_the_record()
    editor = factories.user(username="cast-editor", role="editor")
    factories.country(iso3="KHM", iso2="KH", m49="116", name="Cambodia")
    assert "Nothing was written." in command(
        "import_popolo", str(tmp_path / "a.json"), "--by", "cast-editor", "--dry-run"
    )
    assert not Person.objects.exists()
    told = command("import_popolo", str(tmp_path / "a.json"), "--by", "cast-editor")
    assert "speeches new: 2" in told
    written(tmp_path / "b.json", "--by", "cast-editor")
    assert (tmp_path / "b.json").read_bytes() == (tmp_path / "a.json").read_bytes()

    # They are drafts, and meetings confidential.
    assert set(Statement.objects.values_list("workflow", flat=True)) == {"draft"}
    assert set(Visit.objects.values_list("workflow", "visibility")) == {("draft", "internal")}
    assert list(Meeting.objects.get().compartment.members.all()) == [editor]
    assert Organisation.objects.get(slug="a-bureau").parent.slug == "ministry"
    call_command("check_record", stdout=io.StringIO())
    # Once more: nothing changes.
    again = command("import_popolo", str(tmp_path / "a.json"), "--by", "cast-editor")
    assert " new: " not in again
    assert "persons there already: 2" in again
    written(tmp_path / "c.json", "--by", "cast-editor")
    assert (tmp_path / "c.json").read_bytes() == (tmp_path / "a.json").read_bytes()


def test_everybody_is_told_what_everybody_may_see(record: Visit, people: Any, tmp_path: Path) -> None:
    before = written(tmp_path / "before.json")
    page = Client().get(ADDRESS)
    assert page.headers["Content-Type"] == "application/json"
    assert {row["id"] for row in page.json()["persons"]} == {"vee", "minister"}
    jsonschema.validate(page.json(), SCHEMA)
    # What is hidden changes nothing, and is there for those who may see it.
    someone = factories.person(slug="hidden-person", name="Hidden person")
    factories.office(person=someone, organisation=factories.organisation(slug="hidden-body", name="Hidden body"))
    factories.office(person=Person.objects.get(slug="vee"), title="Hidden office")
    factories.statement(
        visit=record, **factories.internal(), texts=(factories.text("Hidden words"),),
        speakers=(factories.speaker(person=someone),),
    )  # fmt: skip
    mandate = record.mandates.get()
    factories.visit(slug="hidden-visit", title="Hidden visit", mandates=(mandate,), **factories.draft())
    assert Client().get(ADDRESS).content == page.content
    assert written(tmp_path / "after.json") == before
    member = signed_in(people.member).get(ADDRESS)
    assert "Hidden person" in member.content.decode()
    assert member.headers["Cache-Control"] == "private, no-store"
    whole = tmp_path / "whole.json"
    written(whole, "--by", "cast-editor")
    for word in ("Hidden person", "Hidden body", "Hidden office", "Hidden words", "Hidden visit"):
        assert word in whole.read_text("utf-8")


def test_a_private_individual_is_named_where_they_speak_and_nowhere_else(record: Visit, tmp_path: Path) -> None:
    someone = factories.person(slug="a-private-one", name="Private Name", private=True)
    PersonName(person=someone, text="Other Name").save()
    factories.statement(visit=record, speakers=(factories.speaker(person=someone),))
    assert "Private Name" not in Client().get(ADDRESS).content.decode()
    document = written(tmp_path / "a.json")
    text = json.dumps(document)
    assert "a-private-one" not in text
    assert "Other Name" not in text
    assert [row["attribution_text"] for row in document["speeches"] if "Private" in str(row)] == ["Private Name"]


@pytest.mark.parametrize(
    ("kind", "word"), [("retracts", "retracted"), ("disowns", "disowned"), ("corrects", "corrected")]
)
def test_a_speech_tells_what_became_of_it_to_who_may_see_by_what(
    people: Any, tmp_path: Path, kind: str, word: str
) -> None:
    said = factories.statement()
    factories.statement(visit=said.visit, links=((kind, said),), **factories.internal())

    def speech(*options: str) -> dict[str, Any]:
        rows = written(tmp_path / f"{len(list(tmp_path.iterdir()))}.json", *options)["speeches"]
        return next(row["vis_a_vis"] for row in rows if row["id"] == said.public_id)

    assert "standing" not in speech()
    assert speech("--by", people.member.username)["standing"] == word
    factories.statement(visit=said.visit, links=((kind, said),))
    assert speech()["standing"] == word


def test_without_an_account_an_unchanged_document_answers_304(record: Visit) -> None:
    first = Client().get(ADDRESS)
    assert Client().get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    head = Client().head(ADDRESS)
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    factories.statement(visit=record)
    assert Client().get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_document_costs_the_same_whatever_its_size(number: int, django_assert_num_queries: Any) -> None:
    for _number in range(number):
        speaker = factories.speaker()
        PersonName(person=speaker.person, text="Another").save()
        speaker.office = factories.office(person=speaker.person, organisation=factories.organisation())
        factories.statement(speakers=(speaker,))
        factories.term()
    Client().get(ADDRESS)
    with django_assert_num_queries(8):
        assert len(Client().get(ADDRESS).json()["memberships"]) == number * 2


BAD = [
    ("[]", "no Popolo document"),
    ("{", "no JSON"),
    ("[" * 100_000, "no JSON"),
    ('{"people": []}', "none of its collections"),
    ('{"persons": {}}', "no list of objects"),
    ('{"persons": [{"id": "a"}]}', "persons, number 1: name is missing"),
    ('{"persons": [{"id": "../a", "name": "A"}]}', "small letters"),
    ('{"persons": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]}', "an id stands twice"),
    ('{"persons": [{"id": "a", "name": "A\\u0000"}]}', "a sign that no text has"),
    ('{"persons": [{"id": "a", "name": "A", "vis_a_vis": 1}]}', "no object"),
    ('{"memberships": [{"person_id": "absent"}]}', "person_id leads to nothing in persons"),
    (
        '{"persons": [{"id": "a", "name": "A", "memberships": [{"organization_id": "absent"}]}]}',
        "organization_id leads to nothing in organizations",
    ),
    ('{"organizations": [{"id": "a", "name": "A", "memberships": [{}]}]}', "a: memberships, number 1: person_id is"),
    ('{"persons": [{"id": "a", "name": "A", "memberships": [{"person_id": "b"}]}]}', "of another person_id"),
    ('{"persons": [{"id": "a", "name": "A", "memberships": 1}]}', "persons, a: memberships is no list"),
    ('{"organizations": [{"id": "a", "name": "A", "parent_id": "b"}]}', "parent_id leads to nothing"),
    ('{"persons": [], "vis_a_vis": {"format": 2}}', "newer format"),
    ('{"organizations": [{"id": "a", "name": "A", "area_id": "XXX"}]}', "names no country"),
    ('{"organizations": [{"id": "a", "name": "A", "classification": "hats"}]}', "organizations, a: "),
    ('{"persons": [{"id": "a", "name": "A", "other_names": [1]}]}', "persons, a: "),
    (
        '{"persons": [{"id": "a", "name": "A"}], "memberships": [{"person_id": "a", "start_date": "soon"}]}',
        "memberships, ",
    ),
    ('{"events": [{"id": "a", "name": "A", "start_date": 5}]}', "A date is no text"),
    ('{"speeches": [{"id": "a", "text": "A", "vis_a_vis": {"act": "sings"}}]}', "speeches, a: "),
]


@pytest.mark.parametrize(("text", "told"), BAD)
def test_a_bad_document_is_refused_and_nothing_is_written(people: Any, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(CommandError, match=told):
        command("import_popolo", str(tmp_path / "bad.json"), "--by", "cast-editor")
    for model in (Person, Organisation, Office, Visit, Statement, Country):
        assert not model._base_manager.exists()


def test_memberships_inside_are_taken_in_once_and_what_is_not_read_is_told(people: Any, tmp_path: Path) -> None:
    inside = {"organization_id": "b", "role": "Minister"}
    document = {
        "persons": [{"id": "a", "name": "A", "memberships": [inside]}],
        "organizations": [{"id": "b", "name": "B", "memberships": [{"person_id": "a", "role": "Minister"}]}],
        "areas": [{"id": "c"}],
        "motions": [],
    }
    (tmp_path / "a.json").write_text(json.dumps(document))
    told = command("import_popolo", str(tmp_path / "a.json"), "--by", "cast-editor")
    assert "memberships new: 1" in told
    assert "left aside: areas, motions" in told
    office = Office._base_manager.get()
    assert (office.person.slug, office.organisation.slug, office.title) == ("a", "b", "Minister")


def test_only_who_may_edit_takes_a_document_in(people: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"persons": [{"id": "a", "name": "A"}]}')
    with pytest.raises(CommandError, match="role"):
        command("import_popolo", str(tmp_path / "a.json"), "--by", "cast-member")
    with pytest.raises(CommandError, match="no account"):
        command("import_popolo", str(tmp_path / "a.json"), "--by", "nobody")
    assert not Person.objects.exists()
    with pytest.raises(PopoloError, match="larger"):
        read(b" " * (256 * 1024 * 1024 + 1))

"""A protected name stands nowhere any more but sealed; who may look does so one at a time, and it is noted."""

from __future__ import annotations

import unicodedata

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, TestCase

from statements import harm
from statements.models import Citation, Review, SavedSearch
from statements.review_actions import review_statements
from tests import factories as make
from tests.cast import Cast, signed_in
from visits import actions, merge_plan, merging
from visits import protected_actions as protecting
from visits.compartments import key_of
from visits.consent_actions import set_consent
from visits.drafts import keep_draft
from visits.imports.files import list_of
from visits.models import (
    Alias,
    AuditEntry,
    AuditKind,
    Draft,
    ImportBatch,
    ImportMapping,
    ImportRow,
    Merge,
    Participant,
    Person,
    PersonName,
    ProtectedName,
    PublicationStamp,
    Redirect,
    Report,
)
from visits.scrubbing import left_in

pytestmark = pytest.mark.django_db
NAME, OTHER, SPOKEN = "Aurelia Quillfeather", "Aurélia Квілфезер", "Madame Quillfeather"
WORDS = ("quillfeather", "квілфезер", "\\u0432\\u0456\\u043b\\u0444")


@pytest.fixture(autouse=True)
def keys(settings):
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode()]
    return settings.PROTECTED_KEYS


@pytest.fixture
def room(people: Cast):
    return make.compartment(name="Room", members=(people.reviewer, people.member))


def everything() -> dict[str, str]:
    """Return all that is stored in text, by table: the index of words and what Django itself keeps among it."""
    found = {}
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of tables
            found[table] = " ".join(str(cell) for row in cursor.fetchall() for cell in row).casefold()
    return found


def standing() -> set[str]:
    """Return the tables in which a word of the name stands."""
    return {table for table, text in everything().items() if any(word in text for word in WORDS)}


@pytest.fixture
def known(people: Cast):
    """Return somebody whose name stands in every place that keeps words of editors."""
    person = make.person(name=NAME, slug="aurelia-quillfeather", note="Her cousin is Bo Quillfeather.")
    gone = make.person(name=SPOKEN, slug="madame-quillfeather")
    merging.merge_records(kept=person, gone=gone, by=people.reviewer)
    person = Person.objects.get(pk=person.pk)
    actions.save_part(part=PersonName(person=person, text=OTHER), by=people.editor)
    taken = PersonName(person=person, text="A. Quillfeather", kind="short")
    actions.save_part(part=taken, by=people.editor)
    actions.remove_part(part=taken, by=people.editor)
    Alias(person=person, text="Quillfeather, Aurelia").save()
    meeting = make.meeting(title=f"Meeting with {NAME}", public_summary=f"{NAME} told of it.")
    make.participant(meeting=meeting, person=person)
    meeting.title = "Meeting with a neighbour"
    actions.save_record(record=meeting, by=people.reviewer, version=meeting.version)
    spoken = make.speaker(person=person, attribution="Quillfeather, who lives there")
    cited = (Citation(source=make.source()),)
    speakers = (spoken, make.speaker(label=f"A cousin of {NAME}"))
    statement = make.statement(visit=meeting.visit, speakers=speakers, citations=cited, workflow="in_review")
    asked = harm.answer(["private_person"], none=False, consent="recorded")
    review_statements(
        statements=[(statement, statement.version)], decision="published", answers=asked, reason="She agreed.",
        by=people.reviewer,
    )  # fmt: skip
    make.position(summary=f"Asks what became of {NAME}.", evidence=(statement,))
    Redirect(old_path="/people/quillfeather/", new_path=person.get_absolute_url()).save()
    keep_draft(by=people.editor, key="source:new", data={"title": [f"What {OTHER} wrote"]})
    SavedSearch.objects.create(user=people.reader, name=NAME, query=f"q={NAME}")
    batch = ImportBatch(kind="people", file_name="list.csv", by=people.editor, state="done")
    batch.columns = {f"What {NAME} answered": "note"}
    batch.save()
    ImportRow(batch=batch, number=1, about=NAME, told={"changes": [OTHER]}).save()
    ImportMapping(kind="people", name="Answers", columns={"Answers": "note", f"Of {NAME}": "name"}).save()
    Report.objects.create(text=f"{NAME} is in danger.", contact=f"a friend of {NAME}")
    kind = ContentType.objects.get_for_model(Person)
    LogEntry.objects.create(user=people.admin, content_type=kind, object_id=person.pk, object_repr=NAME, action_flag=2)
    return person


def test_the_name_is_gone_from_every_table_and_page_and_sealed(people: Cast, room, known) -> None:
    assert {
        "visits_person", "visits_historicalmeeting", "visits_merge", "visits_draft", "statements_savedsearch",
        "django_admin_log", "statements_historicalposition", "statements_statementspeaker", "visits_importbatch",
        "visits_importrow", "visits_importmapping", "visits_report",
    } <= standing()  # fmt: skip
    visit = known.participations.get().meeting.visit
    kept = protecting.protect_person(person=known, code_name="Witness 7", compartment=room, by=people.reviewer)
    assert standing() == set()
    person = Person.objects.get(pk=known.pk)
    assert (person.name, person.private, person.note) == ("Witness 7", True, "")
    assert person.slug.startswith("witness-7-") and Client().get("/people/aurelia-quillfeather/").status_code == 404
    assert not Draft.objects.exists() and not SavedSearch.objects.exists() and NAME not in kept.sealed
    for client in (Client(), signed_in(people.admin)):
        for address in (visit.get_absolute_url(), f"{visit.get_absolute_url()}positions/", "/search/?q=quillfeather"):
            html = client.get(address).content.decode()
            # The page of the search repeats what was asked, and finds nothing.
            assert "Aurelia" not in html and "Witness 7" not in html if "search" in address else "Quill" not in html
        history = f"/desk/history/meeting/{known.participations.get().meeting.public_id}/"
    assert "Witness 7" in client.get(history).content.decode()


def test_a_name_is_taken_out_of_what_is_kept_as_json_in_the_form_of_old(people: Cast, room, known) -> None:
    hints = {"private_person": [NAME], "consent": [f"{OTHER}, who lives there"]}
    Review(statement=make.statement(), statement_version=1, decision="published", answers={"hints": hints}).save()
    mapping = ImportMapping.objects.get()
    assert {"statements_review", "visits_historicalimportmapping"} <= standing()
    protecting.protect_person(person=known, code_name="Witness 7", compartment=room, by=people.reviewer)
    assert standing() == set()
    told = {"private_person": ["Witness 7"], "consent": ["Witness 7, who lives there"]}
    assert Review.objects.latest("pk").answers == {"hints": told}
    # Whoever has it open does not put the name back.
    assert ImportMapping.objects.get().version > mapping.version


def test_whoever_looks_at_too_many_names_is_stopped(people: Cast, room, settings) -> None:
    settings.MOST_READ_PER_HOUR = {"reviewer": 2}
    client = signed_in(people.reviewer)
    answers = []
    for number in range(3):
        person = make.person(name=f"Somebody Endangered{number}", private=True)
        kept = protecting.protect_person(
            person=person, code_name=f"Witness {number}", compartment=room, by=people.reviewer
        )
        answers.append(client.post(f"/desk/protected/{kept.public_id}/"))
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Endangered2" not in answers[2].content.decode()
    assert AuditEntry.objects.filter(kind=AuditKind.STOPPED).count() == 1


MARKED = "Élise Ñandú"


@pytest.mark.parametrize(
    "written",
    [
        MARKED.upper(), MARKED.lower(), MARKED.swapcase(), "Élise  Ñandú", "Élise\nÑandú", "Élise\r\n Ñandú",
        "Élise\u00a0Ñandú", "Élise\u200b Ñandú", unicodedata.normalize("NFD", MARKED), f"_{MARKED}_", f"{MARKED}’s",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(people: Cast, room, written: str) -> None:
    person = make.person(name=MARKED, slug="elise")
    meeting = make.meeting(public_summary=f"We met {written}, and Élise Ñandúa.")
    make.participant(meeting=meeting, person=person)
    double = make.person(name="Elise", note=f"Is {written}.")
    merging.merge_records(kept=make.person(name="Somebody"), gone=double, by=people.reviewer)
    protecting.protect_person(person=person, code_name="Witness 7", compartment=room, by=people.reviewer)
    summary = type(meeting).objects.get().public_summary
    assert written not in summary and "Witness 7" in summary and summary.endswith("Élise Ñandúa.")
    assert "Witness 7" in str(Merge.objects.get().changes) and left_in({MARKED}) == {}


def test_a_list_that_waits_and_a_search_by_a_label_do_not_bring_a_name_back(people: Cast, room, known) -> None:
    row = make.participant(meeting=make.meeting(), label="Old Bran Hollow", side="civil_society")
    SavedSearch.objects.create(user=people.reader, name="Mine", query="q=Old+Bran+Hollow")
    SavedSearch.objects.create(user=people.reader, name="Other", query="q=Old+Branch")

    def handed_in() -> ImportBatch:
        sent = SimpleUploadedFile("list.csv", f"name\n{NAME}\nOld Bran Hollow\n".encode())
        signed_in(people.editor).post("/desk/imports/", {"kind": "people", "file": sent})
        return ImportBatch.objects.order_by("-pk")[0]

    for protect in (
        lambda: protecting.protect_person(person=known, code_name="Witness 7", compartment=room, by=people.reviewer),
        lambda: protecting.protect_participant(
            participant=row, code_name="Farmer 1", compartment=room, by=people.reviewer
        ),
    ):
        batch = handed_in()
        assert list_of(batch).is_file() and batch.state == "uploaded"
        with TestCase.captureOnCommitCallbacks(execute=True):
            protect()
        assert not list_of(batch).exists() and ImportBatch.objects.get(pk=batch.pk).state == "cancelled"
    assert list(SavedSearch.objects.values_list("name", flat=True)) == ["Other"]


def test_looking_is_for_those_in_the_compartment_one_at_a_time_and_noted(people: Cast, room, known) -> None:
    kept = protecting.protect_person(person=known, code_name="Witness 7", compartment=room, by=people.reviewer)
    source = make.source(title=f"Letter of {NAME}")
    look = f"/desk/protected/{kept.public_id}/"
    for person in (people.editor, people.admin):
        assert "Witness 7" not in signed_in(person).get("/desk/protected/").content.decode()
        assert signed_in(person).post(look).status_code == 404
        with pytest.raises(PermissionDenied):
            protecting.look(kept=kept, by=person)
    client = signed_in(people.reviewer)
    listed = client.get("/desk/protected/").content.decode()
    assert "Witness 7" in listed and "Quillfeather" not in listed and client.get(look).status_code == 405
    shown = client.post(look)
    html = shown.content.decode()
    assert all(name in html for name in (NAME, OTHER, SPOKEN)) and "no-store" in shown.headers["Cache-Control"]
    assert source.public_id in html
    looks = AuditEntry.objects.filter(kind=AuditKind.LOOKED).values_list("by", "row_kind", "row", "detail")
    assert list(looks) == [(people.reviewer.pk, "visits.person", known.pk, "")]


def test_it_needs_a_reviewer_in_the_compartment_a_key_and_a_code_that_tells_nothing(people, room, known, settings):
    def protect(**given):
        about = {"person": known, "code_name": "Witness 7", "compartment": room, "by": people.reviewer} | given
        return protecting.protect_person(**about)

    for given in ({"code_name": "Sister Quillfeather"}, {"code_name": " "}, {"by": people.admin}):
        with pytest.raises(ValidationError):
            protect(**given)
    with pytest.raises(PermissionDenied):
        protect(by=people.editor)
    keys, settings.PROTECTED_KEYS = settings.PROTECTED_KEYS, []
    with pytest.raises(ValidationError, match="PROTECTED_KEYS"):
        protect()
    settings.PROTECTED_KEYS = keys
    assert Person.objects.get(pk=known.pk).name == NAME
    protect()
    with pytest.raises(ValidationError):
        protect()


def test_a_participant_under_a_label_is_protected_at_the_desk(people: Cast, room) -> None:
    meeting = make.meeting(public_summary="Old Bran Hollow spoke first.")
    row = make.participant(meeting=meeting, label="Old Bran Hollow", side="civil_society")
    make.participant(meeting=meeting, label="Another", side="civil_society")
    fields = {"meeting": meeting.get_absolute_url(), "label": "Old Bran Hollow", "code_name": "Farmer 1"}
    client = signed_in(people.reviewer)
    sent = client.post("/desk/protected/", fields | {"compartment": key_of(room)})
    assert sent.status_code == 302
    assert Participant.objects.get(pk=row.pk).label == "Farmer 1"
    assert not {table for table, text in everything().items() if "hollow" in text}
    kept = ProtectedName.objects.get()
    assert "Old Bran Hollow" in client.post(f"/desk/protected/{kept.public_id}/").content.decode()
    assert client.post("/desk/protected/", fields | {"compartment": key_of(room)}).status_code == 400
    assert signed_in(people.editor).post("/desk/protected/", fields | {"compartment": key_of(room)}).status_code == 404


def test_a_protected_person_is_not_merged(people: Cast, room, known) -> None:
    protecting.protect_person(person=known, code_name="Witness 7", compartment=room, by=people.reviewer)
    known = Person.objects.get(pk=known.pk)
    other = make.person(private=True)
    for kept, gone in ((known, other), (other, known)):
        with pytest.raises(merge_plan.NotMergeable, match="protected"):
            merging.merge_records(kept=kept, gone=gone, by=people.reviewer)


def test_a_merge_tells_nobody_who_is_protected_or_has_consents(people: Cast, room) -> None:
    pairs = [(make.person(private=True), make.person(private=True)) for _ in range(3)]
    for person in pairs[0]:
        set_consent(person=person, use="name", ends_on=None, by=people.reviewer)
    for number, person in enumerate((pairs[1][0], pairs[2][1])):
        protecting.protect_person(person=person, code_name=f"Witness {number}", compartment=room, by=people.reviewer)
    pairs = [tuple(Person.objects.get(pk=row.pk) for row in pair) for pair in pairs]

    def told(by) -> list[str]:
        return [str(merge_plan.plan_merge(*pair, by).problems) for pair in pairs]

    assert set(told(people.editor)) == {"['These two cannot be merged here: ask a reviewer.']"}
    # A reviewer knows of consents, those of the compartment of who is protected.
    other = make.user(role="reviewer")
    assert ["consent" in words for words in told(other)] == [True, False, False]
    assert ["protected" in words for words in told(people.reviewer)] == [False, True, True]
    assert not any("protected" in words for words in told(people.admin))


def test_keys_are_rotated_and_a_lost_one_changes_nothing(people: Cast, room, known, settings, capsys) -> None:
    kept = protecting.protect_person(person=known, code_name="Witness 7", compartment=room, by=people.reviewer)
    old, new = settings.PROTECTED_KEYS[0], Fernet.generate_key().decode()
    settings.PROTECTED_KEYS = [new]
    with pytest.raises(CommandError, match="None of the keys"):
        call_command("rotate_keys")
    assert ProtectedName.objects.get().sealed == kept.sealed
    settings.PROTECTED_KEYS = [new, old]
    call_command("rotate_keys")
    assert "Sealed by the first key: 1" in capsys.readouterr().out
    settings.PROTECTED_KEYS = [new]
    assert NAME in protecting.look(kept=ProtectedName.objects.select_related("compartment").get(), by=people.member)


def test_the_mark_of_what_is_public_turns_only_where_everybody_read_the_name(people: Cast, room) -> None:
    def turned(row, code: str) -> bool:
        before = actions.raise_stamp()
        protect = protecting.protect_person if isinstance(row, Person) else protecting.protect_participant
        protect(code_name=code, compartment=room, by=people.reviewer,
                **{"person" if isinstance(row, Person) else "participant": row})  # fmt: skip
        return PublicationStamp.objects.get().value != before

    closed = make.meeting(workflow="draft", title=f"Meeting with {NAME}")
    hidden, told = make.person(name=NAME), make.person(name="Cornelia Bramblewick")
    make.participant(meeting=closed, person=hidden)
    labels = [make.participant(meeting=one, label=label, side="affected") for one, label in
              ((closed, "Old Bran Hollow"), (make.meeting(), "Young Fen Marrow"))]  # fmt: skip
    make.meeting(public_summary="Cornelia Bramblewick was spoken of.")
    assert not turned(hidden, "Witness 1") and not turned(labels[0], "Farmer 1")
    assert turned(told, "Witness 2") and turned(labels[1], "Farmer 2")


def test_models_that_hold_words_are_all_gone_through() -> None:
    from visits.scrubbing import written_in

    labels = {model._meta.label for model in written_in()}
    ours = {model._meta.label for app in ("visits", "statements") for model in apps.get_app_config(app).get_models()}
    assert len(ours - labels) <= 12, ours - labels

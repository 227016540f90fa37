"""A list is taken in as a whole or not at all, once, by one at a time, and is taken back as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError

from tests import factories as make
from tests.cast import Cast
from tests.visits.imports.lists import as_csv, taken_in
from visits import import_actions
from visits.actions import publish, save_record
from visits.import_actions import (
    answer_rows,
    broken_off,
    cancel_import,
    check_file,
    choose_columns,
    take_file,
    write_file,
)
from visits.import_undo import undo_import
from visits.imports import files, running
from visits.imports.background import begin
from visits.imports.forgetting import forget
from visits.imports.kinds import kind_named
from visits.imports.mapping import guess_columns
from visits.imports.running import Cancelled
from visits.imports.storing import Busy, Rejected
from visits.models import (
    ImportBatch,
    ImportMapping,
    ImportRow,
    ImportState,
    Mandate,
    MandateTerm,
    Person,
    PublicationStamp,
    Source,
    Visit,
    VisitStep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _somewhere(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def mandate() -> Mandate:
    """Return a mandate, beside a country, that rows name."""
    make.country(iso3="JPN", iso2="JP", m49="392", name="Japan")
    return make.mandate(name="Special Rapporteur on the right to food", scope="Food", slug="food")


def row(number: int, **cells: str) -> dict[str, str]:
    """Return a row of a visit."""
    return {
        "row_id": str(number),
        "country": "Japan",
        "mandate": "SR Food",
        "mandate_holder": f"Holder {number}",
        "start_date": f"20{number:02}-03-01",
        "end_date": f"20{number:02}-03-09",
        "status": "completed",
        "source_url": f"https://example.org/{number}",
        **cells,
    }


def counts() -> list[int]:
    """Return how many rows there are of what a list of visits may enter."""
    return [model.objects.count() for model in (Visit, VisitStep, Person, MandateTerm, Source)]


def handed_in(people: Cast, *rows: dict[str, str], kind: str = "visits") -> ImportBatch:
    """Return a list that was handed in, with its columns as guessed, checked."""
    found = kind_named(kind)
    assert found is not None
    batch = take_file(chunks=[as_csv(*rows)], name="folder/a.csv", kind=found, by=people.editor)
    choose_columns(batch=batch, columns=guess_columns(list(rows[0]), found), by=people.editor, source="list")
    return check_file(batch=batch)


def ticked(people: Cast, batch: ImportBatch) -> ImportBatch:
    """Return a list in which all that is asked to be entered is ticked."""
    answers = {
        entry.number: {ask["key"]: ask["ways"][0]["key"] for ask in entry.told["asks"]}
        for entry in ImportRow.objects.filter(batch=batch, waits=True)
    }
    answer_rows(batch=batch, by=people.editor, answers=answers)
    return check_file(batch=batch)


def test_checking_writes_nothing_and_tells_every_row(people: Cast) -> None:
    before = counts()
    batch = handed_in(people, row(10), row(11, status="perhaps"), row(12, mandate_holder=""))
    assert counts() == before
    assert (batch.state, batch.file_name, batch.rows_total) == (ImportState.CHECKED, "a.csv", 3)
    assert (batch.rows_new, batch.rows_waiting, batch.rows_wrong) == (1, 1, 1)
    states = list(ImportRow.objects.filter(batch=batch).values_list("number", "state", "waits"))
    assert states == [(2, "new", True), (3, "wrong", False), (4, "new", False)]


def test_all_or_nothing_writes_nothing_where_one_row_is_wrong(people: Cast) -> None:
    batch = ticked(people, handed_in(people, row(10), row(11, end_date="never")))
    before = counts()
    with pytest.raises(Rejected, match="1 row cannot be taken in: nothing was written"):
        write_file(batch=batch, by=people.editor, all_or_nothing=True)
    assert counts() == before
    batch.refresh_from_db()
    assert (batch.state, batch.told) == (ImportState.CHECKED, "1 row cannot be taken in: nothing was written.")
    assert not files.errors_of(batch).exists()
    assert files.list_of(batch).exists()


def test_good_rows_are_written_and_the_others_are_a_file_that_can_be_handed_in_again(people: Cast) -> None:
    batch = ticked(people, handed_in(people, row(10, note="=1+1"), row(11, end_date="never", note="=1+1")))
    batch = write_file(batch=batch, by=people.editor, all_or_nothing=False)
    assert (batch.state, batch.rows_new, batch.rows_wrong) == (ImportState.DONE, 1, 1)
    assert not files.list_of(batch).exists()
    text = files.errors_of(batch).read_text(encoding="utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [(line["row_id"], line["import_row"], line["import_state"]) for line in found] == [("11", "3", "wrong")]
    assert found[0]["import_reason"].startswith("last day “never”: Dates are written 2019-03-05")
    assert found[0]["note"] == "'=1+1"
    again = [{**line, "end_date": "2011-03-09"} for line in found]
    second = ticked(people, handed_in(people, *again))
    second = write_file(batch=second, by=people.editor, all_or_nothing=True)
    assert (second.rows_new, Visit.objects.count()) == (1, 2)
    assert {visit.note.splitlines()[1] for visit in Visit.objects.all()} == {"=1+1"}


def test_a_row_that_is_left_out_is_not_written(people: Cast) -> None:
    batch = ticked(people, handed_in(people, row(10), row(11, end_date="never")))
    answer_rows(batch=batch, by=people.editor, answers={}, left={3: True})
    batch = write_file(batch=check_file(batch=batch), by=people.editor, all_or_nothing=True)
    assert (batch.rows_new, batch.rows_left, Visit.objects.count()) == (1, 1, 1)


def test_what_is_answered_while_the_rows_are_judged_is_kept_and_counts(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = handed_in(people, row(10), row(11))
    asked = {stored.number: stored.told["asks"][0] for stored in ImportRow.objects.filter(batch=batch)}
    answers = {3: {asked[3]["key"]: asked[3]["ways"][0]["key"]}}
    answered = []

    def answering(*args: Any) -> Any:
        for done in running.judge_all(*args):
            if not answered:
                # Whoever looks at the page answers its second row, leaves out its first, and has it checked again.
                answered.append(done)
                answer_rows(batch=batch, by=people.editor, answers=answers, left={2: True})
                begin(lambda: check_file(batch=batch), batch=batch, by=people.editor)
            yield done

    monkeypatch.setattr(import_actions, "judge_all", answering)
    check_file(batch=batch)
    batch.refresh_from_db()
    rows = {stored.number: stored for stored in ImportRow.objects.filter(batch=batch)}
    assert (rows[2].left, rows[3].answers, rows[3].waits) == (True, answers[3], False)
    assert (batch.state, batch.told) == (ImportState.CHECKED, "")
    assert (batch.rows_new, batch.rows_waiting, batch.rows_left) == (1, 0, 1)


def test_an_answer_can_be_taken_back(people: Cast) -> None:
    batch = ticked(people, handed_in(people, row(10)))
    key = next(iter(ImportRow.objects.get(batch=batch).answers))
    answer_rows(batch=batch, by=people.editor, answers={2: {key: ""}})
    assert check_file(batch=batch).rows_waiting == 1


def test_a_row_that_changed_meanwhile_is_judged_anew_when_it_is_written(people: Cast) -> None:
    batch = handed_in(people, row(10, mandate_holder=""))
    taken = handed_in(people, row(10, mandate_holder=""))
    write_file(batch=taken, by=people.editor, all_or_nothing=True)
    visit = Visit.objects.get()
    publish(record=visit, by=None)
    changed = handed_in(people, row(10, mandate_holder="", note="more"))
    assert changed.rows_wrong == 1
    # The first list was checked when there was no such visit.
    batch = write_file(batch=batch, by=people.editor, all_or_nothing=True)
    assert (batch.rows_new, batch.rows_same, Visit.objects.count()) == (0, 1, 1)


def test_what_is_done_holds_no_words_of_the_rows_that_were_taken_in(people: Cast) -> None:
    batch = ticked(people, handed_in(people, row(10)))
    batch = write_file(batch=batch, by=people.editor, all_or_nothing=True)
    stored = ImportRow.objects.get(batch=batch)
    assert (stored.about, stored.told, stored.answers, stored.key) == ("", {}, {}, "10")
    assert stored.record == Visit.objects.get().public_id
    assert not files.folder_of(batch).exists()


def test_cancelled_before_it_is_written_leaves_nothing(people: Cast) -> None:
    batch = handed_in(people, row(10))
    before = counts()
    assert cancel_import(batch=batch, by=people.editor)
    batch.refresh_from_db()
    assert (batch.state, ImportRow.objects.count(), counts()) == (ImportState.CANCELLED, 0, before)
    assert not files.folder_of(batch).exists()
    with pytest.raises(Busy):
        write_file(batch=batch, by=people.editor, all_or_nothing=True)


def test_stopped_while_it_is_written_leaves_nothing(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = handed_in(people, *(row(number, mandate_holder="") for number in range(10, 14)))
    before = counts()
    told: list[int] = []

    def progress(self: files.Progress) -> bool:
        told.append(Visit.objects.count())
        return len(told) == 3

    monkeypatch.setattr(files.Progress, "__call__", progress)
    with pytest.raises(Cancelled):
        write_file(batch=batch, by=people.editor, all_or_nothing=False)
    assert told == [1, 2, 3]
    assert counts() == before
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED


def test_whoever_asks_to_stop_is_heard(people: Cast) -> None:
    batch = handed_in(people, row(10))
    progress = files.Progress(batch, 1)
    files.ask_to_stop(batch)
    progress._told = 0
    assert progress() is True
    assert files.progress_of(batch) == (1, 1)


def test_two_lists_are_not_written_at_once(people: Cast, tmp_path: Path) -> None:
    batch = handed_in(people, row(10, mandate_holder=""))
    with files.alone() as free:
        assert free
        with pytest.raises(Busy):
            write_file(batch=batch, by=people.editor, all_or_nothing=True)
        with pytest.raises(Busy):
            taken_in(tmp_path / "b.csv", "visits", row(11))
    batch.refresh_from_db()
    assert (batch.state, Visit.objects.count()) == (ImportState.CHECKED, 0)


def test_a_file_that_is_not_let_go_yet_is_waited_for(people: Cast) -> None:
    batch = handed_in(people, row(10, mandate_holder=""))
    checking = ExitStack()
    assert checking.enter_context(files.working(batch))
    after = Timer(0.5, checking.close)
    after.start()
    write_file(batch=batch, by=people.editor, all_or_nothing=True)
    after.join()
    batch.refresh_from_db()
    assert (batch.state, Visit.objects.count()) == (ImportState.DONE, 1)


def test_work_whose_worker_is_gone_is_told_to_have_broken_off(people: Cast) -> None:
    batch = handed_in(people, row(10))
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.APPLYING)
    batch.refresh_from_db()
    with files.working(batch):
        assert broken_off(batch).state == ImportState.APPLYING
    after = broken_off(batch)
    assert (after.state, after.told) == (ImportState.CHECKED, "It broke off, and nothing was written: try again.")


def test_columns_are_kept_under_the_name_of_the_list(people: Cast) -> None:
    batch = handed_in(people, row(10))
    columns = {"row_id": "key", "country": "country", "mandate": "mandates"}
    choose_columns(batch=batch, columns=columns, by=people.editor, keep=True, source="list")
    assert ImportMapping.objects.get(name="list").columns == columns
    batch.refresh_from_db()
    choose_columns(batch=batch, columns={**columns, "status": "status"}, by=people.editor, keep=True)
    assert ImportMapping.objects.get(name="list").columns == {**columns, "status": "status"}


def test_only_editors_take_lists_in(people: Cast) -> None:
    kind = kind_named("visits")
    assert kind is not None
    for person in (people.outsider, people.reader, people.member):
        with pytest.raises(PermissionDenied):
            take_file(chunks=[b"a\n1\n"], name="a.csv", kind=kind, by=person)
    assert not list(Path(files.settings.MEDIA_ROOT).rglob("list"))


def snapshot() -> dict[str, list[Any]]:
    """Return the rows of the record without what counts their changes."""
    found = {}
    for model in (Visit, VisitStep, Person, Mandate, MandateTerm, Source):
        names = [field.attname for field in model._meta.concrete_fields if field.name not in {"version", "changed_at"}]
        found[model.__name__] = sorted(model.objects.values_list(*names), key=str)
    return found


def test_an_import_of_new_visits_is_undone_as_a_whole(people: Cast) -> None:
    before = snapshot()
    batch = ticked(people, handed_in(people, row(10), row(11)))
    batch = write_file(batch=batch, by=people.editor, all_or_nothing=True)
    assert counts() != [0] * 5
    undo_import(batch=batch, by=people.editor)
    assert snapshot() == before
    batch.refresh_from_db()
    assert batch.state == ImportState.UNDONE
    assert batch.undone_at is not None
    with pytest.raises(ValidationError, match="undone already"):
        undo_import(batch=batch, by=people.editor)
    again = ticked(people, handed_in(people, row(10)))
    assert write_file(batch=again, by=people.editor, all_or_nothing=True).rows_new == 1


def test_an_import_that_changed_visits_is_undone_by_steps_that_say_so(people: Cast, tmp_path: Path) -> None:
    taken_in(tmp_path / "a.csv", "visits", row(10, mandate_holder="", note="one"), source="list")
    visit = Visit.objects.get()
    before = {name: getattr(visit, name) for name in ("title", "note", "dates", "status", "purpose")}
    later = row(10, end_date="2010-03-12", mandate_holder="Ana", note="two", purpose="to see", report_symbol="A/1")
    batch = ticked(people, handed_in(people, later))
    batch = write_file(batch=batch, by=people.editor, all_or_nothing=True)
    visit.refresh_from_db()
    assert (visit.dates, visit.purpose, visit.status) == ("2010-03-01/2010-03-12", "to see", "reported")
    undo_import(batch=batch, by=people.editor)
    visit.refresh_from_db()
    assert {name: getattr(visit, name) for name in before} == before
    assert not visit.experts.exists()
    assert not Person.objects.exists()


def test_undoing_an_import_tells_everybody_of_nothing_but_what_they_saw(people: Cast, tmp_path: Path) -> None:
    def stamp() -> int:
        return PublicationStamp.objects.get().value

    make.visit()
    drafts = ticked(people, handed_in(people, row(10, mandate_holder="")))
    drafts = write_file(batch=drafts, by=people.editor, all_or_nothing=True)
    before = stamp()
    undo_import(batch=drafts, by=people.editor)
    assert stamp() == before
    taken_in(tmp_path / "a.csv", "visits", row(10, mandate_holder="", note="one"), source="list")
    visit = Visit.objects.get(purpose="", visibility="internal")
    visit.visibility = "public"
    publish(record=save_record(record=visit, by=people.reviewer), by=people.reviewer)
    reviewing = replace(people, editor=people.reviewer)
    later = handed_in(reviewing, row(10, mandate_holder="", note="one", purpose="to see"))
    later = write_file(batch=later, by=people.reviewer, all_or_nothing=True)
    assert later.rows_changed == 1
    before = stamp()
    undo_import(batch=later, by=people.reviewer)
    assert stamp() > before


def edited(visit: Visit, people: Cast) -> None:
    visit.purpose = "by hand"
    save_record(record=visit, by=people.editor)


def met(visit: Visit, people: Cast) -> None:
    make.meeting(visit=visit, **{**make.internal(), "workflow": "draft"})


def shown(visit: Visit, people: Cast) -> None:
    publish(record=visit, by=people.reviewer)


def removed(visit: Visit, people: Cast) -> None:
    VisitStep.objects.filter(visit=visit).delete()
    Visit.objects.filter(pk=visit.pk).delete()
    Visit.history.filter(id=visit.pk).delete()


@pytest.mark.parametrize("meanwhile", [edited, met, shown, removed], ids=lambda function: function.__name__)
def test_what_somebody_built_on_since_keeps_the_import_from_being_undone(
    meanwhile: Callable[[Visit, Cast], None], people: Cast
) -> None:
    batch = handed_in(people, row(10, mandate_holder=""), row(11, mandate_holder=""))
    batch = write_file(batch=batch, by=people.editor, all_or_nothing=True)
    meanwhile(Visit.objects.order_by("pk")[0], people)
    before = snapshot()
    with pytest.raises(ValidationError, match="cannot be undone as a whole"):
        undo_import(batch=batch, by=people.reviewer)
    assert snapshot() == before
    batch.refresh_from_db()
    assert batch.state == ImportState.DONE


def test_a_mandate_that_others_wrote_to_since_hinders_no_undoing(people: Cast, mandate: Mandate) -> None:
    batch = ticked(people, handed_in(people, row(10)))
    batch = write_file(batch=batch, by=people.editor, all_or_nothing=True)
    make.term(mandate=mandate)
    undo_import(batch=batch, by=people.editor)
    assert not Visit.objects.exists()


def run(*args: Any, **options: Any) -> str:
    """Run a command and return what it prints."""
    out = io.StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_the_command_tells_writes_once_and_puts_the_rest_into_a_file(tmp_path: Path) -> None:
    path, errors = tmp_path / "list.csv", tmp_path / "errors.csv"
    path.write_bytes(as_csv(row(10), row(11, country="Narnia", mandate_holder="Ana Souza")))
    told = run("import_visits", path, dry_run=True)
    assert "row 2, new: “Holder 10” is not on record: it needs a tick to be entered." in told
    assert "--answer 'country:narnia=…' with one of: +territory" in told
    assert "2 rows: 0 new, 0 changed, 0 same, 2 waiting, 0 wrong." in told
    assert counts() == [0] * 5
    with pytest.raises(CommandError, match="2 rows cannot be taken in: nothing was written"):
        run("import_visits", path)
    told = run("import_visits", path, "--enter", f"--errors={errors}", "--list=list")
    assert "2 rows: 1 new, 0 changed, 0 same, 1 waiting, 0 wrong." in told
    assert "Narnia" in errors.read_text(encoding="utf-8-sig")
    assert "example.org/10" not in errors.read_text(encoding="utf-8-sig")
    told = run("import_visits", path, "--enter", "--list=list", "--answer=country:narnia=+territory")
    assert "2 rows: 1 new, 0 changed, 1 same, 0 waiting, 0 wrong." in told
    before = counts()
    told = run("import_visits", path, "--enter", "--list=list", "--answer=country:narnia=+territory")
    assert "2 rows: 0 new, 0 changed, 2 same, 0 waiting, 0 wrong." in told
    assert counts() == before


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--by=nobody"], "There is no user nobody"),
        (["--column=nothing=country"], "no column “nothing”"),
        (["--column=country=password"], "no field of this list"),
        (["--answer=what"], "no NAME=VALUE"),
        (["--encoding=utf-16"], "not written in UTF-16|no table"),
    ],
)
def test_a_wrong_option_is_told(options: list[str], told: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv(row(10)))
    with pytest.raises(CommandError, match=told):
        run("import_visits", path, *options)
    with pytest.raises(CommandError, match="No such file"):
        run("import_visits", tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("answer", "enter"),
    [("country:narnja=+territory", True), ("country:narnia=+teritory", True), ("country:narnja=+territory", False)],
)
def test_an_answer_that_answers_nothing_is_told_and_nothing_is_written(
    answer: str, enter: bool, tmp_path: Path
) -> None:
    path, errors = tmp_path / "list.csv", tmp_path / "errors.csv"
    path.write_bytes(as_csv(row(10), row(11, country="Narnia", mandate_holder="")))
    for more in ({}, {"dry_run": True}):
        with pytest.raises(CommandError, match=f"“{answer.partition('=')[0]}” answers nothing"):
            run("import_visits", path, f"--answer={answer}", errors=errors, enter=enter, **more)
    assert counts() == [0] * 5 and not errors.exists()


def test_columns_that_are_left_aside_are_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv({**row(10), "colour of the cover": "red"}))
    told = run("import_visits", path, "--dry-run", "--column=country=")
    assert "column “colour of the cover”: left aside" in told
    assert "column “country”: left aside" in told
    assert "column “mandate_holder”: mandate holders" in told


def test_the_other_commands_take_in_people_and_mandates(tmp_path: Path) -> None:
    mandates, people = tmp_path / "mandates.csv", tmp_path / "people.csv"
    mandates.write_bytes(as_csv({"uhri_body": "SR Torture"}))
    people.write_bytes(as_csv({"name": "Ana", "mandate": "SR Torture", "from": "2014"}))
    assert "1 new" in run("import_mandates", mandates, "--enter")
    assert "1 new" in run("import_people", people, "--enter")
    assert MandateTerm.objects.get().mandate.name == "Special Rapporteur on torture"


def test_a_removal_leaves_nothing_of_a_record_in_lists(people: Cast, django_capture_on_commit_callbacks: Any) -> None:
    done = handed_in(people, row(10, mandate_holder=""), row(11, end_date="never"))
    done = write_file(batch=done, by=people.editor, all_or_nothing=False)
    waiting = handed_in(people, row(10, mandate_holder="", note="words of the visit"))
    assert ImportRow.objects.filter(batch=waiting, told__icontains="words of the visit").exists()
    visit = Visit.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        forget(visit, None)
    assert not ImportRow.objects.filter(batch=waiting).exists()
    assert not ImportRow.objects.filter(record=visit.public_id).exists()
    assert set(ImportRow.objects.filter(batch=done).values_list("about", flat=True)) == {""}
    assert not files.folder_of(waiting).exists()
    assert not files.errors_of(done).exists()
    waiting.refresh_from_db()
    assert waiting.state == ImportState.CANCELLED

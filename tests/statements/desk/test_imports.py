"""The desk's pages of importing: hand in, correct the columns, answer rows, write, take back; one's own lists alone."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.cast import NAMES, Cast, signed_in
from tests.visits.imports.lists import as_csv
from visits.imports import background, files
from visits.models import ImportBatch, ImportMapping, ImportRow, ImportState, Mandate, Person, Visit

pytestmark = pytest.mark.django_db
LIST = "/desk/imports/"


@pytest.fixture(autouse=True)
def _somewhere(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def mandate() -> Mandate:
    """Return a mandate, beside a country, that rows name."""
    make.country(iso3="JPN", iso2="JP", m49="392", name="Japan")
    return make.mandate(name="Special Rapporteur on the right to food", scope="Food", slug="food")


SAID = {"Mandate": "SR Food", "Who": "Ana Souza", "Status": "announced"}
ROWS = (
    {"Nr": "1", "Land": "Japan", "From": "2020-03-01", **SAID},
    {"Nr": "2", "Land": "Narnia", "From": "2020-04-01", **SAID},
    {"Nr": "3", "Land": "Japan", "From": "never", **SAID, "Who": ""},
)
FIELDS = {"Nr": "key", "Land": "country", "Mandate": "mandates", "Who": "holders", "From": "start", "Status": "status"}


def hand_in(client: Client, data: bytes, kind: str = "visits", name: str = "a.csv") -> Any:
    """Hand a file in and return the answer."""
    return client.post(LIST, {"kind": kind, "file": SimpleUploadedFile(name, data)})


def columns(names: Any = ROWS[0], **more: str) -> dict[str, str]:
    """Return the form of columns as somebody corrected it."""
    form = {"encoding": "utf-8-sig", "delimiter": ",", "source": "my list", "keep": "on", **more}
    for number, name in enumerate(names):
        form |= {f"name-{number}": name, f"field-{number}": FIELDS[name]}
    return form


def checked(client: Client, *rows: dict[str, str]) -> ImportBatch:
    """Return a list that was handed in and whose columns were chosen, by the pages."""
    hand_in(client, as_csv(*(rows or ROWS)))
    batch = ImportBatch.objects.latest("pk")
    answer = client.post(reverse("desk_import_columns", args=[batch.public_id]), columns())
    assert answer.headers["Location"] == reverse("desk_import", args=[batch.public_id])
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED
    return batch


def page(client: Client, name: str, batch: ImportBatch, status: int = 200) -> str:
    answer = client.get(reverse(name, args=[batch.public_id]))
    assert answer.status_code == status
    return answer.content.decode()


def test_only_the_desk_imports(people: Cast) -> None:
    found = tuple(signed_in(people.named(name)).get(LIST).status_code for name in NAMES)
    assert found == (302, 403, 403, 403, 200, 200, 200)


def test_a_file_that_is_none_is_told_and_nothing_of_it_stays(people: Cast) -> None:
    client = signed_in(people.editor)
    for data, told in (
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx", "old kind"),
        (b"a,a\n1,2\n", "same name"),
    ):
        answer = hand_in(client, data)
        assert answer.status_code == 422
        assert told in answer.content.decode()
    assert client.post(LIST, {"kind": "visits"}).status_code == 400
    assert hand_in(client, b"a\n1\n", kind="nothing").status_code == 400
    assert not ImportBatch.objects.exists()
    assert not list(Path(files.settings.MEDIA_ROOT).rglob("list"))


def test_the_guess_is_shown_with_first_cells_and_can_be_corrected(people: Cast) -> None:
    client = signed_in(people.editor)
    answer = hand_in(client, as_csv(*ROWS))
    batch = ImportBatch.objects.get()
    assert answer.headers["Location"] == reverse("desk_import_columns", args=[batch.public_id])
    html = page(client, "desk_import_columns", batch)
    chosen = re.findall(r'<option value="(\w+)" selected>', html)
    # “Land” and “Who” say nothing to a program.
    assert chosen[:4] == ["key", "start", "mandates", "status"]
    assert "Narnia" in html
    wrong = columns() | {"field-1": "start"}
    answer = client.post(reverse("desk_import_columns", args=[batch.public_id]), wrong)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "are both read as first day" in html
    # What was chosen stands there still.
    assert html.count('<option value="holders" selected>') == 1
    assert 'value="my list"' in html
    client.post(reverse("desk_import_columns", args=[batch.public_id]), columns())
    assert ImportMapping.objects.get().columns == FIELDS
    # The next version of the list is read as this one was.
    hand_in(client, as_csv(*ROWS))
    html = page(client, "desk_import_columns", ImportBatch.objects.latest("pk"))
    assert '<option value="holders" selected>' in html
    assert 'value="my list"' in html


def test_the_columns_of_a_list_are_offered_to_those_who_took_it_in(people: Cast) -> None:
    editor, reviewer = signed_in(people.editor), signed_in(people.reviewer)
    checked(editor, ROWS[0])
    for client, offered in ((editor, True), (reviewer, False)):
        hand_in(client, as_csv(ROWS[0]))
        assert ("my list" in page(client, "desk_import_columns", ImportBatch.objects.latest("pk"))) is offered


def test_what_others_took_in_is_told_to_nobody_in_the_admin(people: Cast) -> None:
    batch = checked(signed_in(people.editor), ROWS[0])
    listed = reverse("admin:visits_importbatch_changelist")
    change, never = (reverse("admin:visits_importbatch_change", args=[pk]) for pk in (batch.pk, batch.pk + 100))
    for person in (people.reviewer, people.admin):
        client = signed_in(person)
        for address in (listed, f"{listed}?q={batch.file_name}"):
            html = client.get(address).content.decode()
            assert "0 imports" in html and f"/importbatch/{batch.pk}/" not in html
        answers = [client.get(page) for page in (change, never)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
    own = signed_in(people.editor)
    assert f"/importbatch/{batch.pk}/" in own.get(listed).content.decode()
    assert batch.sha256 in own.get(change).content.decode()


def test_another_encoding_is_tried_before_the_columns_are_chosen(people: Cast) -> None:
    client = signed_in(people.editor)
    hand_in(client, "Land;Who\nCôte;Né\n".encode("cp1252"))
    batch = ImportBatch.objects.get()
    address = reverse("desk_import_columns", args=[batch.public_id])
    answer = client.post(address, {"do": "read", "encoding": "mac_roman", "delimiter": ";"})
    assert answer.status_code == 200
    assert "Côte" not in answer.content.decode()
    answer = client.post(address, {"do": "read", "encoding": "utf-8-sig", "delimiter": ";"})
    assert answer.status_code == 400
    assert "not written in UTF-8" in answer.content.decode()


def test_every_row_is_shown_with_its_state_and_nothing_is_written(people: Cast) -> None:
    client = signed_in(people.editor)
    batch = checked(client)
    html = page(client, "desk_import", batch)
    assert [int(number) for number in re.findall(r'id="row-(\d+)"', html)] == [2, 3, 4]
    assert "a territory or region that is no State" in html
    assert "Dates are written 2019-03-05, 2019-03, 2019" in html
    assert "enter as holder of “Special Rapporteur on the right to food”" in html
    assert not Visit.objects.exists()
    summary = re.findall(r"<li>(.*?)</li>", html.split('class="import-summary"')[1].split("</ul>")[0])
    assert summary == [
        "1 row waits for a tick: it names somebody or something not on record",
        "1 row is ambiguous: choose what it means",
        "1 row is wrong: its reasons stand in it",
    ]
    assert '<a href="#write">' in html
    assert '<h2 id="write">' in html
    narrowed = client.get(reverse("desk_import", args=[batch.public_id]) + "?state=wrong").content.decode()
    assert re.findall(r'id="row-(\d+)"', narrowed) == ["4"]


def test_rows_are_answered_left_out_written_and_taken_back(people: Cast) -> None:
    client = signed_in(people.editor)
    batch = checked(client)
    rows = reverse("desk_import_rows", args=[batch.public_id])
    asks = {row.number: row.told["asks"] for row in ImportRow.objects.filter(batch=batch)}
    territory = next(place for place, ask in enumerate(asks[3]) if ask["field"] == "country")
    answer = client.post(
        rows + "?state=&page=1",
        {"row": ["2", "3", "4"], f"ask-3-{territory}": "+territory", "left-4": "on", "do": "tick"},
    )
    assert answer.headers["Location"] == reverse("desk_import", args=[batch.public_id]) + "?state=&page=1"
    batch.refresh_from_db()
    assert (batch.rows_new, batch.rows_waiting, batch.rows_left) == (2, 0, 1)
    answer = client.post(reverse("desk_import_write", args=[batch.public_id]), {"mode": "all"}, follow=True)
    html = answer.content.decode()
    assert html.split('<ol class="rows">')[1].count('<a href="/visits/') == 2
    assert Person.objects.get().name == "Ana Souza"
    assert {visit.entered_by for visit in Visit.objects.all()} == {people.editor}
    answer = client.post(reverse("desk_import_undo", args=[batch.public_id]), follow=True)
    assert "The import is undone." in answer.content.decode()
    assert "what this list entered is gone, and what it changed is as it was before" in answer.content.decode()
    assert not Visit.objects.exists()
    assert not Person.objects.exists()


def test_a_tick_tells_what_it_leaves_to_choose(people: Cast) -> None:
    client = signed_in(people.editor)
    two = ({**ROWS[1], "Nr": str(n), "From": f"20{n}-04-01"} for n in (10, 11))
    batch = checked(client, *two, {**ROWS[1], "Nr": "12", "Land": "Lilliput"}, ROWS[0])
    rows = reverse("desk_import_rows", args=[batch.public_id])
    told = "not answered by a tick"
    html = client.post(rows, {"row": ["2", "3", "4", "5"], "do": "tick"}, follow=True).content.decode()
    assert "2 questions of these rows are not answered by a tick: choose their answers yourself." in html
    html = client.post(rows, {"row": ["2", "3", "4"], "left-4": "on", "do": "tick"}, follow=True).content.decode()
    assert "1 question of these rows is not answered by a tick: choose its answer yourself." in html
    assert told not in client.post(rows, {"row": ["5"], "do": "tick"}, follow=True).content.decode()
    assert told not in client.post(rows, {"row": ["2", "3"]}, follow=True).content.decode()
    (ask,) = ImportRow.objects.get(batch=batch, number=2).told["asks"]
    assert ask["field"] == "country"
    answers = {"row": ["2", "3"], "ask-2-0": "+territory", "ask-3-0": "+territory", "do": "tick"}
    assert told not in client.post(rows, answers, follow=True).content.decode()


def test_of_two_countries_page_and_command_ask_for_the_one_that_is_not_known(people: Cast, tmp_path: Path) -> None:
    make.country(iso3="KEN", iso2="KE", m49="404", name="Kenya")
    row = {**ROWS[1], "Land": "Kenya and Jappan", "Who": ""}
    html = page(signed_in(people.editor), "desk_import", checked(signed_in(people.editor), row))
    assert "what is “Jappan”?" in html
    assert '<option value="JPN">Japan</option>' in html
    assert "what is “Kenya" not in html
    path, out = tmp_path / "a.csv", io.StringIO()
    path.write_bytes(as_csv(row))
    said = [f"{name}={field}" for name, field in FIELDS.items()]
    call_command("import_visits", str(path), "--dry-run", column=said, stdout=out)
    assert "--answer 'country:jappan=…' with one of: JPN, +territory" in out.getvalue()


def test_one_answer_goes_for_the_same_question_of_all_rows_where_that_is_said(people: Cast) -> None:
    client = signed_in(people.editor)
    batch = checked(client, *({**ROWS[0], "Nr": str(n), "From": f"20{n}-03-01"} for n in range(10, 14)))
    rows = reverse("desk_import_rows", args=[batch.public_id])
    client.post(rows, {"row": ["2"], "ask-2-0": "+enter:food"})
    batch.refresh_from_db()
    assert (batch.rows_new, batch.rows_waiting) == (1, 3)
    client.post(rows, {"row": ["2"], "forget-2": "on"})
    client.post(rows, {"row": ["3"], "ask-3-0": "+enter:food", "everywhere": "on"})
    batch.refresh_from_db()
    assert (batch.rows_new, batch.rows_waiting) == (4, 0)


def test_all_or_nothing_is_refused_with_the_reason_and_the_good_rows_are_written_alone(people: Cast) -> None:
    client = signed_in(people.editor)
    batch = checked(client)
    client.post(reverse("desk_import_rows", args=[batch.public_id]), {"row": ["2"], "do": "tick"})
    html = client.post(reverse("desk_import_write", args=[batch.public_id]), {"mode": "all"}, follow=True)
    assert "2 rows cannot be taken in: nothing was written." in html.content.decode()
    assert not Visit.objects.exists()
    client.post(reverse("desk_import_write", args=[batch.public_id]), {"mode": "good"})
    assert Visit.objects.count() == 1
    answer = client.get(reverse("desk_import_errors", args=[batch.public_id]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="visits-not-taken-in.csv"'
    assert [line.split(",")[0] for line in text.splitlines()] == ["Nr", "2", "3"]


def test_cancelled_leaves_nothing(people: Cast) -> None:
    client = signed_in(people.editor)
    batch = checked(client)
    answer = client.post(reverse("desk_import_cancel", args=[batch.public_id]), follow=True)
    assert "nothing of it was written" in answer.content.decode()
    assert not Visit.objects.exists()
    assert not files.folder_of(batch).exists()
    page(client, "desk_import_errors", batch, 404)


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("desk_import", "get"),
        ("desk_import_columns", "get"),
        ("desk_import_errors", "get"),
        ("desk_import_rows", "post"),
        ("desk_import_write", "post"),
        ("desk_import_cancel", "post"),
        ("desk_import_undo", "post"),
    ],
)
def test_nobody_meets_the_list_of_another(name: str, method: str, people: Cast) -> None:
    batch = checked(signed_in(people.editor))
    other = signed_in(people.reviewer)
    hidden = getattr(other, method)(reverse(name, args=[batch.public_id]))
    missing = getattr(other, method)(reverse(name, args=["nothing"]))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED
    assert batch.file_name not in other.get(LIST).content.decode()


def test_a_page_tells_how_far_the_work_is_and_is_asked_for_again_by_itself(people: Cast) -> None:
    client = signed_in(people.editor)
    batch = checked(client)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.APPLYING)
    with files.working(batch):
        files.Progress(batch, 3)
        answer = client.get(reverse("desk_import", args=[batch.public_id]))
    assert answer.headers["Refresh"] == "1"
    assert "Row 0 of 3" in answer.content.decode()
    # Nobody is at work any more.
    assert "It broke off, and nothing was written" in page(client, "desk_import", batch)


@pytest.mark.django_db(transaction=True)
def test_the_work_goes_on_beside_the_page(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PATIENCE", 30)
    client = signed_in(people.editor)
    batch = checked(client, {**ROWS[0], "Who": ""})
    client.post(reverse("desk_import_write", args=[batch.public_id]), {"mode": "all"})
    batch.refresh_from_db()
    assert batch.state == ImportState.DONE
    visit = Visit.objects.get()
    assert visit.history.latest().history_user == people.editor


def test_a_page_of_rows_costs_the_same_queries_whatever_it_holds(people: Cast, django_assert_num_queries: Any) -> None:
    client = signed_in(people.editor)
    costs = []
    for number in (1, 3):
        rows = [{**ROWS[0], "Nr": str(n), "From": f"20{10 + n}-03-01"} for n in range(number)]
        batch = checked(client, *rows)
        with django_assert_num_queries(PREVIEW) as asked:
            page(client, "desk_import", batch)
        costs.append(len(asked))
    assert costs == [PREVIEW, PREVIEW]


PREVIEW = 8

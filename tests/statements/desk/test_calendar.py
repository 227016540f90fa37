"""A calendar of planned meetings: previewed, taken in, taken in again, by nobody who may not, and written out again."""

from __future__ import annotations

import io
import re
import stat
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from tests import factories
from tests.cast import again, signed_in
from tests.visits.planned.calendars import GOOGLE, OUTLOOK, calendar, event, lines
from visits.models import Meeting, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(db: None) -> Visit:
    return factories.visit(slug="khm", steps=("announced 2026-02-01 > 2026-03-01/2026-03-10",))


def show(client: Any, data: bytes, zone: str = "Asia/Phnom_Penh") -> Any:
    return client.post("/desk/visits/khm/calendar/", {"file": SimpleUploadedFile("x.ics", data), "zone": zone})


def take(client: Any, page: Any, *rows: str) -> Any:
    """Send the form of a preview with some of its rows, else as it stands."""
    html = page.content.decode()
    (kept,) = re.findall(r'name="kept" value="([^"]+)"', html)
    ticked = list(rows) or re.findall(r'name="row" value="(\w+)"', html)
    sent = {"kept": kept, "zone": "Asia/Phnom_Penh", "row": ticked, "take": "yes"}
    return client.post("/desk/visits/khm/calendar/", sent)


def test_a_preview_stores_nothing_and_its_rows_become_confidential_drafts(people: Any, visit: Visit) -> None:
    client = signed_in(people.editor)
    page = show(client, lines(OUTLOOK))
    assert page.status_code == 200
    assert "1 new" in page.content.decode()
    assert "2026-03-02 09:30–10:30 Asia/Bangkok" in page.content.decode()
    assert not Meeting.objects.exists()
    assert take(client, page).url == "/visits/khm/"
    meeting = Meeting.objects.get()
    assert (meeting.title, meeting.place, meeting.date) == (
        "Ministry of the Interior",
        "Ministry, room 4",
        "2026-03-02",
    )
    assert (meeting.starts_at, meeting.ends_at, meeting.time_zone) == (time(9, 30), time(10, 30), "Asia/Bangkok")
    assert (meeting.status, meeting.workflow, meeting.visibility) == ("planned", "draft", "confidential")
    assert (meeting.published_as, meeting.note) == ("not", "Bring the file.\nAsk for the list.")
    assert list(meeting.compartment.members.all()) == [people.editor]
    # Once more: nothing changes.
    page = show(client, lines(OUTLOOK))
    assert "1 same" in page.content.decode()
    assert 'name="row"' not in page.content.decode()
    assert Meeting.objects.count() == 1
    assert again(meeting).version == meeting.version


def test_a_changed_event_changes_what_it_tells_field_by_field_and_nothing_else(people: Any, visit: Visit) -> None:
    client = signed_in(people.editor)
    take(client, show(client, lines(OUTLOOK)))
    Meeting.objects.update(note="Ours", kind="consultation")
    later = OUTLOOK.replace("T093000", "T110000").replace("T103000", "T120000").replace("SEQUENCE:2", "SEQUENCE:3")
    page = show(client, lines(later))
    html = page.content.decode()
    assert "1 changed" in html
    assert "<del>09:30</del> <ins>11:00</ins>" in html
    assert "<del>10:30</del> <ins>12:00</ins>" in html
    assert html.count("<ins>") == 2
    take(client, page)
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.note, meeting.kind, meeting.calendar_sequence) == (
        time(11), "Ours", "consultation", 3,
    )  # fmt: skip
    # The earlier version comes late.
    assert "A later version of it was taken in already." in show(client, lines(OUTLOOK)).content.decode()


def test_a_cancelled_event_cancels_its_meeting_but_none_that_was_held(people: Any, visit: Visit) -> None:
    client = signed_in(people.editor)
    first = calendar(event("1"), event("2", title="League"))
    take(client, show(client, first))
    Meeting.objects.filter(title="League").update(status="held")
    gone = calendar(event("1", ":20260302T093000Z", "STATUS:CANCELLED"), event("2", ":20260302T093000Z",
                    "STATUS:CANCELLED", title="League"))  # fmt: skip
    page = show(client, gone)
    assert "was held by this record" in page.content.decode()
    take(client, page)
    assert dict(Meeting.objects.values_list("title", "status")) == {"Ministry": "cancelled", "League": "held"}
    take(client, show(client, first))
    assert dict(Meeting.objects.values_list("title", "status")) == {"Ministry": "planned", "League": "held"}


def test_only_ticked_rows_are_taken_and_wrong_ones_never(people: Any, visit: Visit) -> None:
    client = signed_in(people.editor)
    page = show(
        client, calendar(event("1"), event("2", title="League"), event("3", ":20260302T093000Z", "RRULE:FREQ=DAILY"))
    )
    html = page.content.decode()
    assert "2 new" in html
    assert "It repeats" in html
    first, _second = re.findall(r'name="row" value="(\w+)"', html)
    take(client, page, first)
    assert [row.title for row in Meeting.objects.all()] == ["Ministry"]


def test_a_row_that_is_no_longer_as_it_was_shown_is_left(people: Any, visit: Visit) -> None:
    client = signed_in(people.editor)
    take(client, show(client, calendar(event("1"))))
    page = show(client, calendar(event("1", title="Other")))
    Meeting.objects.update(version=9)
    response = take(client, page)
    assert response.status_code == 200
    assert "no longer as they were shown" in response.content.decode()
    assert Meeting.objects.get().title == "Ministry"
    # Sent twice, a preview is taken in once.
    page = show(client, calendar(event("2", title="League")))
    take(client, page)
    take(client, page)
    assert Meeting.objects.filter(title="League").count() == 1


def test_meetings_of_others_are_neither_told_nor_changed(people: Any, visit: Visit) -> None:
    take(signed_in(people.editor), show(signed_in(people.editor), calendar(event("1"))))
    hidden = Meeting.objects.get()
    client = signed_in(people.reviewer)
    page = show(client, calendar(event("1", title="Mine")))
    assert "1 new" in page.content.decode()
    assert "Ministry" not in page.content.decode()
    take(client, page)
    assert again(hidden).title == "Ministry"
    assert Meeting.objects.count() == 2


def test_what_is_published_is_changed_by_reviewers_alone(people: Any, visit: Visit) -> None:
    meeting = factories.meeting(visit=visit, status="planned", calendar_uid="1", title="Ministry", date="2026-03-02")
    changed = calendar(event("1", ";VALUE=DATE:20260302", title="Other"))
    page = show(signed_in(people.editor), changed)
    assert "It is published: reviewers change it." in page.content.decode()
    assert 'name="row"' not in page.content.decode()
    take(signed_in(people.reviewer), show(signed_in(people.reviewer), changed))
    assert again(meeting).title == "Other"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Choose a calendar"),
        ({"kept": "%%%"}, "Choose the file again"),
        ({"kept": "QQ=="}, "no calendar"),
        ({"zone": "Mars/Olympus", "kept": "QQ=="}, "no time zone of this name"),
    ],
)
def test_what_cannot_be_read_is_said(people: Any, visit: Visit, sent: dict[str, str], told: str) -> None:
    response = signed_in(people.editor).post("/desk/visits/khm/calendar/", sent)
    assert response.status_code == 400
    assert told in response.content.decode()
    assert "There is no event" in show(signed_in(people.editor), calendar()).content.decode()


def test_a_hidden_visit_and_a_missing_one_answer_alike(people: Any, visit: Visit) -> None:
    factories.visit(slug="closed", **factories.confidential(factories.compartment()))
    hidden, missing = (signed_in(people.editor).get(f"/desk/visits/{slug}/calendar/") for slug in ("closed", "absent"))
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.status_code == 404
    assert show(signed_in(people.member), calendar(event())).status_code == 403


@pytest.mark.parametrize("meetings", [1, 3])
def test_a_preview_costs_the_same_whatever_its_size(
    people: Any, visit: Visit, meetings: int, django_assert_num_queries: Any
) -> None:
    client = signed_in(people.editor)
    data = calendar(*(event(str(number)) for number in range(meetings)))
    take(client, show(client, data))
    changed = data.replace(b"Ministry", b"Other")
    show(client, changed)
    # Session, person, visit, meetings; and the log of who read these: they are confidential, in a compartment of hers.
    with django_assert_num_queries(7):
        show(client, changed)


# By command, and out again.


def command(name: str, *options: str) -> str:
    out = io.StringIO()
    call_command(name, *options, stdout=out)
    return out.getvalue()


def test_what_is_written_out_and_read_into_an_empty_record_is_written_out_alike(
    people: Any, visit: Visit, tmp_path: Path
) -> None:
    by = ("--visit", "khm", "--by", "cast-editor")
    for number, text in enumerate((OUTLOOK, GOOGLE)):
        (tmp_path / f"{number}.ics").write_bytes(lines(text))
        assert "new" in command("import_meetings", str(tmp_path / f"{number}.ics"), *by)
    factories.meeting(
        visit=visit, **factories.draft(), status="planned", date="2026-03-07", note="Ours; with, signs\nand ភាសា"
    )
    factories.meeting(visit=visit, **factories.draft(), status="postponed", date="2026-03")
    with time_machine.travel(datetime(2026, 2, 1, tzinfo=UTC), tick=False):
        assert "4 meetings, 1 without a day left out." in command("export_meetings", str(tmp_path / "out.ics"), *by)
    assert stat.S_IMODE((tmp_path / "out.ics").stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="exists"):
        command("export_meetings", str(tmp_path / "out.ics"), *by)

    Meeting.objects.all().delete()
    dry = command("import_meetings", str(tmp_path / "out.ics"), *by, "--dry-run")
    assert dry.count("new: ") == 4
    assert not Meeting.objects.exists()
    assert "4 new, 0 changed." in command("import_meetings", str(tmp_path / "out.ics"), *by)
    with time_machine.travel(datetime(2026, 2, 1, tzinfo=UTC), tick=False):
        command("export_meetings", str(tmp_path / "again.ics"), *by)
    assert (tmp_path / "again.ics").read_bytes() == (tmp_path / "out.ics").read_bytes()
    assert "0 new, 0 changed." in command("import_meetings", str(tmp_path / "out.ics"), *by)


def test_a_command_says_what_is_wrong(people: Any, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_bytes(calendar(event()))
    (tmp_path / "b.ics").write_bytes(b"x")
    for file, slug, by, zone, told in (
        ("a.ics", "khm", "nobody", "", "no account nobody"),
        ("a.ics", "absent", "cast-editor", "", "no visit absent"),
        ("a.ics", "khm", "cast-editor", "Mars", "no time zone Mars"),
        ("a.ics", "khm", "cast-member", "", "role"),
        ("b.ics", "khm", "cast-editor", "", "no calendar"),
        ("c.ics", "khm", "cast-editor", "", "No such file"),
    ):
        with pytest.raises(CommandError, match=told):
            command("import_meetings", str(tmp_path / file), "--visit", slug, "--by", by, "--zone", zone)
    assert not Meeting.objects.exists()

"""Many writers at one meeting, each in a way of their own: what was acknowledged is in the history, once and in order.

Every save is one version of the meeting. Each differs from the one before in what its writer chose and in nothing else:
a save that put back what somebody else had written would show there.
"""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.template.base import Template
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.admin_form import AdminForm
from tests.audit.figures import is_long
from tests.cast import signed_in
from visits.models import Meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.audit]
WRITERS, ROUNDS = (20, 50) if is_long() else (5, 10)
LIST = "/admin/visits/meeting/"
# More attempts than that at one save are no work but a fault.
MOST_ATTEMPTS = 500
# Others wrote for so long that SQLite gave up: nothing was acknowledged, and the same is sent again.
BUSY = 503


class Writer:
    """Somebody who writes to one of the meetings again and again; `told` is what was acknowledged, by meeting."""

    field = ""

    def __init__(self, number: int, meetings: list[Meeting], person: Any) -> None:
        self.number, self.meetings, self.person = number, meetings, person
        self.told: list[tuple[int, str]] = []

    def write(self, start: Barrier) -> None:
        """Do all rounds."""
        try:
            client = signed_in(self.person)
            # A fault is an answer as well, and none of those that are understood here.
            client.raise_request_exception = False
            start.wait(60)
            for number in range(ROUNDS):
                meeting = self.meetings[(number + self.number) % len(self.meetings)]
                self.told.append((meeting.pk, self.once(client, meeting, number)))
        finally:
            connection.close()

    def once(self, client: Client, meeting: Meeting, number: int) -> str:
        """Save once, and return what was chosen."""
        raise NotImplementedError


class AtTheDesk(Writer):
    """Writes a paragraph of the public summary at the desk."""

    field = "public_summary"

    def once(self, client: Client, meeting: Meeting, number: int) -> str:
        """Change one's own paragraph; a conflict is answered by what the page proposes."""
        address = f"/desk/meetings/{meeting.public_id}/"
        mark, told = f"Writer {self.number:02}:", f"Writer {self.number:02}: {number}."
        page = client.get(address).content.decode()
        for _attempt in range(MOST_ATTEMPTS):
            (text,) = re.findall(r'<textarea name="public_summary"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)
            (version,) = re.findall(r'<input type="hidden" name="version" value="(\d+)"', page)
            text = html.unescape(text).replace("\r\n", "\n")
            text = re.sub(rf"{mark} \S+", told, text)
            answer = client.post(address, {"summary": "1", "public_summary": text, "version": version})
            if answer.status_code == 302:
                return told
            if answer.status_code != BUSY:
                assert answer.status_code == 409, answer.content.decode()
                page = answer.content.decode()
        raise AssertionError("no save in so many attempts")


class InTheAdmin(Writer):
    """Writes the place on the change form of the admin."""

    field = "place"

    def once(self, client: Client, meeting: Meeting, number: int) -> str:
        """Change the place; of two who change it at once the second is asked again."""
        address = reverse("admin:visits_meeting_change", args=[meeting.pk])
        told = f"Place {self.number:02}.{number}"
        page = client.get(address).content.decode()
        for _attempt in range(MOST_ATTEMPTS):
            answer = client.post(address, AdminForm(page).data | {"place": told})
            if answer.status_code == 302:
                return told
            if answer.status_code != BUSY:
                assert answer.status_code == 409, answer.content.decode()
                page = answer.content.decode()
        raise AssertionError("no save in so many attempts")


class InTheList(Writer):
    """Writes the status in the list of the admin."""

    field = "status"

    def once(self, client: Client, meeting: Meeting, number: int) -> str:
        """Choose another status than the one that stands there."""
        page = client.get(LIST).content.decode()
        for _attempt in range(MOST_ATTEMPTS):
            sent = AdminForm(page).data
            row = next(name for name, value in sent.items() if name.endswith("-id") and value == str(meeting.pk))[:-2]
            told = {"held": "postponed", "postponed": "cancelled"}.get(sent[f"{row}status"], "held")
            answer = client.post(LIST, sent | {f"{row}status": told, "_save": "Save"})
            if answer.status_code == 302:
                return told
            assert answer.status_code in {200, 409, BUSY}, answer.content.decode()
            # Read anew: another may have chosen the same, and then nothing would be saved.
            page = client.get(LIST).content.decode()
        raise AssertionError("no save in so many attempts")


class InBulk(Writer):
    """Sends several meetings for review, or back, by the actions of the list."""

    field = "workflow"

    def once(self, client: Client, meeting: Meeting, number: int) -> str:
        """Take one meeting to the other state; what the list says was done is what is acknowledged."""
        for _attempt in range(MOST_ATTEMPTS):
            now = Meeting.objects.values_list("workflow", flat=True).get(pk=meeting.pk)
            action, told = ("submit", "in_review") if now == "draft" else ("send_back", "draft")
            answer = client.post(LIST, {"action": action, "_selected_action": [meeting.pk]}, follow=True)
            if "1 done." in answer.content.decode():
                return told
            assert answer.status_code in {200, BUSY}
        raise AssertionError("no save in so many attempts")


KINDS: list[type[Writer]] = [AtTheDesk, InTheAdmin, InTheList, InBulk]


@pytest.fixture(autouse=True)
def _templates_tell_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take Django's notes on templates out: each client under way copies whatever is rendered in any thread."""
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))


def test_no_acknowledged_save_of_many_writers_is_lost(figure: Callable[[str, float], None]) -> None:
    people = [make.user(role="reviewer") for _number in range(WRITERS)]
    summary = "\n\n".join(f"Writer {number:02}: -." for number in range(WRITERS))
    visit = make.visit(**make.draft())
    meetings = [
        make.meeting(visit=visit, status="held", public_summary=summary, place="Nowhere", **make.draft())
        for _number in range(WRITERS // 2 + 2)
    ]
    writers = [KINDS[number % 4](number, meetings, person) for number, person in enumerate(people)]
    random.Random(7).shuffle(writers)  # noqa: S311 - an order, no secret
    start = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(writer.write, start) for writer in writers]:
            done.result(3000)
    by_person = {writer.person.pk: writer for writer in writers}
    found: dict[int, Counter[tuple[int, str]]] = {writer.number: Counter() for writer in writers}
    put_back = 0
    for meeting in meetings:
        versions = list(meeting.history.order_by("history_id"))
        assert [row.version for row in versions] == list(range(1, len(versions) + 1))
        for before, after in pairwise(versions):
            writer = by_person[after.history_user_id]
            changed = {
                name for name in ("public_summary", "place", "status", "workflow") if differs(name, before, after)
            }
            put_back += changed != {writer.field}
            value = getattr(after, writer.field)
            if writer.field == "public_summary":
                paragraphs = zip(before.public_summary.split("\n\n"), value.split("\n\n"), strict=True)
                (value,) = (new for old, new in paragraphs if old != new)
            found[writer.number][meeting.pk, value] += 1
        stored = Meeting.objects.get(pk=meeting.pk)
        assert all(
            getattr(stored, name) == getattr(versions[-1], name) for name in ("public_summary", "place", "status")
        )
    told = {writer.number: Counter(writer.told) for writer in writers}
    lost = sum((told[number] - found[number]).total() for number in told)
    figure("writers-saves", sum(counted.total() for counted in told.values()))
    figure("writers-lost", lost + put_back)
    # And nothing is there that nobody was told of.
    assert found == told


def differs(name: str, before: Any, after: Any) -> bool:
    return bool(getattr(before, name) != getattr(after, name))

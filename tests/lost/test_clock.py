"""A clock that was two days off, and is set right: the order of what was done holds, and so do sessions."""

from __future__ import annotations

import io
import time

import pytest
import time_machine
from django.core.management import call_command

from config import idle
from tests import factories
from tests.cast import name_on, signed_in
from visits.models import AuditEntry
from visits.versions import History

pytestmark = pytest.mark.django_db(transaction=True)
TWO_DAYS = 2 * 24 * 60 * 60


@pytest.mark.parametrize("off", [TWO_DAYS, -TWO_DAYS])
def test_versions_keep_their_order_and_the_log_its_chain(off, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    editor = factories.user(role="editor")
    client = signed_in(editor)
    meeting = factories.meeting(title="First", **factories.draft())
    address, now = f"/desk/meetings/{meeting.public_id}/", time.time()
    for number, moment in enumerate([now, now + off, now + 60, now + 61], 1):
        with time_machine.travel(moment, tick=False):
            client = signed_in(editor)
            sent = {"summary": "1", "public_summary": f"Summary {number}.", "version": meeting.version}
            assert client.post(address, sent).status_code == 302
            meeting.refresh_from_db()
            factories.user(role="member")
    with time_machine.travel(now + 120, tick=False):
        told = History(meeting, editor)
        summaries = [version.own.stored.public_summary for version in told.versions]
        assert summaries == ["", "Summary 1.", "Summary 2.", "Summary 3.", "Summary 4."]
        assert [version.number for version in told.versions] == [1, 2, 3, 4, 5]
        assert AuditEntry.objects.exists()
        call_command("verify_audit", verbosity=0, stdout=io.StringIO())
        call_command("check_record", verbosity=0, stdout=io.StringIO())


def test_a_clock_that_jumps_ahead_asks_to_sign_in_and_one_that_jumps_back_keeps_nobody_signed_in_for_days():
    editor, now = factories.user(role="editor"), time.time()
    with time_machine.travel(now, tick=False):
        before = signed_in(editor)
        assert name_on(before)
    with time_machine.travel(now + TWO_DAYS, tick=False):
        assert before.get("/desk/").status_code == 302
        ahead = signed_in(editor)
        assert name_on(ahead)
    with time_machine.travel(now + 60, tick=False):
        # Set right again: who is at work stays signed in …
        assert name_on(ahead)
        assert ahead.session[idle.ACTIVE] == int(now + 60)
    with time_machine.travel(now + 60 + 31 * 60, tick=False):
        # … and whoever does nothing is signed out after half an hour, not after two days.
        assert not name_on(ahead)

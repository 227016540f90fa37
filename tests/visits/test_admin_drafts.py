"""Forms of the admin keep drafts as the desk does: for their author, of rows they may see, settled by saving."""

from __future__ import annotations

import json
import re

import pytest

from statements.models import Statement, Topic
from tests import factories as make
from tests.admin_form import AdminForm
from tests.cast import Cast, again, signed_in
from visits import admin_drafts, drafts
from visits.keys import may_use
from visits.merging import merge_records
from visits.models import Draft, Meeting
from visits.removal_actions import ask_removal, confirm_removal

pytestmark = pytest.mark.django_db


def test_a_form_that_can_be_saved_names_its_draft_and_the_record(people: Cast) -> None:
    said = make.statement(**make.draft())
    html = signed_in(people.editor).get(f"/admin/statements/statement/{said.pk}/change/").content.decode()
    assert f'data-autosave="admin.statements.statement:{said.pk}"' in html
    assert 'data-device="never"' in html
    # Whoever has it open at the desk is met here too.
    assert f'data-presence="/desk/presence/statement:{said.public_id}/"' in html
    new = signed_in(people.editor).get("/admin/statements/topic/add/").content.decode()
    assert 'data-autosave="admin.statements.topic.new"' in new and "data-presence" not in new
    # What an editor may only read is no form.
    log = make.source()
    merge = merge_records(kept=make.source(), gone=log, by=people.reviewer)
    read = signed_in(people.admin).get(f"/admin/visits/merge/{merge.pk}/change/").content.decode()
    assert "data-autosave" not in read


def test_saving_settles_the_draft_of_that_form(people: Cast) -> None:
    topic, client = make.topic(), signed_in(people.editor)
    page, key = f"/admin/statements/topic/{topic.pk}/change/", admin_drafts.key_of(Topic, topic.pk)
    html = client.get(page).content.decode()
    found = re.search(rf'name="form_token" value="({re.escape(key)} [^"]+)"', html)
    assert found
    other = drafts.typed({"name": ["elsewhere"], "form_token": [f"{key} other"]})
    drafts.keep_draft(by=people.editor, key=key, data=drafts.typed({"name": ["typed"], "form_token": [found[1]]}))
    drafts.keep_draft(by=people.editor, key=key, data=other)
    inlines = {f"aliases-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    sent = {"name": "Typed", "slug": topic.slug, "version_read": topic.version, "form_token": found[1], **inlines}
    assert client.post(page, sent).status_code == 302
    assert again(topic).name == "Typed"
    left = Draft.objects.get()
    assert (left.data, left.earlier) == (other, [])


@pytest.mark.parametrize("end", ["", "0", "x", "-1", "1.5", "²", "9" * 30])
def test_a_key_that_leads_to_no_row_is_none(people: Cast, end: str) -> None:
    make.topic()
    assert not may_use(people.editor, f"admin.statements.topic:{end}")


def test_of_a_hidden_row_nothing_is_kept_and_of_a_removed_one_nothing_stays(people: Cast) -> None:
    hidden = make.statement(**make.confidential(make.compartment()))
    assert not may_use(people.editor, admin_drafts.key_of(Statement, hidden.pk))
    said = make.statement()
    key = admin_drafts.key_of(Statement, said.pk)
    drafts.keep_draft(by=people.reviewer, key=key, data={"note": ["where he lives"]})
    request = ask_removal(record=said, reason="danger", by=people.reviewer)
    confirm_removal(request=request, by=people.admin)
    assert not Draft.objects.exists()


def test_a_meeting_of_95_is_drafted_and_saved(people: Cast) -> None:
    met = make.meeting(**make.draft())
    for number in range(95):
        make.participant(meeting=met, label=f"Participant {number}", named_publicly=False)
    client, page = signed_in(people.editor), f"/admin/visits/meeting/{met.pk}/change/"
    sent = AdminForm(client.get(page).content.decode()).data | {"public_summary": "Typed at midnight"}
    assert len(sent) > 1000
    typed = {"data": {name: [str(value)] for name, value in sent.items()}}
    key = admin_drafts.key_of(Meeting, met.pk)
    kept = client.post(f"/desk/drafts/{key}/", json.dumps(typed), content_type="application/json")
    drafted = Draft.objects.first()
    assert (kept.status_code, client.post(page, sent).status_code) == (200, 302)
    assert drafted and drafted.data["public_summary"] == ["Typed at midnight"]
    assert again(met).public_summary == "Typed at midnight" and met.participants.count() == 95

"""An old address leads to the new one for ever, and only where nothing stands at the old one."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.cast import Cast, signed_in
from visits.merging import merge_records
from visits.models import Draft, Redirect

pytestmark = pytest.mark.django_db


def test_an_old_address_leads_on_for_ever() -> None:
    visit = make.visit()
    Redirect(old_path="/visits/kampuchea-2022/", new_path=visit.get_absolute_url()).save()
    response = Client().get("/visits/kampuchea-2022/")
    assert (response.status_code, response.headers["Location"]) == (301, visit.get_absolute_url())
    assert Client().get("/visits/kampuchea-2022/", follow=True).status_code == 200


def test_at_the_desk_an_old_address_leads_on_and_a_form_is_sent_on_with_it(people: Cast) -> None:
    kept, gone = make.source(), make.source()
    merge_records(kept=kept, gone=gone, by=people.reviewer)
    client = signed_in(people.editor)
    old, new = (f"/desk/sources/{row.public_id}/" for row in (gone, kept))
    for asked in (client.get, client.post):
        answer = asked(old)
        assert (answer.status_code, answer.headers["Location"]) == (301 if asked == client.get else 308, new)
    assert client.get(old, follow=True).status_code == 200
    hidden = make.source(**make.confidential(make.compartment()))
    Redirect(old_path="/sources/hidden-once/", new_path=hidden.get_absolute_url()).save()
    assert client.get("/desk/sources/hidden-once/").status_code == 404
    assert client.post("/desk/sources/hidden-once/").status_code == 404


@pytest.mark.parametrize("page", ["sources/{}/", "review/source/{}/", "history/source/{}/", "drafts/statement:new:{}/"])
def test_every_page_of_a_merged_source_leads_to_that_of_the_kept_one(page: str, people: Cast) -> None:
    kept, gone = make.source(), make.source()
    merge_records(kept=kept, gone=gone, by=people.reviewer)
    client = signed_in(people.reviewer)
    old, new = (f"/desk/{page.format(row.public_id)}" for row in (gone, kept))
    answer = client.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert client.get(new).status_code == 200


def test_the_history_of_a_merged_person_leads_to_that_of_the_kept_one(people: Cast) -> None:
    kept, gone = make.person(), make.person()
    merge_records(kept=kept, gone=gone, by=people.editor)
    answer = signed_in(people.editor).get(f"/desk/history/person/{gone.slug}/")
    assert answer.headers["Location"] == f"/desk/history/person/{kept.slug}/"


def test_what_is_typed_while_the_source_is_merged_is_kept(people: Cast) -> None:
    kept, gone = make.source(), make.source()
    client = signed_in(people.editor)
    old, new = (f"statement:new:{row.public_id}" for row in (gone, kept))
    asked = {"content_type": "application/json", "secure": False}
    for n, text in enumerate(("one", "two")):
        sent = {"data": {"text": [text], "form_token": [f"{old} abc"]}, "version": 1}
        answer = client.put(f"/desk/drafts/{old}/", sent, **asked)
        if n:
            assert (answer.status_code, answer.headers["Location"]) == (308, f"/desk/drafts/{new}/")
            assert client.put(answer.headers["Location"], sent, **asked).status_code == 200
        else:
            assert answer.status_code == 200
            merge_records(kept=kept, gone=gone, by=people.reviewer)
    draft = Draft.objects.get()
    assert (draft.key, draft.data["text"], draft.earlier) == (new, ["two"], [])


def test_an_old_address_that_fits_no_pattern_leads_on_too() -> None:
    Redirect(old_path="/mission.php", new_path="/visits/").save()
    assert Client().get("/mission.php").headers["Location"] == "/visits/"


def test_what_stands_at_an_address_is_shown_whatever_was_there_before() -> None:
    visit = make.visit()
    Redirect(old_path=visit.get_absolute_url(), new_path="/visits/").save()
    assert Client().get(visit.get_absolute_url()).status_code == 200


def test_an_address_to_which_nothing_leads_is_missing() -> None:
    Redirect(old_path="/visits/kampuchea-2022/", new_path="/visits/").save()
    assert Client().get("/visits/kampuchea-2023/").status_code == 404


def test_an_old_address_leads_elsewhere() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Redirect(old_path="/same/", new_path="/same/").save()


def test_of_several_the_latest_leads_on_that_the_reader_may_open(people: Cast) -> None:
    within = make.compartment(members=(people.editor,))
    hidden, shown = make.visit(**make.confidential(within)), make.visit()
    ways = [shown.get_absolute_url(), hidden.get_absolute_url()]
    for way in ways:
        Redirect(old_path="/visits/once/", new_path=way).save()
    for person, way in ((people.anonymous, ways[0]), (people.reviewer, ways[0]), (people.editor, ways[1])):
        assert signed_in(person).get("/visits/once/").headers["Location"] == way
        assert signed_in(person).get("/visits/once/cite.bib").headers["Location"] == f"{way}cite.bib"


def test_an_old_address_that_leads_to_a_hidden_page_is_taken_like_any_other(people: Cast) -> None:
    within = make.compartment(members=(people.editor,))
    hidden, shown = make.visit(**make.confidential(within)), make.visit()
    Redirect(old_path="/visits/once/", new_path=hidden.get_absolute_url()).save()
    Redirect(old_path="/visits/told/", new_path=shown.get_absolute_url()).save()
    client, add = signed_in(people.reviewer), "/admin/visits/redirect/add/"
    for old, status in (("/visits/once/", 302), ("/visits/once/", 200), ("/visits/told/", 200), ("/free/", 302)):
        assert client.post(add, {"old_path": old, "new_path": "/people/"}).status_code == status, old
    changed = Redirect.objects.get(old_path="/free/")
    page = f"/admin/visits/redirect/{changed.pk}/change/"
    sent = {"new_path": "/people/", "version_read": changed.version}
    assert client.post(page, sent | {"old_path": "/visits/told/"}).status_code == 200
    assert Client().get("/visits/once/").headers["Location"] == "/people/"
    Redirect.objects.get(new_path="/people/", old_path="/visits/once/").delete()
    assert client.post(page, sent | {"old_path": "/visits/once/"}).status_code == 302
    assert Client().get("/visits/once/").headers["Location"] == "/people/"


@pytest.mark.parametrize("address", ["/visits/{}/", "/visits/{}/cite.bib", "/embed/visits/{}/"])
def test_an_old_address_of_a_hidden_page_asks_the_database_as_a_missing_one_does(address: str, people: Cast) -> None:
    hidden = make.visit(**make.confidential(make.compartment(members=(people.editor,))))
    Redirect(old_path="/visits/was-there/", new_path=hidden.get_absolute_url()).save()
    told = []
    for client in (Client(), signed_in(people.reviewer)):
        for slug in ("was-there", "not-there"):
            client.get(address.format(slug))
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address.format(slug))
            assert answer.status_code == 404
            body = re.sub(r'nonce="[^"]+"|value="[^"]{64}"', "", answer.content.decode())
            questions = [re.sub(r"'[0-9a-z:./+ -]+'", "?", row["sql"]) for row in asked]
            told.append((questions, body.replace(slug, "…")))
    assert told[0] == told[1] and told[2] == told[3]
    assert len(told[0][0]) >= 3

"""Lists of the admin: actions carry the versions that were read, and odd questions neither tell nor break anything."""

from __future__ import annotations

import re

import pytest

from tests import factories as make
from tests.admin_rows import address_of, model_of, registered, signed_in
from visits.models import Meeting, MeetingNote, Person, PublicationStamp, User, Visit, VisitMandate

pytestmark = pytest.mark.django_db

VISITS = "/admin/visits/visit/"


def asked(client, action, *rows):
    """Return the page in between, and what its form would post."""
    page = client.post(VISITS, {"action": action, "_selected_action": [row.pk for row in rows]})
    assert page.status_code == 200
    html = page.content.decode()
    read = re.findall(r'name="version_read" value="([^"]+)"', html)
    chosen = re.findall(r'name="_selected_action" value="([^"]+)"', html)
    return html, {"action": action, "_selected_action": chosen, "version_read": read, "confirmed": "yes"}


def answered(client, data):
    """Return what the list tells after the answer."""
    return client.post(VISITS, data, follow=True).content.decode()


def states(*rows):
    """Return the workflow of rows as stored."""
    return [Visit.objects.get(pk=row.pk).workflow for row in rows]


def test_publishing_shows_titles_and_versions_first_and_publishes_after():
    client, rows = signed_in("reviewer"), [make.visit(**make.draft()) for _ in range(2)]
    html, data = asked(client, "publish", *rows)
    assert states(*rows) == ["draft", "draft"]
    assert all(row.title in html and f"version {row.version}" in html for row in rows)
    assert 'name="note"' not in html
    assert "2 done." in answered(client, data)
    assert states(*rows) == ["published", "published"]


@pytest.mark.parametrize("action", ["publish", "withdraw"])
def test_what_changed_after_the_page_was_read_is_refused_by_name(action):
    fields = make.draft() if action == "publish" else make.published()
    before, after = ("draft", "published") if action == "publish" else ("published", "withdrawn")
    client, rows = signed_in("reviewer"), [make.visit(**fields) for _ in range(2)]
    _html, data = asked(client, action, *rows)
    changed = Visit.objects.get(pk=rows[0].pk)
    changed.purpose = "written meanwhile"
    changed.save()
    told = answered(client, data)
    assert re.search(rf"{rows[0].title}[^<]*Somebody else has changed this record", told)
    assert "1 done." in told
    assert states(*rows) == [before, after]


@pytest.mark.parametrize("read", [[], ["abc"], ["1:"], ["²:1"], ["9" * 30 + ":1"]])
def test_an_answer_without_the_version_of_a_row_publishes_nothing(read):
    client, row = signed_in("reviewer"), make.visit(**make.draft())
    _html, data = asked(client, "publish", row)
    assert "Somebody else has changed this record" in answered(client, data | {"version_read": read})
    assert states(row) == ["draft"]


def test_a_row_that_left_the_list_is_told_of():
    client, row = signed_in("reviewer"), make.visit(**make.draft())
    _html, data = asked(client, "publish", row)
    Visit.objects.filter(pk=row.pk).update(workflow="removed")
    assert "1 of the chosen rows left this list meanwhile." in answered(client, data)
    assert states(row) == ["removed"]


def test_editors_publish_nothing_from_the_list():
    client, row = signed_in("editor"), make.visit(**make.draft())
    client.post(
        VISITS,
        {
            "action": "publish",
            "_selected_action": [row.pk],
            "confirmed": "yes",
            "version_read": f"{row.pk}:{row.version}",
        },
    )
    assert states(row) == ["draft"]


# Each would tell of the hidden rows below by how many rows it lists.
TELLING = (
    (Person, "statement_speakers__statement__note__contains=secret"),
    (Person, "participations__meeting__title__startswith=Hid"),
    (Person, "participations__isnull=False"),
    (Visit, "meetings__title__startswith=Hid"),
    (Visit, "meetings=1"),
    (Visit, "compartment__name__startswith=C"),
    (Visit, "compartment__isnull=False"),
    (Visit, "follows__title__startswith=Hid"),
    (Visit, "follows__isnull=False"),
    (Visit, "note__contains=a"),
    (Meeting, "notes__text__contains=secret"),
    (VisitMandate, "visit__title__startswith=Hid"),
    (MeetingNote, "author__username__startswith=a"),
    (User, "meeting_notes=1"),
    (User, "meeting_notes__isnull=False"),
    (User, "memberships__compartment__name=C"),
    (User, "password__startswith=p"),
    (PublicationStamp, "history__id=1"),
)


def test_no_question_by_address_tells_of_hidden_rows():
    closed = make.confidential(make.compartment(name="Closed"))
    hidden = make.visit(title="Hidden", **closed)
    make.visit(follows=hidden)
    meeting = make.meeting(visit=hidden, title="Hidden", **(closed | {"published_as": "not"}))
    make.participant(meeting=meeting)
    make.note(meeting=meeting, text="secret", **closed)
    client, tried = signed_in("admin"), 0
    for model, question in TELLING:
        assert client.get(f"{address_of(model, 'changelist')}?{question}").status_code == 400, question
        tried += 1
    assert tried == 18


def test_the_filters_of_every_list_still_work():
    client, followed = signed_in("admin"), 0
    make.visit()
    for name in sorted(registered("visits") | registered("statements")):
        address = address_of(model_of(name), "changelist")
        for query in sorted(
            set(re.findall(r'href="(\?[^"]*(?:exact|isnull)[^"]*)"', client.get(address).content.decode()))
        )[:3]:
            assert client.get(address + query.replace("&amp;", "&")).status_code == 200, (name, query)
            followed += 1
    assert followed >= 40


LONG = "9" * 30
ODD = (
    "?kind__regex=(", "?kind__iregex=[", "?kind__in=a", "?workflow__exact=nonsense", "?workflow__isnull=nonsense",
    "?kind__exact=a&kind__exact=b", "?no_such=1", "?id=" + LONG, "?id__in=abc", "?q=" + "a+" * 3000,
    "?q=" + "+".join(f"w{n}" for n in range(1000)), "?q=%00", "?kind=%00", "?q=%22", "?q=%27%25_", "?q=%5C", "?q=%ff",
    "?p=abc", "?p=-1", "?p=" + LONG, "?p=" + "9" * 5000, "?o=abc", "?o=" + LONG, "?o=-1.-1.-1",
    "?_to_field=abc", "?_to_field=%2B", "?_to_field=legs", "?_popup=x", "?all=", "?_facets=x", "?e=1",
    LONG + "/change/", LONG + "/history/", "abc/change/", "²/change/", "%00/change/", LONG + "/delete/",
    "add/?visit=" + LONG, "add/?visit=²", "add/?visit=abc", "add/?follows=" + LONG, "add/?follows=²", "add/?kind=%00",
)  # fmt: skip
OF_THE_SITE = (
    "/admin/autocomplete/",
    "/admin/autocomplete/?app_label=visits&model_name=visit&field_name=follows&term=" + "a+" * 3000,
    "/admin/autocomplete/?app_label=visits&model_name=visit&field_name=follows&page=abc",
    "/admin/autocomplete/?app_label=visits&model_name=visit&field_name=follows&page=" + LONG,
    f"/admin/r/{LONG}/1/",
    f"/admin/r/1/{LONG}/",
)
POSTED = ("abc", LONG, "²", "-1", "1.5", "\x00", "")


def test_odd_addresses_are_answered():
    client, tried = signed_in("admin"), 0
    client.raise_request_exception = False
    make.meeting(visit=make.visit())
    lists = [address_of(model, "changelist") for model in (Visit, Meeting, Person, User)]
    for address in (*(start + odd for start in lists for odd in ODD), *OF_THE_SITE):
        assert client.get(address).status_code in {200, 302, 400, 403, 404}, address[:120]
        tried += 1
    assert tried == 178


def test_odd_ids_in_a_posted_action_choose_nothing():
    client, tried, row = signed_in("admin"), 0, make.visit(**make.draft())
    client.raise_request_exception = False
    for action in ("publish", "withdraw", "submit", "no_such", "\x00"):
        for chosen in POSTED:
            for more in ({}, {"confirmed": "yes", "index": "abc"}):
                data = {"action": action, "_selected_action": chosen, **more}
                assert client.post(VISITS, data).status_code in {200, 302, 400, 404}, data
                tried += 1
    assert tried == 70
    assert states(row) == ["draft"]


def test_a_search_of_too_many_words_says_so_and_finds_nothing():
    make.visit(title="Word")
    html = signed_in("admin").get(VISITS + "?q=" + "+".join(f"w{n}" for n in range(13))).content.decode()
    assert "Search for up to 12 words" in html
    found = signed_in("admin").get(VISITS + "?q=" + "+".join(["word"] * 13))
    assert found.context["cl"].result_count == 1

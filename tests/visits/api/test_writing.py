"""Writing through the API: by a token, through the actions, never over what somebody else has changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from statements.models import Citation, Statement, Topic, TopicAlias
from tests import factories as make
from tests.cast import again
from tests.visits.api.test_tokens import bearing
from tests.visits.api.world import public_world
from visits.api.resource import RESOURCES, ROOT
from visits.models import PublicationStamp, Visit
from visits.token_actions import make_token

JSON = {"content_type": "application/json"}


def client_of(user: Any) -> Client:
    """Return a client that sends a token of `user`."""
    return bearing(make_token(by=user, name="script")[1])


@pytest.fixture
def editor(people) -> Client:
    return client_of(people.editor)


@pytest.fixture
def reviewer(people) -> Client:
    return client_of(people.reviewer)


def entered(client: Client, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Enter a row and return it as the answer tells it."""
    answer = client.post(f"{ROOT}{name}/", body, **JSON)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert answer.headers["Location"] == told["self"]
    got = client.get(told["self"])
    assert got.json() == told
    assert got.headers["ETag"] == answer.headers["ETag"]
    return told


def changed(client: Client, address: str, body: dict[str, Any], mark: str = "") -> Any:
    """Change a row from what it is now, or from what `mark` names."""
    return client.patch(address, body, headers={"if-match": mark or client.get(address).headers["ETag"]}, **JSON)


def test_a_visit_is_entered_as_a_draft_with_its_parts(editor, people):
    term = make.term()
    country = make.country()
    source = make.source()
    told = entered(
        editor,
        "visits",
        {
            "title": "Exampleland",
            "visibility": "public",
            "mandates": [term.mandate.slug],
            "legs": [{"country": country.iso3, "place": "Capital", "dates": "2022-08-15/2022-08-20"}],
            "experts": [{"mandate": term.mandate.slug, "person": term.person.slug}],
            "steps": [
                {"kind": "started", "date": "2022-08-15", "source": source.public_id},
                {"kind": "ended", "date": "2022-08-26"},
            ],
        },
    )
    assert told["status"] == "completed"
    assert told["dates"] == "2022-08-15/2022-08-26"
    assert (told["workflow"], told["visibility"]) == ("draft", "public")
    assert (told["countries"], told["mandate_holders"]) == ([country.iso3], [term.person.name])
    stored = Visit.objects.get(public_id=told["id"])
    assert stored.entered_by == people.editor
    assert stored.history.latest().history_user == people.editor
    assert Client().get(told["self"]).status_code == 404


def test_a_statement_is_entered_with_its_proof_and_the_verbatim_check_is_made(editor):
    world = public_world()
    source = make.source(extracted_text="He said: “There is no such list.” Then he left.")
    person, office = world.rows["people"], world.rows["offices"]
    key = editor.get(f"{ROOT}offices/?person={person.slug}").json()["results"][0]["self"].split("/")[-2]
    told = entered(
        editor,
        "statements",
        {
            "act": "denies",
            "mode": "direct",
            "occasion": "interview",
            "answers_text": "that there is a list",
            "visit": world.rows["visits"].slug,
            "date": "2022-08-17",
            "visibility": "public",
            "speakers": [{"person": person.slug, "office": key, "side": "government"}],
            "texts": [
                {"kind": "press", "language": "en", "text": "“There is no such list.”", "source": source.public_id}
            ],
            "citations": [{"source": source.public_id, "exact": "“There is no such list.”"}],
            "topics": [world.rows["topics"].slug],
        },
    )
    assert (told["speakers"], told["offices"]) == ([person.name], [f"{office.title}, {office.organisation.name}"])
    assert told["verdicts"] == ["match"]
    assert told["words"] == "“There is no such list.”"
    assert Statement.objects.get(public_id=told["id"]).texts.get().preferred


def test_every_other_resource_is_entered(editor):
    world = public_world()
    visit, statement = world.rows["visits"].slug, world.rows["statements"].public_id
    body = world.rows["organisations"].slug
    meeting = entered(
        editor,
        "meetings",
        {
            "visit": visit, "title": "Ministry", "date": "2022-08-16", "starts_at": "09:30",
            "time_zone": "Asia/Phnom_Penh",
            "participants": [
                {"organisation": body, "side": "civil_society"}, {"label": "villagers", "side": "affected"},
            ],
        },
    )  # fmt: skip
    # Whoever was met is confidential until somebody says otherwise.
    assert (meeting["visibility"], meeting["starts_at"]) == ("confidential", "09:30")
    assert meeting["participant_sides"] == ["civil_society", "affected"]
    source = entered(editor, "sources", {"kind": "news", "title": "News", "url": "https://news.example.org/2",
                                         "relays": [{"original": world.rows["sources"].public_id}]})  # fmt: skip
    assert source["relay_kinds"] == ["relays"]
    person = entered(editor, "people", {"name": "New Person"})
    organisation = entered(editor, "organisations", {"name": "New body", "side": "civil_society", "parent": body})
    office = entered(editor, "offices", {"person": person["id"], "organisation": organisation["id"], "title": "Chair",
                                         "side": "civil_society", "since": "2021"})  # fmt: skip
    assert office["person"] == person["address"]
    mandate = entered(
        editor, "mandates", {"name": "Expert on X", "scope": "X", "kind": "thematic", "holder_kind": "IE"}
    )
    assert mandate["id"].startswith("expert-on-x-")
    topic = entered(editor, "topics", {"name": "Markets", "parent": world.rows["topics"].slug})
    assert topic["parent"].endswith(f"/topics/{world.rows['topics'].slug}/")
    promise = entered(editor, "commitments", {"statement": statement, "what": "to answer", "due": "2023",
                                              "by_whom": body, "evidence": [{"statement": statement}]})  # fmt: skip
    assert promise["evidence"] == [Client().get(f"{ROOT}statements/{statement}/").json()["address"]]


def test_a_citation_is_entered_changed_and_taken_out_as_a_part_of_its_statement(reviewer):
    statement, source = make.statement(), make.source()
    told = entered(reviewer, "citations", {"statement": statement.public_id, "source": source.public_id, "exact": "a"})
    version = again(statement).version
    answer = changed(reviewer, told["self"], {"exact": "other words", "role": "corroborates"})
    assert answer.status_code == 200, answer.content
    moved = answer.json()["self"]
    assert moved != told["self"]
    assert reviewer.get(told["self"]).status_code == 404
    assert again(statement).version == version + 1
    mark = reviewer.get(moved).headers["ETag"]
    assert reviewer.delete(moved, headers={"if-match": '"0"'}).status_code == 412
    assert reviewer.delete(moved, headers={"if-match": mark}).status_code == 204
    assert reviewer.get(moved).status_code == 404
    assert statement.citations.count() == 1


def test_a_last_proof_is_not_taken_out(reviewer):
    statement = make.statement()
    [cited] = reviewer.get(f"{ROOT}citations/?statement={statement.public_id}").json()["results"]
    mark = reviewer.get(cited["self"]).headers["ETag"]
    answer = reviewer.delete(cited["self"], headers={"if-match": mark})
    assert answer.status_code == 422
    assert Citation.objects.filter(statement=statement).count() == 1


def test_a_change_needs_what_it_was_made_from(reviewer):
    address = f"{ROOT}visits/{make.visit().slug}/"
    answer = reviewer.patch(address, {"purpose": "x"}, **JSON)
    assert answer.status_code == 428
    assert answer.json()["type"] == "/api/v1/docs/#unconditional"


def test_a_star_names_whatever_is_there(reviewer):
    visit = make.visit()
    star = {"headers": {"if-match": "*"}, **JSON}
    assert reviewer.patch(f"{ROOT}visits/{visit.slug}/", {"purpose": "x"}, **star).status_code == 200
    assert again(visit).purpose == "x"
    assert reviewer.patch(f"{ROOT}visits/never-was/", {"purpose": "x"}, **star).status_code == 404


def test_a_change_of_what_somebody_else_has_changed_is_refused_and_both_texts_are_named(reviewer):
    visit = make.visit()
    address = f"{ROOT}visits/{visit.slug}/"
    mark = reviewer.get(address).headers["ETag"]
    assert changed(reviewer, address, {"purpose": "first"}).status_code == 200
    answer = changed(reviewer, address, {"purpose": "second"}, mark)
    assert answer.status_code == 412
    told = answer.json()
    assert told["stored"] == f"http://testserver{address}"
    assert told["history"] == f"http://testserver/desk/history/visit/{visit.slug}/"
    assert again(visit).purpose == "first"


def test_the_mark_of_a_row_is_strong_however_it_is_asked_for_and_a_weak_one_is_known_too(reviewer):
    visit = make.visit(purpose="a purpose " * 60)
    address = f"{ROOT}visits/{visit.slug}/"
    answer = reviewer.get(address, headers={"accept-encoding": "gzip"})
    assert answer.headers["ETag"].startswith('"')
    assert not answer.has_header("Content-Encoding")
    after = changed(reviewer, address, {"purpose": "another purpose " * 60}, answer.headers["ETag"])
    assert after.status_code == 200
    # A proxy in between may have compressed it.
    assert changed(reviewer, address, {"purpose": "short"}, f"W/{after.headers['ETag']}").status_code == 200
    assert reviewer.get(f"{ROOT}visits/", headers={"accept-encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


def test_what_is_there_already_is_named_and_not_entered_again_unless_another_is_meant(editor, people):
    country = make.country()
    source = make.source(url="https://news.example.org/a?b=1")
    person = make.person(name="José Núñez")
    topic = make.topic(name="Water")
    TopicAlias(topic=topic, text="Drinking water").save()
    body = make.organisation(name="Ministry of Justice", country=country)
    mandate = make.mandate(name="Special Rapporteur on water")
    for row in (person, body):
        make.statement(speakers=(make.speaker(**{row._meta.model_name: row}),), topics=(topic,))
    bodies = {
        "sources": ({"kind": "news", "title": "T", "url": "http://www.news.example.org/a/?b=1&utm_source=x"}, source),
        "people": ({"name": "jose nunez"}, person),
        "topics": ({"name": "drinking Water"}, topic),
        "organisations": ({"name": "Ministry of justice", "side": "government", "country": country.iso3}, body),
        "mandates": ({"name": "Special rapporteur on Water", "scope": "W", "kind": "thematic", "holder_kind": "SR"},
                     mandate),
    }  # fmt: skip
    for name, (given, row) in bodies.items():
        answer = editor.post(f"{ROOT}{name}/", given, **JSON)
        assert answer.status_code == 409, (name, answer.content)
        key = getattr(row, RESOURCES[name].key)
        assert answer.json()["rows"] == [f"http://testserver{ROOT}{name}/{key}/"]
        assert entered(editor, name, {**given, "anyway": True})
    # Of each State there is one.
    given = {**bodies["organisations"][0], "country": make.country().iso3}
    assert entered(editor, "organisations", given)


def test_a_row_that_whoever_writes_may_not_see_is_not_named(editor):
    make.source(url="https://news.example.org/a", **make.confidential(make.compartment()))
    assert entered(editor, "sources", {"kind": "news", "title": "T", "url": "https://news.example.org/a"})


def test_of_two_who_save_at_one_moment_the_second_is_refused(reviewer, monkeypatch):
    visit = make.visit()
    address = f"{ROOT}visits/{visit.slug}/"
    mark = reviewer.get(address).headers["ETag"]
    from visits.api import entering

    def meanwhile(*, row: Any, by: Any, data: Any) -> Any:
        # After what was read is compared and before it is saved, somebody else saves.
        other = Visit.objects.get(pk=row.pk)
        other.purpose = "theirs"
        other.save()
        return entering.change(row=row, by=by, data=data)

    from dataclasses import replace

    from visits.api.writing import WritingView

    writer = replace(RESOURCES["visits"].writer, change=meanwhile)
    monkeypatch.setattr(WritingView, "writer", lambda self: writer)
    answer = changed(reviewer, address, {"purpose": "ours"}, mark)
    assert answer.status_code == 412
    assert "stored" in answer.json()


def test_what_is_left_out_stays_and_nothing_changes_nothing(reviewer):
    visit = make.visit(purpose="why", duration_as_reported="ten days")
    address = f"{ROOT}visits/{visit.slug}/"
    version = again(visit).version
    assert changed(reviewer, address, {}).status_code == 200
    assert again(visit).version == version
    answer = changed(reviewer, address, {"duration_as_reported": "11 days"})
    assert (answer.json()["purpose"], answer.json()["duration_as_reported"]) == ("why", "11 days")


@pytest.mark.parametrize("name", ["meetings", "sources", "people", "organisations", "mandates", "countries", "topics",
                                  "statements", "commitments", "offices"])  # fmt: skip
def test_every_resource_is_changed_by_reviewers(name, reviewer):
    public_world()
    bodies = {
        "meetings": {"public_summary": "They met."}, "sources": {"publisher": "A paper"}, "people": {"name": "Another"},
        "organisations": {"short_name": "AB"}, "mandates": {"scope": "Other"},
        "countries": {"standing_invitation": "2001"},
        "topics": {"name": "Other"}, "statements": {"original_language": "km"}, "commitments": {"state": "kept"},
        "offices": {"until": "2024"},
    }  # fmt: skip
    row = reviewer.get(f"{ROOT}{name}/").json()["results"][0]
    answer = changed(reviewer, row["self"], bodies[name])
    assert answer.status_code == 200, answer.content
    ((field, value),) = bodies[name].items()
    assert answer.json()[field] == value
    assert reviewer.get(answer.json()["self"]).json() == answer.json()


def test_editors_change_drafts_and_not_what_is_published(editor):
    published, draft = make.visit(), make.visit(**make.draft())
    stamp = PublicationStamp.objects.get().value
    answer = changed(editor, f"{ROOT}visits/{published.slug}/", {"purpose": "x"})
    assert answer.status_code == 403
    assert changed(editor, f"{ROOT}visits/{draft.slug}/", {"purpose": "x"}).status_code == 200
    assert (again(published).purpose, again(draft).purpose) == ("", "x")
    assert PublicationStamp.objects.get().value == stamp


def test_a_change_that_the_public_sees_raises_the_stamp(reviewer):
    visit = make.visit()
    before = PublicationStamp.objects.get().value
    assert changed(reviewer, f"{ROOT}visits/{visit.slug}/", {"purpose": "x"}).status_code == 200
    assert PublicationStamp.objects.get().value > before


def test_a_draft_goes_for_review_and_back_and_is_published_at_the_desk(editor, reviewer):
    draft = make.visit(**make.draft())
    address = f"{ROOT}visits/{draft.slug}/"

    def sent(client: Client, to: str) -> Any:
        mark = client.get(address).headers["ETag"]
        return client.post(f"{address}workflow/", {"to": to}, headers={"if-match": mark}, **JSON)

    assert sent(editor, "in_review").json()["workflow"] == "in_review"
    assert sent(editor, "draft").json()["workflow"] == "draft"
    for client in (editor, reviewer):
        assert sent(client, "published").status_code == 400
    assert again(draft).workflow == "draft"
    assert editor.post(f"{address}workflow/", {"to": "in_review"}, **JSON).status_code == 428


def test_a_step_is_added_and_the_status_follows(editor):
    draft = make.visit(**make.draft(), steps=("requested 2022-01",))
    address = f"{ROOT}visits/{draft.slug}/"
    assert editor.get(address).json()["status"] == "requested"
    mark = editor.get(address).headers["ETag"]
    step = {"kind": "accepted", "date": "2022-03"}
    answer = editor.post(f"{address}steps/", step, headers={"if-match": mark}, **JSON)
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert editor.post(f"{address}steps/", step, headers={"if-match": mark}, **JSON).status_code == 412
    assert draft.steps.count() == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "  \n"}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": 7}, "/name"),
        ({"name": "x" * 121}, "/name"),
        ({}, "/name"),
        ({"name": "A", "slug": "mine"}, "/slug"),
        ({"name": "A", "workflow": "published"}, "/workflow"),
        ([], ""),
        ("text", ""),
    ],
)
def test_a_body_that_no_schema_allows_is_an_error_that_points_to_it(body, pointer, editor):
    answer = editor.post(f"{ROOT}topics/", body, **JSON)
    assert answer.status_code == 400
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not Topic.objects.exists()


@pytest.mark.parametrize("text", ["{", "", "[1,", '{"name": NaN}', "\xff"])
def test_what_is_no_json_is_an_error(text, editor):
    answer = editor.post(f"{ROOT}topics/", text, **JSON)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_body_of_another_kind_is_refused(editor):
    answer = editor.post(f"{ROOT}topics/", {"name": "A"})
    assert answer.status_code == 415


def test_rules_of_the_record_are_told_with_their_words(editor):
    body = {"act": "asserts", "mode": "direct", "occasion": "interview", "visibility": "public"}
    words = [{"kind": "press", "text": "Words"}]
    both = {"person": make.person().slug, "label": "and a label", "side": "government"}
    answer = editor.post(f"{ROOT}statements/", {**body, "speakers": [both], "texts": words}, **JSON)
    assert answer.status_code == 422, answer.content
    late = {**body, "date": "2022-02-30", "speakers": [{"label": "a villager", "side": "affected"}], "texts": words}
    answer = editor.post(f"{ROOT}statements/", late, **JSON)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/date"]
    assert not Statement.objects.exists()


def test_nothing_is_half_done(editor, people):
    stored = Visit.objects.count()
    wrong = {"title": "A", "legs": [{"place": "nowhere, for no country is named"}]}
    assert editor.post(f"{ROOT}visits/", wrong, **JSON).status_code == 422
    assert Visit.objects.count() == stored


def test_a_hidden_and_a_missing_row_are_refused_in_the_same_bytes(editor, people):
    hidden = make.visit(**make.confidential(make.compartment(members=(people.member,))))
    answers = [
        editor.post(f"{ROOT}meetings/", {"visit": slug, "title": "Ministry"}, **JSON)
        for slug in (hidden.slug, "nothing")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].content == answers[1].content
    for method in ("patch", "post"):
        end = "workflow/" if method == "post" else ""
        told = [
            getattr(editor, method)(f"{ROOT}visits/{slug}/{end}", {"to": "draft"} if end else {"title": "x"},
                                    headers={"if-match": f'"{"0" * 32}"'}, **JSON)
            for slug in (hidden.slug, "nothing")
        ]  # fmt: skip
        assert [answer.status_code for answer in told] == [404, 404]
        assert told[0].content == told[1].content


def test_somebody_whom_only_a_hidden_row_names_cannot_be_named(editor, people):
    hidden = make.meeting(**make.confidential(make.compartment(members=(people.member,))))
    secret = make.person()
    make.participant(meeting=hidden, person=secret)
    body = {"person": secret.slug, "title": "Minister", "side": "government"}
    answer = editor.post(f"{ROOT}offices/", body, **JSON)
    assert answer.status_code == 422
    assert not secret.offices.exists()


@pytest.mark.parametrize("name", sorted(["visits", "meetings", "sources", "people", "organisations", "offices",
                                         "mandates", "statements", "citations", "topics", "commitments"]))  # fmt: skip
def test_without_a_token_nothing_is_written(name, db):
    public_world()
    row = Client().get(f"{ROOT}{name}/").json()["results"][0]["self"]
    for answer in (
        Client().post(f"{ROOT}{name}/", {}, **JSON),
        Client().patch(row, {}, headers={"if-match": "*"}, **JSON),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_note_that_somebody_has_changed_since_is_not_written_over_though_it_is_never_told(reviewer):
    topic = make.topic()
    address = f"{ROOT}topics/{topic.slug}/"
    mark = reviewer.get(address).headers["ETag"]
    theirs = again(topic)
    theirs.note = "from a colleague"
    theirs.save()
    assert changed(reviewer, address, {"note": "mine"}, mark).status_code == 412
    assert again(topic).note == "from a colleague"


def test_a_body_that_is_nested_without_end_or_named_by_half_a_character_is_an_error(editor):
    for body in ("[" * 100_000, '{"\\ud800": 1}'):
        answer = editor.post(f"{ROOT}topics/", body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"

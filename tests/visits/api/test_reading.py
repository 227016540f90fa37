"""Reading the API: lists and rows, columns, what they bring along, pages, orders, filters, ETags and JSON-LD."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from statements.exports import STATEMENTS
from tests import factories as make
from tests.visits.api.world import public_world
from visits.api.resource import RESOURCES, ROOT
from visits.exports.columns import rows_of

LINKED = {"accept": "application/ld+json"}


NAMES = (
    "visits", "meetings", "sources", "people", "organisations", "offices", "mandates", "countries", "statements",
    "citations", "topics", "commitments",
)  # fmt: skip


def test_every_resource_that_the_issue_names_is_served():
    assert sorted(RESOURCES) == sorted(NAMES)


@pytest.fixture
def world(db):
    return public_world()


@pytest.mark.parametrize("name", NAMES)
def test_each_row_of_a_list_stands_at_its_own_address(name, world):
    client = Client()
    listed = client.get(f"{ROOT}{name}/").json()
    assert listed["next"] is None
    assert listed["results"]
    for row in listed["results"]:
        one = client.get(row["self"])
        assert (one.status_code, one.json()) == (200, row)
        assert list(row) == ["self", *RESOURCES[name].kind.names]


@pytest.mark.parametrize("name", NAMES)
def test_a_row_brings_along_what_is_asked_for(name, world):
    resource = RESOURCES[name]
    assert resource.expansions
    for names in [*([one] for one in resource.expansions), list(resource.expansions)]:
        rows = Client().get(f"{ROOT}{name}/", {"expand": ",".join(names)}).json()["results"]
        for row in rows:
            assert list(row["expanded"]) == names
            for expansion, brought in row["expanded"].items():
                for other in brought:
                    assert other == Client().get(other["self"]).json(), (name, expansion)
    met = {expansion for row in rows for expansion, brought in row["expanded"].items() if brought}
    # Of everything that can be brought along the world has a row; only visits follow none here.
    assert met == set(resource.expansions) - {"follows"}


def test_a_visit_brings_the_one_that_it_follows_and_nothing_that_that_one_follows(db):
    first = make.visit()
    second = make.visit(follows=first)
    third = make.visit(follows=second)
    [brought] = Client().get(f"{ROOT}visits/{third.slug}/?expand=follows").json()["expanded"]["follows"]
    assert brought["id"] == second.public_id
    assert "expanded" not in brought


def test_only_the_columns_that_are_asked_for_come(world):
    [row] = Client().get(f"{ROOT}statements/?fields=id,words,sources").json()["results"]
    assert list(row) == ["id", "words", "sources"]
    one = Client().get(f"{ROOT}statements/{row['id']}/?fields=act&expand=topics").json()
    assert list(one) == ["act", "expanded"]


def test_a_statement_is_told_in_the_columns_of_its_export(world, people):
    from visits.exports.columns import Taking

    taking = Taking(people.anonymous, "http://testserver", datetime.now(UTC).date(), "en")
    [cells] = rows_of(STATEMENTS, [world.rows["statements"].pk], taking)
    [row] = Client().get(f"{ROOT}statements/").json()["results"]
    assert row == {"self": row["self"], **dict(zip(STATEMENTS.names, cells, strict=True))}


ORDERS = {"newest": ["d", "b", "c", "a", ""], "oldest": ["", "a", "b", "c", "d"]}


def test_pages_follow_each_other_in_every_order_without_a_row_twice_or_missing(db):
    dates = {"a": "2020", "b": "2021-03", "c": "2021-03-05/2021-03-07", "d": "2022-08-17", "": ""}
    said = {letter: make.statement(date=date) for letter, date in dates.items()}
    twin = make.statement(date="2021-03")
    letters = {row.public_id: letter for letter, row in said.items()} | {twin.public_id: "b"}
    for sort in (*RESOURCES["statements"].sorts,):
        for size in (1, 2, 3, 4, 10):
            address, met, pages = f"{ROOT}statements/?sort={sort}&limit={size}", [], 0
            while address:
                page = Client().get(address).json()
                assert len(page["results"]) == size or page["next"] is None
                met += [row["id"] for row in page["results"]]
                address, pages = page["next"], pages + 1
            assert sorted(met) == sorted(letters)
            assert pages == -(-len(letters) // size)
            if sort in ORDERS:
                assert list(dict.fromkeys(letters[one] for one in met)) == ORDERS[sort]


def test_rows_that_share_their_owner_are_parted_by_pages_too(db):
    person = make.person()
    offices = [make.office(person=person) for _number in range(5)]
    make.office()
    for size in (1, 2, 3):
        address, met = f"{ROOT}offices/?limit={size}", []
        client = Client()
        client.force_login(make.user(role="editor"), backend="allauth.account.auth_backends.AuthenticationBackend")
        while address:
            page = client.get(address).json()
            met += [row["self"] for row in page["results"]]
            address = page["next"]
        assert len(met) == len(set(met)) == len(offices) + 1


def test_a_row_that_comes_or_goes_meanwhile_neither_repeats_another_nor_hides_one(db):
    said = [make.statement(date=f"2022-08-{day:02}") for day in (10, 11, 12, 13)]
    first = Client().get(f"{ROOT}statements/?sort=newest&limit=2").json()
    assert [row["id"] for row in first["results"]] == [said[3].public_id, said[2].public_id]
    make.statement(date="2022-08-31")
    type(said[2])._base_manager.filter(pk=said[2].pk).update(workflow="removed")
    second = Client().get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == [said[1].public_id, said[0].public_id]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "AAAA", "e30", "WzEsMiwzLDRd", "WyJhIiwiYiIsImMiLDBd", "%FF", "W10", "bnVsbA"])
def test_a_cursor_that_is_none_of_ours_leads_nowhere(cursor, world):
    # One of them is written as ours are, and names an order that is none.
    why = "is of another order" if cursor == "WyJhIiwiYiIsImMiLDBd" else "leads nowhere"
    refused(Client().get(f"{ROOT}visits/?cursor={cursor}"), f"This cursor {why}: begin with the first page.")


def refused(answer, detail):
    """Say that an answer is the problem of a cursor."""
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.json()["errors"] == [{"detail": detail, "parameter": "cursor"}]


def test_a_cursor_of_another_order_leads_nowhere(db):
    for _number in range(2):
        make.visit()
    following = Client().get(f"{ROOT}visits/?limit=1&sort=place").json()["next"]
    assert Client().get(following).status_code == 200
    other = Client().get(following.replace("sort=place", "sort=newest"))
    refused(other, "This cursor is of another order: begin with the first page.")


# Of each resource a filter, how the public row is named in it, and one that names none.
FILTERS = {
    "visits": [("country", lambda w: w.rows["countries"].iso3), ("mandate", lambda w: w.rows["mandates"].slug),
               ("status", lambda w: "completed"), ("year", lambda w: "2022"),
               ("topic", lambda w: w.rows["topics"].slug)],
    "meetings": [("visit", lambda w: w.rows["visits"].slug), ("country", lambda w: w.rows["countries"].iso3),
                 ("mandate", lambda w: w.rows["mandates"].slug), ("topic", lambda w: w.rows["topics"].slug),
                 ("kind", lambda w: "official_meeting"), ("status", lambda w: "held"), ("year", lambda w: "2022")],
    "statements": [("act", lambda w: "commits"), ("topic", lambda w: w.rows["topics"].slug),
                   ("speaker", lambda w: f"person:{w.rows['people'].slug}"), ("year", lambda w: "2022"),
                   ("q", lambda w: "words")],
    "citations": [("statement", lambda w: w.rows["statements"].public_id), ("role", lambda w: "primary"),
                  ("source", lambda w: w.rows["sources"].public_id), ("visit", lambda w: w.rows["visits"].slug)],
    "sources": [("kind", lambda w: "news"), ("language", lambda w: "en"), ("year", lambda w: "2022")],
    "people": [("q", lambda w: "another name"), ("organisation", lambda w: w.rows["organisations"].slug)],
    "organisations": [("country", lambda w: w.rows["countries"].iso3.lower()), ("side", lambda w: "civil_society"),
                      ("parent", lambda w: w.rows["organisations"].parent.slug)],
    "offices": [("person", lambda w: w.rows["people"].slug), ("organisation", lambda w: w.rows["organisations"].slug)],
    "mandates": [("kind", lambda w: "country"), ("holder_kind", lambda w: "SR"),
                 ("country", lambda w: w.rows["countries"].iso3)],
    "countries": [("region", lambda w: "asia"), ("q", lambda w: w.rows["countries"].name)],
    "topics": [("q", lambda w: "other word"), ("parent", lambda w: w.rows["topics"].parent.slug)],
    "commitments": [("state", lambda w: "open"), ("overdue", lambda w: "yes"),
                    ("country", lambda w: w.rows["countries"].iso3)],
}  # fmt: skip
NONE = {"year": "1999", "kind": "law", "act": "denies", "side": "media", "state": "missed", "role": "contradicts",
        "status": "cancelled", "holder_kind": "WG", "overdue": "no"}  # fmt: skip
# What no row has is an error where a filter names one: nobody reads an empty list as a slip of the pen.
NAMES_A_ROW = {"country", "mandate", "topic", "visit", "speaker", "statement", "source", "organisation", "person",
               "parent", "region", "holder"}  # fmt: skip
NONE_OF = {("meetings", "kind"): "other", ("mandates", "kind"): "thematic", ("meetings", "status"): "refused"}


@pytest.mark.parametrize("name", NAMES)
def test_filters_narrow_as_they_do_on_the_page(name, world):
    public_world()
    resource = RESOURCES[name]
    for one, value in FILTERS[name]:
        found = Client().get(f"{ROOT}{name}/", {one: value(world)})
        assert found.status_code == 200, found.content
        keys = [row["self"] for row in found.json()["results"]]
        own = [key for key in keys if str(_owner(world.rows[name], resource)) in key]
        assert own, (name, one)
        none = Client().get(f"{ROOT}{name}/", {one: NONE_OF.get((name, one), NONE.get(one, "zzz"))})
        if none.status_code == 400:
            assert one in NAMES_A_ROW, (name, one)
            assert none.json()["errors"] == [{"detail": "“zzz” names nothing here.", "parameter": one}]
        else:
            assert (none.json()["results"], one in NAMES_A_ROW) == ([], False), (name, one)


def test_a_filter_by_a_hidden_row_and_by_a_missing_one_are_the_same_error(db):
    hidden = make.visit(slug="a-hidden-visit", **make.draft())
    make.topic(slug="a-topic-of-nothing-public")
    for name, one, slug in (("meetings", "visit", hidden.slug), ("statements", "topic", "a-topic-of-nothing-public")):
        found = Client().get(f"{ROOT}{name}/", {one: slug})
        never = Client().get(f"{ROOT}{name}/", {one: "never-was"})
        assert (found.status_code, never.status_code) == (400, 400)
        assert found.content.replace(slug.encode(), b"") == never.content.replace(b"never-was", b"")


def test_a_visit_answers_under_its_id_too(world):
    visit = world.rows["visits"]
    one = Client().get(f"{ROOT}visits/{visit.public_id}/")
    assert (one.status_code, one.json()) == (200, Client().get(f"{ROOT}visits/{visit.slug}/").json())
    assert one.json()["self"].endswith(f"/visits/{visit.slug}/")


def _owner(row, resource):
    for part in resource.key.split("__"):
        row = getattr(row, part)
    return row


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("colour=red", "colour"),
        ("status=nonsense", "status"),
        ("year=1e3", "year"),
        ("year=", "year"),
        ("year=1066", "year"),
        ("country=khmer", "country"),
        ("country=khm&country=lao", "country"),
        ("sort=relevance", "sort"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("fields=id,secret", "fields"),
        ("expand=everything", "expand"),
        ("q=a%00b", "q"),
        ("q=" + "a" * 201, "q"),
    ],
)
def test_what_is_not_understood_is_an_error_that_names_it(query, wrong, db):
    answer = Client().get(f"{ROOT}visits/?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["type"]) == (400, "/api/v1/docs/#invalid")
    assert [error["parameter"] for error in body["errors"]] == [wrong]


@pytest.mark.parametrize("address", ["nothing/", "visits/nothing/", "visits/nothing/more/", "../api/v2/"])
def test_where_nothing_is_the_answer_is_a_problem(address, db):
    answer = Client().get(f"{ROOT}{address}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "There is nothing here."


@pytest.mark.parametrize("method", ["put", "options", "trace"])
def test_a_method_that_an_address_does_not_take_is_a_problem(method, world):
    answer = getattr(Client(), method)(f"{ROOT}visits/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST, HEAD"
    assert answer.json()["status"] == 405


def test_what_cannot_be_read_is_asked_for_in_vain(world):
    answer = Client().get(f"{ROOT}visits/", headers={"accept": "text/csv"})
    assert (answer.status_code, answer.json()["status"]) == (406, 406)


def test_an_address_that_no_text_can_hold_is_a_problem(db):
    for address in (f"{ROOT}visits/a%00b/", f"{ROOT}visits/?q={'a' * 9000}"):
        answer = Client().get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_a_country_is_found_by_its_code_however_it_is_written(world):
    code = world.rows["countries"].iso3
    assert Client().get(f"{ROOT}countries/{code.lower()}/").json() == Client().get(f"{ROOT}countries/{code}/").json()


@pytest.mark.parametrize("name", NAMES)
def test_whoever_has_an_answer_is_told_when_it_is_still_the_same(name, world):
    client = Client()
    row = client.get(f"{ROOT}{name}/").json()["results"][0]
    for address in (f"{ROOT}{name}/", row["self"], f"{row['self']}?fields=self"):
        first = client.get(address)
        assert first.headers["ETag"]
        again = client.get(address, headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert again.headers["ETag"] == first.headers["ETag"]
        linked = client.get(address, headers=LINKED)
        assert linked.headers["ETag"] != first.headers["ETag"]


def test_a_published_change_is_in_the_next_answer(world):
    client = Client()
    address = f"{ROOT}visits/"
    before = client.get(address)
    make.visit()
    after = client.get(address, headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert len(after.json()["results"]) == 2


def test_head_answers_as_get_without_a_body(world):
    got, head = Client().get(f"{ROOT}visits/"), Client().head(f"{ROOT}visits/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]


TYPES = {
    "visits": "Event", "meetings": "Event", "sources": "NewsArticle", "people": "Person", "countries": "Country",
    "statements": "Claim", "citations": "Quotation", "topics": "DefinedTerm", "commitments": "Claim",
    "organisations": "Organization", "offices": "Membership", "mandates": "Organization",
}  # fmt: skip
POPOLO = {"organisations", "offices", "mandates"}


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_told_as_json_ld_on_request(name, world):
    client = Client()
    row = next(row for row in client.get(f"{ROOT}{name}/").json()["results"] if row["self"])
    answer = client.get(row["self"], headers=LINKED)
    assert answer.headers["Content-Type"] == "application/ld+json"
    document = answer.json()
    assert document["@type"] == TYPES[name]
    context = "http://www.popoloproject.com/contexts/" if name in POPOLO else "https://schema.org"
    assert document["@context"].startswith(context)
    listed = client.get(f"{ROOT}{name}/", headers=LINKED).json()
    assert {key: value for key, value in document.items() if key != "@context"} in listed["@graph"]
    assert listed["@context"] == document["@context"]


def test_words_of_the_speaker_are_a_quotation_and_told_ones_a_claim(db):
    direct = make.statement(mode="direct", texts=(make.text("We deny it.", kind="press", language="en"),))
    told = make.statement(mode="indirect", texts=(make.text("They denied it.", kind="press"),))
    for row, kind in ((direct, "Quotation"), (told, "Claim")):
        document = Client().get(f"{ROOT}statements/{row.public_id}/", headers=LINKED).json()
        assert document["@type"] == kind
        assert document["creator"][0]["@type"] == "Person"


def test_an_office_is_a_membership_of_popolo(world):
    [row] = Client().get(f"{ROOT}offices/").json()["results"]
    document = Client().get(row["self"], headers=LINKED).json()
    assert document["person_id"] == row["person"]
    assert document["organization_id"] == row["organisation"]
    assert document["role"] == row["title"]


def test_a_withdrawn_record_leaves_its_note(db):
    for row, name, key in ((make.visit(), "visits", "slug"), (make.statement(), "statements", "public_id")):
        type(row)._base_manager.filter(pk=row.pk).update(workflow="withdrawn", withdrawn_note="It was wrong.")
        answer = Client().get(f"{ROOT}{name}/{getattr(row, key)}/")
        assert answer.status_code == 410
        assert answer.json()["detail"] == "It was wrong."


def test_keys_of_the_database_are_in_no_answer(world):
    big = 10**7
    for model in {type(row) for row in world.rows.values()}:
        assert model._base_manager.order_by("-pk").first().pk < big
    for name in NAMES:
        text = json.dumps(Client().get(f"{ROOT}{name}/").json())
        assert '"pk"' not in text
        assert '"version"' not in text


def test_the_root_leads_to_every_resource(world):
    root = Client().get(ROOT).json()
    assert set(root) == {*NAMES, "schema", "docs"}
    for address in root.values():
        assert Client().get(address).status_code == 200, address


def test_a_cursor_at_the_end_of_time_is_an_error_and_no_fault(db):
    cursor = "WyJwdWJsaXNoZWQiLCIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwieCIsMF0"
    answer = Client().get(f"{ROOT}visits/", {"sort": "published", "cursor": cursor})
    refused(answer, "This cursor leads nowhere: begin with the first page.")


def test_what_is_brought_along_is_bounded(db, monkeypatch):
    from visits.api import resource

    said = make.statement()
    monkeypatch.setattr(resource, "MOST_EXPANDED", 0)
    answer = Client().get(f"{ROOT}statements/", {"expand": "citations"})
    assert answer.status_code == 400, said
    assert "by pages of their own" in answer.json()["detail"]

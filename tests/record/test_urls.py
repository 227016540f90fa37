"""Every named address, asked by every role with GET and with POST, answers as the table here says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from statements.models import Statement, Topic
from tests.record.conftest import ROLES
from visits.models import Meeting, MeetingNote, Organisation, Source, Visit

VISIT = "cambodia-2022-08"
# Of each role in turn: anonymous, outsider, reader, member, editor, reviewer, admin.
EVERYBODY = (200,) * 7
READ_ONLY = (405,) * 7
MISSING = (404,) * 7
SIGNED_IN = (302, *(200,) * 6)
# What somebody alone has, and takes only posts; of another it is missing.
OWN_POSTS = (302, *(405,) * 6)
OWN_MISSING = (302, *(404,) * 6)
EDITORS = (*(302,) * 4, *(200,) * 3)
ADMINS = (*(302,) * 4, 403, 403, 200)
NOBODY = (*(302,) * 4, *(403,) * 3)
DESK = (302, *(403,) * 3, *(200,) * 3)
DESK_READ_ONLY = (302, *(405,) * 6)
# What only takes posts, to GET; and its answer to a post: led back with a message, or nothing there.
DESK_POSTS = (302, *(405,) * 6)
DESK_LED_BACK = (302, *(403,) * 3, *(302,) * 3)
DESK_MISSING = (302, *(403,) * 3, *(404,) * 3)
REVIEW = (302, *(403,) * 4, *(200,) * 2)
REVIEW_UNANSWERED = (302, *(403,) * 4, *(400,) * 2)
REVIEW_MISSING = (302, *(403,) * 4, *(404,) * 2)
# What asks for something and was sent nothing.
DESK_EMPTY = (302, *(403,) * 3, *(400,) * 3)

# Pages: name → answers to GET and to POST.
PAGES = {
    "health_live": (EVERYBODY, READ_ONLY),
    "health_ready": (EVERYBODY, READ_ONLY),
    "robots": (EVERYBODY, READ_ONLY),
    # Whoever is signed in already is led on; an empty form is shown again with what it lacks.
    "account_login": ((200, *(302,) * 6), (200, *(302,) * 6)),
    "account_logout": ((302, *(200,) * 6), (302,) * 7),
    "account_change_password": (SIGNED_IN, SIGNED_IN),
    "account_inactive": (EVERYBODY, READ_ONLY),
    # Who has a password of one's own changes it instead.
    "account_set_password": ((302,) * 7, (302,) * 7),
    "home": (EVERYBODY, READ_ONLY),
    "visit_list": (EVERYBODY, READ_ONLY),
    "visit_detail": (EVERYBODY, READ_ONLY),
    "visit_positions": (EVERYBODY, READ_ONLY),
    "visit_commitments": (EVERYBODY, READ_ONLY),
    "visit_sources": (EVERYBODY, READ_ONLY),
    "visit_history": (EVERYBODY, READ_ONLY),
    "visit_corrections": (EVERYBODY, READ_ONLY),
    "visit_cite": (EVERYBODY, READ_ONLY),
    "meeting_cite": (EVERYBODY, READ_ONLY),
    "source_cite": (EVERYBODY, READ_ONLY),
    "statement_cite": (EVERYBODY, READ_ONLY),
    "correction_list": (EVERYBODY, READ_ONLY),
    "meeting_detail": (EVERYBODY, READ_ONLY),
    "source_detail": (EVERYBODY, READ_ONLY),
    "country_list": (EVERYBODY, READ_ONLY),
    "country_detail": (EVERYBODY, READ_ONLY),
    "mandate_list": (EVERYBODY, READ_ONLY),
    "mandate_detail": (EVERYBODY, READ_ONLY),
    "person_list": (EVERYBODY, READ_ONLY),
    "person_detail": (EVERYBODY, READ_ONLY),
    "organisation_detail": (EVERYBODY, READ_ONLY),
    "search": (EVERYBODY, READ_ONLY),
    "suggest": (EVERYBODY, READ_ONLY),
    "statement_list": (EVERYBODY, READ_ONLY),
    "statement_detail": (EVERYBODY, READ_ONLY),
    "comparison": (EVERYBODY, READ_ONLY),
    "commitment_list": (EVERYBODY, READ_ONLY),
    "topic_list": (EVERYBODY, READ_ONLY),
    "topic_detail": (EVERYBODY, READ_ONLY),
    "statement_feed": (EVERYBODY, READ_ONLY),
    "visit_export": (EVERYBODY, READ_ONLY),
    "visit_calendar": (EVERYBODY, READ_ONLY),
    "visit_event": (EVERYBODY, READ_ONLY),
    "statement_export": (EVERYBODY, READ_ONLY),
    "commitment_export": (EVERYBODY, READ_ONLY),
    # Nobody's search and no token of ours: whoever holds no address that opens them.
    "saved_feed": (MISSING, READ_ONLY),
    "saved_search_stop": (MISSING, MISSING),
    # An empty form is shown again with what it lacks.
    "saved_searches": (SIGNED_IN, (302, *(400,) * 6)),
    "saved_search": (OWN_POSTS, OWN_MISSING),
    "saved_search_delete": (OWN_POSTS, OWN_MISSING),
    "saved_search_address": (OWN_POSTS, OWN_MISSING),
    "admin:index": (EDITORS, EDITORS),
    "desk_home": (DESK, DESK_READ_ONLY),
    "my_statements": (DESK, DESK_READ_ONLY),
    "submit_drafts": (DESK_POSTS, DESK_LED_BACK),
    "answer_comment": (DESK_POSTS, DESK_MISSING),
    "review_queue": (REVIEW, DESK_READ_ONLY),
    "review_source": (REVIEW, REVIEW_UNANSWERED),
    "review_statement": (REVIEW, REVIEW_UNANSWERED),
    "review_comment": (DESK_POSTS, (302, *(403,) * 3, 302, 400, 400)),
    "review_withdraw": (DESK_POSTS, REVIEW_UNANSWERED),
    "review_removal": (DESK_POSTS, REVIEW_UNANSWERED),
    "removals": (REVIEW, REVIEW_UNANSWERED),
    "removal_answer": (DESK_POSTS, REVIEW_MISSING),
    "visit_balance": (DESK, DESK_READ_ONLY),
    "desk_capture": (DESK, DESK),
    # Asked by a script only, and never in an address: passages may be confidential.
    "desk_capture_check": (DESK_READ_ONLY, DESK),
    "desk_history": (DESK, DESK_READ_ONLY),
    # Editors may not write to what is published; the version named is none.
    "desk_restore": (DESK_POSTS, (302, *(403,) * 4, 409, 409)),
    "desk_undo": (DESK_POSTS, (302, *(403,) * 3, *(302,) * 3)),
    "desk_merges": (DESK, DESK_READ_ONLY),
    "desk_merge": (DESK, (302, *(403,) * 3, *(404,) * 3)),
    "desk_merge_undo": (DESK_POSTS, (302, *(403,) * 3, *(404,) * 3)),
    "desk_source_new": (DESK, DESK),
    "desk_draft": (DESK, DESK_EMPTY),
    "desk_presence": (DESK_POSTS, DESK),
    "desk_meeting": (DESK, DESK_EMPTY),
    "desk_meeting_new": (DESK, DESK_EMPTY),
    "note_preview": (DESK_POSTS, DESK),
    "desk_note": (DESK, DESK),
    "desk_note_check": (DESK_READ_ONLY, DESK),
    # A note is changed by its author alone.
    "desk_note_edit": ((302, *(403,) * 6), (302, *(403,) * 6)),
}
# Lists of the admin, to GET and POST alike: of both apps for editors, but for these.
LISTS_OF_ADMINS = ("visits_user", "visits_compartment", "visits_removalrequest")
LISTS_OF_NOBODY = ("auth_group", "account_emailaddress", "mfa_authenticator", "usersessions_usersession")


def names(within: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Yield the name of every pattern with its namespaces."""
    for entry in (within or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{before}{entry.namespace}:" if entry.namespace else before)
        elif entry.name:
            yield before + entry.name


def swept_names() -> list[str]:
    """Return all names, but of the admin only its index and lists: the rest of it has tests of its own."""
    return [
        name
        for name in names()
        if not name.startswith("admin:") or name == "admin:index" or name.endswith("_changelist")
    ]


def expected(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return what GET and POST answer to each role."""
    if not name.endswith("_changelist"):
        return PAGES[name]
    model = name.removeprefix("admin:").removesuffix("_changelist")
    answers = ADMINS if model in LISTS_OF_ADMINS else NOBODY if model in LISTS_OF_NOBODY else EDITORS
    return answers, answers


@pytest.fixture
def addresses(db) -> dict[str, str]:
    """Return an address for each swept name; what it names is a public row of the sample."""
    everybody = AnonymousUser()
    visit = Visit.objects.visible_to(everybody).get(slug=VISIT)
    statement = Statement.objects.visible_to(everybody).of_visit(visit).first()
    source = Source.objects.visible_to(everybody).filter(citations__statement=statement).first()
    keys = {
        **dict.fromkeys((name for name in PAGES if name.startswith("visit_") and name != "visit_list"), VISIT),
        "visit_export": "json",
        "visit_calendar": (),
        "statement_export": "csv",
        "commitment_export": "xlsx",
        "meeting_detail": Meeting.objects.visible_to(everybody).filter(visit=visit).first().public_id,
        "statement_detail": statement.public_id,
        **dict.fromkeys(("source_detail", "desk_capture", "desk_capture_check"), source.public_id),
        "country_detail": "khm",
        "mandate_detail": "cambodia",
        "person_detail": "vitit-muntarbhorn",
        "organisation_detail": Organisation.objects.visible_to(everybody).first().slug,
        "desk_history": ("statement", statement.public_id),
        "desk_restore": ("statement", statement.public_id),
        "desk_merge": "person",
        "desk_merge_undo": "nothing",
        "topic_detail": Topic.objects.visible_to(everybody).first().slug,
        "answer_comment": "nosuchcomment111",
        **dict.fromkeys(("saved_search", "saved_search_delete", "saved_search_address"), "nosuchsearch1111"),
        "saved_feed": ("nosuchsearch1111", "nosuchkey"),
        "saved_search_stop": "forged:token",
        "removal_answer": ("statement", statement.public_id),
        **dict.fromkeys(("desk_draft", "desk_presence"), "source:new"),
        "desk_meeting": Meeting.objects.visible_to(everybody).filter(visit=visit).first().public_id,
        "desk_meeting_new": VISIT,
        **dict.fromkeys(("desk_note", "desk_note_check", "desk_note_edit"), _internal_note().public_id),
    }
    for name in ("statement", "comment", "withdraw", "removal"):
        keys[f"review_{name}"] = statement.public_id
    keys["review_source"] = keys["source_detail"]
    keys |= {f"{kind}_cite": (keys[f"{kind}_detail"], "bib") for kind in ("visit", "meeting", "source", "statement")}
    parts = {name: key if isinstance(key, tuple) else (key,) for name, key in keys.items()}
    return {name: reverse(name, args=parts.get(name, ())) for name in swept_names()}


def _internal_note() -> MeetingNote:
    """Return a note that members and above may see."""
    return MeetingNote.objects.filter(visibility="internal", meeting__visibility="public").first()


def client_of(role: str, people) -> Client:
    """Return a new client, signed in with a password of one's own: who has none cannot change it."""
    client = Client()
    if role != "anonymous":
        person = getattr(people, role)
        if not person.has_usable_password():
            person.set_password("long enough for a test")
            person.save()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_names_are_counted_and_each_has_its_line_in_the_table():
    assert len(list(names())) == len(set(names())) == 350
    assert len(swept_names()) == 133
    assert {name for name in swept_names() if not name.endswith("_changelist")} == set(PAGES)
    assert len(swept_names()) * 2 * len(ROLES) == 1862


@pytest.mark.parametrize("role", ROLES)
def test_every_name_answers_the_role_as_the_table_says(role, people, addresses):
    client, place = client_of(role, people), ROLES.index(role)
    wrong, swept = [], 0
    for name, address in addresses.items():
        for method, answers in zip(("get", "post"), expected(name), strict=True):
            # Whoever signs out does it with a session of their own.
            asking = client_of(role, people) if name == "account_logout" else client
            response = getattr(asking, method)(address)
            swept += 1
            if response.status_code != answers[place]:
                wrong.append((method, address, response.status_code, answers[place]))
            if response.status_code == 405:
                assert response.headers["Allow"] == ("GET, HEAD" if method == "post" else "POST"), address
    assert not wrong
    assert swept == 266


@pytest.mark.parametrize("role", ["anonymous", "outsider", "reader", "member"])
def test_whoever_is_led_away_is_led_to_the_one_way_in(role, people, addresses):
    client = client_of(role, people)
    led = 0
    for name, address in addresses.items():
        if name.startswith("admin:"):
            assert client.get(address).headers["Location"].startswith(("/admin/login/?next=", "/accounts/login/?next="))
            led += 1
    assert led == 53

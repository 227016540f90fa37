"""Every named address, asked by every role with GET and with POST, answers as the table here says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from config.framing import FRAMED
from config.public import FILES
from statements.models import Statement, Topic
from tests.framing import framed_as_it_should
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

# The resources of the API, and those that are records.
API_RECORDS = ("visits", "meetings", "statements", "sources", "commitments")
API = (*API_RECORDS, "citations", "people", "organisations", "offices", "mandates", "countries", "topics")

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
    # Whoever signs in without having sent a password first is led back.
    "mfa_authenticate": ((302,) * 7, (302,) * 7),
    "mfa_login_webauthn": ((302,) * 7, (302,) * 7),
    "account_reauthenticate": (SIGNED_IN, SIGNED_IN),
    "account_reset_password": (EVERYBODY, EVERYBODY),
    "account_reset_password_from_key": (EVERYBODY, EVERYBODY),
    **dict.fromkeys(
        ("account_reset_password_done", "account_reset_password_from_key_done"),
        (EVERYBODY, READ_ONLY),
    ),
    # No session of theirs is named: none is ended.
    "account_sessions": (SIGNED_IN, (302,) * 7),
    "account_stay": ((302, *(204,) * 6), OWN_POSTS),
    "invitation": (MISSING, MISSING),
    "report": (EVERYBODY, (400,) * 7),
    # Editors look at names of their compartments; reviewers protect.
    "desk_protected": (DESK, (302, *(403,) * 3, 404, 400, 400)),
    "desk_protected_look": (DESK_POSTS, DESK_MISSING),
    "desk_consents": (REVIEW, REVIEW_UNANSWERED),
    "desk_reports": (REVIEW, REVIEW_UNANSWERED),
    "desk_report_answer": (DESK_POSTS, REVIEW_MISSING),
    "desk_compartments": (DESK, DESK_EMPTY),
    **dict.fromkeys(("desk_compartment_name", "desk_compartment_out"), (DESK_POSTS, DESK_MISSING)),
    "desk_compartment_answer": (DESK_POSTS, DESK_MISSING),
    "desk_compartment_ask": (DESK_POSTS, (302, *(403,) * 5, 404)),
    "desk_invitations": ((302, *(403,) * 5, 200), (302, *(403,) * 5, 400)),
    **dict.fromkeys(("desk_invitation_again", "desk_invitation_revoke"), (OWN_POSTS, (302, *(403,) * 5, 404))),
    # Without a second factor, who one is is confirmed by the password.
    **dict.fromkeys(("mfa_reauthenticate", "mfa_reauthenticate_webauthn"), ((302,) * 7, (302,) * 7)),
    "mfa_index": (SIGNED_IN, OWN_POSTS),
    **dict.fromkeys(("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"), ((302,) * 7, (302,) * 7)),
    # Nobody here has an app, codes or a passkey.
    "mfa_totp_picture": (OWN_MISSING, OWN_POSTS),
    **dict.fromkeys(("mfa_view_recovery_codes", "mfa_download_recovery_codes"), (OWN_MISSING, OWN_POSTS)),
    **dict.fromkeys(("mfa_deactivate_totp", "mfa_edit_webauthn", "mfa_remove_webauthn"), (OWN_MISSING, OWN_MISSING)),
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
    **dict.fromkeys(
        [f"{kind}_briefing{end}" for kind in ("visit", "country", "topic", "comparison") for end in ("", "_file")],
        (EVERYBODY, READ_ONLY),
    ),
    "statement_feed": (EVERYBODY, READ_ONLY),
    "visit_export": (EVERYBODY, READ_ONLY),
    "visit_calendar": (EVERYBODY, READ_ONLY),
    "visit_event": (EVERYBODY, READ_ONLY),
    "statement_export": (EVERYBODY, READ_ONLY),
    "commitment_export": (EVERYBODY, READ_ONLY),
    "oembed": (EVERYBODY, READ_ONLY),
    "embed_visit": (EVERYBODY, READ_ONLY),
    "embed_statement": (EVERYBODY, READ_ONLY),
    "picture": (EVERYBODY, READ_ONLY),
    "picture_of_the_site": (EVERYBODY, READ_ONLY),
    # Lists, and what one page is about, as files, calendars and feeds.
    **dict.fromkeys(sorted(FILES), (EVERYBODY, READ_ONLY)),
    # No file is published by the sample.
    "source_file": (MISSING, READ_ONLY),
    # Nobody's search and no token of ours: whoever holds no address that opens them.
    "saved_feed": (MISSING, READ_ONLY),
    # The API: reading is open, and a session writes nothing. One page is about whose token it is.
    **dict.fromkeys(("api_schema", "api_docs"), (EVERYBODY, READ_ONLY)),
    "api_root": (EVERYBODY, READ_ONLY),
    "api_me": ((401, *(200,) * 6), READ_ONLY),
    "api_visits_steps": (READ_ONLY, (401,) * 7),
    "api_countries": (EVERYBODY, READ_ONLY),
    **dict.fromkeys((f"api_{name}" for name in API if name != "countries"), (EVERYBODY, (401,) * 7)),
    **dict.fromkeys((f"api_{name}_item" for name in API), (EVERYBODY, READ_ONLY)),
    **dict.fromkeys((f"api_{name}_workflow" for name in API_RECORDS), (READ_ONLY, (401,) * 7)),
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
    "desk_tokens": (DESK, DESK_EMPTY),
    "desk_token_revoke": (DESK_POSTS, DESK_MISSING),
    "review_queue": (REVIEW, DESK_READ_ONLY),
    "review_source": (REVIEW, REVIEW_UNANSWERED),
    "review_statement": (REVIEW, REVIEW_UNANSWERED),
    "review_comment": (DESK_POSTS, (302, *(403,) * 3, 302, 400, 400)),
    "review_withdraw": (DESK_POSTS, REVIEW_UNANSWERED),
    "review_removal": (DESK_POSTS, REVIEW_UNANSWERED),
    "removals": (REVIEW, REVIEW_UNANSWERED),
    "who_saw": ((302, *(403,) * 5, 200), (302, *(405,) * 6)),
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
    "desk_imports": (DESK, (302, *(403,) * 3, *(400,) * 3)),
    # A list is met by whoever handed it in.
    "desk_import": (DESK_MISSING, DESK_READ_ONLY),
    "desk_import_columns": (DESK_MISSING, DESK_MISSING),
    "desk_import_errors": (DESK_MISSING, DESK_READ_ONLY),
    "desk_import_rows": (DESK_POSTS, DESK_MISSING),
    "desk_import_write": (DESK_POSTS, DESK_MISSING),
    "desk_import_cancel": (DESK_POSTS, DESK_MISSING),
    "desk_import_undo": (DESK_POSTS, DESK_MISSING),
    "desk_source_new": (DESK, DESK),
    "desk_draft": (DESK, DESK_EMPTY),
    "desk_presence": (DESK_POSTS, DESK),
    "desk_meeting": (DESK, DESK_EMPTY),
    "desk_meeting_new": (DESK, DESK_EMPTY),
    "desk_calendar": (DESK, DESK_EMPTY),
    "note_preview": (DESK_POSTS, DESK),
    "desk_note": (DESK, DESK),
    "desk_note_check": (DESK_READ_ONLY, DESK),
    # A note is changed by its author alone.
    "desk_note_edit": ((302, *(403,) * 6), (302, *(403,) * 6)),
}
# Lists of the admin, to GET and POST alike: of both apps for editors, but for these.
LISTS_OF_ADMINS = ("visits_user", "visits_apitoken", "visits_compartment", "visits_removalrequest")
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
        "visit_atom": (),
        **dict.fromkeys((name for name in FILES if name.endswith("_export")), "csv"),
        "statement_export": "csv",
        "commitment_export": "xlsx",
        "account_reset_password_from_key": ("1", "forged"),
        "invitation": "forged",
        **dict.fromkeys((f"desk_compartment_{name}" for name in ("name", "out", "ask", "answer")), "nosuchkey"),
        "desk_report_answer": "nosuchreport",
        "desk_protected_look": "nosuchname",
        **dict.fromkeys(("desk_invitation_again", "desk_invitation_revoke"), "nosuchinvitation"),
        **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), "nosuchpasskey1111"),
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
        **dict.fromkeys((name for name in PAGES if name.startswith("desk_import_")), "nothing"),
        "desk_import": "nothing",
        "topic_detail": Topic.objects.visible_to(everybody).first().slug,
        **dict.fromkeys(("country_briefing", "country_briefing_file"), "and"),
        **dict.fromkeys(("topic_briefing", "topic_briefing_file"), "elections"),
        "answer_comment": "nosuchcomment111",
        **dict.fromkeys(("saved_search", "saved_search_delete", "saved_search_address"), "nosuchsearch1111"),
        "saved_feed": ("nosuchsearch1111", "nosuchkey"),
        "saved_search_stop": "forged:token",
        "source_file": "0" * 64,
        "desk_token_revoke": "nosuchtoken11111",
        "api_visits_steps": VISIT,
        **{f"api_{name}_workflow": "nothing" for name in API_RECORDS},
        **{f"api_{name}_item": _first(name) for name in API},
        "removal_answer": ("statement", statement.public_id),
        **dict.fromkeys(("desk_draft", "desk_presence"), "source:new"),
        "desk_meeting": Meeting.objects.visible_to(everybody).filter(visit=visit).first().public_id,
        "desk_meeting_new": VISIT,
        "desk_calendar": VISIT,
        **dict.fromkeys(("desk_note", "desk_note_check", "desk_note_edit"), _internal_note().public_id),
    }
    for name in ("statement", "comment", "withdraw", "removal"):
        keys[f"review_{name}"] = statement.public_id
    keys["review_source"] = keys["source_detail"]
    keys |= {"embed_visit": VISIT, "embed_statement": statement.public_id, "picture": ("visits", VISIT)}
    keys |= {f"{kind}_cite": (keys[f"{kind}_detail"], "bib") for kind in ("visit", "meeting", "source", "statement")}
    keys |= {f"{kind}_file": (keys[kind], "docx") for kind in ("visit_briefing", "country_briefing", "topic_briefing")}
    keys["comparison_briefing_file"] = "html"
    for kind in ("country", "mandate", "person", "organisation", "topic"):
        keys |= {f"{kind}_{way}": keys[f"{kind}_detail"] for way in ("feed", "calendar")}
    parts = {name: key if isinstance(key, tuple) else (key,) for name, key in keys.items()}
    found = {name: reverse(name, args=parts.get(name, ())) for name in swept_names()}
    found["oembed"] += f"?url=http://testserver{visit.get_absolute_url()}"
    # A comparison is chosen by its address.
    for name in ("comparison_briefing", "comparison_briefing_file"):
        found[name] += "?topic=conduct-of-the-mandate&country=khm"
    return found


def _first(name: str) -> str:
    """Return the key of a public row of a resource of the API."""
    return str(Client().get(reverse(f"api_{name}"), {"limit": 1}).json()["results"][0]["self"].split("/")[-2])


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
    assert len(list(names())) == len(set(names())) == 483
    assert len(swept_names()) == 262
    assert {name for name in swept_names() if not name.endswith("_changelist")} == set(PAGES)
    assert len(swept_names()) * 2 * len(ROLES) == 3668


@pytest.mark.parametrize("role", ROLES)
def test_every_name_answers_the_role_as_the_table_says(role, people, addresses):
    # Limits count what other tests asked before, and have tests of their own.
    cache.clear()
    client, place = client_of(role, people), ROLES.index(role)
    wrong, framed, swept = [], set(), 0
    for name, address in addresses.items():
        for method, answers in zip(("get", "post"), expected(name), strict=True):
            # Whoever signs out does it with a session of their own.
            asking = client_of(role, people) if name == "account_logout" else client
            response = getattr(asking, method)(address)
            swept += 1
            if framed_as_it_should(name, method, response):
                framed.add(name)
            if response.status_code != answers[place]:
                wrong.append((method, address, response.status_code, answers[place]))
            if response.status_code == 405 and not address.startswith("/api/"):
                assert response.headers["Allow"] == ("GET, HEAD" if method == "post" else "POST"), address
    assert not wrong
    assert framed == FRAMED
    assert swept == 524


@pytest.mark.parametrize("role", ["anonymous", "outsider", "reader", "member"])
def test_whoever_is_led_away_is_led_to_the_one_way_in(role, people, addresses):
    client = client_of(role, people)
    led = 0
    for name, address in addresses.items():
        if name.startswith("admin:"):
            assert client.get(address).headers["Location"].startswith(("/admin/login/?next=", "/accounts/login/?next="))
            led += 1
    assert led == 54

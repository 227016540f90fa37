"""Nothing that was typed, stored or raised stands in a log or in a mail about a fault: ids, kinds and places do."""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.log import AdminEmailHandler

from config import logs
from config.logs import (
    OUT_OF_REACH,
    IdsOnly,
    MailToAdmins,
    keep_contents_out_of_faults,
    kind_of,
    tell_of_broken_streams,
)
from tests import factories as make
from tests.admin_form import AdminForm
from tests.cast import signed_in
from visits.imports import background
from visits.models import Person

ROOT = Path(configured.BASE_DIR)
# Each stands at one place; all of them begin alike.
CANARY = "ndangered-Canary"
LOGGED = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def ours() -> list[logging.Handler]:
    """Return the handlers by which the site writes and mails, as the settings made them."""
    return [one for one in logging.getLogger().handlers if isinstance(one.formatter, IdsOnly)]


@pytest.fixture
def written(settings, monkeypatch):
    """Return what is written to the log, with mails to an admin turned on."""
    settings.ADMINS = [("", "admin@example.org")]
    out = io.StringIO()
    console, mailing = ours()
    before = console.setStream(out)
    monkeypatch.setattr(mailing, "_sent", logs.deque(maxlen=logs.MOST_MAILS_PER_HOUR))
    yield out
    console.setStream(before)


@pytest.fixture
def stock():
    """Return what Django's own way of mailing faults would have sent: what is planted could leak."""
    found: list[str] = []

    class Stock(AdminEmailHandler):
        def send_mail(self, subject, message, *args, **kwargs):
            found.append(subject + message)

    handler = Stock(include_html=False)
    logging.getLogger("django").addHandler(handler)
    yield found
    logging.getLogger("django").removeHandler(handler)


def faulty(*_about, **_more):
    """Fail as the database does that quotes a row, on the way from another fault, with a name at hand."""
    local = f"E{CANARY}-local"
    try:
        raise KeyError(f"E{CANARY}-first {local}")
    except KeyError as error:
        fault = IntegrityError(f"DETAIL: Key (name)=(E{CANARY}-row) already exists.\nE{CANARY}-line")
        fault.add_note(f"E{CANARY}-note")
        raise fault from error


def mails() -> str:
    """Return all that was mailed, with its headers."""
    return "\n".join(sent.message().as_string() for sent in mail.outbox)


def test_a_fault_is_told_by_kind_and_place_and_holds_nothing_that_was_typed(people, written, stock, monkeypatch):
    monkeypatch.setattr("statements.views.desk.invitations.InvitationForm", faulty)
    client = signed_in(people.admin)
    client.raise_request_exception = False
    client.cookies["tracking"] = f"E{CANARY}-cookie"
    sent = {"username": f"E{CANARY}-field", "email": f"E{CANARY}@example.org", "note": f"E{CANARY}-text"}
    address = f"{reverse('desk_invitations')}?q=E{CANARY}-question"
    answer = client.post(address, sent, headers={"referer": f"https://x/E{CANARY}", "user-agent": f"E{CANARY}-agent"})
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()

    found = written.getvalue()
    first = found.splitlines()[0]
    assert f"ERROR django.request POST /desk/invitations/ status=500 user={people.admin.pk} " in first
    assert "IntegrityError from KeyError" in first
    assert "  statements/views/desk/invitations.py:" in found
    assert len(mail.outbox) == 1
    assert "POST /desk/invitations/" in mail.outbox[0].subject
    assert mail.outbox[0].body == found.rstrip("\n")
    assert CANARY not in found + mails()
    assert sum(place in "".join(stock) for place in ("-field", "-text", "-row", "-first", "-question", "-agent")) == 6


def test_addresses_are_told_as_patterns_with_the_ids_in_them(people, written, monkeypatch):
    reader = signed_in(people.reader)
    reader.raise_request_exception = False
    meeting = make.meeting(title=f"E{CANARY}", **make.draft())
    for address in (
        f"/people/e{CANARY.lower()}/",
        f"/meetings/{meeting.public_id}/",
        f"/nowhere/E{CANARY}%0AERROR forged/",
        f"/saved/E{CANARY}/",
    ):
        assert reader.get(address).status_code == 404
    lines = written.getvalue().splitlines()
    assert len(lines) == 4
    assert "GET /people/<slug:slug>/ status=404" in lines[0]
    assert f"public_id={meeting.public_id} status=404 user={people.reader.pk}" in lines[1]
    assert "(no such address) status=404" in lines[2]
    assert CANARY.lower() not in written.getvalue().lower()
    assert mail.outbox == []


def test_who_is_refused_is_told(people, written):
    signed_in(people.reader).get("/desk/")
    Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": CANARY, "password": CANARY})
    Client().get("/", headers={"host": f"{CANARY}.example"})
    denied, forged, host = [line for line in written.getvalue().splitlines() if not line.startswith("  ")]
    assert f"WARNING django.request GET /desk/ status=403 user={people.reader.pk}" in denied
    assert "WARNING django.security.csrf POST /accounts/login/ status=403" in forged
    assert "ERROR django.security.DisallowedHost GET / status=400" in host
    assert CANARY not in written.getvalue()
    assert mail.outbox == []


def test_a_file_that_is_cut_off_is_told(people, written, rf):
    def rows():
        yield b"a row"
        faulty()

    request = rf.get(f"/visits.csv?q={CANARY}")
    request.user = people.member
    answer = tell_of_broken_streams(lambda _request: StreamingHttpResponse(rows()))(request)
    with pytest.raises(IntegrityError):
        b"".join(answer.streaming_content)
    assert "ERROR config.logs GET /visits.<form:form> status=500" in written.getvalue()
    assert (
        f"user={people.member.pk} django.db.utils.IntegrityError from KeyError a file was cut off" in written.getvalue()
    )
    assert len(mail.outbox) == 1
    assert CANARY not in written.getvalue() + mails()


def test_a_list_that_cannot_be_taken_in_leaves_no_cell_in_the_log(people, written, db):
    batch = make_batch(people.editor)
    background.begin(faulty, batch=batch, by=people.editor)
    assert f"import {batch.public_id} failed" in written.getvalue()
    assert CANARY not in written.getvalue() + mails()
    batch.refresh_from_db()
    assert CANARY not in batch.told


def make_batch(by):
    """Return a list that was handed in."""
    from visits.models import ImportBatch

    return ImportBatch.objects.create(kind="visits", file_name=f"E{CANARY}.csv", by=by)


def test_the_log_of_the_admin_names_rows_by_their_ids(people):
    person = make.person(name=f"E{CANARY}")
    address = reverse("admin:visits_person_change", args=[person.pk])
    client = signed_in(people.reviewer)
    sent = {**AdminForm(client.get(address).content.decode()).data, "note": f"E{CANARY}-changed"}
    assert client.post(address, sent).status_code == 302
    told = LogEntry.objects.get()
    assert told.object_repr == f"person {person.pk}"
    assert CANARY not in f"{told.object_repr} {told.change_message}"


def test_a_constraint_is_named_and_what_broke_it_is_not(db):
    twice = [Person(slug=CANARY.lower(), name=f"E{CANARY}-{number}") for number in range(2)]
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Person.objects.bulk_create(twice)
    told = kind_of(caught.value)
    assert told.startswith("django.db.utils.IntegrityError from ")
    assert CANARY.lower() not in told.lower()
    if connection.vendor == "postgresql":
        assert CANARY.lower() in str(caught.value)
        assert re.search(r"UniqueViolation 23505 visits_person visits_person_slug\w*$", told)


def test_words_of_others_are_told_without_what_was_put_into_them(written):
    other = logging.getLogger("a_library.part")
    other.warning("could not read %r", f"E{CANARY}")
    other.error(f"could not read E{CANARY}")
    first, second = written.getvalue().splitlines()
    assert "WARNING a_library.part could not read %r at " in first
    assert "ERROR a_library.part (not told) at " in second
    assert CANARY not in written.getvalue() + mails()


def test_nothing_begins_a_line_of_its_own(written):
    logging.getLogger("config.something").warning("%s", "one\n2026 ERROR forged\x1b[2J\u2028")
    assert written.getvalue().count("\n") == 1
    assert "one\\n2026 ERROR forged\\x1b[2J\\u2028" in written.getvalue()


def test_mails_of_one_hour_are_bounded(written):
    for _again in range(logs.MOST_MAILS_PER_HOUR + 5):
        logging.getLogger("config.something").error("again")
    assert len(mail.outbox) == logs.MOST_MAILS_PER_HOUR
    assert written.getvalue().count("again") == logs.MOST_MAILS_PER_HOUR + 5


def test_a_mail_that_cannot_be_made_hinders_nobody(written, monkeypatch):
    monkeypatch.setattr(MailToAdmins, "format", faulty)
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logging.getLogger("config.something").error("told")
    assert "told" in written.getvalue()
    assert mail.outbox == []


def test_a_thread_that_ends_is_told(written, monkeypatch):
    for name in ("excepthook",):
        monkeypatch.setattr(sys, name, getattr(sys, name))
        monkeypatch.setattr(threading, name, getattr(threading, name))
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    keep_contents_out_of_faults()
    logging.captureWarnings(False)
    thread = threading.Thread(target=faulty)
    thread.start()
    thread.join(10)
    assert "IntegrityError from KeyError a thread ended" in written.getvalue()
    assert CANARY not in written.getvalue() + mails()


@pytest.mark.parametrize("address", ["sqlite:////nowhere/at/all.sqlite3", "postgres://annabel@127.0.0.1:1/record"])
def test_a_command_says_what_to_do_where_the_database_cannot_be_opened(address, tmp_path):
    command = [sys.executable, "manage.py", "migrate"]
    settings = {"DATABASE_URL": address, "DATA_DIR": str(tmp_path), "SECRET_KEY": "x", "DEBUG": "0"}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith(f"\n{OUT_OF_REACH}\n")
    assert "nowhere" not in done.stderr and "annabel" not in done.stderr


def test_a_fault_that_nobody_meets_is_told(written, monkeypatch, capsys):
    for of, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(of, name, getattr(of, name))
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    keep_contents_out_of_faults()
    logging.captureWarnings(False)

    class ThrownAway:
        def __del__(self):
            faulty()

    ThrownAway()
    assert "IntegrityError from KeyError a fault was met by nobody" in written.getvalue()
    assert CANARY not in written.getvalue() + mails() + capsys.readouterr().err


def calls_of_loggers():
    """Yield (file, call) for each call of a logger in the code of the site."""
    for folder in ("config", "visits", "statements"):
        for path in (ROOT / folder).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            if "import logging" not in code and "getLogger" not in code:
                continue
            for call in ast.walk(ast.parse(code)):
                method = call.func if isinstance(call, ast.Call) else None
                if isinstance(method, ast.Attribute) and method.attr in LOGGED and "log" in ast.unparse(method.value):
                    yield path.relative_to(ROOT).as_posix(), call


def test_each_of_our_own_words_is_given_ids_and_kinds_alone():
    given: set[tuple[str, str]] = set()
    calls = 0
    for path, call in calls_of_loggers():
        calls += 1
        words, *values = call.args
        assert isinstance(words, ast.Constant), f"{path}:{call.lineno}: words are put together beforehand"
        given |= {(path, ast.unparse(value)) for value in values}
    assert given == {
        ("config/account_views.py", "type(error).__name__"),
        ("visits/address_actions.py", "type(error).__name__"),
        ("visits/imports/background.py", "batch.public_id"),
        ("visits/views/reports.py", "taken.public_id"),
        ("visits/views/reports.py", "type(error).__name__"),
    }
    assert calls == 7


def test_a_command_that_fails_past_a_terminal_quotes_nothing(tmp_path):
    code = f"raise ValueError('E{CANARY}'.upper())"
    found = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT,
        env=os.environ | {"SECRET_KEY": "x", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode != 0
    assert found.stderr.startswith("ValueError\n  manage.py:")
    assert CANARY.upper() not in found.stdout + found.stderr


def test_the_server_as_it_runs_writes_no_name_of_a_request(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    # A database without a table: each page is a fault.
    env = {**os.environ, "SECRET_KEY": "x", "DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'none'}"}
    with subprocess.Popen(
        [*command, "--log-level", "warning", "config.wsgi:application"],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as server:  # fmt: skip
        try:
            status = asked(f"http://127.0.0.1:{port}/people/e{CANARY.lower()}/?q=E{CANARY}")
        finally:
            server.terminate()
            said, _none = server.communicate(timeout=20)
    assert status == 500
    assert "GET /people/<slug:slug>/ status=500" in said
    assert "OperationalError" in said
    assert CANARY.lower() not in said.lower()


def asked(address: str) -> int:
    """Return the status of an answer, once the server is there; 0 where it does not come."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            with contextlib.suppress(InterruptedError):
                time.sleep(0.1)
    return 0

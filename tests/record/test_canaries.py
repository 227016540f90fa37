"""Words that stand in hidden fields alone reach nobody who may not see them: in nothing served, sent, kept or logged.

Every free text of the hidden rows holds a word of its own; `tests.audit.telltale` finds each in any disguise.
"""

from __future__ import annotations

import io
import logging
import pickle
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.cache import caches
from django.core.management import call_command
from django.db import models, transaction
from django.test import Client
from django.test.utils import override_settings

from statements.models import SavedSearch
from tests.audit import sheltered
from tests.audit.crowd import HOSTS, NO_TEXT, SEEN_BY, STAGES, Crowd, Told, host_of
from tests.audit.everybodys import OPEN, every_ask, names_of, sample
from tests.audit.figures import is_thin, is_whole
from tests.audit.insiders import inside_asks
from tests.audit.telltale import words_in
from tests.audit.walking import CACHES, NOON, Ask, answer, fixed
from tests.cast import Cast, signed_in
from visits.fields import PartialDateField
from visits.models import AuditEntry, AuditKind, CompartmentMember, ProtectedName

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

ROLES = ("anonymous", "outsider", "reader", "member", "editor", "reviewer", "admin")
# Of roles that see alike the short form asks as one.
ASKING = ROLES if is_whole() else ("anonymous", "member") if is_thin() else ("anonymous", "member", "editor")
# Of what is made slowly and holds a file: asked in the short form too.
FILES = (
    "/visits/cambodia-2022-08/briefing.pdf", "/visits/cambodia-2022-08/briefing.docx?internal=yes",
    "/visits.xlsx", "/statements.xlsx", "/meetings.xlsx", "/sources.xlsx", "/meetings.ics", "/corrections.atom",
    "/visits/cambodia-2022-08/", "/visits/example-working-group/", "/meetings.csv", "/people.popolo.json",
    "/visits/crowd-visit-confidential-0/", "/visits/crowd-visit-internal-0/", "/visits/crowd-visit-draft-0/",
)  # fmt: skip


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Keep what any logger says, with the traces of errors."""
    told, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(told), root.level
    loggers = [root, *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    kept = [(one, one.propagate) for one in loggers]
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for one in loggers[1:]:
        one.propagate = True
    try:
        yield told
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        for one, propagates in kept:
            one.propagate = propagates


def kept() -> set[str]:
    """Return the words in all that lies in the caches, of each value as it was put there: files are opened too."""
    found: set[str] = set()
    for name in CACHES:
        for stored in getattr(caches[name], "_cache", {}).values():
            value = pickle.loads(stored)  # noqa: S301 - what this very test has stored
            content = getattr(value, "body", value)
            found |= words_in(stored) | (words_in(content) if isinstance(content, bytes | str) else set())
    return found


def test_a_file_that_lies_in_a_cache_is_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("words.xml", "canarybbbx " * 3)
    with fixed():
        caches["briefings"].set("file", packed.getvalue())
        assert kept() == {"canarybbbx"}


def hidden_from(role: str, told: dict[str, Told]) -> set[str]:
    """Return the words that a role may not meet."""
    return {word for word, about in told.items() if role not in SEEN_BY[about.audience]}


def looked(client: Client) -> set[str]:
    """Return the words in what is answered to whoever asks for every sealed name by its form."""
    ids = ProtectedName.objects.values_list("public_id", flat=True)
    with override_settings(PROTECTED_KEYS=sheltered.KEYS):
        return set().union(*(words_in(client.post(f"/desk/protected/{public_id}/").content) for public_id in ids))


@pytest.mark.parametrize("role", ASKING)
def test_no_role_meets_a_word_of_what_it_may_not_see(role: str, people: Cast, figure) -> None:
    every = every_ask()
    asks = [*map(Ask, FILES), *(every[:: 5 if role == "anonymous" else 12] if is_whole() else sample(every, 60))]
    inside = [] if role == "anonymous" else inside_asks()[ROLES.index(role) :: 1 if is_whole() else 12]
    met: set[str] = set()
    with fixed(), logged() as log:
        crowd = Crowd(people.member)
        for stage in STAGES:
            crowd.enter(stage)
        sheltered.protect_public(crowd, host_of(HOSTS[0]))
        hidden = hidden_from(role, crowd.told)
        client = signed_in(getattr(people, role))
        leaks = []
        with transaction.atomic():
            for ask in [*asks, *inside]:
                got = answer(client, ask)
                found = words_in(got.body) | words_in(repr(got.headers)) | words_in(got.cookies)
                met |= found
                leaks += [(ask.address, crowd.told[word]) for word in sorted(found & hidden)]
            # Asked for by its form, no real name is opened either: nobody here is named in its compartment at the desk.
            leaks += [("look", crowd.told[word]) for word in sorted(looked(client) & hidden)]
            transaction.set_rollback(True)
        everywhere = {"log": words_in(log.getvalue()), "cache": kept()}
    assert leaks == []
    # Logs and caches are nobody's: no word of any hidden row lies in them.
    assert {where: words & set(crowd.told) for where, words in everywhere.items()} == {"log": set(), "cache": set()}
    figure("canary_answers", len(asks) + len(inside))
    figure("canary_leaks", len(leaks))
    # It would have been noticed: whoever may see rows meets their words.
    seen = set(crowd.told) - hidden
    assert len(met & seen) >= (20 if role in {"member", "editor", "reviewer", "admin"} else 0)


def test_no_mail_log_of_the_admin_or_entry_of_the_audit_holds_a_word(people: Cast, settings, figure) -> None:
    """Mails of searches and of errors, the log of the admin, the audit log, and what a failing page logs."""
    settings.SITE_ADDRESS = "https://record.example.org"
    settings.ADMINS = [("Operator", "operator@example.org")]
    people.member.email = "member@example.org"
    people.member.save()
    for query in ("", "q=cambodia", "country=khm"):
        SavedSearch.objects.create(
            user=people.member, name="Mine", query=query, frequency="daily",
            told_until=NOON - timedelta(days=3), looked_on=(NOON - timedelta(days=3)).date(),
        )  # fmt: skip
    with logged() as log, fixed():
        crowd = Crowd(people.member)
        for stage in STAGES:
            crowd.enter(stage)
        call_command("send_digests", verbosity=0)
        failing(signed_in(people.member))
        # Somebody looks at one real name, which is noted without it.
        room = ProtectedName.objects.order_by("pk")[0].compartment
        CompartmentMember(compartment=room, user=people.reviewer).save()
        names = looked(signed_in(people.reviewer))
        assert len([word for word in names if crowd.told[word].is_name]) == 4
        assert AuditEntry.objects.filter(kind=AuditKind.LOOKED).count() == 2
    # There was something to tell of.
    assert mail.outbox
    told = [message.message().as_bytes() for message in mail.outbox]
    told += [repr(row).encode() for model in (AuditEntry, LogEntry) for row in model._base_manager.values()]
    found = words_in(log.getvalue()).union(*map(words_in, told)) & set(crowd.told)
    assert found == set()
    figure("canary_told_elsewhere", len(found))


def failing(client: Client) -> None:
    """Open a page that shows confidential rows and fails."""
    from visits.views import visit

    client.raise_request_exception = False
    real = visit.render

    def broken(*args: Any, **named: Any) -> Any:
        real(*args, **named)
        raise RuntimeError("while it was made")

    visit.render = broken  # type: ignore[assignment]
    try:
        answered = client.get("/visits/crowd-visit-confidential-0/")
    finally:
        visit.render = real
    assert answered.status_code == 500
    assert b"canary" not in answered.content


def test_every_open_address_is_among_what_is_asked() -> None:
    assert names_of(every_ask()) >= OPEN


def test_every_free_text_of_every_kind_of_hidden_row_has_a_word(people: Cast) -> None:
    crowd = Crowd(people.member)
    for stage in STAGES:
        crowd.enter(stage)
    told = {(about.model, about.field) for about in crowd.told.values()}
    texts = {
        (name, one.name)
        for name in crowd.rows
        for model in [apps.all_models["visits"].get(name) or apps.all_models["statements"][name]]
        for one in model._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField) and not isinstance(one, PartialDateField)
        if not one.choices and one.name not in NO_TEXT
    }
    assert len(texts) >= 60
    # Of these the rows that have them name somebody by a row instead of by a label, or stand in no state for it.
    assert texts - told == set()

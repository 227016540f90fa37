"""Every page that an admin opens: addresses of the sample record, of the desk, of accounts and of the admin."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.urls import Resolver404, resolve, reverse

from statements.models import Statement
from tests.audit.hostile_record import admin_addresses, desk_addresses
from tests.audit.matrix import ROLES, declared
from tests.record.addresses import list_addresses, record_addresses
from visits.models import User

# What answers with no page: files, feeds, calendars, pictures, what programs ask.
NO_PAGE = re.compile(
    r"api_(?!docs)|.*_(atom|feed|calendar|cite|event|export|popolo|schema)$|health_|oembed|picture|robots|suggest|desk_draft"
    r"|admin:jsi18n"
)
OWN = (
    "correction_list", "report", "api_docs", "account_reauthenticate", "account_logout", "mfa_activate_totp",
    "mfa_add_webauthn", "admin:password_change", "admin:password_change_done",
)  # fmt: skip


def opened() -> list[list[str]]:
    """Return the lists, the records, and all that is for signed-in people alone."""
    visit, statement = "cambodia-2022-08", Statement.objects.filter(visibility="public", workflow="published").first()
    assert statement is not None
    admin = User.objects.get(username="admin")
    ours = [
        *desk_addresses(),
        *(reverse(name) for name in OWN),
        reverse("visit_corrections", args=[visit]),
        reverse("embed_visit", args=[visit]),
        reverse("embed_statement", args=[statement.public_id]),
        reverse("admin:app_list", args=["visits"]),
        reverse("admin:auth_user_password_change", args=[admin.pk]),
        "/nowhere/",
        "/visits/?q=%00",
    ]
    record = [address for address in record_addresses() if "/cite." not in address]
    return [list_addresses(), record, [*ours, *admin_addresses()]]


def unopened(addresses: Iterable[str]) -> list[str]:
    """Return the names of pages that tests/audit/matrix.csv opens to an admin and none of the addresses does."""
    names = set()
    for address in addresses:
        try:
            names.add(resolve(address.partition("?")[0]).view_name)
        except Resolver404:
            continue
    role = ROLES[-1]
    pages = {name for name, answers in declared().items() if answers[role][0] == 200 and not NO_PAGE.match(name)}
    return sorted(pages - names)

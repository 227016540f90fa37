"""No page shows a confidential row of the sample without an entry of the audit log."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import signed_in
from tests.record.addresses import list_addresses, record_addresses
from tests.record.test_absence import CANARIES, canaries_in, rows_holding
from visits.models import AuditEntry, AuditKind, Record

pytestmark = pytest.mark.django_db


def owners(word: str) -> set[tuple[str, int]]:
    """Return the records that hold a canary, or whose parts do."""
    found = set()
    for row in rows_holding(word):
        owner: Any = row
        while not isinstance(owner, Record) and getattr(owner, "PART_OF", ""):
            owner = getattr(owner, owner.PART_OF)
        found.add((owner._meta.label_lower, owner.pk))
    return found


@pytest.mark.audit
def test_whoever_is_shown_a_confidential_row_stands_in_the_log(people, settings, figure):
    # More is read here than anybody reads in an hour.
    settings.MOST_READ_PER_HOUR = {}
    # More is read here than anybody reads in an hour.
    settings.MOST_READ_PER_HOUR = {}
    client = signed_in(people.member)
    missing, shown = [], 0
    for address in list_addresses() + record_addresses():
        last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        body = client.get(address, follow=True).content.decode()
        told = {word for word in canaries_in(body) if CANARIES.get(word) == "confidential"}
        if not told:
            continue
        shown += 1
        entries = AuditEntry.objects.filter(pk__gt=last, kind=AuditKind.READ, by=people.member.pk)
        logged = set(entries.values_list("row_kind", "row"))
        missing += [(address, word) for word in told if not owners(word) & logged]
    assert missing == []
    figure("audit-reads-shown", shown)
    figure("audit-reads-missing", len(missing))

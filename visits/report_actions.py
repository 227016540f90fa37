"""Every write to reports of errors and dangers: taking one in, and what reviewers do with it."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from visits.access import ROLES, Permission
from visits.actions import require
from visits.models import Report, ReportState, User


@transaction.atomic
def take_report(*, kind: str, page: str, text: str, contact: str = "") -> Report:
    """Store what somebody wrote; `page` is a path of this site, anything else is dropped."""
    report = Report(kind=kind, page=own_path(page), text=text.strip(), contact=contact.strip())
    report.full_clean()
    report.save()
    return report


def own_path(page: str) -> str:
    """Return `page` where it is a path of this site; "" for another site's address or anything that is none."""
    plain = page.startswith("/") and not page.startswith("//") and page.isprintable() and "\\" not in page
    return page if plain and len(page) <= 300 else ""


@transaction.atomic
def mark_report(*, report: Report, state: str, by: User) -> None:
    """Say that a report was seen, or is done: its words are erased then."""
    require(by, Permission.PUBLISH)
    if state == ReportState.DONE:
        changed = finish_reports(public_ids=[report.public_id], by=by)
    elif state == ReportState.SEEN:
        waiting = Report.objects.filter(pk=report.pk, state=ReportState.NEW)
        changed = waiting.update(state=state, seen_by=by)
    else:
        raise ValidationError(_("A report is seen or done."))
    if not changed:
        raise ValidationError(_("Somebody has answered this report already."))


@transaction.atomic
def finish_reports(*, public_ids: Collection[str], by: User) -> int:
    """Say that these reports are done, erase their words and return how many of them had waited."""
    require(by, Permission.PUBLISH)
    waiting = Report.objects.filter(public_id__in=public_ids).exclude(state=ReportState.DONE)
    changed: int = waiting.update(state=ReportState.DONE, done_by=by, text="", contact="")
    return changed


def reviewers() -> list[str]:
    """Return the addresses of those who are told that a report waits."""
    roles = [role.value for role, allowed in ROLES.items() if Permission.PUBLISH in allowed]
    found = User.objects.filter(is_active=True, role__in=roles).exclude(email="")
    return sorted(found.values_list("email", flat=True))

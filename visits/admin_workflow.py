"""Admin of records with workflow: the actions of their lists, which carry the versions that were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from visits import actions
from visits.access import Permission, has_permission
from visits.admin_base import ActionAdmin
from visits.admin_forms import Refused
from visits.admin_names import plain_id
from visits.choices import Workflow
from visits.models import Record, StaleVersion


def workflow_action(
    name: str, label: Any, act: Callable[..., Any], permission: Permission, *, confirm: bool = False, note: bool = False
) -> Any:
    """Return an admin action that takes the chosen records through `act`, telling of each that could not go.

    With `confirm`, a page in between shows the records at the versions they have then, and those which somebody
    changes before the answer are refused: what the public will read is what the person read. With `note`, that page
    also asks for words that the public will read.
    """

    def run(modeladmin: Any, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        words = request.POST.get("note", "").replace("\x00", "").strip() if note else ""
        asked = confirm or note
        if asked and ("confirmed" not in request.POST or len(words) > 300):
            return _ask(modeladmin, request, queryset, name=name, label=label, words=words, note=note)
        versions, done, met = _versions_read(request), 0, set()
        for record in queryset:
            met.add(record.pk)
            try:
                if asked and record.pk not in versions:
                    raise StaleVersion
                read = {"version": versions[record.pk]} if asked else {}
                act(record=record, by=request.user, **read, **({"note": words} if note else {}))
                done += 1
            except (ValidationError, PermissionDenied) as error:
                messages.error(request, f"{record}: {' '.join(Refused(error).words)}")
        if done:
            messages.success(request, _("%(count)d done.") % {"count": done})
        gone = len({plain_id(text) for text in request.POST.getlist(ACTION_CHECKBOX_NAME)} - met) if asked else 0
        if gone:
            messages.warning(request, _("%(count)d of the chosen rows left this list meanwhile.") % {"count": gone})
        return None

    run.__name__ = name
    return admin.action(description=label, permissions=[permission.value])(run)


def _versions_read(request: HttpRequest) -> dict[int, int]:
    """Return the version of each record, by its id, that stood on the page in between."""
    read = {}
    for pair in request.POST.getlist("version_read"):
        key, _colon, version = pair.partition(":")
        found = plain_id(key), plain_id(version)
        if found[0] is not None and found[1] is not None:
            read[found[0]] = found[1]
    return read


def _ask(modeladmin: Any, request: HttpRequest, records: Iterable[Any], **context: Any) -> HttpResponse:
    """Return the page in between, with the records, their names and their versions as hidden inputs."""
    records = list(records)
    names = modeladmin.model.headings(records, request.user)
    return TemplateResponse(
        request,
        "admin/workflow_confirm.html",
        {
            **modeladmin.admin_site.each_context(request),
            "title": context["label"],
            "opts": modeladmin.opts,
            "records": [(record, names[record.pk]) for record in records],
            **context,
        },
    )


def send_back(*, record: Record, by: Any, version: int | None = None) -> Record:
    """Send a record in review back to whoever drafts it."""
    return actions.change_workflow(record=record, to=Workflow.DRAFT, by=by, version=version)


class RecordAdmin(ActionAdmin):
    """Admin of a record with workflow: its state is read-only here and changed by the actions of the list."""

    readonly_fields: ClassVar[Any] = ("workflow", "public_id", "published_at", "withdrawn_note")
    list_filter: ClassVar[Any] = ("workflow", "visibility")

    actions = [
        workflow_action("submit", _("Send for review"), actions.submit, Permission.EDIT_RECORD),
        workflow_action("send_back", _("Send back to draft"), send_back, Permission.EDIT_RECORD),
        workflow_action("publish", _("Publish"), actions.publish, Permission.PUBLISH, confirm=True),
        workflow_action("withdraw", _("Withdraw"), actions.withdraw, Permission.PUBLISH, note=True),
    ]

    def has_edit_record_permission(self, request: HttpRequest) -> bool:
        """Whether the person may edit the record."""
        return has_permission(request.user, Permission.EDIT_RECORD)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the person may publish."""
        return has_permission(request.user, Permission.PUBLISH)

"""The whole policy of who may see and do what: permissions as an enum, roles as data, one gate.

Reading: `gate(user)` is the one condition by which a row reaches a person (design, rule 3). Every queryset's
`visible_to(user)` is built from it, and the anonymous reader is a case of it, not a second rule.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from visits.choices import Visibility, Workflow

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User


class Role(StrEnum):
    """What a signed-in person is to the record. No role: an outsider, who sees what everybody sees."""

    NONE = ""
    READER = "reader"
    MEMBER = "member"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"


ROLE_LABELS = [
    (Role.NONE.value, _("no role")),
    (Role.READER.value, _("reader")),
    (Role.MEMBER.value, _("member")),
    (Role.EDITOR.value, _("editor")),
    (Role.REVIEWER.value, _("reviewer")),
    (Role.ADMIN.value, _("admin")),
]


class Permission(StrEnum):
    """What a role allows. Compartments are no permission: they name people."""

    SEE_PUBLIC = "see_public"
    SEE_INTERNAL = "see_internal"
    SEE_DRAFTS = "see_drafts"
    EDIT_RECORD = "edit_record"
    PUBLISH = "publish"
    EDIT_VOCABULARY = "edit_vocabulary"
    MANAGE_USERS = "manage_users"
    ENTER_ADMIN = "enter_admin"


_SEE = frozenset({Permission.SEE_PUBLIC})
_MEMBER = _SEE | {Permission.SEE_INTERNAL}
_EDITOR = _MEMBER | {
    Permission.SEE_DRAFTS,
    Permission.EDIT_RECORD,
    Permission.EDIT_VOCABULARY,
    Permission.ENTER_ADMIN,
}
_REVIEWER = _EDITOR | {Permission.PUBLISH}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.NONE: _SEE,
    Role.READER: _SEE,
    Role.MEMBER: _MEMBER,
    Role.EDITOR: _EDITOR,
    Role.REVIEWER: _REVIEWER,
    Role.ADMIN: _REVIEWER | {Permission.MANAGE_USERS},
}


def role_of(user: User | AnonymousUser) -> Role:
    """Return the role of `user`; an anonymous or inactive one has none."""
    if not user.is_authenticated or not user.is_active:
        return Role.NONE
    return Role(getattr(user, "role", ""))


def has_permission(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether the role of `user` allows `permission`."""
    return permission in ROLES[role_of(user)]


def compartments_of(user: User | AnonymousUser) -> QuerySet[Any]:
    """Return the ids of the compartments in which `user` is named, as a subquery."""
    from visits.models import CompartmentMember

    return CompartmentMember.objects.filter(user_id=user.pk or 0).values("compartment_id")


def gate(user: User | AnonymousUser, prefix: str = "") -> Q:
    """Return the condition under which a record with workflow, visibility and compartment reaches `user`.

    `prefix` leads from the queried model to the record ("visit__"). Nobody reaches a removed row; a withdrawn
    one is shown as a note by its own page and in no list, except to those who see drafts.
    """
    workflows = [Workflow.PUBLISHED.value]
    if has_permission(user, Permission.SEE_DRAFTS):
        workflows += [Workflow.DRAFT.value, Workflow.IN_REVIEW.value, Workflow.WITHDRAWN.value]
    reached = Q(**{f"{prefix}visibility": Visibility.PUBLIC})
    if has_permission(user, Permission.SEE_INTERNAL):
        reached |= Q(**{f"{prefix}visibility": Visibility.INTERNAL})
        reached |= Q(
            **{
                f"{prefix}visibility": Visibility.CONFIDENTIAL,
                f"{prefix}compartment_id__in": compartments_of(user),
            }
        )
    return Q(**{f"{prefix}workflow__in": workflows}) & reached


def gate_or_none(user: User | AnonymousUser, parent: str) -> Q:
    """Return `gate` for an optional parent: a row without that parent passes."""
    return Q(**{f"{parent}__isnull": True}) | gate(user, f"{parent}__")


def meeting_gate(user: User | AnonymousUser, prefix: str = "") -> Q:
    """Return `gate` for a meeting and its visit; the public sees only meetings that are published in full."""
    allowed = gate(user, prefix) & gate(user, f"{prefix}visit__")
    if not has_permission(user, Permission.SEE_INTERNAL):
        allowed &= Q(**{f"{prefix}published_as": "full"})
    return allowed


def meeting_gate_or_none(user: User | AnonymousUser, parent: str = "meeting") -> Q:
    """Return `meeting_gate` for an optional meeting."""
    return Q(**{f"{parent}__isnull": True}) | meeting_gate(user, f"{parent}__")


Trace = Callable[["User | AnonymousUser | None"], "QuerySet[Any]"]
_TRACES: dict[str, list[Trace]] = {}


def register_trace(model: str, trace: Trace) -> None:
    """Say by which rows a `model` ("visits.Person") exists for a reader.

    `trace(user)` returns a queryset of one column: ids of that model which a row visible to `user` names, or any row
    at all where `user` is None. So `visits` learns of statements without importing them.
    """
    _TRACES.setdefault(model, []).append(trace)


def traced(model: str, user: User | AnonymousUser) -> Q:
    """Return the condition that some row which `user` may see leads to this row of `model`."""
    condition = Q(pk__in=[])
    for trace in _TRACES.get(model, []):
        condition |= Q(pk__in=trace(user))
    return condition


def desk_only(model: type[models.Model], user: User | AnonymousUser | None, column: str) -> QuerySet[Any]:
    """Return the trace of what leads to a row at the desk alone: ids in `column` of the rows open to who sees drafts.

    Offices, sources and positions open nothing to readers. Whom only a hidden row names is not unused, and stays
    hidden.
    """
    from visits.models import Office

    rows = model._default_manager.exclude(**{column: None})
    if user is not None and not has_permission(user, Permission.SEE_DRAFTS):
        rows = rows.none()
    elif user is not None and model is Office:
        rows = rows.exclude(person_id__in=closed_people(user))
    elif user is not None:
        rows = rows.filter(gate(user))
    return rows.values(column)


def closed_people(user: User | AnonymousUser) -> list[int]:
    """Return the ids of the people whom only rows hidden from `user` name.

    Read at once: as a subquery within the gates of what hangs on people it would be too deep for SQLite's parser.
    """
    from visits.models import Person

    return list(Person.objects.exclude(known("visits.Person", user)).values_list("pk", flat=True))


def known(model: str, user: User | AnonymousUser) -> Q:
    """Return the condition that this row of `model` exists for `user`.

    It exists through a row that `user` may see. Editors also meet what no row names yet, or they could name nobody
    new; what only hidden rows name stays hidden from them too.
    """
    condition = traced(model, user)
    if has_permission(user, Permission.SEE_DRAFTS):
        unused = Q()
        for trace in _TRACES.get(model, []):
            unused &= ~Q(pk__in=trace(None))
        condition |= unused
    return condition

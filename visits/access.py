"""The whole policy of who may see and do what: permissions as an enum, roles as data, one gate.

Reading: `gate(user)` is the one condition by which a row reaches a person (design, rule 3). Every queryset's
`visible_to(user)` is built from it, and the anonymous reader is a case of it, not a second rule.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from visits.choices import PublishedAs, Visibility, Workflow
from visits.written import Anybody, define, written

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User

    # Whoever reads: a person, nobody in particular, or anybody of a role.
    Reading: TypeAlias = User | AnonymousUser | Anybody


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


def role_of(user: Reading) -> Role:
    """Return the role in which `user` reads and writes; an anonymous, inactive or withheld one has none."""
    if getattr(user, "withheld", ""):
        return Role.NONE
    return role_given(user)


def role_given(user: Reading) -> Role:
    """Return the role that an admin gave to `user`, whether or not this session may use it."""
    if not user.is_authenticated or not user.is_active:
        return Role.NONE
    return Role(getattr(user, "role", ""))


def needs_second_factor(user: Reading) -> bool:
    """Whether the role of `user` opens more than what everybody sees."""
    return ROLES[role_given(user)] > ROLES[Role.NONE]


def withhold(user: User, until: str) -> None:
    """Let `user` see what everybody sees, for as long as this request lasts; `until` names the page that ends it."""
    user.withheld = until
    # Asked by Django's admin itself; saving the user derives it from the given role (`User.save`).
    user.is_staff = False


def has_permission(user: Reading, permission: Permission) -> bool:
    """Whether the role of `user` allows `permission`."""
    return permission in ROLES[role_of(user)]


def compartments_of(user: Reading) -> QuerySet[Any]:
    """Return the ids of the compartments in which `user` is named, as a subquery."""
    from visits.models import CompartmentMember

    return CompartmentMember.objects.holding().filter(user_id=user.pk or 0).values("compartment_id")


def gate(user: Reading, prefix: str = "") -> Q:
    """Return the condition under which a record with workflow, visibility and compartment reaches `user`.

    `prefix` leads from the queried model to the record ("visit__"). Nobody reaches a removed row; a withdrawn
    one is shown as a note by its own page and in no list, except to those who see drafts.
    """
    return written("gate", user, prefix.removesuffix("__") or "pk")


@define("gate")
def _gate(_model: type[models.Model], reader: Anybody) -> Q:
    return plain_gate(reader)


def plain_gate(reader: Anybody, prefix: str = "") -> Q:
    """Return `gate` in lookups that join, for definitions of gates: they nest less deep than rows that exist."""
    workflows = [Workflow.PUBLISHED.value]
    if has_permission(reader, Permission.SEE_DRAFTS):
        workflows += [Workflow.DRAFT.value, Workflow.IN_REVIEW.value, Workflow.WITHDRAWN.value]
    levels = [Visibility.PUBLIC.value]
    if has_permission(reader, Permission.SEE_INTERNAL):
        levels += [Visibility.INTERNAL.value]
    reached = Q(**{f"{prefix}visibility__in": levels})
    if has_permission(reader, Permission.SEE_INTERNAL):
        named = {f"{prefix}compartment_id__in": compartments_of(reader)}
        reached |= Q(**{f"{prefix}visibility": Visibility.CONFIDENTIAL}, **named)
    return Q(**{f"{prefix}workflow__in": workflows}) & reached


def gate_or_none(user: Reading, parent: str) -> Q:
    """Return `gate` for an optional parent: a row without that parent passes."""
    return Q(**{f"{parent}__isnull": True}) | gate(user, parent)


def meeting_gate(user: Reading, prefix: str = "") -> Q:
    """Return `gate` for a meeting and its visit; the public sees only meetings that are published in full."""
    return written("meeting", user, prefix.removesuffix("__") or "pk")


@define("meeting")
def _meeting_gate(_model: type[models.Model], reader: Anybody) -> Q:
    return plain_meeting_gate(reader)


def plain_meeting_gate(reader: Anybody, prefix: str = "") -> Q:
    """Return `meeting_gate` in lookups that join, for definitions of gates."""
    allowed = plain_gate(reader, prefix) & plain_gate(reader, f"{prefix}visit__")
    if not has_permission(reader, Permission.SEE_INTERNAL):
        allowed &= Q(**{f"{prefix}published_as": PublishedAs.FULL})
    return allowed


def meeting_gate_or_none(user: Reading, parent: str = "meeting") -> Q:
    """Return `meeting_gate` for an optional meeting."""
    return Q(**{f"{parent}__isnull": True}) | meeting_gate(user, parent)


def visible(user: Reading, row: str = "pk") -> Q:
    """Return the condition that `user` may see a row: the queried one, or the one to which a path leads.

    It is what `visible_to` of that model asks for, where the model has such a condition (`define("visible", …)`).
    """
    return written("visible", user, row)


def visible_or_none(user: Reading, row: str) -> Q:
    """Return `visible` for an optional row: nothing there passes."""
    return Q(**{f"{row}__isnull": True}) | visible(user, row)

"""The compartments that somebody at the desk may close a record into: those in which they are named themselves.

A record that is confidential without one would reach its author alone, and nobody could review it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from visits.access import compartments_of
from visits.models import Compartment, User, Visit

CHOOSE = _("Confidential: choose the compartment whose people may see it, and review it.")
NAMED_IN_NONE = _(
    "You are named in no compartment that fits: make one on the page of compartments and name a reviewer in it,"
    " or choose another visibility."
)
NOT_CONFIDENTIAL = _("A compartment goes with “confidential” only: choose that, or no compartment.")
OTHER_VISIT = _("This compartment belongs to another visit.")


class Compartments:
    """The compartments of one user, read once; with `visit`, those of that visit and those of none."""

    def __init__(self, user: User, *, visit: Visit | None = None) -> None:
        self.user, self.visit = user, visit

    @cached_property
    def rows(self) -> dict[str, Compartment]:
        """The compartments by what a form calls them; keys of the database stay on the server."""
        known = Compartment.objects.filter(pk__in=compartments_of(self.user)).select_related("visit")
        known = known.filter(Q(visit=None) | Q(visit__in=Visit.objects.visible_to(self.user)))
        if self.visit is not None:
            known = known.filter(Q(visit=None) | Q(visit=self.visit))
        counted = known.annotate(people=Count("memberships", filter=_holding())).order_by("visit__title", "name", "id")
        return {key_of(row): row for row in counted}

    def choices(self, empty: str = "–") -> list[tuple[str, str]]:
        """Return the choices of a form, each with how many others are named; first that of none."""
        return [("", empty), *((key, self._label(row)) for key, row in self.rows.items())]

    def _label(self, row: Compartment) -> str:
        others = row.people - 1  # type: ignore[attr-defined]
        name = f"{row.name} ({row.visit.title})" if row.visit is not None else row.name
        if not others:
            return say("%(name)s: only you, so that nobody else can review it") % {"name": name}
        told = ngettext("%(name)s: you and %(count)d other", "%(name)s: you and %(count)d others", others)
        return told % {"name": name, "count": others}

    def missing(self) -> str:
        """Return what to do where a confidential record has no compartment."""
        return str(CHOOSE if self.rows else NAMED_IN_NONE)


def _holding() -> Q:
    """Return the condition that a membership of a compartment has not ended."""
    return Q(memberships__ends_at=None) | Q(memberships__ends_at__gt=Now())


def key_of(compartment: Compartment) -> str:
    """Return by what addresses and forms name a compartment: neither name nor visit, which may be confidential."""
    return salted_hmac("visits.compartments", str(compartment.pk)).hexdigest()[:20]


def sign_of(compartment: Compartment) -> str:
    """Return what a compartment is called where its name is not told: the same each time, and nothing else."""
    return say("Compartment %(sign)s") % {"sign": key_of(compartment)[:6]}


def check_fits(compartment: Compartment, visits: Iterable[Visit | None]) -> None:
    """Raise ValidationError where `compartment` belongs to another visit than one of `visits`."""
    if compartment.visit_id is not None and any(v is not None and v.pk != compartment.visit_id for v in visits):
        raise ValidationError(OTHER_VISIT)

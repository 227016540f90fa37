"""What those who have signed in may ask for beside what is everybody's: the desk, and the admin with all it has."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse

from tests.audit.crowd import HOSTS, every_key, host_of
from tests.audit.walking import Ask

OURS = tuple(model for model in admin.site._registry if model._meta.app_label in ("visits", "statements"))
# What is typed where names are offered.
TYPED = ("", "canary", "canaryb", "crowd")
# The numbers of the first rows of the crowd, which stand below all others.
BELOW = tuple(range(-1_000_000, -999_990))


def admin_name(model: type[models.Model], page: str) -> str:
    """Return the name of a page of the admin."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def autocompletes() -> Iterator[str]:
    """Yield the address of each field of the admin in which names are offered, for each text that is typed."""
    for model, own in admin.site._registry.items():
        inlines = [(inline.model, inline.autocomplete_fields) for inline in own.inlines]
        for of, fields in [(model, own.autocomplete_fields), *inlines]:
            for name in fields:
                asked = f"app_label={of._meta.app_label}&model_name={of._meta.model_name}&field_name={name}"
                for typed in TYPED:
                    yield f"{reverse('admin:autocomplete')}?{asked}&term={typed}"


def admin_asks() -> Iterator[str]:
    """Yield lists, forms, histories and pages of deletion: of a public row and of hidden ones."""
    everybody = AnonymousUser()
    yield reverse("admin:index")
    for model in OURS:
        page = reverse(admin_name(model, "changelist"))
        yield from (f"{page}?q={typed}" if typed else page for typed in TYPED)
        rows = model._default_manager.all()
        public = rows.visible_to(everybody) if hasattr(rows, "visible_to") else rows
        first = public.order_by("pk").values_list("pk", flat=True).first()
        for pk in (first, *(BELOW[:3] if model._meta.label in ("visits.Visit", "visits.Person") else ())):
            if pk is not None:
                yield from (reverse(admin_name(model, name), args=[pk]) for name in ("change", "history", "delete"))
    yield from autocompletes()


def desk_asks() -> Iterator[str]:
    """Yield the desk's own lists, and its pages of public rows and of hidden ones."""
    names = ("desk_home", "my_statements", "review_queue", "removals", "desk_merges", "desk_tokens", "desk_imports",
             "desk_source_new", "who_saw", "desk_invitations", "desk_compartments", "desk_protected",
             "desk_reports", "desk_consents")  # fmt: skip
    yield from (reverse(name) for name in names)
    for kind in ("person", "organisation", "topic"):
        yield f"{reverse('desk_merge', args=[kind])}?q=canary"
    hosts = [host_of(slug) for slug in HOSTS]
    keys = list(every_key())
    for slug in [*HOSTS, *(key.visit for key in keys)]:
        yield reverse("visit_balance", args=[slug])
        yield reverse("desk_meeting_new", args=[slug])
        yield reverse("desk_history", args=["visit", slug])
    for public_id in [*(host.meeting.public_id for host in hosts), *(key.meeting for key in keys)]:
        yield reverse("desk_meeting", args=[public_id])
        yield reverse("desk_history", args=["meeting", public_id])
    for public_id in [*(host.source.public_id for host in hosts), *(key.source for key in keys)]:
        yield reverse("desk_capture", args=[public_id])
        yield reverse("review_source", args=[public_id])
    for public_id in [*(host.statement.public_id for host in hosts), *(key.statement for key in keys)]:
        yield reverse("review_statement", args=[public_id])
        yield reverse("desk_history", args=["statement", public_id])
    for key in keys:
        yield reverse("desk_note", args=[key.note])
        yield reverse("desk_note_edit", args=[key.note])
        for kind in ("person", "organisation", "topic"):
            yield reverse("desk_history", args=[kind, getattr(key, kind)])


def counts_rooms(role: str, address: str) -> bool:
    """Whether a page tells that there are compartments one is not in: to admins, by their keys, with who is in."""
    return role == "admin" and address == reverse("desk_compartments")


def inside_asks() -> list[Ask]:
    """Return all of these."""
    return [Ask(address) for address in dict.fromkeys([*desk_asks(), *admin_asks()])]

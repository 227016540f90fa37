"""Compartments: who is in, naming others and taking them out, and letting in in an emergency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.review import telling, words_of
from visits import compartment_actions as actions
from visits.access import Permission, compartments_of, has_permission
from visits.compartment_forms import AskForm, CompartmentForm, NameForm
from visits.compartments import key_of, sign_of
from visits.models import AccessRequest, Compartment, CompartmentMember, User, Visit

# So many answered requests of a compartment are told, the latest first.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody in a compartment; `over`: they were, until then."""

    username: str
    ends_at: datetime | None
    over: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A compartment as its page shows it; of one that the reader is not named in, a sign and the people alone."""

    key: str
    name: str
    visit: Visit | None
    named: list[Named]
    requests: list[AccessRequest] = field(default_factory=list)


def _room(row: Compartment, now: datetime, *, inside: bool, visits: dict[int, Visit]) -> Room:
    named = [
        Named(one.user.username, one.ends_at, one.ends_at is not None and one.ends_at <= now)
        for one in row.memberships.all()
    ]
    requests = [one for one in row.access_requests.all() if one.granted_at or one.declined_at][:SHOWN] if inside else []
    visit = visits.get(row.visit_id) if inside and row.visit_id is not None else None
    return Room(key_of(row), row.name if inside else sign_of(row), visit, named, requests)


def _rooms(user: User) -> tuple[list[Room], list[Room]]:
    """Return the compartments in which `user` is named, and for whoever manages users the others."""
    people = Prefetch("memberships", CompartmentMember.objects.select_related("user").order_by("user__username"))
    asked = Prefetch("access_requests", AccessRequest.objects.visible_to(user).select_related("asked_by", "second"))
    rows = Compartment.objects.order_by("name", "pk").prefetch_related(people, asked)
    mine = list(rows.filter(pk__in=compartments_of(user)))
    manages = has_permission(user, Permission.MANAGE_USERS)
    # In an order that tells nothing of their names.
    others = list(rows.exclude(pk__in=[row.pk for row in mine]).order_by("pk")) if manages else []
    visits = Visit.objects.visible_to(user).in_bulk({row.visit_id for row in mine if row.visit_id})
    now = timezone.now()
    return (
        [_room(row, now, inside=True, visits=visits) for row in mine],
        [_room(row, now, inside=False, visits={}) for row in others],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def compartments(request: HttpRequest) -> HttpResponse:
    """The compartments of whoever asks, with the people in them; a post makes a new one."""
    user = editor_of(request)
    form = CompartmentForm(request.POST if request.method == "POST" else None, reader=user)
    if form.is_valid():
        try:
            actions.make_compartment(by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, words_of(error))
        else:
            messages.success(request, _("Made: you are in it. Name somebody who can review what you put there."))
            return redirect("desk_compartments")
    mine, others = _rooms(user)
    names = {room.key: room.name for room in mine}
    waiting = [
        (asked, names.get(key_of(asked.compartment), sign_of(asked.compartment)))
        for asked in AccessRequest.objects.visible_to(user).open().select_related("asked_by", "compartment")
    ]
    context = {
        "section": "desk", "mine": mine, "others": others, "waiting": waiting, "form": form,
        "name_form": NameForm(auto_id=False), "ask_form": AskForm(auto_id=False),
    }  # fmt: skip
    return render(request, "desk/compartments.html", context, status=400 if form.is_bound else 200)


@require_POST
@desk_page()
def compartment_name(request: HttpRequest, key: str) -> HttpResponse:
    """Name somebody in a compartment, or give them another last day."""
    user = editor_of(request)
    compartment = _found(user, key)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _told(request, form)
    named = form.person()
    with telling(request, _("%(name)s is named in it.") % {"name": named.username}):
        actions.name_in(compartment=compartment, user=named, by=user, ends_at=form.ends_at())
    return redirect("desk_compartments")


@require_POST
@desk_page()
def compartment_out(request: HttpRequest, key: str) -> HttpResponse:
    """Take somebody out of a compartment, or leave it."""
    user = editor_of(request)
    compartment = _found(user, key, managing=True)
    named = User.objects.filter(username=request.POST.get("user", ""), memberships__compartment=compartment).first()
    if named is None:
        raise Http404
    with telling(request, _("%(name)s is taken out.") % {"name": named.username}):
        actions.take_out(compartment=compartment, user=named, by=user)
    return redirect("desk_compartments")


@require_POST
@desk_page(Permission.MANAGE_USERS)
def compartment_ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask to be let into a compartment in an emergency."""
    user = editor_of(request)
    compartment = _found(user, key, managing=True)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _told(request, form)
    with telling(request, _("Asked: another admin, or somebody who is in, has to grant it.")):
        actions.ask_access(compartment=compartment, by=user, **form.cleaned_data)
    return redirect("desk_compartments")


@require_POST
@desk_page()
def compartment_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Grant or decline a request; one that the reader may not see answers as a missing one."""
    user = editor_of(request)
    rows = AccessRequest.objects.visible_to(user).open().select_related("asked_by", "compartment")
    asked = rows.filter(public_id=public_id).first()
    if asked is None:
        raise Http404
    try:
        if request.POST.get("answer") == "grant":
            member = actions.grant_access(request=asked, by=user)
            told = _("%(name)s is let in until %(moment)s UTC.")
            moment = f"{member.ends_at:%Y-%m-%d %H:%M}"
            messages.success(request, told % {"name": asked.asked_by.username, "moment": moment})
        elif request.POST.get("answer") == "decline":
            actions.decline_access(request=asked, by=user)
            messages.success(request, _("The request is closed."))
    except ValidationError as error:
        messages.error(request, words_of(error))
    except PermissionDenied:
        messages.error(request, _("Who asked for this may no longer do so: ask anew."))
    return redirect("desk_compartments")


def _found(user: User, key: str, *, managing: bool = False) -> Compartment:
    """Return the compartment of a key where `user` is in it; `managing`: or manages users."""
    rows = Compartment.objects.all()
    if not (managing and has_permission(user, Permission.MANAGE_USERS)):
        rows = rows.filter(pk__in=compartments_of(user))
    for row in rows:
        if key_of(row) == key:
            return row
    raise Http404


def _told(request: HttpRequest, form: forms.Form) -> HttpResponse:
    """Lead back with a word on what a form lacks."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {' '.join(map(str, errors))}")
    return redirect("desk_compartments")

"""Who saw somebody's data since a day, for admins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from visits.access import Permission
from visits.audit.who_saw import Reader, readers_of
from visits.models import User
from visits.person_field import PersonField
from visits.views.asking import asks_for

if TYPE_CHECKING:
    from visits.access import Reading

SINCE = timedelta(days=90)


class WhoSawForm(forms.Form):
    """A person, and a day."""

    person = PersonField()
    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, reader: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].reader = reader  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the answer: who, on which page, how often, how many rows, first and last."""

    who: str
    where: str
    read: Reader


def address_of(place: str) -> str:
    """Return the address of the page that a place of the log names, with “…” for a key: “/meetings/…/”.

    A place that names no page of the site (any longer) is returned as it is.
    """
    *spaces, name = place.split(":")
    resolver, before = get_resolver(), "/"
    for space in spaces:
        if space not in resolver.namespace_dict:
            return place
        prefix, resolver = resolver.namespace_dict[space]
        before += prefix
    for ways, _pattern, _defaults, _converters in resolver.reverse_dict.getlist(name):
        return before + re.sub(r"%\(\w+\)s", "…", ways[0][0])
    return place


@require_safe
@asks_for(Permission.MANAGE_USERS)
def who_saw(request: HttpRequest) -> HttpResponse:
    """Who read rows that name a person: of the audit log, by person and page; the rows themselves are not told."""
    today: date = timezone.now().date()
    asked = request.GET if request.GET else None
    form = WhoSawForm(asked, reader=request.user, initial={"since": today - SINCE})
    lines: list[Line] | None = None
    if form.is_valid():
        found = readers_of(form.cleaned_data["person"], form.cleaned_data["since"])
        names = User.objects.in_bulk({one.by for one in found if one.by is not None})
        lines = [Line(str(names.get(one.by, f"#{one.by}")), address_of(one.place), one) for one in found]
    return render(request, "desk/who_saw.html", {"form": form, "lines": lines, "section": "desk"})

"""Protected names: protecting somebody, and looking at one name at a time."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.review import words_of
from visits import protected_actions as actions
from visits.access import Permission, has_permission
from visits.audit.reading import ReadTooMuch, stop_if_too_much, stopped
from visits.models import Person, ProtectedName, Record
from visits.protected_forms import ProtectForm
from visits.scrubbing import left_in


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def protected(request: HttpRequest) -> HttpResponse:
    """The code names of whom the reader may look at; a reviewer's post protects somebody else."""
    user = editor_of(request)
    if request.method == "POST" and not has_permission(user, Permission.PUBLISH):
        raise Http404
    form = ProtectForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        found = form.cleaned_data["found"]
        about = {"code_name": form.cleaned_data["code_name"], "compartment": form.compartment_chosen(), "by": user}
        try:
            if isinstance(found, Person):
                actions.protect_person(person=found, **about)
            else:
                actions.protect_participant(participant=found, **about)
        except ValidationError as error:
            form.add_error(None, words_of(error))
        else:
            messages.success(request, _("Protected. Look at the name to see where it still stands in words of others."))
            return redirect("desk_protected")
    names = ProtectedName.objects.visible_to(user).select_related("person", "participant", "compartment")
    context = {"section": "desk", "names": names, "form": form}
    return render(request, "desk/protected.html", context, status=400 if form.is_bound else 200)


@require_POST
@desk_page()
def protected_look(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Show one real name, and where it still stands; the look is noted. Nothing of it is in the address."""
    user = editor_of(request)
    rows = ProtectedName.objects.visible_to(user).select_related("person", "participant", "compartment")
    kept = rows.filter(public_id=public_id).first()
    if kept is None:
        raise Http404
    try:
        names = actions.look(kept=kept, by=user)
        stop_if_too_much(user, "desk_protected_look")
    except ReadTooMuch:
        return stopped(request)
    except ValidationError as error:
        messages.error(request, words_of(error))
        return redirect("desk_protected")
    left = [
        (kind, len(found), [row for row in found if isinstance(row, Record) and _seen(row, user)])
        for kind, found in left_in(set(names)).items()
    ]
    context = {"section": "desk", "kept": kept, "names": names, "left": left}
    return render(request, "desk/protected_name.html", context)


def _seen(row: Record, user: object) -> bool:
    return bool(type(row)._default_manager.visible_to(user).filter(pk=row.pk).exists())  # type: ignore[attr-defined]

"""Consents of people: until when what they said is published, they are named, and words are attributed to them."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.review import words_of
from visits.access import Permission
from visits.consent_actions import set_consent
from visits.consent_forms import ConsentForm
from visits.models import Consent, StaleVersion

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.PUBLISH)
def consents(request: HttpRequest) -> HttpResponse:
    """Consents of whom the reviewer may see, the one that ends first on top; a post stores one.

    One that was stored by somebody else since the page was made is shown beside what was typed, and nothing is saved.
    """
    user = editor_of(request)
    form = ConsentForm(request.POST if request.method == "POST" else None, reader=user)
    told = Consent.objects.visible_to(user).select_related("person")
    status, stored = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK, None
    if form.is_valid():
        given = form.cleaned_data
        read = told.filter(person=given["person"], use=given["use"]).first()
        try:
            set_consent(
                person=given["person"], use=given["use"], ends_on=given["ends_on"], note=given["note"],
                by=user, version=form.version_read(read),
            )  # fmt: skip
        except StaleVersion:
            status, stored = HTTPStatus.CONFLICT, told.filter(person=given["person"], use=given["use"]).first()
        except ValidationError as error:
            form.add_error(None, words_of(error))
        else:
            messages.success(request, _("Stored."))
            return redirect("desk_consents")
    rows = list(told[:SHOWN])
    if not form.is_bound or status == HTTPStatus.CONFLICT:
        # Stored once more, it replaces what stands beside it now.
        form.base_on([*rows, *([stored] if stored else [])])
    context = {"section": "desk", "rows": rows, "form": form, "today": timezone.now().date()}
    context |= {"stored": stored, "conflict": status == HTTPStatus.CONFLICT}
    return render(request, "desk/consents.html", context, status=status)

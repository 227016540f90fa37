"""Consents of people: until when what they said is published, they are named, and words are attributed to them."""

from __future__ import annotations

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
from visits.models import Consent

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.PUBLISH)
def consents(request: HttpRequest) -> HttpResponse:
    """Consents of whom the reviewer may see, the one that ends first on top; a post stores one."""
    user = editor_of(request)
    form = ConsentForm(request.POST if request.method == "POST" else None, reader=user)
    if form.is_valid():
        try:
            set_consent(by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, words_of(error))
        else:
            messages.success(request, _("Stored."))
            return redirect("desk_consents")
    rows = Consent.objects.visible_to(user).select_related("person")[:SHOWN]
    context = {"section": "desk", "rows": rows, "form": form, "today": timezone.now().date()}
    return render(request, "desk/consents.html", context, status=400 if form.is_bound else 200)

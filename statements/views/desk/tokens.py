"""Tokens of the API at the desk: one's own, made, shown once and revoked here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from statements.views.desk.access import desk_page, editor_of
from visits.models import ApiToken
from visits.models.token import LONGEST_TOKEN_NAME
from visits.token_actions import make_token, revoke_token


class TokenForm(forms.Form):
    """What a token is for."""

    name = forms.CharField(label=_("What it is for"), max_length=LONGEST_TOKEN_NAME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of the person; a post makes another one, whose secret stands in this one answer."""
    if request.method != "POST":
        return _page(request, TokenForm())
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            _token, secret = make_token(by=editor_of(request), name=form.cleaned_data["name"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _page(request, TokenForm(), secret=secret)
    return _page(request, form, status=400)


@require_POST
@desk_page()
def desk_token_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Revoke a token of the person; another's is missing."""
    editor = editor_of(request)
    token = ApiToken.objects.visible_to(editor).filter(public_id=public_id).first()
    if token is None:
        raise Http404
    revoke_token(token=token, by=editor)
    messages.success(request, gettext("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("desk_tokens")


def _page(request: HttpRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    tokens = list(ApiToken.objects.visible_to(editor_of(request)))
    context = {
        "section": "desk",
        "form": form,
        "secret": secret,
        "tokens": [token for token in tokens if token.is_open],
        "revoked": [token for token in tokens if not token.is_open],
    }
    return render(request, "desk/tokens.html", context, status=status)

"""Drafts of the desk's forms, and who has what open: what the pages ask in the background."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from statements.views.desk.access import desk_page, editor_of
from visits import drafts, presence
from visits.keys import may_use
from visits.models import Draft
from visits.sending import token_of


@dataclass(frozen=True, slots=True)
class Drafting:
    """What a page shows of the drafts of one of its forms."""

    key: str
    version: int | None
    offers: list[drafts.Offer]
    # Whether the form shows a draft that was taken back.
    taken: bool = False


def drafting(request: HttpRequest, key: str, *forms: BaseForm, version: int | None = None) -> Drafting:
    """Return the drafts offered beside unbound `forms`; one asked for by `?take=<key>` is put into them.

    With `?number=` an earlier one is meant. The version is then that on which the draft is based. The page has found
    its record through the gate already.
    """
    return _drafting(request, drafts.drafts_of(editor_of(request), [key]).get(key), key, forms, version)


def drafting_each(request: HttpRequest, forms: Mapping[str, BaseForm]) -> dict[str, Drafting]:
    """Return the drafts of forms of one kind that stand on one page, by their keys, which the editor may use."""
    kept = drafts.drafts_of(editor_of(request), forms) if forms else {}
    return {key: _drafting(request, kept.get(key), key, [form], None) for key, form in forms.items()}


def _drafting(
    request: HttpRequest, draft: Draft | None, key: str, forms: Sequence[BaseForm], version: int | None
) -> Drafting:
    found = drafts.offers(draft, drafts.shown_by(forms))
    if request.GET.get("take") == key:
        number = request.GET.get("number", "0")
        for offer in found:
            if str(offer.number) == number:
                for form in forms:
                    form.initial = {**form.initial, **drafts.initial_of(form, offer.data)}
                take_token(request, key, offer)
                kept = offer.version if offer.version is not None else version
                left = [other for other in found if other is not offer]
                return Drafting(key=key, version=kept, offers=left, taken=True)
    return Drafting(key=key, version=version, offers=found)


def take_token(request: HttpRequest, key: str, offer: drafts.Offer) -> None:
    """Have the form `key` shown with the token of the draft that was taken back: saving it settles that draft."""
    taken: dict[str, str] = getattr(request, "tokens_taken", {})
    request.tokens_taken = {**taken, key: token_of(offer.data, key)}  # type: ignore[attr-defined]


@desk_page()
def desk_draft(request: HttpRequest, key: str) -> HttpResponse:
    """Keep (PUT or POST, JSON: data, version, fresh), show (GET) or throw away (DELETE, or POST of a form) a draft."""
    editor = editor_of(request)
    if not may_use(editor, key):
        raise Http404
    if request.method == "DELETE":
        drafts.throw_away(by=editor, key=key)
        return JsonResponse({"key": key})
    if request.method == "PUT" or request.content_type == "application/json":
        return _keep(request, key)
    if request.method == "POST" and "throw" not in request.POST:
        return JsonResponse({"key": key, "error": "no draft"}, status=400)
    if request.method == "POST":
        drafts.throw_away(by=editor, key=key)
        return HttpResponseRedirect(_back(request))
    draft = drafts.draft_of(editor, key)
    kept = {} if draft is None else {"saved_at": draft.saved_at, "version": draft.base_version, "data": draft.data}
    return JsonResponse({"key": key, **kept})


def _back(request: HttpRequest) -> str:
    """Return the page of this site to go back to, without what it asked to be taken back."""
    page = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return page if safe else reverse("desk_home")


def _keep(request: HttpRequest, key: str) -> HttpResponse:
    editor = editor_of(request)
    try:
        sent: Any = json.loads(request.body)
        if not isinstance(sent, dict):
            raise ValidationError("")
        version = sent.get("version")
        draft = drafts.keep_draft(
            by=editor,
            key=key,
            data=drafts.typed(sent.get("data")),
            version=version if type(version) is int and 0 < version < 2**31 else None,
            fresh=sent.get("fresh") is True,
        )
    except (ValueError, RecursionError, ValidationError):
        return JsonResponse({"key": key, "error": "no draft"}, status=400)
    return JsonResponse({"key": key, "saved_at": draft.saved_at})


@require_POST
@desk_page()
def desk_presence(request: HttpRequest, key: str) -> HttpResponse:
    """Note that the editor has the record open; tell who else has, by name."""
    editor = editor_of(request)
    if not may_use(editor, key):
        raise Http404
    presence.seen(by=editor, key=key)
    return JsonResponse({"others": presence.others(editor, key)})


def also_here(request: HttpRequest, key: str) -> list[str]:
    """Note that the editor opened the page of the record `key`, and return the names of the others who have it open."""
    editor = editor_of(request)
    presence.seen(by=editor, key=key)
    return presence.others(editor, key)

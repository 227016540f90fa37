"""The searches that somebody keeps: one page for all of them, and the way out of their mails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.signing import SignatureExpired
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from statements import saved_search_actions as actions
from statements.digests import search_of_token
from statements.feeds import own_path, public_path, site_address
from statements.models import SavedSearch
from statements.saved_search_forms import SavedSearchForm, SaveSearchForm
from statements.search_words import Words, described
from visits.access import Permission, has_permission

if TYPE_CHECKING:
    from visits.models import User


@dataclass(frozen=True, slots=True)
class Row:
    """A search as its page lists it; `feed` is the whole address of its feed."""

    search: SavedSearch
    words: Words
    feed: str
    form: SavedSearchForm


@require_http_methods(["GET", "HEAD", "POST"])
def saved_searches(request: HttpRequest) -> HttpResponse:
    """All searches of the person; a post keeps another one."""
    if request.method != "POST":
        return _page(request)
    form = SaveSearchForm(request.POST)
    if form.is_valid():
        try:
            search = actions.save_search(by=_person(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("“%(name)s” is saved.") % {"name": search.name})
            return redirect("saved_searches")
    return _page(request, new=form, status=400)


@require_POST
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a search another name or its mails another frequency."""
    search = _own(request, public_id)
    form = SavedSearchForm(request.POST, auto_id=f"id_{search.public_id}_%s")
    if not form.is_valid():
        return _page(request, changed={search.public_id: form}, status=400)
    actions.change_search(search=search, by=_person(request), **form.cleaned_data)
    messages.success(request, gettext("“%(name)s” is changed.") % {"name": search.name})
    return redirect("saved_searches")


@require_POST
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Forget a search."""
    search = _own(request, public_id)
    actions.delete_search(search=search, by=_person(request))
    messages.success(request, gettext("“%(name)s” is deleted.") % {"name": search.name})
    return redirect("saved_searches")


@require_POST
def renew_address(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give the feed of a search another address, because somebody else has seen it."""
    search = _own(request, public_id)
    actions.renew_feed_address(search=search, by=_person(request))
    told = gettext("The feed of “%(name)s” has a new address; the old one leads nowhere.") % {"name": search.name}
    messages.success(request, told)
    return redirect("saved_searches")


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails of a search by the link in one of them: a post stops, asked of nobody to sign in (RFC 8058).

    Reading the page stops nothing: programs that look into mails follow every link.
    """
    try:
        public_id = search_of_token(token)
    except SignatureExpired:
        return render(request, "statements/mail_stop.html", {"expired": True}, status=410)
    if not public_id:
        raise Http404
    if request.method == "POST":
        actions.stop_mail(public_id=public_id)
        return render(request, "statements/mail_stop.html", {"stopped": True})
    return render(request, "statements/mail_stop.html")


def _person(request: HttpRequest) -> User:
    """Return who is signed in: nobody else comes here."""
    return cast("User", request.user)


def _own(request: HttpRequest, public_id: str) -> SavedSearch:
    """Return a search of the person; another's is missing."""
    search: SavedSearch | None = SavedSearch.objects.visible_to(request.user).filter(public_id=public_id).first()
    if search is None:
        raise Http404
    return search


def _page(
    request: HttpRequest,
    *,
    new: SaveSearchForm | None = None,
    changed: dict[str, SavedSearchForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page with all searches; forms that could not be saved stand on it as they were typed."""
    searches = list(SavedSearch.objects.visible_to(request.user))
    asked = [search.query for search in searches] + ([new.data.get("query", "")] if new else [])
    words = described(asked, request.user)
    secret = has_permission(request.user, Permission.SEE_INTERNAL)
    site, forms = site_address(request), changed or {}
    rows = [
        Row(search, told, site + (own_path(search) if secret else public_path(search.query)),
            forms.get(search.public_id) or _form(search))
        for search, told in zip(searches, words, strict=False)
    ]  # fmt: skip
    context: dict[str, Any] = {
        "section": "searches",
        "rows": rows,
        "new": new,
        "new_words": words[-1] if new else [],
        "secret": secret,
        "mail_to": _person(request).email,
        "most": actions.MOST_SEARCHES,
    }
    return render(request, "statements/saved_searches.html", context, status=status)


def _form(search: SavedSearch) -> SavedSearchForm:
    return SavedSearchForm(
        initial={"name": search.name, "frequency": search.frequency}, auto_id=f"id_{search.public_id}_%s"
    )

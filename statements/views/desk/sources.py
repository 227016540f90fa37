"""Intake: a source is handed in, checked beside its text, and saved with its file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from statements.intake.extraction import extract
from statements.intake.failures import MAX_BYTES, IntakeError, Reason
from statements.intake.kinds import FileKind
from statements.intake.paragraphs import tidy
from statements.intake_forms import CheckForm, HandInForm
from statements.intake_words import KIND_LABELS, remarks_of, words_of
from statements.staging import NotStaged, Staged, claiming, stage, staged
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.drafts import Drafting, drafting, take_token
from statements.views.desk.places import place_of
from visits import drafts
from visits.models import Source, User
from visits.sending import TOKEN, token_of
from visits.source_actions import take_in_source
from visits.stored_files import digest

# A form around a file of the largest size is this much longer.
FORM_BYTES = 1024 * 1024
# The keys of the drafts of the two forms.
HANDING_IN, CHECKING = "source:new", "source:check"
FOUND = 8
LONGEST = 600
TOO_LARGE = 413
FACTS = ("title", "publisher", "author", "published", "published_basis", "language", "url", "accessed", "archive_url",
         "symbol")  # fmt: skip
SUGGESTED = ("title", "publisher", "author", "published", "language", "url", "accessed")


@csrf_exempt  # The length is looked at before the token is: reading the token reads the whole body.
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def source_new(request: HttpRequest) -> HttpResponse:
    """Hand a source in, then check and save it, all at one address."""
    try:
        length = str(request.META.get("CONTENT_LENGTH") or "")
        if length.isdigit() and int(length) > MAX_BYTES + FORM_BYTES:
            raise RequestDataTooBig
        return _answer(request)
    except RequestDataTooBig:
        error = words_of(IntakeError(Reason.OVERSIZED))
        return _hand_in(request, HandInForm(), error=error, status=TOO_LARGE)


@csrf_protect
def _answer(request: HttpRequest) -> HttpResponse:
    """Answer the first form, or the second where something has been handed in."""
    editor = editor_of(request)
    if request.method != "POST":
        return _checking_again(request) or _hand_in(request, HandInForm())
    if "staged" in request.POST:
        try:
            return _check(request, editor, staged(request.POST["staged"], by=editor))
        except NotStaged:
            typed = {"kind": request.POST.get("kind"), "url": request.POST.get("url"),
                     "text": request.POST.get("extracted_text")}  # fmt: skip
            error = _("This was saved already or is too old: hand it in again.")
            return _hand_in(request, HandInForm(initial=typed), error=error)
    form = HandInForm(request.POST, request.FILES, fetching_asked=request.POST.get("do") == "fetch")
    if not form.is_valid():
        return _hand_in(request, form)
    handed = form.cleaned_data["handed"]
    # The second form settles the draft of the first.
    word = stage(handed.data, by=editor, facts={**handed.facts, TOKEN: token_of(request.POST, HANDING_IN)})
    values = {"kind": form.cleaned_data["kind"], "url": form.cleaned_data["url"], "extracted_text": handed.text}
    return _show(request, CheckForm(initial=values, by=editor), word, Staged(handed.data, handed.facts), values)


def _hand_in(request: HttpRequest, form: HandInForm, *, error: str = "", status: int = 200) -> HttpResponse:
    """Return the page of the first form, with what was typed into it or into the second and led to no source."""
    draft, unchecked = Drafting(key=HANDING_IN, version=None, offers=[]), None
    if not form.is_bound and not error:
        draft, unchecked = drafting(request, HANDING_IN, form), _unchecked(request)
    context = {"section": "desk", "form": form, "error": error, "may_fetch": settings.ALLOW_FETCH,
               "draft": draft, "unchecked": unchecked}  # fmt: skip
    return render(request, "desk/source_new.html", context, status=status)


def _unchecked(request: HttpRequest) -> Drafting:
    """Return the drafts of the second form, without the word that leads to the file: nobody reads that."""
    found = drafting(request, CHECKING)
    told = [replace(offer, data={**offer.data, "staged": []}) for offer in found.offers]
    return replace(found, offers=told)


def _checking_again(request: HttpRequest) -> HttpResponse | None:
    """Return the page of the second form with the draft that was asked for, or None where its file is gone."""
    if request.GET.get("take") != CHECKING:
        return None
    editor = editor_of(request)
    for offer in drafts.offers(drafts.draft_of(editor, CHECKING), {}):
        if str(offer.number) == request.GET.get("number", "0"):
            values: dict[str, Any] = {name: given[-1] for name, given in offer.data.items() if given}
            word = values.pop("staged", "")
            take_token(request, CHECKING, offer)
            try:
                held = staged(word, by=editor)
            except NotStaged:
                kept = {"kind": values.get("kind"), "url": values.get("url"), "text": values.get("extracted_text")}
                error = _("The file is not kept any longer; this is its text, as you left it.")
                return _hand_in(request, HandInForm(initial=kept), error=error)
            return _show(request, CheckForm(initial=values, by=editor), word, held, values)
    return None


def _check(request: HttpRequest, editor: User, held: Staged) -> HttpResponse:
    """Answer the second form: take a suggestion over, find an original, read the whole page, or save."""
    # What is only looked up passes no field of a form, which would refuse a NUL as PostgreSQL does.
    word, values = request.POST["staged"], {name: str(value).replace("\0", "") for name, value in request.POST.items()}
    if "accept" in values:
        _accept(values, held)
    elif values.get("do") == "whole":
        values["extracted_text"] = _whole(held)
    elif values.get("do") != "find":
        form = CheckForm(request.POST, by=editor)
        if form.is_valid() and _is_new(form, held, editor):
            try:
                with claiming(word, by=editor):
                    source = form.save(commit=False)
                    take_in_source(source=source, by=editor, data=held.data, relays=form.relays())
                drafts.settle(by=editor, key=CHECKING, fields=request.POST)
                drafts.settle(by=editor, key=HANDING_IN, fields={TOKEN: held.facts.get(TOKEN, "")})
            except ValidationError as error:
                form.add_error(None, ValidationError(error.messages))
            else:
                messages.success(request, _("The source is stored."))
                return HttpResponseRedirect(place_of(source))
        return _show(request, form, word, held, values)
    return _show(request, CheckForm(initial=values, by=editor), word, held, values)


def _is_new(form: CheckForm, held: Staged, editor: User) -> bool:
    """Whether file and address are new as far as `editor` may see, or the source is meant all the same."""
    if form.cleaned_data["anyway"] or not alike(editor, held, form.cleaned_data["url"]):
        return True
    form.add_error(None, _("This is stored already: open it, or say below that it is another source."))
    return False


def _accept(values: dict[str, str], held: Staged) -> None:
    """Take one suggestion over into `values`, or all of those whose field is still empty."""
    offered = _offered(held)
    wanted = [values["accept"]] if values["accept"] != "all" else [n for n in offered if not values.get(n, "").strip()]
    values.update({name: offered[name] for name in wanted if name in offered})


def _offered(held: Staged) -> dict[str, str]:
    """Return what is suggested, by the field it belongs in."""
    told = {**held.facts["suggestions"], "accessed": timezone.now().date().isoformat()}
    return {name: told[name] for name in SUGGESTED if told.get(name)}


def _whole(held: Staged) -> str:
    """Return all the text of a page that was handed in."""
    kind, declared = FileKind(held.facts["file_kind"]), held.facts["declared"]
    return extract(held.data, kind=kind, declared=declared, whole=True).text


def alike(editor: User, held: Staged, url: str) -> list[Source]:
    """Return the sources that `editor` may see and that have the same file or address."""
    seen = Source.objects.visible_to(editor)
    found = seen.with_file(digest(held.data)) | seen.at_address(url[:LONGEST])
    return list(found.distinct().order_by("pk")[:FOUND])


def _originals(editor: User, wanted: str, chosen: str) -> list[Source]:
    """Return the sources that `editor` may see and that fit the words, the chosen one first whatever the words are."""
    seen = Source.objects.visible_to(editor)
    fitting = (
        seen.with_words(wanted[:LONGEST]).exclude(public_id=chosen).order_by("-changed_at", "-pk")[:FOUND]
        if wanted
        else []
    )
    return [*(seen.filter(public_id=chosen) if chosen else []), *fitting]


def _show(request: HttpRequest, form: CheckForm, word: str, held: Staged, values: dict[str, Any]) -> HttpResponse:
    """Return the page of the second form."""
    editor, offered = editor_of(request), _offered(held)
    wanted, chosen = (str(values.get(name, "")).strip() for name in ("relay_find", "relay_original"))
    text = tidy(str(values.get("extracted_text", "")))
    kept = drafts.draft_of(editor, CHECKING)
    context = {
        "section": "desk",
        "form": form,
        "staged": word,
        "draft_key": CHECKING,
        "fresh": kept is not None and kept.data.get("staged") != [word],
        "rows": [(form[name], offered.get(name, "")) for name in FACTS],
        "offers": any(not str(values.get(name, "")).strip() for name in offered),
        "alike": [(source, place_of(source)) for source in alike(editor, held, str(values.get("url", "")))],
        "found": _originals(editor, wanted, chosen),
        "wanted": wanted,
        "chosen": chosen,
        "remarks": remarks_of(held.facts["remarks"]),
        "file_kind": KIND_LABELS[FileKind(held.facts["file_kind"])],
        "is_page": held.facts["file_kind"] == FileKind.HTML,
        "paragraphs": text.count("\n\n") + 1,
        "words": len(text.split()),
    }
    return render(request, "desk/source_check.html", context)

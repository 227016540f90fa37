"""A source or a note beside the statements that are made of it: one passage after the other."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from statements.capture_actions import capture_statement, set_aside, take_back
from statements.capture_check import line_for
from statements.capture_forms import CaptureForm
from statements.capture_page import CapturePage
from statements.capture_proof import Proof, of_source
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.capture_choice import Choice, choose, number
from statements.views.desk.drafts import Drafting, also_here, drafting
from visits import drafts
from visits.models import Source
from visits.sending import SentAlready, sending_once, token_of


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_capture(request: HttpRequest, public_id: str) -> HttpResponse:
    """The text of a source with what is entered of it, and the form for the passage in hand."""
    source = get_object_or_404(Source.objects.visible_to(editor_of(request)), public_id=public_id)
    return captured_from(request, of_source(source))


def captured_from(request: HttpRequest, proof: Proof) -> HttpResponse:
    """Answer the page of capture for a source or a note that the editor may see."""
    page = CapturePage(proof, editor_of(request))
    if request.method == "POST":
        return _posted(request, page)
    choice = choose(request.GET, page)
    form = CaptureForm(initial=choice.initial, **_known(page, choice.visit))
    return _shown(request, page, choice, form, drafting(request, page.proof.key, form))


@require_POST
@desk_page()
def desk_capture_check(request: HttpRequest, public_id: str) -> JsonResponse:
    """What the verbatim check says of a passage as it is typed: for the script of the page."""
    source = get_object_or_404(Source.objects.visible_to(editor_of(request)), public_id=public_id)
    return checked(request, of_source(source))


def checked(request: HttpRequest, proof: Proof) -> JsonResponse:
    """Answer what the verbatim check says of the passage sent."""
    passage, mode = request.POST.get("passage", "")[:20_000], request.POST.get("mode", "")
    line = line_for(proof.text, passage, mode, number(request.POST.get("start")) or 0)
    return JsonResponse({"verdict": line.verdict, "text": line.text, "quoted": line.quoted, "source": line.source})


def _posted(request: HttpRequest, page: CapturePage) -> HttpResponse:
    """Save, set aside, offer again or only look: what the button said."""
    action = request.POST.get("action", "save")
    start, end = number(request.POST.get("span_start")), number(request.POST.get("span_end"))
    if action in {"aside", "back"} and start is not None and end is not None:
        try:
            (set_aside if action == "aside" else take_back)(proof=page.proof, start=start, end=end, by=page.user)
        except ValidationError:
            return _back(page)
        return _back(page, after=end) if action == "aside" else _back(page, start=start, end=end)
    choice = Choice.of_post(request.POST, page)
    if action == "preview":
        initial = {name: value for name, value in request.POST.items() if name in CaptureForm.base_fields}
        return _shown(request, page, choice, CaptureForm(initial=initial, **_known(page, choice.visit)))
    form = CaptureForm(request.POST, **_known(page, choice.visit))
    if form.is_valid() and form.captured is not None:
        key = page.proof.key
        try:
            with sending_once(by=page.user, token=token_of(request.POST, key)) as sent:
                statement = capture_statement(proof=page.proof, captured=form.captured, by=page.user)
                sent.address = _address(page, after=end or form.captured.start, saved=statement.public_id)
        except SentAlready as before:
            return redirect(before.address)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            drafts.settle(by=page.user, key=key, fields=request.POST)
            return redirect(sent.address)
    return _shown(request, page, choice, form)


def _known(page: CapturePage, visit: Any) -> dict[str, Any]:
    return {"known": page.known, "meetings": page.meetings_of(visit), "row": page.proof.row}


def _back(page: CapturePage, **query: Any) -> HttpResponse:
    """Lead back to the page, so that reloading it saves nothing twice."""
    return redirect(_address(page, **query))


def _address(page: CapturePage, **query: Any) -> str:
    return page.proof.address(**query) + "#in-hand"


def _shown(
    request: HttpRequest, page: CapturePage, choice: Choice, form: CaptureForm, draft: Drafting | None = None
) -> HttpResponse:
    words = str(form["passage"].value() or "")
    saved = request.GET.get("saved", "")
    context = {
        "section": "desk",
        "proof": page.proof,
        "page": page,
        "draft": draft,
        "presence_key": page.proof.presence_key,
        "also_here": also_here(request, page.proof.presence_key),
        "coverage": page.coverage,
        "paragraphs": page.marked(choice.span),
        "form": form,
        "choice": choice,
        "line": line_for(page.text, words, str(form["mode"].value() or ""), number(form["start"].value()) or 0),
        "posts": page.known.posts(choice.who),
        "known": page.known,
        "replies": choice.replies,
        "saved": next((row for row in page.entered if row.statement.public_id == saved), None),
    }
    return render(request, "desk/capture.html", context)

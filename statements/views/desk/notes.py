"""A meeting note at the desk: changed by its author, previewed, and turned into statements passage by passage."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from statements.capture_proof import of_note
from statements.meeting_forms import StoredNoteForm
from statements.views.desk import conflict
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.capture import captured_from, checked
from statements.views.desk.drafts import also_here, drafting
from visits import drafts, meeting_actions
from visits.compartments import key_of
from visits.models import MeetingNote, StaleVersion
from visits.notes import render_note


def note_or_404(request: HttpRequest, public_id: str) -> MeetingNote:
    """Return the note with its meeting and visit, where the editor may see it."""
    rows = MeetingNote.objects.visible_to(editor_of(request)).select_related(
        "meeting__visit", "meeting__compartment", "author", "compartment__visit"
    )
    return get_object_or_404(rows, public_id=public_id)


@require_POST
@desk_page()
def note_preview(request: HttpRequest) -> HttpResponse:
    """Return Markdown rendered as notes are; nothing is stored."""
    return JsonResponse({"html": render_note(request.POST.get("text", "")[:200_000])})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_note_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a note of one's own; one that was changed meanwhile is brought together with what was typed."""
    note = note_or_404(request, public_id)
    if note.author_id != editor_of(request).pk:
        raise PermissionDenied(_("A note is changed by its author."))
    about: dict[str, Any] = {"meeting": note.meeting, "by": editor_of(request)}
    if request.method != "POST":
        form = StoredNoteForm(initial=shown_of(note), **about)
        draft = drafting(request, f"meetingnote:{public_id}", form, version=note.version)
        form.initial["version"] = draft.version
        return _note_page(request, note, form, draft=draft)
    form = StoredNoteForm(request.POST, **about)
    if not form.is_valid():
        return _note_page(request, note, form, 400)
    if "preview" in request.POST:
        return _note_page(request, note, form, preview=render_note(form.cleaned_data["text"]))
    try:
        meeting_actions.edit_note(note=note, by=editor_of(request), **form.cleaned_data)
    except StaleVersion:
        stored = note_or_404(request, public_id)
        found = conflict.conflicts_of(form, stored, form.cleaned_data["version"])
        both = StoredNoteForm(conflict.merged_data(form, found, stored.version), **about)
        return _note_page(request, stored, both, 409, conflicts=found)
    except ValidationError as error:
        form.add_error(None, error)
        return _note_page(request, note, form, 400)
    drafts.settle(by=editor_of(request), key=f"meetingnote:{public_id}", fields=request.POST)
    messages.success(request, _("The note is saved."))
    return redirect("desk_meeting", note.meeting.public_id)


def shown_of(note: MeetingNote) -> dict[str, Any]:
    """Return what the form shows of a stored note."""
    closed = key_of(note.compartment) if note.compartment is not None else ""
    return {"text": note.text, "visibility": note.visibility, "version": note.version, "open_to": closed}


def _note_page(
    request: HttpRequest, note: MeetingNote, form: StoredNoteForm, status: int = 200, **more: object
) -> HttpResponse:
    key = f"meetingnote:{note.public_id}"
    context = {"section": "desk", "note": note, "meeting": note.meeting, "form": form, "presence_key": key}
    here = also_here(request, key)
    return render(request, "desk/note_edit.html", {**context, "also_here": here, **more}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_note(request: HttpRequest, public_id: str) -> HttpResponse:
    """Turn passages of a note into statements, as those of a source are."""
    return captured_from(request, of_note(note_or_404(request, public_id)))


@require_POST
@desk_page()
def desk_note_check(request: HttpRequest, public_id: str) -> JsonResponse:
    """What the verbatim check says of a passage of a note as it is typed: for the script of the page."""
    return checked(request, of_note(note_or_404(request, public_id)))

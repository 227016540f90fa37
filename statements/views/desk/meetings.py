"""Meetings at the desk: who took part, the public summary, the notes of those present, a new meeting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from statements.meeting_forms import MeetingForm, NoteForm, Participants, SummaryForm
from statements.views.desk import conflict
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.drafts import also_here, drafting
from visits import actions, drafts, meeting_actions
from visits.choices import Visibility
from visits.models import Meeting, MeetingNote, Participant, StaleVersion, Visit
from visits.notes import render_note
from visits.sending import SentAlready, sending_once, token_of
from visits.who import known_to


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_meeting(request: HttpRequest, public_id: str) -> HttpResponse:
    """A meeting with its participants, summary and notes, each with a form of its own on the page."""
    editor = editor_of(request)
    meeting = get_object_or_404(Meeting.objects.visible_to(editor).select_related("visit"), public_id=public_id)
    if request.method != "POST":
        return meeting_page(request, meeting)
    for name, act in _ACTS.items():
        if name in request.POST:
            return act(request, meeting)
    return meeting_page(request, meeting, status=400)


def meeting_page(request: HttpRequest, meeting: Meeting, status: int = 200, **filled: Any) -> HttpResponse:
    """Return the page; `filled` are forms as they were sent, with what is wrong in them."""
    editor = editor_of(request)
    key = meeting.public_id
    summary = SummaryForm(initial={"public_summary": meeting.public_summary, "version": meeting.version})
    usual = MeetingNote(meeting=meeting).default_visibility()
    note = NoteForm(initial={"visibility": usual}, meeting=meeting, by=editor)
    summary_draft = drafting(request, f"meeting:{key}", summary, version=meeting.version)
    summary.initial["version"] = summary_draft.version
    lines = Participants(prefix="who")
    context: dict[str, Any] = {
        "section": "desk",
        "meeting": meeting,
        "confidential": meeting.visibility == Visibility.CONFIDENTIAL,
        "may_change": may_change(request, meeting),
        "summary": summary,
        "summary_draft": summary_draft,
        "note": note,
        "note_draft": drafting(request, f"meetingnote:new:{key}", note),
        "lines": lines,
        "lines_draft": drafting(request, f"participant:new:{key}", *lines.forms, lines.management_form),
        "participants": participants_of(request, meeting),
        "notes": notes_of(request, meeting),
        "known": list(known_to(editor).options),
        "presence_key": f"meeting:{key}",
        "also_here": also_here(request, f"meeting:{key}"),
        **filled,
    }
    # A form that was just sent shows what was typed: its draft is no offer.
    for name in {"summary", "note", "lines"} & set(filled):
        context[f"{name}_draft"] = replace(context[f"{name}_draft"], offers=[])
    return render(request, "desk/meeting.html", context, status=status)


def address_of(meeting: Meeting) -> str:
    """Return the address of the meeting's page at the desk."""
    return reverse("desk_meeting", args=[meeting.public_id])


def may_change(request: HttpRequest, meeting: Meeting) -> bool:
    """Whether the editor may change the meeting itself: what is published is changed by reviewers."""
    try:
        actions.require_for_change(meeting, editor_of(request))
    except PermissionDenied:
        return False
    return True


def participants_of(request: HttpRequest, meeting: Meeting) -> list[Participant]:
    """Return the participants that the editor may see, in order."""
    rows = Participant.objects.visible_to(editor_of(request)).filter(meeting=meeting)
    return list(rows.select_related("person", "organisation", "office__organisation", "term__mandate"))


def notes_of(request: HttpRequest, meeting: Meeting) -> list[dict[str, Any]]:
    """Return the notes that the editor may see, rendered."""
    editor = editor_of(request)
    rows = MeetingNote.objects.visible_to(editor).filter(meeting=meeting).select_related("author")
    return [{"note": row, "html": render_note(row.text), "own": row.author_id == editor.pk} for row in rows]


def _participants(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    editor = editor_of(request)
    lines = Participants(request.POST, prefix="who")
    if not lines.read(meeting=meeting, known=known_to(editor), by=editor):
        return meeting_page(request, meeting, 400, lines=lines)
    key = f"participant:new:{meeting.public_id}"
    try:
        with sending_once(by=editor, token=token_of(request.POST, key)) as sent:
            rows = meeting_actions.add_participants(meeting=meeting, participants=lines.rows, by=editor)
            sent.address = address_of(meeting)
    except SentAlready as before:
        return redirect(before.address)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return meeting_page(request, meeting, 400, lines=lines)
    drafts.settle(by=editor, key=key, fields=request.POST)
    labels = [row.label for row in rows if row.label]
    messages.success(request, _("%(count)d entered.") % {"count": len(rows)})
    if labels:
        messages.info(
            request, _("Known by no such name, and entered as a label: %(names)s") % {"names": ", ".join(labels)}
        )
    return redirect("desk_meeting", meeting.public_id)


def _take_out(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Take out the participant at a place in the list; the version says that the list is the one that was read."""
    rows = participants_of(request, meeting)
    place, version = request.POST.get("take_out", ""), request.POST.get("version", "")
    if not (place.isdecimal() and version.isdecimal() and int(place) < len(rows)):
        return meeting_page(request, meeting, 400)
    try:
        meeting_actions.take_out_participant(
            meeting=meeting, participant=rows[int(place)], by=editor_of(request), version=int(version)
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return meeting_page(request, meeting, 409 if isinstance(error, StaleVersion) else 400)
    return redirect("desk_meeting", meeting.public_id)


def _summary(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    editor = editor_of(request)
    form = SummaryForm(request.POST)
    if not form.is_valid():
        return meeting_page(request, meeting, 400, summary=form)
    given = form.cleaned_data
    text = given["public_summary"].replace("\r\n", "\n")
    try:
        meeting_actions.write_summary(meeting=meeting, text=text, by=editor, version=given["version"])
    except StaleVersion:
        stored = Meeting.objects.visible_to(editor).select_related("visit").get(pk=meeting.pk)
        found = conflict.conflicts_of(form, stored, given["version"])
        both = SummaryForm(conflict.merged_data(form, found, stored.version))
        return meeting_page(request, stored, 409, summary=both, conflicts=found)
    except ValidationError as error:
        form.add_error(None, error)
        return meeting_page(request, meeting, 400, summary=form)
    drafts.settle(by=editor, key=f"meeting:{meeting.public_id}", fields=request.POST)
    messages.success(request, _("The summary is saved."))
    return redirect("desk_meeting", meeting.public_id)


def _note(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    editor = editor_of(request)
    form = NoteForm(request.POST, meeting=meeting, by=editor)
    if not form.is_valid():
        return meeting_page(request, meeting, 400, note=form)
    given = form.cleaned_data
    if "preview" in request.POST:
        return meeting_page(request, meeting, note=form, preview=render_note(given["text"]))
    key = f"meetingnote:new:{meeting.public_id}"
    try:
        with sending_once(by=editor, token=token_of(request.POST, key)) as sent:
            meeting_actions.enter_note(meeting=meeting, author=editor, by=editor, **given)
            sent.address = address_of(meeting)
    except SentAlready as before:
        return redirect(before.address)
    except ValidationError as error:
        form.add_error(None, error)
        return meeting_page(request, meeting, 400, note=form)
    drafts.settle(by=editor, key=key, fields=request.POST)
    messages.success(request, _("The note is saved."))
    return redirect("desk_meeting", meeting.public_id)


# The form that was sent, by a name that only it has.
_ACTS = {"take_out": _take_out, "who-TOTAL_FORMS": _participants, "public_summary": _summary, "text": _note}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_meeting_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new meeting of a visit, with those who took part."""
    editor = editor_of(request)
    visit = get_object_or_404(Visit.objects.visible_to(editor), slug=slug)
    key = f"meeting:new:{slug}"
    known = known_to(editor)
    form = MeetingForm(request.POST or None, instance=Meeting(visit=visit))
    lines = Participants(request.POST or None, prefix="who")
    draft = None
    if request.method != "POST":
        draft = drafting(request, key, form, *lines.forms, lines.management_form)
    if request.method == "POST" and form.is_valid() and lines.read(meeting=form.instance, known=known, by=editor):
        try:
            with sending_once(by=editor, token=token_of(request.POST, key)) as sent:
                meeting = actions.enter_meeting(meeting=form.instance, by=editor, participants=lines.rows)
                sent.address = address_of(meeting)
        except SentAlready as before:
            return redirect(before.address)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            drafts.settle(by=editor, key=key, fields=request.POST)
            return redirect(sent.address)
    context = {
        "section": "desk",
        "visit": visit,
        "form": form,
        "lines": lines,
        "draft": draft,
        "draft_key": key,
        "known": list(known.options),
    }
    return render(request, "desk/meeting_new.html", context, status=400 if request.method == "POST" else 200)

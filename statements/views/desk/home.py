"""The first page of the desk: what this editor has begun, and what waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from statements.models import Statement
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.mine import open_comments, with_answers
from visits.choices import Workflow
from visits.models import Source

SHOWN = 20


@require_safe
@desk_page()
def desk_home(request: HttpRequest) -> HttpResponse:
    """Own drafts, the latest sources and how much waits for review."""
    editor = editor_of(request)
    statements = Statement.objects.visible_to(editor)
    drafts = statements.filter(workflow=Workflow.DRAFT, entered_by=editor).select_related("visit")
    shown = list(drafts.order_by("-changed_at", "-id")[:SHOWN])
    names = Statement.headings(shown, editor)
    sources = Source.objects.visible_to(editor).exclude(extracted_text="").order_by("-changed_at", "-id")
    return render(
        request,
        "desk/home.html",
        {
            "section": "desk",
            "drafts": [(row, names[row.pk]) for row in shown],
            "drafts_count": drafts.count(),
            "sources": sources.only("title", "publisher", "public_id", "workflow", "changed_at")[:SHOWN],
            "comments": with_answers(request, open_comments(editor, SHOWN)),
            "in_review": statements.filter(workflow=Workflow.IN_REVIEW).count(),
        },
    )

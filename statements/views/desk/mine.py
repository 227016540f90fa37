"""An editor's own statements: drafts to send for review, what waits, what reviewers ask."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from statements.cards import Card, cards_of
from statements.models import Citation, ReviewComment, Statement, StatementText
from statements.review_actions import settle_comment, submit_statements, version_pairs, with_versions
from statements.review_forms import AnswerForm
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.drafts import Drafting, drafting_each
from statements.views.desk.review import refused, words_of
from visits.choices import Workflow
from visits.drafts import settle
from visits.models import Source, User

SHOWN = 200


def open_comments(editor: User, most: int = SHOWN) -> list[ReviewComment]:
    """Return what others ask about the statements that `editor` entered, the oldest first, each with the `title` and
    the `words` of its statement.
    """
    rows = ReviewComment.objects.visible_to(editor).filter(settled=False, statement__entered_by=editor)
    words = StatementText.objects.visible_to(editor).filter(statement=OuterRef("statement")).values("text")[:1]
    rows = rows.exclude(author=editor).annotate(words=Subquery(words)).select_related("statement", "author")
    found = list(rows.order_by("at", "id")[:most])
    names = Statement.headings([row.statement for row in found], editor)
    for row in found:
        row.title = names[row.statement_id]
    return found


def with_answers(
    request: HttpRequest, comments: list[ReviewComment]
) -> list[tuple[ReviewComment, AnswerForm, Drafting]]:
    """Return the comments, each with the form of its answer and what was typed there and not sent."""
    forms = {f"answer:{row.public_id}": AnswerForm(auto_id=f"answer-{row.public_id}-%s") for row in comments}
    kept = drafting_each(request, forms)
    return [(row, form, kept[key]) for row, (key, form) in zip(comments, forms.items(), strict=True)]


@require_safe
@desk_page()
def my_statements(request: HttpRequest) -> HttpResponse:
    """Drafts by source, what is in review, and the open comments."""
    editor = editor_of(request)
    rows = Statement.objects.visible_to(editor).filter(
        entered_by=editor, workflow__in=[Workflow.DRAFT, Workflow.IN_REVIEW]
    )
    statements = list(rows.select_related("visit").order_by("-changed_at", "-id")[:SHOWN])
    cards = dict(zip((row.pk for row in statements), cards_of(statements, editor), strict=True))
    drafts = [row for row in statements if row.workflow == Workflow.DRAFT]
    context = {
        "section": "desk",
        "groups": _by_source(drafts, cards, editor),
        "drafts_count": len(drafts),
        "waiting": [cards[row.pk] for row in statements if row.workflow == Workflow.IN_REVIEW],
        "comments": with_answers(request, open_comments(editor)),
    }
    return render(request, "desk/my_statements.html", context)


def _by_source(
    drafts: list[Statement], cards: dict[int, Card], editor: User
) -> list[tuple[Source | None, list[tuple[Card, str]]]]:
    """Return the drafts, each with id and version, by the first source they cite; last those without a source."""
    cited = Citation.objects.visible_to(editor).filter(statement__in=[row.pk for row in drafts], source__isnull=False)
    first: dict[int, Source] = {}
    for citation in cited.select_related("source").order_by("id"):
        first.setdefault(citation.statement_id, citation.source)
    groups: dict[Source | None, list[tuple[Card, str]]] = {}
    for row in drafts:
        groups.setdefault(first.get(row.pk), []).append((cards[row.pk], f"{row.public_id}:{row.version}"))
    return sorted(groups.items(), key=lambda group: group[0] is None)


@require_POST
@desk_page()
def submit_drafts(request: HttpRequest) -> HttpResponse:
    """Send the drafts named in the form for review, all or none."""
    editor = editor_of(request)
    try:
        versions = version_pairs(request.POST.getlist("statement"))
        rows = list(Statement.objects.visible_to(editor).filter(public_id__in=list(versions)))
        if not rows or len(rows) != len(versions):
            raise ValidationError(_("These drafts have changed since: look at them again."))
        done = submit_statements(statements=with_versions(rows, versions), by=editor)
        told = ngettext("%(count)d statement sent for review.", "%(count)d statements sent for review.", done)
        messages.success(request, told % {"count": done})
    except ValidationError as error:
        messages.error(request, words_of(error))
    return redirect("my_statements")


@require_POST
@desk_page()
def answer_comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """Settle a comment, with an answer where one is written."""
    editor = editor_of(request)
    comment = ReviewComment.objects.visible_to(editor).filter(public_id=public_id).select_related("statement").first()
    if comment is None:
        raise Http404
    form = AnswerForm(request.POST)
    if form.is_valid():
        settle_comment(comment=comment, by=editor, answer=form.cleaned_data["text"])
        settle(by=editor, key=f"answer:{public_id}", fields=request.POST)
        messages.success(request, _("Settled."))
    else:
        refused(request, f"answer:{public_id}", form)
    if request.POST.get("back") == "review":
        return redirect("review_statement", comment.statement.public_id)
    return redirect("my_statements")

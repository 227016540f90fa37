"""Review: the queue, and one statement beside its source with what was decided of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from statements.cards import cards_of
from statements.choices import Decision
from statements.models import Review, ReviewComment, Statement
from statements.review_actions import comment_on, differing, review_statements, version_pairs
from statements.review_forms import CommentForm, DecisionForm, RemovalForm, WithdrawalForm
from statements.reviewing import (
    Looked,
    looked_at,
    neighbours,
    queue,
    waiting_sources,
    waiting_visits,
)
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.drafts import Drafting, drafting_each
from visits import drafts
from visits.access import Permission, has_permission
from visits.actions import withdraw
from visits.choices import Workflow
from visits.models import StaleVersion, User
from visits.removal_actions import ask_removal
from visits.second_person import needs_another
from visits.sending import TOKEN, SentAlready, sending_once, token_of
from visits.views.rows import page_of_rows

PER_PAGE = 50
DECIDABLE = frozenset({Workflow.DRAFT, Workflow.IN_REVIEW, Workflow.WITHDRAWN})
_DONE = {
    Decision.PUBLISHED: gettext_lazy("Published."),
    Decision.SENT_BACK: gettext_lazy("Sent back to its editor."),
    Decision.CHANGES: gettext_lazy("The editor is asked for changes; it stays in review."),
}


def statement_or_404(public_id: str, user: User) -> Statement:
    """Return the statement where `user` may see it; a hidden one and a missing one answer alike."""
    found = Statement.objects.visible_to(user).filter(public_id=public_id)
    statement: Statement | None = found.select_related("visit", "meeting", "entered_by").first()
    if statement is None:
        raise Http404
    return statement


def words_of(error: ValidationError) -> str:
    """Return what an action says against it, in one line."""
    return " ".join(error.messages)


@contextmanager
def telling(request: HttpRequest, done: str) -> Iterator[None]:
    """Tell on the next page that what the block does is done, or what an action says against it."""
    try:
        yield
    except ValidationError as error:
        messages.error(request, words_of(error))
    else:
        messages.success(request, done)


@require_safe
@desk_page(Permission.PUBLISH)
def review_queue(request: HttpRequest) -> HttpResponse:
    """The statements in review, the longest waiting first, and the sources they cite with their numbers."""
    reviewer, visit = editor_of(request), request.GET.get("visit", "")
    rows = queue(reviewer, visit)
    page, moved = page_of_rows(request, rows.select_related("visit"), PER_PAGE)
    statements = list(page.object_list)
    commented = set(
        ReviewComment.objects.filter(statement__in=[row.pk for row in statements], settled=False).values_list(
            "statement_id", flat=True
        )
    )
    context = {
        "section": "desk",
        "rows": [(card, card.pk in commented) for card in cards_of(statements, reviewer)],
        "count": page.paginator.count,
        "sources": waiting_sources(rows, reviewer),
        "visits": waiting_visits(reviewer),
        "visit": visit,
        "kept": f"?{urlencode({'visit': visit})}" if visit else "",
        "page": page,
        "page_moved": moved,
        "address": f"?{urlencode({'visit': visit})}" if visit else "?",
    }
    return render(request, "desk/review_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.PUBLISH)
def review_statement(request: HttpRequest, public_id: str) -> HttpResponse:
    """One statement beside the passage of its source; the decision leads to the next one in the queue."""
    reviewer = editor_of(request)
    statement = statement_or_404(public_id, reviewer)
    if request.method != "POST":
        return review_page(request, statement)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return review_page(request, statement, 400, review=form)
    before, after = neighbours(statement, reviewer, request.GET.get("visit", ""))
    try:
        versions = version_pairs(request.POST.getlist("statement"))
        review_statements(statements=[(statement, versions.get(statement.public_id, 0))], by=reviewer, **form.decided)
    except StaleVersion as error:
        form.add_error(None, error)
        return review_page(request, statement_or_404(public_id, reviewer), 409, review=form)
    except ValidationError as error:
        form.add_error(None, words_of(error))
        return review_page(request, statement_or_404(public_id, reviewer), 400, review=form)
    drafts.settle(by=reviewer, key=f"review:{public_id}", fields=request.POST)
    # A decision stands with its reasons; another one follows it.
    request.no_undo = True  # type: ignore[attr-defined]
    messages.success(request, _DONE[Decision(form.cleaned_data["decision"])])
    return _next(request, after or before)


def _next(request: HttpRequest, public_id: str) -> HttpResponse:
    """Lead to another statement of the queue, or to the queue where none is left, within the same visit."""
    address = reverse("review_statement", args=[public_id]) if public_id else reverse("review_queue")
    visit = request.GET.get("visit", "")
    return redirect(f"{address}?{urlencode({'visit': visit})}" if visit else address)


def review_page(request: HttpRequest, statement: Statement, status: int = 200, **sent: Form) -> HttpResponse:
    """Return the page of a statement; `sent` are forms as they came, by their key, with what is wrong in them."""
    reviewer, visit = editor_of(request), request.GET.get("visit", "")
    looked: Looked = looked_at([statement], reviewer)[0]
    before, after = neighbours(statement, reviewer, visit)
    comments = ReviewComment.objects.visible_to(reviewer).filter(statement=statement).select_related("author")
    found, drafting = _forms(request, statement, sent)
    form: DecisionForm = found["review"]
    context: dict[str, Any] = {
        "section": "desk",
        "looked": looked,
        "card": looked.card,
        "statement": statement,
        "form": form,
        "forms": found,
        "drafting": drafting,
        "asked": form.asked(looked.hints),
        "consent_hints": ", ".join(why for hint in looked.hints if hint.question == "consent" for why in hint.why),
        "pairs": [looked.pair],
        "decidable": statement.workflow in DECIDABLE,
        "in_review": statement.workflow == Workflow.IN_REVIEW,
        "published": statement.workflow == Workflow.PUBLISHED,
        "differs": statement.pk in differing([statement], reviewer),
        "needs_another": needs_another(statement, reviewer),
        "sources_waiting": any(proof.waiting for proof in looked.proofs),
        "comments": list(comments),
        "reviews": list(Review.objects.visible_to(reviewer).filter(statement=statement).select_related("reviewer")),
        "before": before,
        "after": after,
        "kept": f"?{urlencode({'visit': visit})}" if visit else "",
    }
    return render(request, "desk/review_statement.html", context, status=status)


FORMS: dict[str, type[Form]] = {
    "review": DecisionForm,
    "comment": CommentForm,
    "withdrawal": WithdrawalForm,
    "removal": RemovalForm,
}


def _forms(
    request: HttpRequest, statement: Statement, sent: dict[str, Form]
) -> tuple[dict[str, Any], dict[str, Drafting]]:
    """Return the forms of the page and their drafts: what was just sent is shown as it came, and offers none."""
    forms = {name: sent.get(name) or made() for name, made in FORMS.items()}
    keys = {name: f"{name}:{statement.public_id}" for name in forms}
    kept = drafting_each(request, {keys[name]: form for name, form in forms.items() if name not in sent})
    return forms, {name: kept.get(key) or Drafting(key=key, version=None, offers=[]) for name, key in keys.items()}


@require_POST
@desk_page()
def review_comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write a comment on a statement; reviewers come back to its review, editors to their statements."""
    editor = editor_of(request)
    statement = statement_or_404(public_id, editor)
    if not has_permission(editor, Permission.PUBLISH):
        return _comment_of_an_editor(request, statement)

    def act(form: Form) -> str:
        return _comment(request, statement, form)

    return _sent(request, statement, "comment", act)


def _comment(request: HttpRequest, statement: Statement, form: Form) -> str:
    """Write the comment once, and say so."""
    editor, told = editor_of(request), _("The comment is written.")
    with suppress(SentAlready), sending_once(by=editor, token=token_of(request.POST, f"comment:{statement.public_id}")):
        comment_on(statement=statement, text=form.cleaned_data["text"], by=editor)
    return told


def _comment_of_an_editor(request: HttpRequest, statement: Statement) -> HttpResponse:
    key, form = f"comment:{statement.public_id}", CommentForm(request.POST)
    if not form.is_valid():
        refused(request, key, form)
    else:
        messages.success(request, _comment(request, statement, form))
        drafts.settle(by=editor_of(request), key=key, fields=request.POST)
    return redirect("my_statements")


def refused(request: HttpRequest, key: str, form: Form) -> None:
    """Say what is wrong with a form of one text, and keep what was typed as its draft: it is offered back."""
    messages.error(request, " ".join(str(text) for errors in form.errors.values() for text in errors))
    given = {name: request.POST.getlist(name) for name in (*form.fields, TOKEN) if name in request.POST}
    drafts.keep_draft(by=editor_of(request), key=key, data=drafts.typed(given))


@require_POST
@desk_page(Permission.PUBLISH)
def review_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Withdraw a published statement with a note that the public reads at its address."""
    reviewer = editor_of(request)
    statement = statement_or_404(public_id, reviewer)

    def act(form: Form) -> str:
        version = version_pairs([request.POST.get("statement", "")]).get(statement.public_id, 0)
        withdraw(record=statement, by=reviewer, version=version, note=form.cleaned_data["note"])
        return _("Withdrawn; the note stands at its address.")

    return _sent(request, statement, "withdrawal", act)


@require_POST
@desk_page(Permission.PUBLISH)
def review_removal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask that a statement be removed because it endangers somebody."""
    reviewer = editor_of(request)
    statement = statement_or_404(public_id, reviewer)

    def act(form: Form) -> str:
        ask_removal(record=statement, reason=form.cleaned_data["reason"], by=reviewer)
        return _("Asked: another reviewer has to confirm the removal.")

    return _sent(request, statement, "removal", act)


def _sent(request: HttpRequest, statement: Statement, name: str, act: Callable[[Form], str]) -> HttpResponse:
    """Do what the form `name` asks and go back to the statement; what could not be done is shown as it was typed."""
    form = FORMS[name](request.POST)
    if form.is_valid():
        try:
            done = act(form)
        except ValidationError as error:
            form.add_error(None, words_of(error))
            stale = isinstance(error, StaleVersion)
            # Another may have changed it in between: the page shows what stands now.
            statement = statement_or_404(statement.public_id, editor_of(request))
            return review_page(request, statement, 409 if stale else 400, **{name: form})
        drafts.settle(by=editor_of(request), key=f"{name}:{statement.public_id}", fields=request.POST)
        messages.success(request, done)
        return redirect("review_statement", statement.public_id)
    return review_page(request, statement, 400, **{name: form})

"""Review of several statements of one source: each with its passage, one decision for all that are ticked."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from statements.models import Citation
from statements.review_actions import differing, review_statements, version_pairs, with_versions
from statements.review_forms import DecisionForm
from statements.reviewing import looked_at, queue
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.drafts import Drafting, drafting_each
from statements.views.desk.review import words_of
from visits import drafts
from visits.access import Permission
from visits.choices import Workflow
from visits.models import Source, StaleVersion
from visits.second_person import authors_of, needs_another

# So many statements are decided of at once; the others follow when these are done.
AT_ONCE = 60


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.PUBLISH)
def review_source(request: HttpRequest, public_id: str) -> HttpResponse:
    """The statements in review that cite a source, those ticked decided of together."""
    reviewer = editor_of(request)
    source = Source.objects.visible_to(reviewer).filter(public_id=public_id).first()
    if source is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, source)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _shown(request, source, form, status=400)
    try:
        versions = version_pairs(request.POST.getlist("statement"))
        rows = list(queue(reviewer).citing(source).filter(public_id__in=list(versions)).select_related("visit"))
        if len(rows) != len(versions):
            # Somebody else has decided of one since, or it was never to be seen: both are told alike.
            raise StaleVersion
        review_statements(statements=with_versions(rows, versions), by=reviewer, **form.decided)
    except StaleVersion as error:
        form.add_error(None, error)
        return _shown(request, source, form, status=409)
    except ValidationError as error:
        form.add_error(None, words_of(error))
        return _shown(request, source, form, status=400)
    drafts.settle(by=reviewer, key=f"review:source:{source.public_id}", fields=request.POST)
    # A decision stands with its reasons; another one follows it.
    request.no_undo = True  # type: ignore[attr-defined]
    done = ngettext("%(count)d statement decided.", "%(count)d statements decided.", len(rows))
    messages.success(request, done % {"count": len(rows)})
    left = queue(reviewer).citing(source).exists()
    return redirect("review_source", source.public_id) if left else redirect("review_queue")


def _shown(request: HttpRequest, source: Source, sent: DecisionForm | None = None, status: int = 200) -> HttpResponse:
    reviewer = editor_of(request)
    form = sent or DecisionForm()
    key = f"review:source:{source.public_id}"
    draft = drafting_each(request, {key: form})[key] if sent is None else Drafting(key=key, version=None, offers=[])
    citing = Citation.objects.visible_to(reviewer).filter(source=source)
    rows = queue(reviewer).filter(pk__in=citing.values("statement_id"))
    statements = list(rows.select_related("visit")[:AT_ONCE])
    looked = looked_at(statements, reviewer)
    differ, authors = differing(statements, reviewer), authors_of(statements)
    ticked = set(request.POST.getlist("statement"))
    context = {
        "section": "desk",
        "source": source,
        "rows": [
            (
                row,
                row.pair in ticked,
                row.statement.pk in differ,
                needs_another(row.statement, reviewer, authors[row.statement.pk]),
            )
            for row in looked
        ],
        "count": rows.count(),
        "form": form,
        "draft": draft,
        "asked": form.asked(hint for row in looked for hint in row.hints),
        "consent_hints": ", ".join(
            dict.fromkeys(why for row in looked for hint in row.hints if hint.question == "consent" for why in hint.why)
        ),
        "in_review": True,
        "differs": bool(differ),
        "sources_waiting": source.workflow in {Workflow.DRAFT, Workflow.IN_REVIEW}
        or any(proof.waiting for row in looked for proof in row.proofs),
    }
    return render(request, "desk/review_source.html", context, status=status)

"""Taking lists in at the desk: hand a file in, choose its columns, look at every row, answer, write or cancel."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from statements.import_pages import (
    ROWS_PER_PAGE,
    answers_in,
    columns_page,
    left_to_choose,
    preview_page,
    result_page,
)
from statements.views.desk.access import desk_page, editor_of
from visits.import_actions import (
    answer_rows,
    broken_off,
    cancel_import,
    check_file,
    choose_columns,
    take_file,
    write_file,
)
from visits.import_undo import undo_import
from visits.imports import files
from visits.imports.background import begin
from visits.imports.kinds import kind_named, kinds
from visits.imports.refusals import Refused
from visits.models import ImportBatch, ImportState, StaleVersion
from visits.views.rows import page_of_rows

_AT_WORK = {ImportState.CHECKING, ImportState.APPLYING}
# A page that tells of work is asked for again after so many seconds.
_AGAIN = "1"


def _batch(request: HttpRequest, public_id: str) -> ImportBatch:
    batch: ImportBatch = get_object_or_404(ImportBatch.objects.visible_to(editor_of(request)), public_id=public_id)
    return batch


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_imports(request: HttpRequest) -> HttpResponse:
    """Hand a list in; below it the lists that this editor has handed in before."""
    status, told = HTTPStatus.OK, ""
    chosen = request.POST.get("kind", "")
    if request.method == "POST":
        kind, file = kind_named(chosen), request.FILES.get("file")
        if kind is None or file is None:
            status, told = HTTPStatus.BAD_REQUEST, _("Choose a file, and what it is a list of.")
        else:
            try:
                batch = take_file(chunks=file.chunks(), name=file.name or "", kind=kind, by=editor_of(request))
            except Refused as refused:
                status, told = HTTPStatus.UNPROCESSABLE_ENTITY, str(refused)
            else:
                request.no_undo = True  # type: ignore[attr-defined]
                return redirect("desk_import_columns", public_id=batch.public_id)
    page, moved = page_of_rows(request, ImportBatch.objects.visible_to(editor_of(request)), ROWS_PER_PAGE)
    context = {"section": "desk", "kinds": kinds(), "chosen": chosen, "error": told, "page": page, "page_moved": moved}
    return render(request, "desk/import_list.html", {**context, "address": "?"}, status=status)


@require_safe
@desk_page()
def desk_import(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where a file stands: how far the work on it is, the preview of its rows, or what came of them."""
    batch = broken_off(_batch(request, public_id))
    if batch.state == ImportState.UPLOADED:
        return redirect("desk_import_columns", public_id=public_id)
    if batch.state in _AT_WORK:
        done, total = files.progress_of(batch)
        context = {"section": "desk", "batch": batch, "done": done, "total": total}
        # Without a script: the browser asks again by itself.
        page = render(request, "desk/import_progress.html", context)
        page.headers["Refresh"] = _AGAIN
        return page
    if batch.state == ImportState.CHECKED:
        return render(request, "desk/import_preview.html", preview_page(request, batch))
    return render(request, "desk/import_result.html", result_page(request, batch, editor_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_import_columns(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say which column is which field; the guess stands there to be corrected."""
    batch = _batch(request, public_id)
    if batch.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        return redirect("desk_import", public_id=public_id)
    told, status = batch.told, HTTPStatus.OK
    if request.method == "POST" and request.POST.get("do") != "read":
        said = request.POST
        numbers = range(len([name for name in said if name.startswith("name-")]))
        columns = {said.get(f"name-{n}", ""): said.get(f"field-{n}", "") for n in numbers}
        read = {name: said.get(name, "") for name in ("encoding", "delimiter", "sheet")}
        try:
            source = " ".join(said.get("source", "").split())[:120]
            choose_columns(
                batch=batch, columns=columns, by=editor_of(request), keep="keep" in said, source=source, **read
            )
        except Refused as refused:
            told, status = str(refused), HTTPStatus.BAD_REQUEST
        else:
            request.no_undo = True  # type: ignore[attr-defined]
            begin(lambda: check_file(batch=batch), batch=batch, by=editor_of(request))
            return redirect("desk_import", public_id=public_id)
    try:
        context = columns_page(request, batch)
    except Refused as refused:
        context, told, status = columns_page(request, batch, unread=True), str(refused), HTTPStatus.BAD_REQUEST
    return render(request, "desk/import_columns.html", {**context, "error": told}, status=status)


@require_POST
@desk_page()
def desk_import_rows(request: HttpRequest, public_id: str) -> HttpResponse:
    """Store what was answered for the rows of a page, and check the file again."""
    batch = _batch(request, public_id)
    answers, left = answers_in(request, batch)
    open_yet = left_to_choose(batch, answers, left) if request.POST.get("do") == "tick" else 0
    try:
        answer_rows(batch=batch, by=editor_of(request), answers=answers, left=left)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if open_yet:
            told = ngettext(
                "%(n)d question of these rows is not answered by a tick: choose its answer yourself.",
                "%(n)d questions of these rows are not answered by a tick: choose their answers yourself.",
                open_yet,
            )
            messages.warning(request, told % {"n": open_yet})
        begin(lambda: check_file(batch=batch), batch=batch, by=editor_of(request))
    return redirect(f"{request.path.removesuffix('rows/')}?{request.GET.urlencode()}")


@require_POST
@desk_page()
def desk_import_write(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write the rows: all or none, or those that can be."""
    batch, editor = _batch(request, public_id), editor_of(request)
    request.no_undo = True  # type: ignore[attr-defined]
    whole = request.POST.get("mode") != "good"
    if batch.state == ImportState.CHECKED:
        begin(lambda: write_file(batch=batch, by=editor, all_or_nothing=whole), batch=batch, by=editor)
    return redirect("desk_import", public_id=public_id)


@require_POST
@desk_page()
def desk_import_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop, and leave nothing."""
    try:
        done = cancel_import(batch=_batch(request, public_id), by=editor_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("desk_import", public_id=public_id)
    if not done:
        return redirect("desk_import", public_id=public_id)
    messages.success(request, _("The list is cancelled: nothing of it was written."))
    return redirect("desk_imports")


@require_POST
@desk_page()
def desk_import_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back all that a list has written."""
    batch = _batch(request, public_id)
    request.no_undo = True  # type: ignore[attr-defined]
    try:
        undo_import(batch=batch, by=editor_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        status = HTTPStatus.CONFLICT if isinstance(error, StaleVersion) else HTTPStatus.UNPROCESSABLE_ENTITY
        page = result_page(request, _batch(request, public_id), editor_of(request))
        return render(request, "desk/import_result.html", page, status=status)
    messages.success(request, _("The import is undone."))
    return redirect("desk_import", public_id=public_id)


@require_safe
@desk_page()
def desk_import_errors(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The rows that were not taken in, as a file to put right and hand in again."""
    batch = _batch(request, public_id)
    path = files.errors_of(batch)
    if batch.state not in {ImportState.DONE, ImportState.UNDONE} or not path.exists():
        raise Http404
    name = f"{batch.kind}-not-taken-in.csv"
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8", headers=headers
    )

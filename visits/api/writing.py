"""Writing through the API: what a token's user may do at the desk, through the same actions; no view writes by itself.

A change names what it was made from, in If-Match; whatever was changed since is not overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from visits.actions import change_workflow
from visits.api.inputs import REFUSED, Input
from visits.api.problems import Problem, told_errors
from visits.api.resource import Resource
from visits.api.views import ItemView, ListView, ResourceView, mark_of, marked
from visits.choices import Workflow
from visits.exports.columns import Row, read_rows
from visits.models import Record, StaleVersion, User
from visits.versions import kinds

InputClass = type[Input]
# So many rows are named that something may be already.
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Writer:
    """How rows of a resource are written: what the body is, and the action that takes it.

    `enter(by=, **data)` and `change(row=, by=, data=)` return the row, `take_out(row=, by=)` nothing. A row is handed
    over as it was read, with its version: the actions check it again as they save. `known(rows, data)` returns of rows
    those that what is entered may be already.
    """

    entered: InputClass | None = None
    enter: Callable[..., Any] | None = None
    changed: InputClass | None = None
    change: Callable[..., Any] | None = None
    take_out: Callable[..., None] | None = None
    known: Callable[[QuerySet[Any], Mapping[str, Any]], QuerySet[Any]] | None = None


class WritingView(ResourceView):
    """A view that writes."""

    parser_classes = [JSONParser]

    def writer(self) -> Writer:
        """Return how rows are written."""
        assert self.resource.writer is not None  # noqa: S101 - such a resource has no view that writes
        return self.resource.writer

    def data_of(self, request: Request, form: InputClass, *, is_change: bool = False) -> dict[str, Any]:
        """Return the body as the actions take it.

        What the schema does not allow raises the problem 400; what names a row that is not there, 422.
        """
        given = form(data=request.data, partial=is_change, context={"taking": self.taking(request)})
        if not given.is_valid():
            told = list(told_errors(given.errors, ""))
            if all(code == REFUSED for code in _codes(given.errors)):
                raise Problem(422, _("A rule of the record does not allow this."), errors=told)
            raise serializers.ValidationError(given.errors)
        data: dict[str, Any] = given.validated_data
        return data

    def by(self, request: Request) -> User:
        """Return whose token it is: the permission has let in nobody else."""
        assert isinstance(request.user, User)  # noqa: S101
        return request.user

    def answer(self, request: Request, row: Any, status: int) -> Response:
        """Return a row that was just written as it stands now."""
        return self.shown(request, self.resource.find_by_id(row.pk, self.taking(request)), status)

    def shown(self, request: Request, found: Row | None, status: int) -> Response:
        """Return a row with its address and its ETag."""
        if found is None:
            return Response(status=204)
        body = self.resource.told(found)
        headers = {"Location": body["self"]} if status == 201 else None
        return marked(Response(body, status=status, headers=headers), mark_of(body, found, request.user))

    def unchanged(self, request: Request, key: str) -> Any:
        """Return the stored row of an address if it is what the request names in If-Match, whole and to be written to.

        Raises the problem 428 where it names nothing, 412 where somebody has changed it since. Call it in a
        transaction: the version is read before what is compared, so that no change between the two is lost. “*” names
        whatever is there (RFC 9110, 13.1.1).
        """
        named = parse_etags(request.headers.get("If-Match", ""))
        if not named:
            raise Problem(428, _("Name the ETag of what you read in If-Match."))
        seen = self.found(request, key)
        stored = type(seen.record)._base_manager.get(pk=seen.record.pk)
        found = self.found(request, key)
        # What stands between may compress an answer and make its ETag weak; what it is made of stays the same.
        marks = {mark.removeprefix("W/") for mark in named}
        if named != ["*"] and mark_of(self.resource.told(found), found, request.user) not in marks:
            raise self.stale(request, found)
        return stored

    def stale(self, request: Request, found: Row) -> Problem:
        """Return the problem of a row that somebody has changed: where it stands, and where its versions do."""
        facts = {"stored": self.resource.told(found)["self"]}
        kind = found.record._meta.model_name
        if kind in kinds():
            key = str(getattr(found.record, self.resource.key))
            facts["history"] = found.taking.site + reverse("desk_history", args=[kind, key])
        return Problem(412, _("Somebody else has changed this since you read it. Nothing was saved."), **facts)

    def written(self, request: Request, key: str, write: Callable[[Any], Any]) -> Any:
        """Return what `write(row)` returns for the row of an address, unless it has changed since it was read."""
        try:
            with transaction.atomic():
                return write(self.unchanged(request, key))
        except StaleVersion as error:
            raise self.stale(request, self.found(request, key)) from error


class WritableList(WritingView, ListView):
    """A list into which rows are entered."""

    def input_of(self, method: str) -> Any:
        """Return what the body of a method is."""
        return self.writer().entered if method == "POST" else None

    def post(self, request: Request) -> Response:
        """Enter a row."""
        writer = self.writer()
        assert writer.entered is not None and writer.enter is not None  # noqa: S101
        data = self.data_of(request, writer.entered)
        if not data.pop("anyway", False) and writer.known is not None:
            self._refuse_known(request, writer.known(self.resource.rows(self.by(request)), data))
        row = writer.enter(by=self.by(request), **data)
        return self.answer(request, row, 201)

    def _refuse_known(self, request: Request, rows: QuerySet[Any]) -> None:
        """Raise the problem 409 where what is to be entered may be there already, and name those rows."""
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED])
        found = read_rows(self.resource.kind, ids, self.taking(request)) if ids else []
        if found:
            told = _("This may be there already: see “rows”. Say “anyway” where another one is meant.")
            raise Problem(409, told, rows=[self.resource.told(row)["self"] for row in found])


class WritableItem(WritingView, ItemView):
    """A row that is changed."""

    def input_of(self, method: str) -> Any:
        """Return what the body of a method is."""
        return self.writer().changed if method == "PATCH" else None

    def patch(self, request: Request, key: str) -> Response:
        """Change a row: what the body leaves out stays as it is."""
        writer, by = self.writer(), self.by(request)
        assert writer.changed is not None and writer.change is not None  # noqa: S101
        change, data = writer.change, self.data_of(request, writer.changed, is_change=True)
        row = self.written(request, key, lambda row: change(row=row, by=by, data=data) if data else row)
        return self.answer(request, row, 200)


class RemovableItem(WritableItem):
    """A row that is changed, or taken out."""

    def delete(self, request: Request, key: str) -> Response:
        """Take a row out of the record it is part of; its history keeps it."""
        take_out, by = self.writer().take_out, self.by(request)
        assert take_out is not None  # noqa: S101
        self.written(request, key, lambda row: take_out(row=row, by=by))
        return Response(status=204)


class WorkflowInput(Input):
    """Where a record is to go."""

    to = serializers.ChoiceField(
        choices=[Workflow.IN_REVIEW.value, Workflow.DRAFT.value],
        help_text=_("for review, or back to its author; publishing is done at the desk, by somebody who looks at it"),
    )


class WorkflowView(WritingView):
    """Where a record stands between its author and review."""

    is_guarded = True

    def input_of(self, method: str) -> Any:
        """Return what the body is."""
        return WorkflowInput

    def post(self, request: Request, key: str) -> Response:
        """Send a draft for review, or back."""
        to, by = self.data_of(request, WorkflowInput)["to"], self.by(request)
        send = partial(change_workflow, to=to, by=by)
        row = self.written(request, key, lambda row: send(record=row, version=row.version))
        return self.answer(request, row, 200)


def _codes(errors: Any) -> Iterator[str]:
    """Yield the codes of all parts of errors."""
    if isinstance(errors, dict | list):
        for inner in errors.values() if isinstance(errors, dict) else errors:
            yield from _codes(inner)
    else:
        yield getattr(errors, "code", "")


def paths_for(resource: Resource) -> list[URLPattern]:
    """Return the addresses of a resource, with those methods that its writer knows."""
    from visits.api.views import paths_of

    writer = resource.writer or Writer()
    whole: type[ListView] = WritableList if writer.enter else ListView
    one: type[ItemView] = RemovableItem if writer.take_out else WritableItem if writer.change else ItemView
    found = paths_of(resource, whole, one)
    if issubclass(resource.model, Record):
        name = f"{resource.name.title()}Workflow"
        view: Any = type(name, (WorkflowView,), {"resource": resource})
        found.append(path(f"{resource.name}/<str:key>/workflow/", view.as_view(), name=f"api_{resource.name}_workflow"))
    return found

"""The views of the API: glue between what is asked, the resource, and the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from statements.feeds import site_address
from visits.access import Permission, has_permission
from visits.api.asking import Asked, asked_of
from visits.api.guard import AsListed, BearerToken, ReaderLimit, SessionForReading, StrangerLimit, WriterLimit
from visits.api.naming import not_there
from visits.api.paging import page_of
from visits.api.problems import Problem, invalid
from visits.api.resource import Resource, expanded, filters_of
from visits.api.schema import ItemSchema, ListSchema, PlainSchema
from visits.exports.answers import etag_of
from visits.exports.columns import Row, Taking, read_rows


class LinkedRenderer(JSONRenderer):
    """JSON-LD (W3C)."""

    media_type = "application/ld+json"
    format = "jsonld"
    charset = None


class ApiView(APIView):
    """What all views of the API share."""

    authentication_classes = [BearerToken, SessionForReading]
    permission_classes = [AsListed]
    throttle_classes = [StrangerLimit, ReaderLimit, WriterLimit]
    renderer_classes = [JSONRenderer]
    schema = PlainSchema()
    url_name = ""
    # Nothing here takes OPTIONS but the question of a browser, which is answered before.
    http_method_names = ["get", "post", "patch", "delete", "head"]

    def taking(self, request: Request) -> Taking:
        """Return who reads, where and when."""
        today = timezone.now().date()
        site = site_address(request._request)
        return Taking(request.user, site, today, get_language() or settings.LANGUAGE_CODE)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep what somebody signed in reads out of every cache, and all of it out of search engines."""
        final = super().finalize_response(request, response, *args, **kwargs)
        signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
        final.headers["Cache-Control"] = "private, no-store" if signed_in or final.status_code >= 400 else "no-cache"
        final.headers["X-Robots-Tag"] = "noindex"
        return final


class ResourceView(ApiView):
    """A view of a resource."""

    resource: Resource
    renderer_classes = [JSONRenderer, LinkedRenderer]

    def is_linked(self, request: Request) -> bool:
        """Whether JSON-LD is asked for."""
        return isinstance(request.accepted_renderer, LinkedRenderer)

    def told(self, asked: Asked, rows: Sequence[Row], taking: Taking) -> list[dict[str, Any]]:
        """Return rows with the columns that are asked for, and what they bring along."""
        more = expanded(self.resource, asked.expand, rows, taking) if asked.expand else {}
        found = []
        for row in rows:
            told = self.resource.told(row)
            if asked.fields:
                told = {name: cell for name, cell in told.items() if name in asked.fields}
            if asked.expand:
                told["expanded"] = more[row.record.pk]
            found.append(told)
        return found

    def found(self, request: Request, key: str) -> Row:
        """Return the row of an address; what is hidden and what is missing raise the same problem."""
        row = self.resource.find(key, self.taking(request))
        if row is None:
            raise self._nothing(request, key)
        return row

    def _nothing(self, request: Request, key: str) -> Exception:
        """Return the problem of an address at which nothing is shown: of a withdrawn record its note remains."""
        rows: Any = self.resource.model._default_manager.all()
        if self.resource.mark is None and hasattr(rows, "withdrawn_for_everybody"):
            named = rows.filter(self.resource.named(key))
            withdrawn = named.withdrawn_for_everybody(request.user).first()
            if withdrawn is not None:
                return Problem(410, withdrawn.withdrawn_note)
        return Http404()


class ListView(ResourceView):
    """A list: a page of rows that pass the filters, and where the next page begins."""

    schema = ListSchema()

    def get(self, request: Request) -> HttpResponseBase:
        """Return a page of the list; 304 to whoever has it and no account, where nothing public has changed."""
        asked = asked_of(self.resource, request.query_params, is_list=True)
        taking = self.taking(request)
        headers = {}
        if not request.user.is_authenticated:
            # Read before any row is: what is published meanwhile gets another.
            kind = request.accepted_renderer.media_type
            headers["ETag"] = etag_of(request._request, taking.site, kind, *self.resource.kind.names, str(taking.today))
            unchanged = _unchanged(request, headers["ETag"])
            if unchanged is not None:
                return unchanged
        if wrong := list(not_there(self.resource, asked.filters, taking.reader)):
            raise invalid(wrong)
        rows = filters_of(self.resource, asked.filters, taking).narrowed()
        ids, after = page_of(self.resource, rows, asked.sort, asked.size, asked.after)
        page = read_rows(self.resource.kind, ids, taking) if ids else []
        following = self._address(request, taking, after.written()) if after else None
        if following:
            headers["Link"] = f'<{following}>; rel="next"'
        if self.is_linked(request):
            return Response(_graph([self.resource.linked(self.resource.told(row), taking.site) for row in page]),
                            headers=headers)  # fmt: skip
        return Response({"results": self.told(asked, page, taking), "next": following}, headers=headers)

    def _address(self, request: Request, taking: Taking, cursor: str) -> str:
        query = request.query_params.copy()
        query["cursor"] = cursor
        return f"{taking.site}{request.path}?{query.urlencode(safe=',:')}"


class ItemView(ResourceView):
    """One row, at its own address."""

    schema = ItemSchema()

    def get(self, request: Request, key: str) -> HttpResponseBase:
        """Return a row; its ETag is what a change of it has to name."""
        asked = asked_of(self.resource, request.query_params, is_list=False)
        row, taking = self.found(request, key), self.taking(request)
        if self.is_linked(request):
            body: Any = self.resource.linked(self.resource.told(row), taking.site)
        else:
            [body] = self.told(asked, [row], taking)
        mark = mark_of(body, row, request.user)
        return _unchanged(request, mark) or marked(Response(body), mark)


def mark_of(body: Mapping[str, Any], row: Row | None = None, reader: Any = None) -> str:
    """Return the ETag of what is told: of it alone, so that what is hidden from a reader never changes it.

    Whoever may edit `row` may also write what is not told (its notes): of theirs the version is part.
    """
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    if row is not None and reader is not None and has_permission(reader, Permission.EDIT_RECORD):
        text += f" {getattr(row.record, 'version', '')}"
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def marked(response: Response, mark: str) -> Response:
    """Return the answer with its ETag, which stays strong on its way out."""
    response.headers["ETag"] = mark
    response.keeps_its_mark = True  # type: ignore[attr-defined]
    return response


def _unchanged(request: Request, mark: str) -> HttpResponseBase | None:
    """Return 304 to whoever has what is marked so; None to whoever has not."""
    found: HttpResponseBase | None = get_conditional_response(request._request, etag=mark)
    if found is not None:
        found.headers["ETag"] = mark
    return found


def _graph(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Return several documents of JSON-LD as one."""
    inner = [{name: value for name, value in one.items() if name != "@context"} for one in documents]
    contexts = list(dict.fromkeys(one["@context"] for one in documents)) or ["https://schema.org"]
    return {"@context": contexts[0], "@graph": inner}


def paths_of(resource: Resource, list_view: type[ListView], item_view: type[ItemView]) -> list[URLPattern]:
    """Return the addresses of a resource: its list and its rows."""
    name = resource.name.title().replace("-", "")
    whole: Any = type(f"{name}List", (list_view,), {"resource": resource, "url_name": f"api_{resource.name}"})
    one: Any = type(f"{name}Item", (item_view,), {"resource": resource, "url_name": f"api_{resource.name}_item"})
    return [
        path(f"{resource.name}/", whole.as_view(), name=f"api_{resource.name}"),
        path(f"{resource.name}/<str:key>/", one.as_view(), name=f"api_{resource.name}_item"),
    ]

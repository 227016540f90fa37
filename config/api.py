"""The root of the API: where its resources stand, its schema, and the page that explains it."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

# Each registers what it serves.
import statements.api.resources  # noqa: F401
import visits.api.resources  # noqa: F401
from config.public import public_page
from visits.access import role_of
from visits.api.resource import RESOURCES, ROOT
from visits.api.steps import StepsView
from visits.api.views import ApiView
from visits.api.writing import paths_for


class RootView(ApiView):
    """Where everything stands."""

    tag, url_name = "service", "api_root"

    def get(self, request: Request) -> Response:
        """Return the addresses of all resources."""
        site = self.taking(request).site
        found = {name: f"{site}{ROOT}{name}/" for name in RESOURCES}
        return Response({**found, "schema": f"{site}{ROOT}openapi.json", "docs": f"{site}{ROOT}docs/"})


class WhoView(ApiView):
    """Whose token it is: not listed as open, so that without one it is refused."""

    tag = "service"

    def get(self, request: Request) -> Response:
        """Return whose token or session it is, and their role."""
        token: Any = request.auth
        return Response(
            {"user": request.user.get_username(), "role": role_of(request.user), "token": token.name if token else ""}
        )


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Return the schema, which is the same for everybody: it is made of the program alone."""
    found: dict[str, Any] = SchemaGenerator(urlconf="config.urls").get_schema(request=None, public=True)
    return found


@public_page
def api_schema(request: HttpRequest) -> HttpResponse:
    """The schema of the API (OpenAPI 3.1)."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


def _asked(parameter: dict[str, Any]) -> dict[str, str]:
    """Return name, meaning and values of a parameter of the schema."""
    kind = parameter["schema"]
    values = kind.get("enum") or kind.get("items", {}).get("enum") or []
    return {"name": parameter["name"], "about": parameter.get("description", ""), "values": ", ".join(values)}


@public_page
def api_docs(request: HttpRequest) -> HttpResponse:
    """The page that explains the API: every resource with its columns, filters and methods, out of the schema."""
    by_tag: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for address, methods in schema()["paths"].items():
        for method, told in methods.items():
            asked = [_asked(parameter) for parameter in told.get("parameters", ())]
            by_tag[told["tags"][0]].append(
                {"method": method.upper(), "address": address, "summary": told.get("summary", ""), "asked": asked}
            )
    resources = [
        {
            "resource": resource,
            "columns": resource.kind.columns,
            "expansions": list(resource.expansions),
            "operations": by_tag[name],
        }
        for name, resource in RESOURCES.items()
    ]
    return render(request, "api_docs.html", {"resources": resources, "service": by_tag["service"], "root": ROOT})


urlpatterns = [
    path("", RootView.as_view(), name="api_root"),
    path("openapi.json", api_schema, name="api_schema"),
    path("docs/", api_docs, name="api_docs"),
    path("me/", WhoView.as_view(), name="api_me"),
    path("visits/<str:key>/steps/", StepsView.as_view(), name="api_visits_steps"),
    *(entry for resource in RESOURCES.values() for entry in paths_for(resource)),
]

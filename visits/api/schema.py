"""The schema of the API (OpenAPI 3.1): columns, filters and inputs as they are described once, told to programs."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from visits.api.asking import NamesField, fields_of
from visits.api.examples import choices_of, example_of
from visits.api.resource import RESOURCES, Resource
from visits.exports.columns import Column

JSON, LINKED, PROBLEM = "application/json", "application/ld+json", "application/problem+json"
KEY = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
# Of no text that a database takes is NUL a part.
NO_NUL = r"^[^\x00]*$"
IF_MATCH = r'^((W/)?"[0-9a-f]{32}"|\*)$'
_HOLDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "number": {"type": ["integer", "null"]},
    "flag": {"type": "boolean"},
    "day": {"type": ["string", "null"], "format": "date"},
}
_FIELDS: dict[str, dict[str, Any]] = {
    "BooleanField": {"type": "boolean"},
    "DateTimeField": {"type": ["string", "null"], "format": "date-time"},
    "DateField": {"type": ["string", "null"], "format": "date"},
    "TimeField": {"type": ["string", "null"]},
    "PositiveSmallIntegerField": {"type": ["integer", "null"]},
}
_PROBLEMS = {
    400: "Parts of the request are not understood; “errors” says which.",
    401: "A token is needed, or the one that was sent opens nothing.",
    403: "The role of the token's user does not allow this.",
    404: "There is nothing here that the reader may see.",
    405: "The address does not take this method.",
    406: "The answer has none of the formats that were asked for.",
    409: "It may be there already: “rows” are those called alike. Or other rows of the record do not allow this.",
    410: "The record was withdrawn; “detail” is the note that remains.",
    412: "Somebody else has changed it since; “stored” is what stands now, “history” shows both texts side by side.",
    415: "The body is not of a kind that is read here.",
    422: "The request is understood, but a rule of the record does not allow it; “errors” says which.",
    428: "A change has to name the ETag that was read, in the header If-Match.",
    429: "Too many requests; “Retry-After” says when to ask again.",
}  # fmt: skip


class TokenScheme(OpenApiAuthenticationExtension):
    """Tokens, as the schema tells of them."""

    target_class = "visits.api.guard.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return what a token is."""
        return {"type": "http", "scheme": "bearer", "description": "Made and revoked at the desk, by editors."}


class SessionScheme(OpenApiAuthenticationExtension):
    """Sessions of browsers: no program needs to know of them."""

    target_class = "visits.api.guard.SessionForReading"
    name = "session"

    def get_security_requirement(self, auto_schema: Any) -> None:  # type: ignore[override]
        """Return nothing."""

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return what a session is."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "For reading alone."}


def _column(column: Column) -> dict[str, Any]:
    """Return what the cells of a column are."""
    if column.holds != "stored":
        return {**_HOLDS[column.holds], "description": str(column.about)}
    app, model, name = column.fields[0].split(".")
    field: Any = apps.get_model(app, model)._meta.get_field(name)
    if choices := choices_of(column):
        return {"type": "string", "enum": choices, "description": str(column.about)}
    return {**_FIELDS.get(type(field).__name__, _HOLDS["text"]), "description": str(column.about)}


def _component(registry: Any, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Register a schema under a name, and return where it stands."""
    component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name)
    registry.register_on_missing(component)
    ref: dict[str, Any] = component.ref
    return ref


def _row(resource: Resource) -> dict[str, Any]:
    """Return the schema of a row: of each column what it holds. `fields` leaves columns out, so none is required."""
    told = {column.name: _column(column) for column in resource.kind.columns}
    return {"self": {"type": "string", "format": "uri", "description": "its address in the API"}, **told}


def row_ref(registry: Any, resource: Resource, *, brings: bool = True) -> dict[str, Any]:
    """Return the schema of a row of a resource; with what it can bring along, which brings nothing itself."""
    properties = _row(resource)
    name = resource.name.title()
    if brings and resource.expansions:
        inner = {
            key: {"type": "array", "items": row_ref(registry, RESOURCES[expansion.of], brings=False)}
            for key, expansion in resource.expansions.items()
        }
        properties["expanded"] = {
            "type": "object", "properties": inner, "additionalProperties": False,
            "description": "what “expand” asked for",
        }  # fmt: skip
        name += "Row"
    schema = {
        "type": "object", "description": str(resource.about), "properties": properties, "additionalProperties": False,
    }  # fmt: skip
    return _component(registry, name, schema)


def _parameter(name: str, field: Any) -> OpenApiParameter:
    """Return a field of a query as a parameter."""
    about = str(field.help_text or "")
    if isinstance(field, NamesField):
        items = {"type": "string", "enum": list(field.names)}
        kind: dict[str, Any] = {"type": "array", "items": items, "minItems": 1}
        return OpenApiParameter(name, kind, description=about, style="form", explode=False)
    if isinstance(field, serializers.ChoiceField):
        kind = {"type": "string", "enum": list(field.choices)}
    elif isinstance(field, serializers.IntegerField):
        kind = {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    else:
        kind = {"type": "string", "minLength": 1, "maxLength": field.max_length, "pattern": NO_NUL}
    return OpenApiParameter(name, kind, description=about)


class PlainSchema(AutoSchema):
    """The schema of a view: whom it lets in, which problems it can answer with."""

    # A view of ours.
    view: Any

    def get_tags(self) -> list[str]:
        """Return what the operation is about."""
        resource = getattr(self.view, "resource", None)
        return [resource.name if resource else getattr(self.view, "tag", "service")]

    def get_operation_id(self) -> str:
        """Return a name that a program can be made of."""
        words = [word for word in self.path.removeprefix("/api/v1/").split("/") if word and "{" not in word]
        verb = {"GET": "read", "POST": "enter", "PATCH": "change", "DELETE": "take_out"}[self.method]
        one = "_one" if "{" in self.path else ""
        return "_".join([verb, *words]) + one

    def get_summary(self) -> str | None:
        """Return what the method does, in its first sentence."""
        doc = getattr(self.view, self.method.lower()).__doc__ or ""
        return " ".join(doc.split("\n\n", maxsplit=1)[0].split()).rstrip(".") or None

    def get_description(self) -> str:  # type: ignore[override]
        """Return the rest of what is to be said."""
        resource = getattr(self.view, "resource", None)
        return str(resource.about) if resource else ""

    def get_auth(self) -> list[Any]:
        """Return the ways to be let in: none is needed where reading is open."""
        from config.public import PUBLIC_ENDPOINTS

        auths = super().get_auth()
        is_open = self.method == "GET" and getattr(self.view, "url_name", "") in PUBLIC_ENDPOINTS
        return [{}, *auths] if is_open else auths

    def get_request_serializer(self) -> Any:
        """Return what the body is."""
        found = getattr(self.view, "input_of", lambda _method: None)(self.method)
        return None if found is None else {JSON: found}

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """Return the schema of a field; a list that may not be empty says so, which the library leaves out."""
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if isinstance(field, serializers.ListSerializer) and not field.allow_empty:
            schema["minItems"] = 1
        return schema

    def answers(self) -> dict[Any, Any]:
        """Return the answers that are no problems."""
        if getattr(self.view, "resource", None):
            row = row_ref(self.registry, self.view.resource)
            return {(200, JSON): OpenApiResponse(row, description="The row as it stands now.")}
        shape = getattr(self.view, "shape", {"type": "object"})
        name = type(self.view).__name__
        return {(200, JSON): OpenApiResponse(_component(self.registry, name, shape), description="The answer.")}

    def problems(self) -> list[int]:
        """Return the statuses of problems that the operation can answer with."""
        found = [401, 406, 429]
        if self.method != "GET":
            found += [400, 403, 409, 415, 422]
        if self.method in {"PATCH", "DELETE"} or getattr(self.view, "is_guarded", False):
            found += [412, 428]
        if "{" in self.path:
            found += [404, 410]
        if hasattr(self.view, "resource"):
            found += [400]
        return sorted(set(found))

    def get_response_serializers(self) -> Any:
        """Return all answers."""
        problem = _component(self.registry, "Problem", PROBLEM_SCHEMA)
        told = {
            (status, PROBLEM): OpenApiResponse(problem, description=_PROBLEMS[status]) for status in self.problems()
        }
        return {**self.answers(), **told}

    def get_override_parameters(self) -> list[Any]:
        """Return what the address, the query and the headers carry."""
        found = []
        if "{key}" in self.path:
            kind = {"type": "string", "pattern": KEY, "maxLength": 200}
            found.append(OpenApiParameter("key", kind, location="path", description="The key of the row."))
        if self.method in {"PATCH", "DELETE"} or getattr(self.view, "is_guarded", False):
            kind = {"type": "string", "pattern": IF_MATCH}
            about = "The ETag of what was read: a change of something else is refused."
            found.append(OpenApiParameter("If-Match", kind, location="header", required=True, description=about))
        return found


class ListSchema(PlainSchema):
    """The schema of a list."""

    def get_override_parameters(self) -> list[Any]:
        """Return the filters and the rest of the query."""
        if self.method != "GET":
            return super().get_override_parameters()
        return [_parameter(name, field) for name, field in fields_of(self.view.resource, is_list=True).items()]

    def answers(self) -> dict[Any, Any]:
        """Return a page of rows, or the row that was entered."""
        resource = self.view.resource
        row = row_ref(self.registry, resource)
        example = example_of(resource)
        if self.method == "POST":
            told = [OpenApiExample("entered", value=example)]
            return {(201, JSON): OpenApiResponse(row, description="What was entered.", examples=told)}
        page = {
            "type": "object",
            "properties": {
                "results": {"type": "array", "items": row},
                "next": {"type": ["string", "null"], "format": "uri", "description": "The next page, if there is one."},
            },
            "required": ["results", "next"],
            "additionalProperties": False,
        }
        told = [OpenApiExample("a page", value={"results": [example], "next": None})]
        name = f"{resource.name.title()}Page"
        return {
            (200, JSON): OpenApiResponse(_component(self.registry, name, page), "A page of rows.", examples=told),
            (200, LINKED): OpenApiResponse(_component(self.registry, "Linked", LINKED_SCHEMA), "The same as JSON-LD."),
        }


class ItemSchema(PlainSchema):
    """The schema of a row."""

    def get_override_parameters(self) -> list[Any]:
        """Return the key, and what else can be asked."""
        found = super().get_override_parameters()
        if self.method == "GET":
            found += [_parameter(name, field) for name, field in fields_of(self.view.resource, is_list=False).items()]
        return found

    def answers(self) -> dict[Any, Any]:
        """Return the row."""
        if self.method == "DELETE":
            return {204: OpenApiResponse(None, description="It was taken out.")}
        told = [OpenApiExample("a row", value=example_of(self.view.resource))]
        row = row_ref(self.registry, self.view.resource)
        found: dict[Any, Any] = {(200, JSON): OpenApiResponse(row, description="The row.", examples=told)}
        if self.method == "GET":
            linked = _component(self.registry, "Linked", LINKED_SCHEMA)
            found[(200, LINKED)] = OpenApiResponse(linked, description="The row as JSON-LD.")
        return found


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "detail": {"type": "string"},
                    "pointer": {"type": "string", "description": "A JSON pointer into the body (RFC 6901)."},
                    "parameter": {"type": "string"},
                },
                "required": ["detail"],
            },
        },
        "stored": {"type": "string", "format": "uri", "description": "What stands now."},
        "history": {"type": "string", "format": "uri", "description": "Its versions, word by word."},
    },
    "required": ["type", "title", "status", "detail"],
}
LINKED_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "JSON-LD in the words of schema.org or Popolo.",
    "properties": {"@context": {"type": "string", "format": "uri"}},
    "required": ["@context"],
}


def strict_bodies(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Say of bodies what the library does not: nothing unknown stands in them, and in no text NUL (a hook)."""
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
            for field in schema.get("properties", {}).values():
                _strict(field)
    return result


def _strict(field: dict[str, Any]) -> None:
    # By this the library would know enums again, had they names of their own.
    field.pop("x-spec-enum-id", None)
    if "string" in field.get("type", "") and not {"pattern", "format", "enum"} & field.keys():
        field["pattern"] = NO_NUL
    if isinstance(field.get("items"), dict):
        _strict(field["items"])

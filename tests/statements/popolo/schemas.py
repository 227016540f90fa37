"""The rules of Popolo's schemas for the classes and properties that we write, as JSON Schema.

After the schemas of popoloproject.com (draft 3 there, 2020-12 here): what is text, what is a date and how precise, what
is a list, what is required. Popolo allows further properties; we allow one, so that a word misspelt is noticed.
"""

from __future__ import annotations

from typing import Any

DATE = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$"}
TEXT = {"type": "string", "minLength": 1}
OURS = {"vis_a_vis": {"type": "object"}}


def of(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "properties": {**properties, **OURS},
        "additionalProperties": False,
    }


def lists(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


NAME = of(["name"], name=TEXT, note=TEXT, start_date=DATE, end_date=DATE)
LINK = of(["url"], url={"type": "string", "pattern": "^https?://"}, note=TEXT)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **of(
        ["persons", "organizations", "posts", "memberships"],
        persons=lists(of(["id", "name"], id=TEXT, name=TEXT, other_names=lists(NAME))),
        organizations=lists(
            of(
                ["id", "name"], id=TEXT, name=TEXT, other_names=lists(NAME), classification=TEXT, parent_id=TEXT,
                area_id=TEXT,
            )
        ),
        posts=lists(of(["id", "label", "role"], id=TEXT, label=TEXT, role=TEXT, area_id=TEXT)),
        memberships=lists(
            of(
                ["person_id"], person_id=TEXT, organization_id=TEXT, post_id=TEXT, role=TEXT, start_date=DATE,
                end_date=DATE,
            )
        ),
        events=lists(
            of(
                ["id", "name", "classification"], id=TEXT, name=TEXT, classification={"enum": ["visit", "meeting"]},
                description=TEXT, start_date=DATE, end_date=DATE, location=TEXT, status=TEXT, parent_id=TEXT,
            )
        ),
        speeches=lists(
            of(
                ["id", "text"], id=TEXT, creator_id=TEXT, attribution_text=TEXT, text=TEXT, type={"const": "speech"},
                date={"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}){0,2}(/[0-9]{4}(-[0-9]{2}){0,2})?$"},
                event_id=TEXT, sources=lists(LINK),
            )
        ),
    ),
}  # fmt: skip

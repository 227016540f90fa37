"""Pages speak to people: no value of the database in place of its word, no “1 statements”."""

from __future__ import annotations

import re

from django.apps import apps
from django.urls import reverse

from statements.models import Statement
from tests.record.addresses import list_addresses, record_addresses
from visits.models import Meeting, Visit

# Plurals of the things that are counted here; one of them is written otherwise.
# A colon makes a heading of it, whose number follows.
COUNTED = (
    "statements|visits|meetings|sources|positions|commitments|countries|people|organisations|topics|notes|drafts|words"
    "|days|speakers|texts|citations|participants|versions|quotations|passages|mandates|paragraphs|others|rows"
)
ONE_OF_MANY = re.compile(rf"(?<![\d.,/:–-])\b1 (?:{COUNTED})\b(?!:)")


def values() -> set[str]:
    """Return the values of choices that are no words of English: those with an underscore."""
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    found = {str(value) for field in fields for value, _label in getattr(field, "flatchoices", ())}
    return {value for value in found if "_" in value}


def text_of(response) -> str:
    html = re.sub(r"<(svg|script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def desk_addresses() -> list[str]:
    """Return pages of the desk, with each visit's balance and each statement's and meeting's page there."""
    found = [reverse(name) for name in ("desk_home", "my_statements", "review_queue", "removals", "desk_merges")]
    found += [reverse("visit_balance", args=[slug]) for slug in Visit.objects.values_list("slug", flat=True)[:6]]
    for row in Statement.objects.order_by("id")[:4]:
        found += [reverse("desk_history", args=["statement", row.public_id])]
    for row in Statement.objects.filter(workflow="in_review")[:3]:
        found += [reverse("review_statement", args=[row.public_id])]
    for key in Meeting.objects.values_list("public_id", flat=True)[:4]:
        found += [reverse("desk_meeting", args=[key]), reverse("desk_history", args=["meeting", key])]
    return found


def test_no_value_of_a_choice_and_no_one_of_many_stands_on_a_page(clients):
    raw, told = values(), {}
    assert "in_review" in raw
    for address in [*list_addresses(), *record_addresses(), *desk_addresses()]:
        response = clients["reviewer"].get(address)
        if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
            continue
        words = text_of(response)
        found = [value for value in raw if re.search(rf"\b{value}\b", words)] + ONE_OF_MANY.findall(words)
        if found:
            told[address] = found
    assert told == {}

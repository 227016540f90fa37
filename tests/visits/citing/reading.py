"""What pages and files tell of how to cite them, read out of their bytes."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

FORMS = ("bib", "ris", "json")


def html(row: Any, client: Client | None = None) -> str:
    answer = (client or Client()).get(row.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def lines(row: Any, client: Client | None = None) -> dict[str, str]:
    """Return the citations that the page of a row shows, by style."""
    (block,) = re.findall(r'<details class="cite">(.*?)</details>', html(row, client), re.DOTALL)
    return {unescape(name): unescape(text) for name, text in re.findall(r"<dt>(.*?)</dt>\s*<dd>([^<]*)</dd>", block)}


def data(row: Any, client: Client | None = None) -> dict[str, Any]:
    """Return the JSON-LD of a page."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html(row, client), re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    assert found["@context"] == "https://schema.org"
    return found


def meta(row: Any) -> dict[str, str]:
    return {
        name: unescape(text) for name, text in re.findall(r'<meta name="(citation_\w+)" content="(.*?)">', html(row))
    }


def kind_of(row: Any) -> str:
    return str(row._meta.model_name)


def file(row: Any, form: str, client: Client | None = None) -> Any:
    key = row.slug if kind_of(row) == "visit" else row.public_id
    return (client or Client()).get(reverse(f"{kind_of(row)}_cite", args=[key, form]))

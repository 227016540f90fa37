"""Each command and each address of docs/embedding.md does what the document says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse

from tests import factories as make
from tests.statements.test_embedding import frames

TEXT = (Path(settings.BASE_DIR) / "docs" / "embedding.md").read_text(encoding="utf-8")
HOST = "127.0.0.1:8000"


def commands() -> list[str]:
    """Return the address of each command."""
    lines = [line for line in TEXT.splitlines() if line.startswith("curl ")]
    return [word for line in lines for word in shlex.split(line) if word.startswith("http")]


def test_there_are_commands() -> None:
    assert len(commands()) == 3


@pytest.mark.parametrize("address", commands())
def test_each_command_brings_what_it_says(address: str, db: None) -> None:
    make.visit(slug="cambodia-2022-08")
    parts = urlsplit(address)
    assert parts.netloc == HOST
    answer = Client(headers={"host": HOST}).get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 200
    if parts.path.endswith(".png"):
        assert answer.content.startswith(b"\x89PNG")
    elif "format=xml" in parts.query:
        assert b"<oembed>" in answer.content and b"/embed/visits/cambodia-2022-08/" in answer.content
    else:
        assert answer.json()["width"] == 400


def test_the_snippet_is_the_one_that_the_page_shows(db: None) -> None:
    visit = make.visit(slug="cambodia-2022-08")
    (told,) = frames(re.findall(r"```html\n(.*?)```", TEXT, re.DOTALL)[0])
    (card,) = frames(
        Client().get(reverse("oembed"), {"url": f"http://testserver{visit.get_absolute_url()}"}).json()["html"]
    )
    assert urlsplit(str(told.pop("src"))).path == urlsplit(str(card.pop("src"))).path
    assert {**told, "title": ""} == {**card, "title": ""}


def test_each_address_of_the_tables_is_one_of_ours() -> None:
    told = re.findall(r"`(/(?:embed|pictures)/[^`]+)`", TEXT)
    names = [resolve(re.sub(r"<\w+>", "abc", address)).url_name for address in told if not address.endswith("fonts/")]
    assert set(names) == {"embed_statement", "embed_visit", "picture", "picture_of_the_site"}


@pytest.mark.parametrize(("status", "query"), [(400, ""), (401, "?url=http://testserver/desk/"), (404, "?url=http://x/"),
                                               (501, "?format=yaml")])  # fmt: skip
def test_each_status_is_told(status: int, query: str, db: None) -> None:
    assert f"\n| {status} | " in TEXT
    assert Client().get(f"/oembed{query}").status_code == status

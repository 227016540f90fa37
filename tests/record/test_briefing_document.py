"""The addresses of docs/briefing.md bring something on the sample record."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.test import Client

DOCUMENT = Path(settings.BASE_DIR, "docs", "briefing.md").read_text(encoding="utf-8")


def test_every_address_in_the_document_brings_something(db: None) -> None:
    addresses = re.findall(r"^\| `(/[^`]+)` \|", DOCUMENT, re.M)
    assert len(addresses) >= 6
    for address in addresses:
        assert Client().head(address).status_code == 200, address
        # The page to print holds what the files hold.
        page = Client().get(re.sub(r"\.(pdf|docx)", ".html", address))
        assert page.status_code == 200, address
        text = page.content.decode()
        assert "No statement is recorded that fits." not in text, address
        assert "is not understood" not in text, address
        if "other=" in address:
            for place in ("Cambodia", "Sudan"):
                assert text.count(place) > 5, (address, place)

"""The styles: what the dark scheme may change."""

from __future__ import annotations

import re
from pathlib import Path

CSS = Path(__file__).resolve().parent.parent / "static" / "css"
DARK = re.compile(r"@media \(prefers-color-scheme: dark\)\s*\{\s*:root\s*\{([^{}]*)\}\s*\}")
COLOUR = re.compile(r"--[a-z-]+: #[0-9a-f]{3,8}|color-scheme: dark")


def test_the_dark_scheme_changes_nothing_but_colours() -> None:
    looked_at = 0
    for file in CSS.glob("*.css"):
        text = file.read_text(encoding="utf-8")
        blocks = DARK.findall(text)
        assert len(blocks) == text.count("prefers-color-scheme"), file.name
        for block in blocks:
            told = [line.strip() for line in block.split(";") if line.strip()]
            assert [line for line in told if not COLOUR.fullmatch(line)] == []
            looked_at += len(told)
    assert looked_at == 15 + 7

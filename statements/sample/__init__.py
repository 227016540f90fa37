"""The sample record as files: what was read by hand, in our own words."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def told(name: str) -> dict[str, Any]:
    """Return a file of this folder."""
    return tomllib.loads((files("statements.sample") / f"{name}.toml").read_text(encoding="utf-8"))

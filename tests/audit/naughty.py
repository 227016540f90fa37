"""The naughty strings and the script payloads: out of naughty.toml and payloads.toml, and made here by code."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
# Of each category of Unicode some code points; but of surrogates, which no text of UTF-8 holds.
_CATEGORIES = (
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm",
    "Sc",
    "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn",
)  # fmt: skip


def _written() -> list[str]:
    categories = tomllib.loads((FOLDER / "naughty.toml").read_text()).values()
    return [text for category in categories for text in category["strings"]]


def _of_each_category() -> list[str]:
    """Return for each category a text of some of its code points, and one of them among ASCII."""
    found: dict[str, list[str]] = {name: [] for name in _CATEGORIES}
    for point in [*range(0x3000), *range(0x3000, 0x110000, 997)]:
        kept = found.get(unicodedata.category(chr(point)))
        if kept is not None and len(kept) < 24:
            kept.append(chr(point))
    return [text for kept in found.values() for text in ("".join(kept), f"a{kept[-1]}b")]


def _long() -> list[str]:
    """Return texts that are long: in letters, words, marks upon one letter, brackets within each other, and bytes."""
    return [
        *("x" * length for length in (12, 59, 60, 61, 159, 160, 161, 255, 256, 299, 300, 301, 600, 601, 5_000, 70_000)),
        "a " * 400, "ي" * 300, "\U0001f600" * 300, "e" + "\u0301" * 200, "(" * 400, "[" * 400, "<" * 400, "{{" * 200,
        "<b>" * 300, "&" * 500, "'" * 500, '"' * 500, "%" * 500, "\\" * 500, "\n" * 300, "\t" * 300, " " * 300,
        "-" * 300, "a,\"b\"\n" * 50, "-a " * 300, '"a" ' * 200, "\u202e" * 100, "\u200d" * 100, "0" * 400, "9" * 400,
    ]  # fmt: skip


def _around() -> list[str]:
    """Return a plain name with each sign of ASCII that is no letter or digit before, within and after it."""
    signs = [chr(point) for point in [*range(1, 48), *range(58, 65), *range(91, 97), *range(123, 128)]]
    return [f"{sign}Ana{sign}Li{sign}" for sign in signs]


@lru_cache(maxsize=1)
def naughty() -> tuple[str, ...]:
    """Return the naughty strings, no two alike."""
    return tuple(dict.fromkeys([*_written(), *_of_each_category(), *_long(), *_around()]))


@lru_cache(maxsize=1)
def payloads() -> tuple[str, ...]:
    """Return the script payloads; each of them, run, calls `canary` with its number."""
    written = tomllib.loads((FOLDER / "payloads.toml").read_text())["payloads"]
    return tuple(text.replace("RUN", f"canary({number})") for number, text in enumerate(written))

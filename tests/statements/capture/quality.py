"""How good the suggested quotations are: precision, recall and F1 on the corpus. Run by `make quality`."""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parent / "corpus"
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from statements.capture.quotations import Suggestion, suggest  # noqa: E402

_TITLES = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof|professor|mme|m|mlle|sr|sra|srta|don|dona|the|le|la|el|l) ")


def fold(text: str) -> str:
    """Return `text` without case, accents, punctuation, titles and a leading article."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    plain = " ".join(re.findall(r"\w+", plain))
    while (shorter := _TITLES.sub("", plain)) != plain:
        plain = shorter
    return plain


@dataclass
class Gold:
    """One attribution as marked by hand."""

    start: int
    end: int
    mode: str
    speakers: frozenset[str]
    speaker: str


@dataclass
class Count:
    """Right, suggested and marked attributions."""

    right: int = 0
    suggested: int = 0
    marked: int = 0

    def line(self) -> str:
        """Return precision, recall and F1."""
        precision = self.right / self.suggested if self.suggested else 0.0
        recall = self.right / self.marked if self.marked else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        counts = f"({self.right} of {self.suggested} suggested, {self.marked} marked)"
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}   {counts}"


@dataclass
class Score:
    """The four figures of a half, and what was missed."""

    counts: dict[str, Count] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def add(self, name: str, right: int, suggested: int, marked: int) -> None:
        """Add the counts of one article."""
        count = self.counts.setdefault(name, Count())
        count.right += right
        count.suggested += suggested
        count.marked += marked


def _nth(text: str, words: str, nth: int) -> int:
    position = -1
    for _ in range(nth):
        position = text.index(words, position + 1)
    return position


def gold(text: str, data: dict[str, Any]) -> list[Gold]:
    """Return the marked attributions of an article with their places."""
    found = []
    for entry in data["quotations"]:
        start = _nth(text, entry["words"], entry.get("nth", 1))
        names = frozenset(fold(name) for name in [entry["speaker"], *entry.get("also", [])])
        found.append(Gold(start, start + len(entry["words"]), entry["mode"], names, entry["speaker"]))
    return found


def overlap(one: Gold, other: Suggestion) -> float:
    """Return the share of the common characters in all that either covers."""
    common = min(one.end, other.end) - max(one.start, other.start)
    return max(0, common) / (max(one.end, other.end) - min(one.start, other.start))


def match(marked: list[Gold], suggested: list[Suggestion]) -> list[tuple[Gold, Suggestion]]:
    """Return pairs that overlap by half or more, the best first, each used once."""
    pairs = sorted(((overlap(g, s), i, j) for i, g in enumerate(marked) for j, s in enumerate(suggested)), reverse=True)
    used_gold: set[int] = set()
    used: set[int] = set()
    found = []
    for share, i, j in pairs:
        if share >= 0.5 and i not in used_gold and j not in used:
            used_gold.add(i)
            used.add(j)
            found.append((marked[i], suggested[j]))
    return found


def score(half: str) -> Score:
    """Score one half of the corpus."""
    result = Score()
    for path in sorted((CORPUS / half).glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        marked = gold(text, tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8")))
        suggested = suggest(text)
        for name, some_marked, some in (
            ("direct", [g for g in marked if g.mode == "direct"], [s for s in suggested if s.mode == "direct"]),
            ("all", marked, suggested),
        ):
            pairs = match(some_marked, some)
            right = [(g, s) for g, s in pairs if fold(s.speaker) in g.speakers]
            result.add(f"{name}, spans", len(pairs), len(some), len(some_marked))
            result.add(f"{name}, with speaker", len(right), len(some), len(some_marked))
        pairs = match(marked, suggested)
        result.misses += _misses(path.stem, text, marked, suggested, pairs)
    return result


def _misses(
    name: str, text: str, marked: list[Gold], suggested: list[Suggestion], pairs: list[tuple[Gold, Suggestion]]
) -> list[str]:
    def shown(start: int, end: int) -> str:
        words = " ".join(text[start:end].split())
        return words if len(words) < 90 else words[:60] + " … " + words[-25:]

    lines = []
    for g in marked:
        pair = next((s for one, s in pairs if one is g), None)
        if pair is None:
            lines.append(f"{name}: MISSED {g.mode} {shown(g.start, g.end)!r} by {g.speaker}")
        elif fold(pair.speaker) not in g.speakers:
            lines.append(f"{name}: SPEAKER {shown(g.start, g.end)!r} is {g.speaker!r}, suggested {pair.speaker!r}")
        elif (g.mode == "direct") != (pair.mode == "direct"):
            lines.append(f"{name}: MODE {shown(g.start, g.end)!r} is {g.mode}, suggested {pair.mode}")
    for s in suggested:
        if all(s is not other for _, other in pairs):
            lines.append(f"{name}: EXTRA {s.mode} {shown(s.start, s.end)!r} by {s.speaker} ({s.cue})")
    return lines


def main() -> None:
    """Print the figures of the halves asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("development", "heldout"), help="one half only")
    parser.add_argument("--misses", action="store_true", help="print the misses of the untouched half too")
    options = parser.parse_args()
    for half in [options.half] if options.half else ["development", "heldout"]:
        result = score(half)
        print(f"{half}")
        for name, count in result.counts.items():
            print(f"  {name:22} {count.line()}")
        if half == "development" or options.misses:
            for line in result.misses:
                print(f"  {line}")


if __name__ == "__main__":
    main()

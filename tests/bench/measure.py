"""How a figure is taken: ours and its floor in turns, so that a busy machine slows both alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians in seconds of ours and of the floor, the median of their ratios, and the most it may be."""

    name: str
    ours: float
    floor: float
    ratio: float
    limit: float

    @property
    def holds(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.ratio <= self.limit

    def line(self) -> str:
        """Return the figure for the terminal."""
        verdict = "holds" if self.holds else "TOO SLOW"
        times = f"{self.ours * 1000:9.1f} ms against {self.floor * 1000:8.1f} ms"
        return f"{self.name:<58} {times}   ratio {self.ratio:6.2f}, at most {self.limit:g}: {verdict}"


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare(
    name: str, ours: Callable[[], object], floor: Callable[[], object], *, limit: float, rounds: int = ROUNDS
) -> Figure:
    """Run both in turns, once unmeasured and then `rounds` times, and return the figure."""
    ours()
    floor()
    pairs = [(seconds(ours), seconds(floor)) for _round in range(rounds)]
    return Figure(
        name,
        median(pair[0] for pair in pairs),
        median(pair[1] for pair in pairs),
        median(pair[0] / pair[1] for pair in pairs),
        limit,
    )

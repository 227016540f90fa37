"""Which backups are kept: the newest of each of the latest days, weeks and months. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

NAME = re.compile(r"visavis-(\d{8}T\d{6}Z)\.tar\.gz\.age")
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Keeping:
    """Of how many days, weeks (ISO) and months the newest backup is kept."""

    daily: int
    weekly: int
    monthly: int


def name_of(made: datetime) -> str:
    """Return the name of a backup made at this time."""
    return f"visavis-{made.astimezone(UTC).strftime(_TIME)}.tar.gz.age"


def time_of(name: str) -> datetime | None:
    """Return when the backup of this name was made; None for what is no backup of ours."""
    if not (found := NAME.fullmatch(name)):
        return None
    try:
        return datetime.strptime(found[1], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def superfluous(names: Iterable[str], keeping: Keeping) -> list[str]:
    """Return the backups that no day, week or month needs, oldest first; never the newest, never a foreign file."""
    dated = sorted(((made, name) for name in names if (made := time_of(name))), reverse=True)
    ways: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (keeping.daily, lambda made: made.date()),
        (keeping.weekly, lambda made: made.isocalendar()[:2]),
        (keeping.monthly, lambda made: (made.year, made.month)),
    )
    kept = {name for _made, name in dated[:1]}
    for number, period_of in ways:
        newest: dict[object, str] = {}
        for made, name in dated:
            newest.setdefault(period_of(made), name)
        kept |= set(list(newest.values())[:number])
    return [name for _made, name in reversed(dated) if name not in kept]

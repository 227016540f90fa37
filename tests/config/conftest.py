"""What tests of sessions share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import time_machine


@pytest.fixture
def clock() -> Iterator[Callable[[float], None]]:
    """Return a clock that is moved on by hand, in minutes."""
    with time_machine.travel(time.time(), tick=False) as moved:
        yield lambda minutes: moved.shift(minutes * 60)

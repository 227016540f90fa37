"""What is not there is answered at even moments, and everything else at once."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse

from config import even


class Clock:
    """A clock that goes on by itself as much as an answer takes, and by what is slept."""

    def __init__(self, taken: float) -> None:
        self.now, self.taken, self.slept = 7.0, taken, 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def answer(self, status: int) -> HttpResponse:
        self.now += self.taken
        return HttpResponse(status=status)


@pytest.mark.parametrize(
    ("status", "taken", "every", "sent"),
    [(404, 0.004, 25, 0.025), (404, 0.0027, 25, 0.025), (404, 0.026, 25, 0.05), (404, 0.004, 0, 0.004),
     (200, 0.004, 25, 0.004), (403, 0.004, 25, 0.004)],
)  # fmt: skip
def test_a_missing_page_is_sent_at_the_next_even_moment(
    status: int, taken: float, every: int, sent: float, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    clock = Clock(taken)
    monkeypatch.setattr(even, "time", clock)
    settings.MISSING_EVERY = every
    answer = even.answer_missing_evenly(lambda _request: clock.answer(status))(HttpRequest())
    assert answer.status_code == status
    assert taken + clock.slept == pytest.approx(sent)


def test_it_is_around_all_that_takes_time() -> None:
    place = configured.MIDDLEWARE.index("config.even.answer_missing_evenly")
    # Headers are added, and the machine is told that the site lives, in no time.
    assert configured.MIDDLEWARE[:place] == [
        "config.headers.add_to_every_answer", "csp.middleware.CSPMiddleware", "config.middleware.answer_live_first",
    ]  # fmt: skip

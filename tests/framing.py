"""Who may show an answer in a frame, read off its headers."""

from __future__ import annotations

from typing import Any


def ancestors(answer: Any) -> str:
    """Return who may frame an answer, in the words of its policy."""
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    return policy["frame-ancestors"]


def may_be_framed(answer: Any) -> bool:
    """Whether both headers let others frame an answer; one without the other is a mistake."""
    free = (ancestors(answer) == "*", "X-Frame-Options" not in answer.headers)
    assert len(set(free)) == 1, free
    return free[0]


def framed_as_it_should(name: str, method: str, answer: Any) -> bool:
    """Return whether others may frame the answer of a named address; fail where its headers say it by halves."""
    if name == "health_live":
        # Answered to the machine before anything else is asked; it is a word of plain text.
        assert answer.content in (b"live\n", b"")
        return False
    if may_be_framed(answer):
        assert method in ("get", "head"), name
        return True
    assert answer.headers["X-Frame-Options"] == "DENY" and ancestors(answer) == "'none'", name
    return False

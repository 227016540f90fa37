"""How a name in a row is settled: by the record, else by the answer that was given for that row, else it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from visits.folding import fold
from visits.imports.kinds import ENTER, Answers, Ask, Candidate, Judged
from visits.imports.resolving import Found, Names


class Asking:
    """The questions of one row, with the answers to it."""

    def __init__(self, judged: Judged, answers: Answers) -> None:
        self.judged = judged
        self.answers = answers

    def answered(self, field: str, text: str) -> str:
        """Return what was answered for a name, "" for nothing."""
        return self.answers.get(_key(field, text), "")

    def wants_entered(self, field: str, text: str) -> str:
        """Return the answer by which a name was to be entered, "" for any other: a row before may have entered it."""
        answer = self.answered(field, text)
        return answer if answer.startswith(ENTER) else ""

    def settle(self, field: str, found: Found, names: Names, ways: Sequence[Candidate] = ()) -> str:
        """Return the key that a name means or the way that was chosen; "" where that is asked now.

        A name that is not known is asked with those like it, and with `ways` to go on.
        """
        return found.key or self.choose(field, found.text, names.candidates(found.keys or found.near), ways, names)

    def choose(
        self,
        field: str,
        text: str,
        candidates: Sequence[Candidate],
        ways: Sequence[Candidate] = (),
        names: Names | None = None,
    ) -> str:
        """Return the answer to a question, one of candidates and ways or any key of `names`; "" where it is asked."""
        key = _key(field, text)
        answer = self.answers.get(key, "")
        may_be = {entry.key for entry in (*candidates, *ways)}
        if answer and (answer in may_be or (names is not None and answer in names.labels)):
            return answer
        self.judged.asks.append(Ask(key, field, text[:200], tuple(candidates), tuple(ways)))
        return ""


def _key(field: str, text: str) -> str:
    return f"{field}:{fold(text)[:120]}"

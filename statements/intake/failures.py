"""Why something was not taken in. The words for the person are in `statements/intake_words.py`."""

from enum import StrEnum

MAX_BYTES = 25 * 1024 * 1024
# Some 1,500 printed pages: more than any source that a person captures, little enough to look through in a second.
MAX_CHARACTERS = 3_000_000


class Reason(StrEnum):
    """What is wrong with what was handed in."""

    EMPTY = "empty"
    NO_TEXT = "no_text"
    OVERSIZED = "oversized"
    TOO_LONG = "too_long"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    WRONG_TYPE = "wrong_type"
    OTHER_NAME = "other_name"
    OLD_WORD = "old_word"
    BAD_ADDRESS = "bad_address"
    PRIVATE_ADDRESS = "private_address"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    TOO_SLOW = "too_slow"
    FETCHED_OVERSIZED = "fetched_oversized"
    TOO_MANY_REDIRECTS = "too_many_redirects"


class IntakeError(Exception):
    """Nothing was taken in. `detail` is a short fact, such as the status that a server answered or what a file is."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


def check_size(size: int) -> None:
    """Raise IntakeError where `size` bytes are none or more than are taken in."""
    if size == 0:
        raise IntakeError(Reason.EMPTY)
    if size > MAX_BYTES:
        raise IntakeError(Reason.OVERSIZED)

"""Why a file, or a cell of it, is not taken in: in words for the person who handed it in."""

from __future__ import annotations


class Refused(Exception):
    """Nothing of the file is taken in. The message is a whole sentence for the person."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))


# Of a file handed in, in bytes; of a workbook also of all its parts together once unpacked.
MOST_BYTES = 200 * 1024 * 1024
MOST_ROWS = 1_048_576
MOST_COLUMNS = 200
# Characters of a cell. Below what the csv module takes for a field, so that ours is the message.
LONGEST_CELL = 100_000
# Characters of one line of a file, before it is parted into cells.
LONGEST_LINE = 2_000_000

"""Signs that a document can carry. Pure."""


def readable(text: str) -> str:
    """Return `text` as XML 1.0 can hold it: signs that no document may carry become spaces."""
    return "".join(sign if sign in "\t\n" or _is_character(ord(sign)) else " " for sign in text)


def _is_character(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF

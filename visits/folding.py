"""Folding of names for finding: case, accents and punctuation aside. Pure."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` in lower case without accents, with runs of spaces and punctuation as one
    space.
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(kept.split())

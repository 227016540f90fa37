"""What the verbatim check finds for a citation, out of plain values: whoever writes one row or many asks here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from statements.capture.quoted import context, judge, quoted_parts
from statements.capture.verbatim import SourceText
from statements.choices import Mode, TextKind, Verdict

# In these versions somebody's words stand as the source has them; the others are ours.
THEIR_WORDS = frozenset({TextKind.ORIGINAL, TextKind.OFFICIAL, TextKind.PRESS})
# What we say in our own words quotes where it has quotation marks; a translation has them around words of ours.
OURS = frozenset({TextKind.EDITORS_WORDS})


class Version(NamedTuple):
    """A version of the words of a statement; `source` is the key of the source from which it comes, or None."""

    kind: str
    language: str
    text: str
    preferred: bool = False
    source: int | None = None


class Cited(NamedTuple):
    """What a citation says of itself: the key of its source and the language of that, and the words quoted."""

    source: int | None
    spoken: str = ""
    exact: str = ""
    start: int | None = None
    prefix: str = ""
    suffix: str = ""


def words_to_check(mode: str, versions: Sequence[Version], cited: Cited) -> list[str]:
    """Return the quoted words that a citation has to prove: those of the statement, and its own where it quotes.

    The words of the statement count where they are given in the wording and language of the source, and of what we
    say in our own words what stands in quotation marks. In direct speech without quotation marks every word is quoted;
    a paraphrase without them has none. `versions` stand with the preferred one first.
    """
    theirs = [version for version in versions if _in_words_of(version, cited)]
    preferred = next((version for version in theirs if version.preferred), theirs[0] if theirs else None)
    parts = quoted_parts(preferred.text) if preferred is not None else []
    if not parts and preferred is not None and mode == Mode.DIRECT:
        parts = [preferred.text]
    ours = (version.text for version in versions if _in_words_of(version, cited, OURS))
    own = [part for text in ours for part in quoted_parts(text)]
    if cited.exact:
        whole = mode == Mode.DIRECT or (mode == Mode.MIXED and not parts)
        own += quoted_parts(cited.exact) or ([cited.exact] if whole else [])
    return parts + [part for part in dict.fromkeys(own) if part not in parts]


def quotes(mode: str, versions: Sequence[Version], cited: Cited) -> bool:
    """Whether there are any `words_to_check`; of direct speech this is known without reading it."""
    if mode == Mode.DIRECT and (cited.exact or any(_in_words_of(version, cited) for version in versions)):
        return True
    return bool(words_to_check(mode, versions, cited))


def _in_words_of(version: Version, cited: Cited, kinds: Iterable[str] = THEIR_WORDS) -> bool:
    if version.kind not in kinds or version.source not in {None, cited.source}:
        return False
    return not cited.spoken or cited.spoken.partition("-")[0] == version.language.partition("-")[0]


def find(mode: str, versions: Sequence[Version], cited: Cited, source: SourceText | None) -> dict[str, Any]:
    """Return what the check finds, by the names of the derived columns; `source` is the stored text, where one is."""
    found: dict[str, Any] = {
        "start": None, "end": None, "how": "", "differing": {}, "prefix": cited.prefix, "suffix": cited.suffix,
    }  # fmt: skip
    if source is None or not source.text:
        found["verdict"] = (Verdict.NOT_HELD if quotes(mode, versions, cited) else Verdict.PARAPHRASE).value
        return found
    parts = words_to_check(mode, versions, cited)
    found["verdict"] = Verdict.PARAPHRASE.value
    passage = source.locate(cited.exact, near=cited.start or 0) if cited.exact else None
    near = passage.start if passage is not None and passage.how != "absent" else cited.start or 0
    judged = judge(source, parts, near=near)
    if parts:
        found["verdict"] = (Verdict.MATCH if judged.found else Verdict.DIFFERS).value
        found["how"] = judged.how
        if not judged.found:
            found["differing"] = {"quoted": _lists(judged.quoted), "source": _lists(judged.source)}
    if passage is not None and passage.how != "absent":
        found |= {"start": passage.start, "end": passage.end}
    elif parts and judged.how != "absent":
        found |= {"start": judged.start, "end": judged.end}
    if found["start"] is not None:
        place = (found["start"], found["end"])
        found["prefix"], found["suffix"] = context(source.text, *place, source.paragraphs)
    return found


def _lists(runs: tuple[tuple[str, bool], ...]) -> list[list[Any]]:
    return [[words, differs] for words, differs in runs]

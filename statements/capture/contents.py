"""What a word of speech hands over: the tokens of the words themselves, behind it, before it or around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from statements.capture.clauses import Clauses
from statements.capture.cues import Handover
from statements.capture.grammar import CORE, NP, SKIP
from statements.capture.structure import Sentence

_QUOTED = re.compile(r"[,:-]{0,2}Q")
_OBJECT = re.compile(rf"(?:{NP}|D(?=[OT:,B]))")
_URGED = re.compile(rf"(?:{NP}|D),?R?X?(?:I|T)R?X?(?:I|[NVKC:])")
_CLAUSE = re.compile(r"[^QT:,]{0,24}(?:,[^QT:,]{1,30},[^QT:,]{0,12})?(?:[VKOX]|[DMCN]S?N?V)")
_AROUND = re.compile(r"[&BR,:.-]*")


@dataclass(frozen=True, slots=True)
class Content:
    """Tokens `[start, end)` of a sentence that somebody says; `skip` are those of the attribution inside."""

    start: int
    end: int
    skip: tuple[int, int] = (0, 0)
    addressee: tuple[int, int] = (0, 0)
    before: bool = False


class Contents(Clauses):
    """Finds what is handed over in sentences of one text."""

    def of(self, sentence: Sentence, found: Handover, low: int) -> Content | None:
        """Return the content of a handover, not reaching back before the token `low`."""
        classes = sentence.classes
        quoted_before = "Q" in classes[low : found.start] and re.search(r"Q[,-]?$", classes[low : found.start])
        if found.inverted:
            return self._before(sentence, found, low) or self._behind(sentence, found)
        if quoted_before and not found.continues and self._quotation_before(sentence, found, low):
            return self._before(sentence, found, low)
        behind = self._behind(sentence, found)
        if behind is not None:
            return behind
        return None if found.continues and classes[found.start] == "&" else self._before(sentence, found, low)

    def _quotation_before(self, sentence: Sentence, found: Handover, low: int) -> bool:
        """Return whether the quotation before the attribution is what is said, not a part of the subject."""
        return "q" in found.cue.frames and self._gap(sentence, found, low)

    def _gap(self, sentence: Sentence, found: Handover, low: int) -> bool:
        at = found.start - 1
        while at > low and sentence.classes[at] != "Q":
            at -= 1
        quote = self.document.quotes[sentence.tokens[at].quote] if sentence.classes[at] == "Q" else None
        if quote is None:
            return False
        last = self.document.text[quote.inner_start : quote.inner_end].rstrip("’'” \u00a0\u202f")[-1:]
        comma = sentence.classes[at + 1 : at + 2] in (",", "-")
        return last in (",", "?", "!", "—", "…", ".", "-") or comma or (at == low and found.start == at + 1)

    # Behind the word of speech.

    def _behind(self, sentence: Sentence, found: Handover) -> Content | None:
        tokens, _classes = sentence.tokens, sentence.classes
        frames = set(found.cue.frames)
        at = found.verb + 1
        if found.inverted:
            at = found.end
        if at >= len(tokens):
            return None
        particle = self.language.particles.get(found.cue.lemma, {}).get(tokens[at].low)
        if particle:
            inner = self._framed(sentence, at + 1, set(particle))
            if inner is not None:
                return inner
        return self._framed(sentence, at, frames)

    def _framed(self, sentence: Sentence, at: int, frames: set[str]) -> Content | None:
        _tokens, classes = sentence.tokens, sentence.classes
        rest = classes[at:]
        if not rest.strip(".,"):
            return None
        if "u" in frames and (m := _URGED.match(rest)) and self._to(sentence, at + m.end() - 2, m.group()):
            return Content(at, self._end(sentence, at + 2))
        if "i" in frames:
            for place in (at, at + len(re.match("[tR]*", rest).group())):  # type: ignore[union-attr]
                if place < len(classes) and self._infinitive(sentence, place):
                    return Content(place, self._end(sentence, place + 1))
        if "a" in frames and (m := re.match(rf"I?{NP}", rest)) and "P" in rest[:40]:
            return Content(at, self._end(sentence, at + m.end()))
        addressee = (0, 0)
        start = at
        if "o" in frames:
            start, addressee = self._told(sentence, at)
        skipped = SKIP.match(classes, start)
        behind = skipped.end() if skipped else start
        for place in (start, behind):
            if found := self._that_or_quoted(sentence, place, frames, addressee):
                return found
        if "b" in frames and (bare := self._bare(sentence, start, behind, addressee)):
            return bare
        return self._nominal(sentence, at, frames)

    def _told(self, sentence: Sentence, at: int) -> tuple[int, tuple[int, int]]:
        """Return where the content may begin behind somebody told, and who that is."""
        classes = sentence.classes
        begin = at + (classes[at : at + 1] == "I" and 1)
        m = _OBJECT.match(classes, begin)
        if m is None:
            return at, (0, 0)
        end = m.end()
        if sentence.tokens[begin].low in ("him", "them", "me", "us") or (
            classes[begin] == "D"
            and sentence.tokens[begin].low == "her"
            and classes[begin + 1 : begin + 2] in ("O", "T", ":", ",", "B")
        ):
            end = begin + 1
        if m.group() == "D" or end - begin >= 1:
            after = end
            if classes[after : after + 1] == "," and (
                app := re.compile(rf",(?:{NP}|W[^,:.Q]{{1,40}})(?:,W[^,:.Q]{{1,40}})?,").match(classes, after)
            ):
                after = app.end()
            if classes[after : after + 2] == "OO":
                after += 1  # “told families there he would”
            return after, (begin, end)
        return at, (0, 0)

    def _that_or_quoted(
        self, sentence: Sentence, place: int, frames: set[str], addressee: tuple[int, int]
    ) -> Content | None:
        tokens, classes = sentence.tokens, sentence.classes
        if place >= len(classes):
            return None
        if classes[place] == "T" and frames & {"t", "u"}:
            return Content(place + 1, self._end(sentence, place + 1), addressee=addressee)
        if classes[place] == "," and classes[place + 1 : place + 2] == "T" and "t" in frames:
            return Content(place + 2, self._end(sentence, place + 2), addressee=addressee)
        if "q" in frames and (m := _QUOTED.match(classes, place)):
            mark = m.end() - 1
            end = self._end(sentence, mark)
            if m.end() - m.start() == 1 and self._title(sentence, mark):
                return None
            if m.end() - m.start() > 1 or self._capital(sentence, mark):
                end = mark + 1
                while classes[end : end + 1] == "Q" or classes[end : end + 2] == "&Q":
                    end += 1
            return Content(mark, end, addressee=addressee)
        if frames & {"w"} and tokens[place].low in self.language.sets["wh"]:
            return Content(place, self._end(sentence, place), addressee=addressee)
        return None

    def _bare(self, sentence: Sentence, start: int, behind: int, addressee: tuple[int, int]) -> Content | None:
        """A clause without “that”."""
        classes = sentence.classes
        for place in dict.fromkeys((behind, start)):
            rest = classes[place:]
            if (
                rest[:1]
                and rest[0] in "DCONMQPB"
                and _CLAUSE.match(rest)
                and not (
                    rest[0] == "B"
                    and place == behind
                    and sentence.tokens[place].low
                    in ("as", "when", "while", "after", "before", "because", "but", "than")
                )
            ):
                if (
                    rest[0] == "P"
                    and place == start
                    and behind > start
                    and classes[behind : behind + 1] in (".", ",", "")
                ):
                    continue
                return Content(place, self._end(sentence, place), addressee=addressee)
        rest = classes[behind:]
        if self.language.code == "en" and len(rest) >= 4 and rest[0] in "DCM" and self._speech(sentence, start):
            return Content(behind, self._end(sentence, behind), addressee=addressee)
        return None

    def _speech(self, sentence: Sentence, start: int) -> bool:
        """Return whether the word before is one that takes a clause without “that”, whatever the clause looks like."""
        near = [self.language.cues.get(t.low) for t in sentence.tokens[max(0, start - 4) : start]]
        return any(cue is not None and cue.lemma in self.language.sets["bare"] for cue in near)

    def _nominal(self, sentence: Sentence, at: int, frames: set[str]) -> Content | None:
        classes = sentence.classes
        m = re.compile(rf"(?:R?{NP}|O|Q)").match(classes, at)
        if m is None:
            return None
        end = self._end(sentence, at + 1)
        if "n" in frames and classes[at] != "Q":
            return Content(at, end)
        if "c" in frames and "Q" in classes[at:end]:
            mark = classes.index("Q", at)
            if mark > at and not self._title(sentence, mark):
                return Content(at, end)
        if "g" in frames and m and re.match(r"[PBI]", classes[m.end() : m.end() + 1] or " ") and "Q" in classes[at:end]:
            return Content(at, end)
        return None

    def _to(self, sentence: Sentence, near: int, matched: str) -> bool:
        if self.language.code == "en":
            return "I" in matched
        return any(
            t.low in ("à", "a", "de", "d'", "que", "qu'", "d’") for t in sentence.tokens[max(0, near - 1) : near + 2]
        )

    def _infinitive(self, sentence: Sentence, at: int) -> bool:
        if self.language.code == "en":
            return sentence.classes[at] == "I" and sentence.classes[at + 1 : at + 2] in ("N", "V", "K", "R", "X")
        endings = tuple(self.language.sets["infinitives"])
        first = at + (sentence.tokens[at].low in ("de", "d'", "à"))
        return (
            first < len(sentence.tokens)
            and sentence.classes[first] == "N"
            and sentence.tokens[first].low.endswith(endings)
        )

    # Before it, or around it.

    def _before(self, sentence: Sentence, found: Handover, low: int) -> Content | None:
        classes = sentence.classes
        if not found.cue.frames & set("qb"):
            return None
        stop = found.start
        mark = stop - 1
        while mark >= low and classes[mark] in ",-:":
            mark -= 1
        if mark < low or (stop - 1 == mark and classes[mark] != "Q"):
            return None
        begin = low + (m.end() if (m := re.compile(r"[,;:.-]*[&]?").match(classes[low:stop])) else 0)
        if begin > mark:
            return None
        pre = classes[begin : mark + 1]
        if "Q" not in pre and not found.cue.frames & {"b"}:
            return None
        after = self._after(sentence, found)
        if "Q" not in pre and after < len(classes) and classes[after] not in ".,:;-":
            return None  # “On prisons, X affirmed his commitment”: what stands in front only leads in
        goes_on = after < len(classes) and classes[after] in ",:-" and bool(classes[after + 1 :].strip(".,"))
        if goes_on and "Q" not in pre and sentence.tokens[after + 1].low.endswith("ing") and classes[after + 1] == "N":
            goes_on = False  # “…, said X, holding her child”
        if pre[-1] == "Q" and "Q" in classes[after + 1 :] and re.match(r"[,:;-]Q", classes[after:]):
            return Content(begin, after + 2, (stop, after), before=True)
        if "Q" in pre and re.fullmatch("[&BR,]*Q(?:&?Q)*", pre):
            first = pre.index("Q")
            return Content(begin + first, mark + 1, before=True)
        if (
            goes_on
            and classes[after] in ",-"
            and not re.match(r"[,-](?:[NGXWB]|&K|RG)", classes[after:] if pre[-1] == "Q" else ".")
        ):
            participle = re.match(r",[&]?(?:G|X?G|XG)", classes[after:])
            if participle is None:
                return Content(begin, self._end(sentence, after + 1), (stop, after), before=True)
        if "Q" not in pre and len(pre) < 3:
            return None
        return Content(begin, mark + 1, before=True)

    def _after(self, sentence: Sentence, found: Handover) -> int:
        """Return where the attribution ends that stands behind or amid the words."""
        at = found.end
        if "o" in found.cue.frames and not found.inverted:
            m = _OBJECT.match(sentence.classes, at)
            at = m.end() if m else at
        skipped = re.compile(rf"(?:(?:[PI]{CORE}(?:P{CORE})?)|P?D?N?t+M?|R){{0,4}}").match(sentence.classes, at)
        return skipped.end() if skipped else at

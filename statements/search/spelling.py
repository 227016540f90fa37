"""English words that are spelt in two ways, as one: organise and organize, centre and center. Pure."""

from __future__ import annotations

import re

# Verbs in -ise and their nouns; a vowel before it (seize, size) or less than three letters (prize) make another word.
_IZE = re.compile(r"(?<=[a-z]{2}[^aeiou])iz(?=(?:e|es|ed|er|ers|ing|ation|ations|ational)$)")
_YZE = re.compile(r"(?<=[a-z]{2})yz(?=(?:e|es|ed|er|ers|ing)$)")
_OUR = re.compile(
    r"^((?:dis|mis|un|re)?(?:arm|behavi|clam|col|endeav|fav|flav|harb|hon|hum|lab|neighb|od|parl|rig|rum|sav|val|vig))"
    r"our(?=$|s|ed|ing|able|ably|er|hood|ite|ful|less)"
)
_RE = re.compile(r"^((?:epi)?cent|fib|lit|meag|theat|(?:centi|kilo)?met)re(?=s?$)")
_ENCE = re.compile(r"^(def|off|pret|lic)ence(?=[sd]?$)")
_WORDS = {"programme": "program", "programmes": "programs", "judgement": "judgment", "judgements": "judgments",
          "cheque": "check", "cheques": "checks", "grey": "gray", "practise": "practice", "practised": "practiced",
          "acknowledgement": "acknowledgment", "ageing": "aging", "enrol": "enroll", "fulfil": "fulfill",
          "skilful": "skillful", "jewellery": "jewelry", "paedophile": "pedophile", "paediatric": "pediatric",
          "manoeuvre": "maneuver", "gaol": "jail", "gaoled": "jailed", "tyre": "tire"}  # fmt: skip


def one_spelling(word: str) -> str:
    """Return a folded English word as its other spelling is returned too."""
    if word in _WORDS:
        return _WORDS[word]
    word = _YZE.sub("ys", _IZE.sub("is", word))
    return _ENCE.sub(r"\1ense", _RE.sub(r"\1er", _OUR.sub(r"\1or", word)))

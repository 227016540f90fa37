"""Texts for property tests: letters of many scripts, spaces of many kinds, signs, and anything at all."""

from __future__ import annotations

from hypothesis import strategies as st

KHMER = "សិទ្ធិមនុស្សនៅកម្ពុជា"
THAI = "สิทธิมนุษยชนในน้ำ"
LETTERS = "abcdeéÉßøŁıİαβΩжЙقحُـ人权カが½²ﬁ" + KHMER + THAI + "အခွင့်အရေး" + "हिन्दी"
SIGNS = " \u200b\u00a0\u200d\u00ad.,-'\"“»_()/|:😀\x00"

mixed = st.text(alphabet=LETTERS + SIGNS, max_size=40)
anything = st.one_of(mixed, st.text(max_size=60))
# Few words, so that random queries meet random texts.
WORDS = (
    "assembly", "assemblies", "ASSEMBLÉES", "assemblée", "ban", "banned", "law", "laws", "the", "права", "право",
    "حقوق", "សិទ្ធិ", "មនុស្ស", "សិទ្ធិមនុស្ស", "人", "权", "人权", "2022", "២០២២", "A/HRC/51/66", "end-of-mission", "it's",
)  # fmt: skip
LANGUAGES = ("en", "fr", "km", "ru", "ar", "zh", "", "xx")
texts = st.lists(st.sampled_from(WORDS), max_size=8).flatmap(
    lambda words: st.sampled_from((" ", "", " – ", "\n")).map(lambda between: between.join(words))
)
queries = st.lists(
    st.tuples(st.sampled_from(("", "", "", "-", '"', "OR ", '-"')), st.sampled_from(WORDS), st.sampled_from(WORDS)),
    max_size=4,
).map(lambda parts: " ".join(f'{sign}{one} {two}"' if sign.endswith('"') else sign + one for sign, one, two in parts))

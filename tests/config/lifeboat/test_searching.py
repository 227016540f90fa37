"""The index of the search of a copy: its terms, and the files in which they stand."""

from __future__ import annotations

import json

from config.lifeboat.searching import document_of, files_of, fold, script, shard_of, terms_of

PAGE = """<html><head><title>Café in
 Łódź · Vis-à-vis</title><meta name="description" content="What  it is"></head><body><nav>menu</nav>
<main><p>The ministers’ bans.</p><details class="cite"><p>cited</p></details><form>asked</form><svg>drawn</svg>
<script type="application/ld+json">{"told": 1}</script></main><footer>foot</footer></body></html>"""


def test_terms_are_words_without_case_and_accents_and_pairs_of_letters_where_no_space_parts_words():
    assert terms_of("Łódź, CAFÉ and Straße №5") == {"lodz", "cafe", "and", "strasse", "no5"}
    assert terms_of("人権状況") == {"人権", "権状", "状況"}
    assert terms_of("a 人") == {"a", "人"}
    assert fold("ΛΌΓΟΣ") == fold("λόγος")


def test_a_document_is_what_stands_in_the_middle_of_the_page():
    found = document_of("visit", PAGE)
    assert (found.kind, found.title, found.about) == ("visit", "Café in Łódź", "What it is")
    assert {term for _shard, term, _titled in found.terms} == {"cafe", "in", "lodz", "the", "ministers", "bans"}
    assert {term for _shard, term, titled in found.terms if titled} == {"cafe", "in", "lodz"}


def test_the_index_is_made_of_scripts_that_hold_nothing_but_data():
    rows = [("visit", "</script><b>", "visits/x/index.html", "a"), ("topic", "T", "topics/t/index.html", "")]
    terms = sorted((shard_of(term), term, number, titled) for term, number, titled in (("bans", 0, 0), ("bank", 1, 1)))
    files = dict(files_of(rows, terms, {"visit": "Visits"}))
    assert set(files) == {"pages-0.js", "terms-62-61.js", "head.js"}
    assert all(data.startswith(b"offlineSearch(...[") and data.endswith(b"]);\n") for data in files.values())
    assert b"<" not in files["pages-0.js"]
    told = json.loads(files["terms-62-61.js"].decode()[len("offlineSearch(...") : -3])
    assert told == ["terms", "62-61", {"bank": [[1], []], "bans": [[], [0]]}]
    assert json.loads(script("head", "", {"a": "<"}).decode()[len("offlineSearch(...") : -3])[2] == {"a": "<"}

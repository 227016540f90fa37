"""Pages as they stand in a copy: links lead to files, forms that need the server are gone, the rest is as it was."""

from __future__ import annotations

import re

import pytest

from config.lifeboat.places import address_of, file_of, relative
from config.lifeboat.rewriting import POLICY, Rules, links_in, rewritten
from config.lifeboat.scope import HELD, held, is_followed

SITE = "https://record.example"
FILES = {"/visits/": "../visits/index.html", "/static/s.js": "../static/s.js", "/x.html": "../x.html"}
RULES = Rules(
    leads=lambda link: FILES.get(link, link if "://" in link else ""),
    lists={"/search/": "", "/visits/": "visit"}.get,
    search="../search/index.html",
    shapes=lambda link: f'<path id="shape-{link.partition("#")[2]}"/>',
    needs_server="<p>needs a server</p>",
    foot="<p>a copy</p>",
    scripts=frozenset({"../static/s.js"}),
)


def made(html: str, *, narrowed: bool = False) -> str:
    return rewritten(html, RULES, narrowed=narrowed)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/visits/", ("/visits/", "")),
        ("?page=2", ("/visits/?page=2", "")),
        ("#list", ("/visits/", "list")),
        ("../people/#a", ("/people/", "a")),
        (f"{SITE}/topics/x/", ("/topics/x/", "")),
        (SITE, ("/", "")),
        ("https://elsewhere.example/visits/", None),
        ("mailto:a@b.example", None),
        ("https://[broken/", None),
    ],
)
def test_a_link_is_an_address_of_the_site_or_leads_elsewhere(link, address):
    assert address_of(link, "/visits/", SITE) == address


@pytest.mark.parametrize(
    ("address", "media_type", "file"),
    [
        ("/", "text/html", "index.html"),
        ("/visits/x/", "text/html", "visits/x/index.html"),
        ("/visits.csv", "text/csv", "visits.csv"),
        ("/statements/feed/", "application/atom+xml", "statements/feed/index.atom"),
        ("/files/0a1b/", "application/pdf", "files/0a1b/index.pdf"),
        ("/files/0a1b/", "text/plain", "files/0a1b/index.txt"),
        ("/files/0a1b/", "application/x-unheard-of", "files/0a1b/index.bin"),
        ("/visits/?country=khm&page=2", "text/html", "visits/country=khm,page=2.html"),
        ("/meetings.csv?person=a-b", "text/csv", "meetings,person=a-b.csv"),
    ],
)
def test_each_address_has_a_file_that_any_disk_takes(address, media_type, file):
    assert file_of(address, media_type) == file


def test_a_query_that_is_no_name_of_a_file_has_its_digest_for_one():
    assert re.fullmatch(r"visits/q-[0-9a-f]{20}\.html", file_of("/visits/?q=%2e%2e%2f", "text/html"))
    assert re.fullmatch(r"visits/q-[0-9a-f]{20}\.html", file_of(f"/visits/?q={'x' * 200}", "text/html"))
    # Names that differ in capitals alone are one name to some file systems.
    assert file_of("/visits/?q=A", "text/html").lower() != file_of("/visits/?q=a", "text/html").lower()


def test_files_lead_to_each_other_from_wherever_they_lie():
    assert relative("index.html", "index.html") == "index.html"
    assert relative("visits/x/index.html", "index.html", "day-1") == "visits/x/index.html#day-1"
    assert relative("static/a.css", "visits/x/index.html") == "../../static/a.css"
    assert relative("visits/country=khm,page=2.html", "visits/index.html") == "country=khm,page=2.html"


def test_what_is_not_touched_stays_as_it_was_to_the_letter():
    html = (
        "<!doctype html><!-- a --><p class='x' data-a>&amp; &#8217; <br> é <svg viewBox=\"0 0 1 1\"><path/></svg></p>"
        '<script type="application/ld+json">{"a": "</b>"}</script>'
    )
    assert made(html) == html


def test_links_lead_to_files_or_are_words():
    assert made('<a class="b" href="/visits/">V</a>') == '<a class="b" href="../visits/index.html">V</a>'
    assert made('<a href="https://e.example/">E</a>') == '<a href="https://e.example/">E</a>'
    assert made('<a href="#x">X</a>') == '<a href="#x">X</a>'
    assert made('<a href="/nowhere/" rel="next">N</a>') == "<a>N</a>"
    assert made('<p><a href="/accounts/login/">Sign <b>in</b></a>.</p>') == "<p>.</p>"
    assert made('<link rel="alternate" href="/oembed?x"><i>y</i>') == "<i>y</i>"


def test_only_the_script_of_the_search_stays_and_every_page_has_the_policy():
    page = '<meta charset="utf-8"><script src="/static/s.js" defer></script><script type="module" src="/a.js"></script>'
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    assert made(page) == f'<meta charset="utf-8">{policy}<script src="../static/s.js" defer></script>'
    assert "unsafe" not in POLICY


def test_forms_that_look_for_words_are_sent_to_the_search_of_the_copy_and_others_are_gone():
    found = made('<form action="/visits/" method="get"><input name="q" data-suggest="/s/" data-label="S"></form>')
    assert found == (
        '<form action="../search/index.html" method="get"><input type="hidden" name="kind" value="visit">'
        '<input name="q"></form>'
    )
    gone = made('<form method="post" action="/visits/"><input name="csrfmiddlewaretoken" value="t"></form>after')
    assert gone == "<p>needs a server</p>after"
    choice = made('<form action="/c/"><p>x</p><button formaction="/x.html">HTML</button><button>y</button></form>')
    assert choice == '<p>needs a server</p><p><a href="../x.html">x.html</a></p>'


def test_of_a_narrowed_list_the_other_filters_are_gone_and_snippets_everywhere():
    page = '<div class="browse"><div class="facets"><div>f</div></div><div>rows</div></div>'
    assert made(page) == page
    assert made(page, narrowed=True) == "<div><div>rows</div></div>"
    assert made('<details class="cite share">s</details><details class="cite">c</details>') == (
        '<details class="cite">c</details>'
    )


def test_shapes_of_another_file_stand_in_the_page_itself():
    html = made('<body><svg><use class="l" href="/static/world.svg#khm"/><use href="#mark"/></svg></body>')
    assert '<use class="l" href="#shape-khm"/><use href="#mark"/>' in html
    assert html.count('<path id="shape-khm"/>') == 1
    assert html.index("<p>a copy</p>") < html.index('shape-khm"/></defs>')


def test_links_are_read_off_the_elements_of_a_page():
    html = '<a href="/a/?x=1&amp;y=2">a</a><img src="/b.png"><textarea>&lt;a href=&quot;/c/&quot;&gt;</textarea>'
    assert links_in(html) == {"/a/?x=1&y=2", "/b.png"}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/visits/?country=khm", "/visits/?country=khm"),
        ("/visits/x/briefing/", "/visits/x/briefing.html"),
        ("/search/?q=x", "/search/"),
        ("/visits.csv", "/visits.csv"),
        ("/files/0a1b/", "/files/0a1b/"),
        *((address, "") for address in (
            "/visits.xlsx", "/visits/x/briefing.pdf", "/accounts/login/", "/admin/", "/desk/", "/searches/",
            "/health/live", "/oembed?url=x", "/embed/visits/x/", "/pictures/site.png", "/search/suggest/", "/nowhere",
            "/feeds/x/y/", "/api/v1/", "/robots.txt",
        )),
    ],
)  # fmt: skip
def test_a_copy_holds_what_everybody_reads_and_nothing_that_asks_a_server(address, found):
    assert held(address) == found


def test_the_pages_of_a_filter_are_followed_and_no_second_filter():
    assert len(HELD) >= 60
    assert is_followed("/visits/?country=khm", "/visits/")
    assert is_followed("/visits/?country=khm&page=2", "/visits/?country=khm")
    assert is_followed("/visits/x/", "/visits/?country=khm")
    assert not is_followed("/visits/?country=khm&year=2022", "/visits/?country=khm")
    assert not is_followed("/statements/?country=khm", "/visits/?country=khm")

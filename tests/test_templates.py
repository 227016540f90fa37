"""Templates stay readable, and the tags that keep them so do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

FOLDER = Path(settings.BASE_DIR) / "templates"
FILES = sorted(FOLDER.rglob("*.html"))
LONGEST_LINE = 140
LONGEST_FILE = 130


def test_no_line_of_a_template_is_longer_than_a_screen_and_no_template_longer_than_two() -> None:
    assert len(FILES) >= 50
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert max(len(line) for line in lines) <= LONGEST_LINE, path
        assert len(lines) <= LONGEST_FILE, path


def test_each_partial_says_on_top_which_variables_it_needs() -> None:
    partials = [path for path in FILES if path.parent.name == "components" or path.name.startswith("_")]
    assert len(partials) >= 25
    for path in partials:
        assert path.read_text(encoding="utf-8").startswith("{% comment %} "), path


def test_every_partial_is_used() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in FILES)
    used = set(re.findall(r'{% include "([^"]+)"', texts))
    there = {str(path.relative_to(FOLDER)) for path in FILES}
    assert used <= there
    partials = {name for name in there if name.startswith("components/") or "/_" in name}
    assert partials == used


def shown(source: str, **values: object) -> str:
    """Return what a template that loads our tags renders."""
    return Template("{% load record %}" + source).render(Context(values))


def test_tight_takes_out_line_breaks_of_the_template_and_none_of_a_value() -> None:
    source = (
        "{% tight %}\n  <b>{{ a }}</b>\n  {% if b %} · {{ b }}{% endif %}\n\n"
        "  {% if c %}, {{ c }}{% endif %}\n{% endtight %}"
    )
    assert shown(source, a="one", b="two\n  lines", c="") == "<b>one</b> · two\n  lines"
    assert shown(source, a="<i>", b="", c="three") == "<b>&lt;i&gt;</b>, three"


@pytest.mark.parametrize("row", [("A & B", "/a/"), type("Row", (), {"name": "A & B", "url": "/a/"})()])
def test_lists_of_links_are_parted_and_escaped(row: object) -> None:
    rows = [row, ("<none>", "")]
    assert shown("{{ rows|linked }}", rows=rows) == '<a href="/a/">A &amp; B</a>, &lt;none&gt;'
    assert shown("{{ rows|stacked }}", rows=rows) == '<a href="/a/">A &amp; B</a><br>&lt;none&gt;'
    assert shown('{{ rows|names:" › " }}', rows=rows) == "A &amp; B › &lt;none&gt;"
    assert shown("{{ rows|linked }}", rows=[]) == ""


def test_coded_values_are_told_in_words() -> None:
    assert shown("{{ v|column_shape }} {{ v|column_label }}", v="civil") == "● Civil society"
    assert shown("{{ v|visibility_label }}", v="confidential") == "confidential"
    assert shown("{{ v|in_words }}", v="2022-08") == "August 2022"
    assert shown("{{ v|language_name }}", v="km") == "Khmer"
    assert shown("{{ v|language_name }}", v="not a code") == "not a code"
    assert shown("{{ since|years:until }}", since="2015", until="") == "2015 – ?"
    assert shown("{{ since|years:until }}", since="", until="") == ""

"""A briefing as HTML: the body of its page, out of which the PDF is made too. Pure.

Every text is escaped here; addresses that are no web address make no link.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from statements.briefing.tree import (
    Block,
    Briefing,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Run,
    Table,
    runs_right_to_left,
    with_ties,
)


def body(briefing: Briefing) -> str:
    """Return the blocks and notes as HTML. Notes lead to where they are marked, and back."""
    blocks = "\n".join(_block(block, tied=tied) for block, tied in with_ties(briefing.blocks))
    return f"{blocks}\n{_notes(briefing)}"


def _block(block: Block, *, tied: bool) -> str:
    if isinstance(block, Heading):
        place = f' id="{escape(block.place)}"' if block.place else ""
        return f"<h{block.level}{place}>{_runs(block.runs)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return _paragraph(block, tied=tied)
    if isinstance(block, Facts):
        rows = (f"<dt>{escape(name)}</dt><dd>{_runs(value)}</dd>" for name, value in block.rows)
        return f"<dl>{''.join(rows)}</dl>"
    if isinstance(block, Listing):
        return f"<ul>{''.join(f'<li>{_runs(item)}</li>' for item in block.items)}</ul>"
    return _table(block)


def _paragraph(paragraph: Paragraph, *, tied: bool = False) -> str:
    name = "" if paragraph.style == "words" else paragraph.style
    classes = " ".join(filter(None, [name, "tied" if tied else ""]))
    style = f' class="{escape(classes)}"' if classes else ""
    if paragraph.style == "words":
        return f"<blockquote{style}>{_runs(paragraph.runs)}</blockquote>"
    return f"<p{style}>{_runs(paragraph.runs)}</p>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    rows = []
    for first, *cells in table.rows:
        told = "".join(
            # On a narrow screen the heading of the column stands in each cell.
            f'<td data-column="{escape(name)}">{"".join(map(_paragraph, cell))}</td>'
            for name, cell in zip(table.head[1:], cells, strict=True)
        )
        rows.append(f'<tr><th scope="row">{"".join(map(_paragraph, first))}</th>{told}</tr>')
    caption = f"<caption>{escape(table.caption)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _runs(runs: tuple[Run, ...]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    if run.note:
        number = run.note
        return f'<sup><a id="mark-{number}" href="#note-{number}" role="doc-noteref">{number}</a></sup>'
    text = escape(run.text).replace("\n", "<br>")
    if run.language:
        # Of a language that nobody knows the signs themselves say where they begin.
        way = "rtl" if runs_right_to_left(run.language) else "auto"
        text = f'<span lang="{escape(run.language)}" dir="{way}">{text}</span>'
    if run.style == "strong":
        text = f"<strong>{text}</strong>"
    elif run.style:
        text = f'<span class="{escape(run.style)}">{text}</span>'
    return f'<a href="{escape(run.href)}">{text}</a>' if is_link(run.href) else text


def is_link(href: str) -> bool:
    """Whether something may lead there: a place in the document or a web address."""
    return href.startswith("#") or (bool(href) and _scheme(href) in {"http", "https"})


def _scheme(href: str) -> str:
    try:
        return urlsplit(href).scheme
    except ValueError:
        return ""


def _notes(briefing: Briefing) -> str:
    items = [
        f'<li id="note-{number}"><span class="back"><a href="#mark-{number}" role="doc-backlink">{number}</a></span> '
        f"{_runs(note)}</li>"
        for number, note in enumerate(briefing.notes, 1)
    ]
    return f'<ol class="notes">{"".join(items)}</ol>' if items else ""

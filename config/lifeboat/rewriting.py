"""A page of the site as it stands in a copy: links lead to files, and what asks a server is taken out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

# Whatever an element names that a browser goes to or loads. All pages of the site write their attributes in this way.
_NAMED = re.compile(r'\s(?:href|src|formaction)="([^"]*)"')
# 'self' is the folder in which a file lies where it is opened from a disk.
POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
        "form-action 'self'", "base-uri 'none'",
    )
)  # fmt: skip
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Snippets that show what the server answers.
_SHARED = {"cite", "share"}
Attributes = dict[str, str | None]
# Returns the address of a file as it is named on the page, or "" where the copy has none.
Leads = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a page may lead to, and what stands in place of what it may not.

    `leads` knows the links; `lists` the kind of what a form looks for, by the link it is sent to, and `search` the page
    that does; `shapes` the element with an id in a picture that is loaded from elsewhere; `foot` ends each page.
    """

    leads: Leads
    lists: Callable[[str], str | None]
    search: str
    shapes: Callable[[str], str]
    needs_server: str
    foot: str
    scripts: frozenset[str] = frozenset()


def links_in(html: str) -> set[str]:
    """Return what the elements of a page name, as it is written there but for character references."""
    return {link.replace("&amp;", "&") for link in _NAMED.findall(html)}


def rewritten(html: str, rules: Rules, *, narrowed: bool) -> str:
    """Return a page as it stands in the copy; of a `narrowed` list the other filters are taken out."""
    head, body, tail = html.rpartition("</body>")
    page = _Page(rules, narrowed)
    page.feed(f"{head}{rules.foot}{body}{tail}" if body else html)
    page.close()
    return "".join(page.out)


@dataclass(slots=True)
class _Skipped:
    """An element that is left out with all within it; what stands in its place is written where it ends."""

    tag: str
    depth: int = 1
    instead: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    def __init__(self, rules: Rules, narrowed: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.rules, self.narrowed = rules, narrowed
        self.out: list[str] = []
        self.skipped: _Skipped | None = None
        self.shapes: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped is not None:
            self._within(self.skipped, tag, dict(attrs))
            return
        made = self._start(tag, dict(attrs), set((dict(attrs).get("class") or "").split()))
        if made is not None:
            self.out.append(made)
        elif tag not in _VOID and self.skipped is None:
            self.skipped = _Skipped(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped is None:
            # Of pictures: a tag that ends itself stays one.
            made = self._start(tag, dict(attrs), set())
            own = made is not None and made != self.get_starttag_text()
            self.out.append(f"{made[:-1]}/>" if own and made else made or "")

    def handle_endtag(self, tag: str) -> None:
        if self.skipped is None:
            if tag == "body":
                self.out.append(self._shapes())
            self.out.append(f"</{tag}>")
        elif tag == self.skipped.tag:
            self.skipped.depth -= 1
            if not self.skipped.depth:
                self.out += self.skipped.instead
                self.skipped = None

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._keep(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")

    def _keep(self, text: str) -> None:
        if self.skipped is None:
            self.out.append(text)

    def _within(self, skipped: _Skipped, tag: str, attrs: Attributes) -> None:
        """Look at what is left out: where else than into its form a button leads, stays as a link."""
        if tag == skipped.tag:
            skipped.depth += 1
        action = attrs.get("formaction") if skipped.tag == "form" and tag == "button" else None
        if action and (where := self.rules.leads(action)):
            skipped.instead.append(f'<p><a href="{escape(where)}">{escape(where.rpartition("/")[2])}</a></p>')

    def _start(self, tag: str, attrs: Attributes, classes: set[str]) -> str | None:
        """Return a tag as it stands in the copy; None where the element is left out."""
        own = self.get_starttag_text() or ""
        if (self.narrowed and "facets" in classes) or (tag == "details" and classes >= _SHARED):
            return None
        if tag in ("script", "img", "link", "a", "use", "iframe"):
            return self._leading(tag, attrs, own)
        if tag == "form":
            return self._form(attrs)
        if tag == "meta" and "charset" in attrs:
            own += f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY, quote=False)}">'
        elif tag == "input" and "data-suggest" in attrs:
            own = _tag(tag, {name: value for name, value in attrs.items() if not name.startswith("data-")})
        elif self.narrowed and "browse" in classes:
            # The list has the room of its filters.
            own = _tag(tag, {name: value for name, value in attrs.items() if name != "class"})
        return own

    def _leading(self, tag: str, attrs: Attributes, own: str) -> str | None:
        """Return the tag of an element that names a link."""
        name = "src" if tag in ("script", "img", "iframe") else "href"
        link = attrs.get(name)
        if link is None or link.startswith("#"):
            return own
        if tag == "use":
            shape = link.partition("#")[2]
            self.shapes[shape] = self.rules.shapes(link)
            return _tag(tag, attrs | {name: f"#shape-{shape}"})
        where = self.rules.leads(link)
        if tag == "script" and where not in self.rules.scripts:
            return None
        if where:
            return own if where == link else _tag(tag, attrs | {name: where})
        # A link that leads nowhere is still a word of its sentence; a picture or a style sheet is none.
        if tag != "a" or link.startswith(_WAYS_IN):
            return None
        return _tag(tag, {key: value for key, value in attrs.items() if key not in ("href", "type", "rel")})

    def _form(self, attrs: Attributes) -> str | None:
        """Return the tag of a form that looks for words, sent to the search of the copy; leave out any other."""
        kind = self.rules.lists(attrs.get("action") or "")
        if kind is None or (attrs.get("method") or "get").lower() != "get":
            self.skipped = _Skipped("form", instead=[self.rules.needs_server])
            return None
        hidden = f'<input type="hidden" name="kind" value="{escape(kind)}">' if kind else ""
        return _tag("form", attrs | {"action": self.rules.search}) + hidden

    def _shapes(self) -> str:
        if not self.shapes:
            return ""
        shapes = "".join(self.shapes.values())
        return f'<svg class="vh" width="0" height="0" aria-hidden="true"><defs>{shapes}</defs></svg>'


# Nobody signs in to a copy.
_WAYS_IN = ("/accounts/", "/admin/", "/desk/", "/searches/")


def _tag(tag: str, attrs: Attributes) -> str:
    written = (f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs.items())
    return f"<{tag}{''.join(written)}>"

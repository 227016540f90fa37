"""Search over the whole record, and the list of statements with its filters."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext

from config.public import public_page
from statements.facets import facets_of, listed, told
from statements.feeds import public_path
from statements.filters import SORTS, StatementFilter
from statements.following import form_of
from statements.models import SearchKind
from statements.models.saved_search import LONGEST_NAME
from statements.saved_search_forms import SaveSearchForm
from statements.search.finding import MOST_COUNTED, MOST_RANKED, Search, count_of
from statements.search.query import MOST_CHARACTERS, MOST_PARTS, Query, conditions_of, languages_for, parse
from statements.search.results import SECTIONS, numbers, quoted, results_of, search_in, statements_of
from visits.exports.answers import ways_to_take
from visits.facets import on_page
from visits.filters import address_with
from visits.models import Organisation
from visits.views.rows import page_of_rows

PER_PAGE = 20
PER_SECTION = 5


def notes_on(query: Query) -> list[str]:
    """Return in sentences what of the words typed was left aside."""
    notes = []
    if query.cut:
        notes.append(
            gettext("Only the first %(characters)d characters and %(parts)d words were read.")
            % {"characters": MOST_CHARACTERS, "parts": MOST_PARTS}
        )
    if query.aside:
        notes.append(
            ngettext("Left aside: %(words)s, which says nothing by itself.",
                     "Left aside: %(words)s, which say nothing by themselves.", len(query.aside))
            % {"words": ", ".join(f"“{words}”" for words in query.aside)}
        )  # fmt: skip
    if query.text and not query:
        notes.append(gettext("There is no word to look for in “%(text)s”.") % {"text": query.text})
    return notes


def number(count: int, more: bool) -> str:
    """Return a number as pages tell it: “1,000+” where it was not counted to the end."""
    return f"{count:,}+" if more else f"{count:,}"


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Everything that fits the words, in sections; `kind` shows one of them page by page."""
    query = parse(request.GET.get("q", ""))
    conditions = conditions_of(query, languages_for(get_language() or ""))
    kind = request.GET.get("kind", "")
    context: dict[str, Any] = {
        "section": "search",
        "query": query.text,
        "notes": notes_on(query),
        "asked": bool(query),
        "all_statements": _address("statement_list", q=query.text),
    }
    if query and kind in SECTIONS and kind != SearchKind.STATEMENT:
        context |= _one_section(request, search_in(kind, query, conditions, request.user), query)
    elif query:
        context["sections"] = _sections(query, [search_in(one, query, conditions, request.user) for one in SECTIONS])
    return render(request, "statements/search_results.html", context)


def _address(name: str, **query: str) -> str:
    return reverse(name) + address_with(QueryDict(), **query)


def _label(kind: str) -> str:
    return str(SearchKind(kind).label)


def _count(searched: Search) -> tuple[int, bool]:
    """Return the number of records; where only filters were typed, of all that pass them."""
    return searched.count() if searched.conditions else count_of(searched.rows)


def _sections(query: Query, searches: list[Search]) -> list[dict[str, Any]]:
    """Return the sections in which something was found, each with its first results."""
    found = numbers([one for one in searches if one.kind != SearchKind.STATEMENT]) if query.has_words else {}
    sections = []
    for one in searches:
        counted = one.kind in found or (query.has_words and one.kind != SearchKind.STATEMENT)
        count, more = (found.get(one.kind, 0), False) if counted else _count(one)
        if not count:
            continue
        said = one.kind == SearchKind.STATEMENT
        ids = one.newest(0, PER_SECTION) if said else one.ranking().best[:PER_SECTION]
        address = _address("statement_list", q=query.text) if said else _address("search", q=query.text, kind=one.kind)
        sections.append(
            {
                "kind": one.kind,
                "label": _label(one.kind),
                "number": number(count, more),
                "results": results_of(one, ids),
                "all": address if count > PER_SECTION else "",
            }
        )
    return sections


def _one_section(request: HttpRequest, searched: Search, query: Query) -> dict[str, Any]:
    """Return one section page by page, what fits best first."""
    count, more = _count(searched)
    page, moved = page_of_rows(request, range(count), PER_PAGE)
    ranking = searched.ranking()
    start = page.start_index() - 1 if count else 0
    return {
        "one": {"kind": searched.kind, "label": _label(searched.kind), "number": number(count, more),
                "results": results_of(searched, ranking.best[start : start + PER_PAGE])},
        "page": page,
        "page_moved": moved,
        "address": address_with(QueryDict(), q=query.text, kind=searched.kind),
        "all_sections": _address("search", q=query.text),
        "only_newest": MOST_RANKED if ranking.common else 0,
        "at_most": MOST_COUNTED if more else 0,
    }  # fmt: skip


@public_page
def statement_list(request: HttpRequest) -> HttpResponse:
    """Statements with their filters, by words or all of them; every state is in the address."""
    filters = StatementFilter(request.GET, reader=request.user)
    found = listed(filters)
    count, more = told(found.latest)
    page, moved = page_of_rows(request, range(count), PER_PAGE)
    start = max(0, page.start_index() - 1)
    rows = statements_of(found.best[start : start + PER_PAGE], request.user)
    narrowed = on_page(facets_of(filters, found.latest))
    if filters.query.text:
        narrowed["chosen"].insert(0, (gettext("Words"), filters.query.text, address_with(filters.data, q="")))
    if slug := filters.chosen.get("organisation"):
        found_name = Organisation.objects.visible_to(request.user).filter(slug=slug).values_list("name", flat=True)
        label = filters.filters["organisation"].label
        narrowed["chosen"].append((label, found_name.first() or slug, address_with(filters.data, organisation="")))
    sort = "relevance" if filters.by_relevance else "newest"
    query = form_of(filters)
    title = " · ".join(value for _label, value, _clear in narrowed["chosen"])
    context = {
        "section": "statements",
        "results": quoted(rows, filters.conditions, request.user),
        "number": number(count, more),
        "count": count,
        "page": page,
        "page_moved": moved,
        "only_newest": MOST_RANKED if found.common else 0,
        "at_most": MOST_COUNTED if more else 0,
        "address": address_with(filters.data),
        **narrowed,
        "query": filters.query.text,
        "kept": [(name, value) for name, value in filters.data.items() if name in filters.chosen],
        "notes": [*notes_on(filters.query), *filters.not_understood],
        "sorts": [(label, address_with(filters.data, sort=key), key == sort) for key, label in SORTS.items()]
        if filters.conditions.groups
        else [],
        "feed": public_path(query),
        "take": ways_to_take("statement_export", filters.address),
        "save": SaveSearchForm(
            initial={"name": Truncator(title or gettext("All statements")).chars(LONGEST_NAME), "query": query}
        ),
    }
    return render(request, "statements/statement_list.html", context)

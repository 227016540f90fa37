"""The query that makes whole cells of a list: PostgreSQL's way to write what `columns` reads (docs/adr/0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.utils.translation import gettext

from visits.access import ROLES, Role
from visits.exports.columns import OPEN, Kind, Taking, around
from visits.exports.writers import BETWEEN
from visits.prepared import Given, text_of
from visits.written import Anybody

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# What `in_cell` takes for the beginning of a formula, in PostgreSQL's regular expressions: a sign after whatever
# `str.lstrip` takes away or is made a space, or a tab or line break at the very beginning.
_BLANK = r"\u0001-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufffe\uffff"
_FORMULA = rf"^([\t\n\r]|[{_BLANK}]*[=+@＝＋－＠-])"
_PLACES = {letter: f"p_{place:02}" for place, letter in enumerate("abcdefghij")}


def values_of(taking: Taking, ids: Iterable[int]) -> dict[str, Any]:
    """Return what the query is run with."""
    return {
        "ids": "{" + ",".join(map(str, ids)) + "}",
        "site": taking.site,
        "who": taking.reader.pk or 0,
        "today": taking.today,
        "open": settings.DATA_LICENCE or gettext("not stated: ask whoever runs this site"),
        "closed": gettext("not for publication"),
    }


_WRITTEN: dict[tuple[str, Role, str], str] = {}


def written(kind: Kind, role: Role, language: str) -> str:
    """Return the query that makes the cells of a kind for somebody of a role, with `%(name)s` for its values.

    It is made once for each role and language.
    """
    key = (kind.name, role, language)
    if key not in _WRITTEN:
        connection = connections[DEFAULT_DB_ALIAS]
        connection.ensure_connection()
        query = Query(kind, role, language, connection)
        cells = [query.cell(column.sql(query), plain=column.plain) for column in kind.columns if column.sql]
        _WRITTEN[key] = query.text(cells)
    return _WRITTEN[key]


class Query:
    """A query while columns write their cells into it. What they are given back is SQL of a text, or of no value."""

    def __init__(self, kind: Kind, role: Role, language: str, connection: BaseDatabaseWrapper) -> None:
        self.kind, self.role, self.language, self.connection = kind, role, language, connection
        self.reader = Anybody(role.value)
        ids = Given("ids")
        self.records = kind.records.build(self.reader, ids=ids)
        self.parts: dict[str, list[Any]] = {}
        for rows in kind.pieces(self.reader, ids) if kind.pieces else []:
            named: Any = rows.query.annotations["p_kind"]
            self.parts.setdefault(named.value, []).append(rows)
        self.paths: dict[str, str] = {}
        # By (kind of thin rows, path to their owner, letters that make them distinct): their aggregates by name.
        self.groups: dict[tuple[str, str, str], dict[str, str]] = {}

    def of(self, path: str) -> str:
        """Return the value at `path` of the record, as it is stored."""
        name = self.paths.setdefault(path, f"c{len(self.paths)}")
        return f"r.{name}"

    def day(self, path: str) -> str:
        """Return the day at `path` of the record."""
        return f"to_char({self.of(path)}, 'YYYY-MM-DD')"

    def flag(self, condition: str) -> str:
        """Return whether a condition holds, as CSV writes it."""
        return f"CASE WHEN {condition} THEN 'true' ELSE 'false' END"

    def stored(self, attribute: str, field: str) -> str:
        """Return the text of a field (“visits.Visit.title”) of the record."""
        model, _dot, name = field.rpartition(".")
        kind = apps.get_model(model)._meta.get_field(name)
        value = self.of(attribute)
        if isinstance(kind, models.DateTimeField):
            return f"""to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
        if isinstance(kind, models.DateField):
            return self.day(attribute)
        return value if isinstance(kind, models.CharField | models.TextField) else f"{value}::text"

    def precision(self, path: str) -> str:
        """Return how precise the partial date at `path` is."""
        date = self.of(path)
        return (
            f"CASE WHEN {date} LIKE '%%/%%' THEN 'interval'"
            f" ELSE (CASE length({date}) WHEN 4 THEN 'year' WHEN 7 THEN 'month' WHEN 10 THEN 'day' END) END"
        )

    def page(self, name: str, key: str) -> str:
        """Return the whole address of the page `name` (“visit_detail”) with a key, which is SQL."""
        before, after = (self.literal(part) for part in around(name, self.language))
        return f"CASE WHEN {key} <> '' THEN %(site)s::text || {before} || {key} || {after} END"

    def literal(self, text: str) -> str:
        """Return a text as SQL."""
        from psycopg.sql import Literal

        return Literal(text).as_string(self.connection.connection).replace("%", "%%")

    def choose(self, value: str, choices: Mapping[str, str], otherwise: str = "") -> str:
        """Return what `choices` has for a value, which is SQL."""
        cases = " ".join(f"WHEN {self.literal(key)} THEN {self.literal(text)}" for key, text in choices.items())
        return f"CASE {value} {cases} ELSE {self.literal(otherwise)} END"

    def listed(
        self, kind: str, text: str | Callable[[Mapping[str, str]], str], owner: str = "pk", *, once: str = "",
        page: str = "",
    ) -> str:  # fmt: skip
        """Return a text of each thin row of a kind, in their order, as one text.

        `text` is a letter, or makes SQL out of the columns by letter; `owner` is the path to what the rows belong to.
        With `once`, rows that are alike in these letters stand once, and those without the first of them not at all.
        With `page`, the text is the key of such a page.
        """
        value = _PLACES[text] if isinstance(text, str) else text(_PLACES)
        if page:
            value = f"COALESCE({self.page(page, value)}, '')"
        between = self.literal(BETWEEN)
        joined = f"string_agg(replace({value}, {between}, ' / '), {between})"
        return self.grouped(kind, joined, owner, once=once)

    def grouped(self, kind: str, aggregate: str, owner: str = "pk", *, once: str = "") -> str:
        """Return an aggregate over the thin rows of a kind that belong to the record, or to what `owner` leads to."""
        self.of(owner)
        made = self.groups.setdefault((kind, owner, once), {})
        name = made.setdefault(aggregate, f"a{len(made)}")
        return f"g{list(self.groups).index((kind, owner, once))}.{name}"

    def licence(self) -> str:
        """Return under what the row may be used: that of the record, where everybody may see the row."""
        if ROLES[self.role] == ROLES[Role.NONE]:
            return "%(open)s::text"
        return f"CASE WHEN {self.grouped(OPEN, 'count(*)')} > 0 THEN %(open)s::text ELSE %(closed)s::text END"

    def cell(self, value: str, *, plain: bool) -> str:
        """Return the cell of a value: nothing for no text, and an apostrophe before what begins like a formula."""
        if not plain:
            value = f"CASE WHEN {value} ~ {self.literal(_FORMULA)} THEN '''' || {value} ELSE {value} END"
        return f"NULLIF({value}, '')"

    def text(self, cells: list[str]) -> str:
        """Return the whole query, its rows in the order of the ids.

        Of the many conditions of a gate the planner expects three rows where thousands come, and would make all that
        hangs on a record once more for each of them. So the ids come first, of which it knows how many they are, and a
        record is told to be there in a way that it cannot turn into a join.
        """
        self.of("pk")
        rows = self.records.order_by().values_list(*self.paths)
        records = self._text(rows) or self._none(len(self.paths))
        names = ", ".join(self.paths.values())
        joins = [
            f"LEFT JOIN ({self._group(kind, once, made)}) AS g{number}(p_owner, {', '.join(made.values())})"
            f" ON g{number}.p_owner = {'w.id' if owner == 'pk' else self.of(owner)}"
            for number, ((kind, owner, once), made) in enumerate(self.groups.items())
        ]
        columns = ", ".join(("p_kind", "p_owner", "p_order", *_PLACES.values()))
        # No text of a queryset here is made of what somebody typed: values are put in by the driver.
        heads = [
            "w(id, place) AS MATERIALIZED (SELECT * FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY)",
            *(f"rows_{kind}({columns}) AS ({self._rows(kind)})" for kind in {key[0]: None for key in self.groups}),
        ]
        return (
            f"WITH {', '.join(heads)} SELECT {', '.join(cells)} FROM w"  # noqa: S608
            f" LEFT JOIN (SELECT *, true FROM ({records}) AS open) AS r({names}, is_open) ON {self.of('pk')} = w.id"
            f" {' '.join(joins)} WHERE COALESCE(r.is_open, false) ORDER BY w.place"
        )

    def _text(self, rows: models.QuerySet[Any, Any]) -> str:
        """Return rows as SQL, "" for none; the ids that they ask for stand once in the query, however many they are."""
        text = text_of(rows, self.connection) or ""
        return text.replace("ANY(%(ids)s::bigint[])", "ANY(ARRAY(SELECT id FROM w))")

    def _rows(self, kind: str) -> str:
        """Return the thin rows of a kind."""
        texts = [text for rows in self.parts[kind] if (text := self._text(rows))]
        return " UNION ALL ".join(f"({text})" for text in texts) or self._none(3 + len(_PLACES))

    def _group(self, kind: str, once: str, made: Mapping[str, str]) -> str:
        """Return the thin rows of a kind, which stand at the head of the query, by owner with their aggregates.

        They come to the aggregates in their order, sorted once; an aggregate with an order of its own sorts for each
        owner, which took an eighth of the time.
        """
        rows = f"SELECT * FROM rows_{kind}"  # noqa: S608 - a name of ours
        if once:
            keys = ", ".join(("p_owner", *(_PLACES[letter] for letter in once)))
            first = _PLACES[once[0]]
            rows = f"SELECT {keys}, min(p_order) AS p_order FROM rows_{kind} WHERE {first} <> '' GROUP BY {keys}"  # noqa: S608
        rows += " ORDER BY p_owner, p_order"
        return f"SELECT p_owner, {', '.join(made)} FROM ({rows}) AS p GROUP BY p_owner"  # noqa: S608

    @staticmethod
    def _none(width: int) -> str:
        return f"SELECT {', '.join(['NULL'] * width)} WHERE false"

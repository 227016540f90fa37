"""Filters of a list with one value each, whose counts say what replacing one of them would leave."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, cast

import django_filters as df
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from visits.prepared import Prepared, Value

if TYPE_CHECKING:
    from visits.access import Reading


# What the address of a page says beside filters: a file, feed or calendar holds all its pages. "" is no name (`?=&`).
LEFT_ASIDE = frozenset({"page", ""})
# An address can have a thousand parts that are not understood: so many are told.
MOST_TOLD = 5


class Asked(NamedTuple):
    """What a filter asks for: the part that the text of a query depends on, and the value in it, where it has one."""

    literal: str = ""
    value: Any = None


class OneChoiceFilter(df.FilterSet):
    """Filters of a list, each with one value; `reader` is whose view counts. What is not understood is left aside."""

    # How the values of filters are read: as a number or a text to compare with, or as `Asked`.
    READ: ClassVar[dict[str, Callable[[Any], Any]]] = {}
    # Filters that narrow nothing.
    IDLE: ClassVar[frozenset[str]] = frozenset()
    # Filters whose text depends on each letter typed: with one of them no query is prepared.
    PLAIN: ClassVar[frozenset[str]] = frozenset()
    # What else of an address narrows the list.
    BESIDE: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, data: QueryDict, *, reader: Reading, queryset: QuerySet[Any], given: QueryDict | None = None
    ) -> None:
        self.reader = reader
        # The address as it came, where `data` is no more than what was taken out of it.
        self.given = data if given is None else given
        super().__init__(data, queryset=queryset)

    @classmethod
    def over(cls, reader: Reading, asked: dict[str, Any]) -> Self:
        """Return the filters for somebody of a role, whose values are not known yet."""
        filters = cls(QueryDict(), reader=reader)  # type: ignore[call-arg]
        filters.asked = asked
        return filters

    def narrowed(self, *, but: str = "") -> Any:
        """Return the rows that pass every filter except `but`."""
        rows = self.queryset.all()
        for name, value in self.asked.items():
            if name != but:
                rows = self.filters[name].filter(rows, value)
        return rows

    def read(self, build: Build, *shape: Any, **values: Value) -> list[Any]:
        """Return the rows of `build(filters, *shape, **values)`, which are prepared where they can be.

        It builds one queryset out of what passes the filters, and may depend on nothing but what it is given.
        """
        if not self.is_prepared:
            return list(build(self, *shape, **values))
        asked = {name: value if isinstance(value, Asked) else Asked(value=value) for name, value in self.asked.items()}
        literals = tuple((name, one.literal, one.value is not None) for name, one in asked.items())
        given = {f"asked_{name}": one.value for name, one in asked.items() if one.value is not None}
        return _prepared_over(cast("Any", type(self)), build)(self.reader, literals, *shape, **given, **values)

    @property
    def is_prepared(self) -> bool:
        """Whether the text of a query depends on nothing but which filters are chosen."""
        return not self.PLAIN & self.asked.keys()

    @cached_property
    def asked(self) -> dict[str, Any]:
        """Return what each filter that narrows asks for, as its method takes it."""
        return {
            name: self.READ[name](value) if name in self.READ else value
            for name, value in self.chosen.items()
            if name not in self.IDLE
        }

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """Return the understood values of the filters that are set."""
        self.errors  # noqa: B018 - validates the form
        cleaned = self.form.cleaned_data
        return {name: value for name, value in cleaned.items() if value not in (None, "")}

    @property
    def address(self) -> str:
        """Return what is understood as the end of an address (“?country=khm”): by it the same list is taken away."""
        kept = QueryDict(mutable=True)
        for name in (*self.BESIDE, *self.chosen):
            if value := self.data.get(name, ""):
                kept[name] = value
        return f"?{kept.urlencode()}" if kept else ""

    @property
    def misread(self) -> list[str]:
        """Return a sentence for each part of an address that is not understood, for where none is left aside."""
        return [
            *(
                gettext("“%(value)s” is not understood as %(filter)s.")
                % {"value": self.data.get(name, "")[:60], "filter": self.filters[name].label}
                for name in self.base_filters
                # Of a name that stands twice that is told, and no value of it. A page carries no NUL along; by itself
                # it would be read as nothing.
                if (name in self.errors or "\x00" in self.given.get(name, "")) and len(self.given.getlist(name)) == 1
            ),
            *astray(self.given, {*self.base_filters, *self.BESIDE}, of_list=True),
        ]

    @property
    def not_understood(self) -> list[str]:
        """Return a sentence for each value that no filter understands; it is left aside."""
        return [
            gettext("“%(value)s” is not understood as %(filter)s and was left aside.")
            % {"value": self.data.get(name, "")[:60], "filter": self.filters[name].label}
            for name in self.errors
        ]


def astray(
    query: QueryDict, names: Container[str] = (), *, several: Container[str] = (), of_list: bool = False
) -> list[str]:
    """Return a sentence for each part of an address that is none of `names`, or one of them said twice.

    Where a name has one value, of several one would be taken, and nobody told which; those in `several` may have more.
    """
    # Where there are no filters, nothing is one of them.
    unknown = gettext("“%(name)s” is not understood here.")
    if of_list:
        unknown = gettext("“%(name)s” is no filter of this list.")
    found = []
    for name, values in query.lists():
        if name in LEFT_ASIDE:
            continue
        if name not in names:
            found.append(unknown % {"name": name[:60]})
        elif len(values) > 1 and name not in several:
            found.append(gettext("“%(name)s” stands there more than once.") % {"name": name})
    return found


def in_few(sentences: Iterable[str]) -> str:
    """Return the first of these sentences, each once, and how many more there are."""
    each = list(dict.fromkeys(sentences))
    more = len(each) - MOST_TOLD
    if more > 0:
        each[MOST_TOLD:] = [ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more}]
    return " ".join(each)


Build = Callable[..., QuerySet[Any, Any]]


@cache
def _prepared_over(filters: Any, build: Build) -> Prepared[Any]:
    def over(reader: Reading, literals: tuple[tuple[str, str, bool], ...], *shape: Any, **given: Any) -> Any:
        asked = {}
        for name, literal, has_value in literals:
            value = given.pop(f"asked_{name}") if has_value else None
            asked[name] = Asked(literal, value) if literal else value
        return build(filters.over(reader, asked), *shape, **given)

    # The best plan for a rare value is not that for a frequent one.
    return Prepared(over, replan=True)

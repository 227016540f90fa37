"""What can be compared: topics, countries and mandates, through rows the reader may see; and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.models import StatementTopic, Topic
from visits.access import visible
from visits.models import Country, Mandate, Visit, VisitLeg, VisitMandate
from visits.pieces import gathered, pieces, union
from visits.prepared import prepared
from visits.querysets import VisitQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.access import Reading
    from visits.models import User

# The choices of the page, in their order: the name in the address, the kind of row, the words.
FIELDS = (
    ("topic", "topic", _("Topic")),
    ("country", "country", _("Country")),
    ("other", "country", _("Second country, side by side")),
    ("mandate", "mandate", _("Mandate")),
)
# A choice longer than any key is not worth looking for, nor repeating.
LONGEST_KEY = 120


@dataclass(frozen=True, slots=True)
class Option:
    """A topic, country or mandate that can be chosen."""

    kind: str
    key: str
    name: str
    pk: int


@dataclass(slots=True)
class Chosen:
    """What an address chooses, every option that it could, and (value, label) of each choice that is none."""

    options: dict[str, list[Option]]
    by_field: dict[str, Option] = field(default_factory=dict)
    unmet: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """Return a sentence for each value that a page leaves aside."""
        told = gettext("Nothing is recorded under “%(value)s” as %(choice)s: it was left aside.")
        return [told % {"value": value, "choice": label} for value, label in self.unmet]

    @property
    def refusals(self) -> list[str]:
        """Return a sentence for each value because of which there is no file."""
        told = gettext("Nothing is recorded under “%(value)s” as %(choice)s.")
        return [told % {"value": value, "choice": label} for value, label in self.unmet]

    @property
    def topic(self) -> Option | None:
        """Return the topic chosen."""
        return self.by_field.get("topic")

    @property
    def countries(self) -> list[Option]:
        """Return the country or the two countries chosen."""
        found = [self.by_field[name] for name in ("country", "other") if name in self.by_field]
        return list(dict.fromkeys(found))

    @property
    def mandate(self) -> Option | None:
        """Return the mandate chosen."""
        return self.by_field.get("mandate")

    @property
    def fields(self) -> list[tuple[str, Any, list[tuple[Option, bool]]]]:
        """Return each select of the form: name, label, options and whether they are chosen."""
        return [
            (name, label, [(option, self.by_field.get(name) == option) for option in self.options[kind]])
            for name, kind, label in FIELDS
        ]


def choose(data: QueryDict, user: User | AnonymousUser) -> Chosen:
    """Return what `data` chooses among what `user` may see; one query."""
    chosen = Chosen(options_for(user))
    for name, kind, label in FIELDS:
        typed = data.get(name, "").strip().lower()
        if not typed:
            continue
        option = next((option for option in chosen.options[kind] if option.key == typed), None)
        if option is not None:
            chosen.by_field[name] = option
        else:
            chosen.unmet.append((typed[:60], label))
    return chosen


def options_for(user: User | AnonymousUser) -> dict[str, list[Option]]:
    """Return the topics that a statement is on, and the countries and mandates with a visit, by name; one query."""
    parts = gathered(_options(user))
    found: dict[str, list[Option]] = {"topic": [], "country": [], "mandate": []}
    for (kind, pk), (row, *_others) in parts.items():
        found[kind].append(Option(kind, row.a.lower(), row.b, pk))
    return {kind: sorted(options, key=lambda option: (option.name, option.key)) for kind, options in found.items()}


@prepared
def _options(reader: Reading) -> QuerySet[Any]:
    said = StatementTopic.objects.filter(visible(reader, "statement__version"), topic_id=OuterRef("pk"))
    legs = VisitLeg.objects.visible_to(reader).filter(country_id=OuterRef("pk"))
    made = VisitMandate.objects.visible_to(reader).filter(mandate_id=OuterRef("pk"))
    return union(
        [
            pieces("topic", Topic.objects.filter(Exists(said)), "pk", 0, "slug", "name"),
            pieces("country", Country.objects.filter(Exists(legs)), "pk", 0, "iso3", "name"),
            pieces("mandate", Mandate.objects.filter(Exists(made)), "pk", 0, "slug", "scope"),
        ]
    )


def visits_of(user: User | AnonymousUser, country: Option | None, mandate: Option | None) -> VisitQuerySet:
    """Return the visits that `user` may see to a country, for a mandate, or both."""
    rows: VisitQuerySet = Visit.objects.visible_to(user)
    if country is not None:
        rows = rows.filter(pk__in=VisitLeg.objects.filter(country_id=country.pk).values("visit_id"))
    if mandate is not None:
        rows = rows.filter(pk__in=VisitMandate.objects.filter(mandate_id=mandate.pk).values("visit_id"))
    return rows


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a choice that is not complete or that nothing fits: what to add, and how many visits it gives."""

    kind: str
    name: str
    visits: int
    address: str


def ways_on(chosen: Chosen, user: User | AnonymousUser) -> list[Way]:
    """Return what the topic chosen is recorded for, and what is recorded of the place chosen: most visits first.

    One query; none where neither is chosen.
    """
    said = StatementTopic.objects.filter(visible(user, "statement__version"), statement__visit__isnull=False)
    country = chosen.countries[0] if chosen.countries else None
    parts: list[QuerySet[Any]] = []
    if chosen.topic is not None:
        visits = said.filter(topic_id=chosen.topic.pk).values("statement__visit_id")
        parts += [
            _counted("country", VisitLeg.objects.filter(visit__in=visits, country__isnull=False), "country__iso3",
                     "country__name", "visit_id"),
            _counted("mandate", VisitMandate.objects.filter(visit__in=visits), "mandate__slug", "mandate__scope",
                     "visit_id"),
        ]  # fmt: skip
    if country is not None or chosen.mandate is not None:
        of_place = said.filter(statement__visit__in=visits_of(user, country, chosen.mandate))
        parts.append(_counted("topic", of_place, "topic__slug", "topic__name", "statement__visit_id"))
    if not parts:
        return []
    first, *others = parts
    kept = {name: option.key for name, option in chosen.by_field.items()}
    found = [_way(row, kept) for row in first.union(*others, all=True)]
    return sorted(found, key=lambda way: (-way.visits, way.name, way.address))


def _counted(kind: str, rows: QuerySet[Any], key: str, name: str, visit: str) -> QuerySet[Any]:
    text = TextField()
    return (
        rows.order_by()
        .annotate(w_key=Cast(F(key), text), w_name=Cast(F(name), text))
        .values("w_key", "w_name")
        .annotate(w_kind=Value(kind, output_field=text), w_visits=Count(visit, distinct=True))
        .values_list("w_kind", "w_key", "w_name", "w_visits")
    )


def _way(row: tuple[str, str, str, int], kept: dict[str, str]) -> Way:
    """Return the way to the same choice with this one; another kind of place is left out, a topic keeps the place."""
    kind, key, name, visits = row
    parts = {"topic": kept.get("topic", "")} if kind != "topic" else dict(kept)
    return Way(kind, name, visits, address_of(**{**parts, kind: key.lower()}))


def address_of(**parts: str) -> str:
    """Return the address of a comparison."""
    query = QueryDict(mutable=True)
    for name, _kind, _label in FIELDS:
        if parts.get(name):
            query[name] = parts[name]
    return f"{reverse('comparison')}?{query.urlencode()}"

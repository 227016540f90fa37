"""What the record holds of what rows name, as far as whoever imports may see it: looked up for many rows at once."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.functions import Length

from statements.capture.verbatim import SourceText
from statements.models import Topic, TopicAlias
from visits.addresses import last_part
from visits.folding import fold
from visits.models import (
    Alias,
    Country,
    Mandate,
    MandateTerm,
    MandateTitle,
    Meeting,
    Office,
    Organisation,
    Person,
    PersonName,
    Source,
    Visit,
    VisitLeg,
    VisitMandate,
)
from visits.versions import seen

# More than this is not kept of one kind: memory is bounded however long the file is.
MOST_KEPT = 50_000
folded = lru_cache(maxsize=50_000)(fold)


class VisitFact(NamedTuple):
    """A visit, and what its statements may be by it."""

    id: int
    workflow: str
    visibility: str
    slug: str
    title: str
    dates: str
    earliest: datetime.date | None
    latest: datetime.date | None


class MeetingFact(NamedTuple):
    """A meeting, and what its statements may be by it."""

    id: int
    workflow: str
    visibility: str
    visit: int
    leg: int | None
    compartment: int | None


class SourceFact(NamedTuple):
    """A source, and what statements that cite it may be by it."""

    id: int
    workflow: str
    visibility: str
    consulted: bool
    language: str
    held: int
    title: str


class Somebody(NamedTuple):
    """A person, organisation or mandate of the record: kind, id, slug, name, and the side of an organisation."""

    kind: str
    id: int
    slug: str
    name: str
    side: str = ""
    private: bool = False


class Post(NamedTuple):
    """An office or a term of a person, under all that calls it."""

    office: int | None
    term: int | None
    names: frozenset[str]
    side: str
    since: datetime.date | None
    until: datetime.date | None


class Known:
    """Looks up what rows name. What was asked once is kept, and what is not there too."""

    def __init__(self, by: Any) -> None:
        self.by = by
        self.visits: dict[str, VisitFact | None] = {}
        self.meetings: dict[str, MeetingFact | None] = {}
        self.sources: dict[str, tuple[SourceFact, ...]] = {}
        self.people: dict[str, tuple[Somebody, ...]] = {}
        self.pages: dict[tuple[str, str], Somebody | None] = {}
        self.topics: dict[str, tuple[tuple[int, str, str], ...]] = {}
        self.posts: dict[int, list[Post]] = {}
        self.of_country: dict[int, list[VisitFact]] = {}
        self.of_mandate: dict[int, frozenset[int]] = {}
        self.visit_ids: dict[int, VisitFact] = {}
        self._bodies: dict[str, tuple[Somebody, ...]] | None = None
        self._places: dict[str, set[int]] | None = None

    def _rows(self, model: type[Any]) -> Any:
        return seen(model, self.by)

    @staticmethod
    def _missing(keys: Iterable[Any], kept: dict[Any, Any]) -> set[Any]:
        wanted = {key for key in keys if key}
        if len(kept) > MOST_KEPT:
            kept.clear()
        return wanted - kept.keys()

    def need_visits(self, slugs: Iterable[str]) -> None:
        """Look up visits by their slugs."""
        if missing := self._missing(slugs, self.visits):
            self.visits |= dict.fromkeys(missing)
            for fact in self._visits(Q(slug__in=missing)):
                self.visits[fact.slug] = fact

    def _visits(self, condition: Q) -> list[VisitFact]:
        rows = self._rows(Visit).filter(condition).order_by("dates_earliest", "slug")
        columns = ("pk", "workflow", "visibility", "slug", "title", "dates", "dates_earliest", "dates_latest")
        found = [VisitFact(*row) for row in rows.values_list(*columns)]
        if len(self.visit_ids) > MOST_KEPT:
            self.visit_ids.clear()
        self.visit_ids |= {fact.id: fact for fact in found}
        return found

    def visit_numbered(self, pk: int) -> VisitFact | None:
        """Return a visit by its key."""
        if pk not in self.visit_ids:
            self._visits(Q(pk=pk))
        return self.visit_ids.get(pk)

    def visits_to(self, countries: Iterable[str], mandates: Iterable[str]) -> list[VisitFact]:
        """Return the visits to one of these countries, and for one of these mandates where any are named."""
        found: dict[int, VisitFact] = {}
        for name in countries:
            for country in sorted(self._named_places().get(folded(name), ())):
                if country not in self.of_country:
                    legs = VisitLeg._base_manager.filter(country_id=country).values("visit_id")
                    self.of_country[country] = self._visits(Q(pk__in=legs))
                found |= {fact.id: fact for fact in self.of_country[country]}
        called = [body for name in mandates for body in self.bodies().get(folded(name), ())]
        wanted = [body.id for body in called if body.kind == "mandate"]
        for mandate in wanted:
            if mandate not in self.of_mandate:
                rows = VisitMandate._base_manager.filter(mandate_id=mandate).values_list("visit_id", flat=True)
                self.of_mandate[mandate] = frozenset(rows)
        among = {pk for mandate in wanted for pk in self.of_mandate[mandate]}
        return [fact for fact in found.values() if not wanted or fact.id in among]

    def _named_places(self) -> dict[str, set[int]]:
        if self._places is None:
            self._places = defaultdict(set)
            names = ("name", "formal_name", "iso3", "iso2", "name_fr", "name_es", "name_ar", "name_ru", "name_zh")
            for pk, *called in Country._base_manager.values_list("pk", *names):
                for name in filter(None, called):
                    self._places[fold(name)].add(pk)
            for text, pk in Alias._base_manager.filter(country__isnull=False).values_list("folded", "country_id"):
                self._places[text].add(pk)
        return self._places

    def need_meetings(self, keys: Iterable[str]) -> None:
        """Look up meetings by their public ids."""
        if missing := self._missing(keys, self.meetings):
            self.meetings |= dict.fromkeys(missing)
            columns = ("pk", "workflow", "visibility", "visit_id", "leg_id", "compartment_id")
            gate = self._rows(Meeting).filter(public_id__in=missing, visit__in=self._rows(Visit))
            for key, *row in gate.values_list("public_id", *columns):
                self.meetings[key] = MeetingFact(*row)

    def need_sources(self, texts: Iterable[str]) -> None:
        """Look up sources by id, address here or elsewhere, UN symbol or title."""
        missing = self._missing(texts, self.sources)
        if not missing:
            return
        keys: dict[str, set[str]] = defaultdict(set)
        for text in missing:
            keys[last_part(text)].add(text)
        rows = self._rows(Source).annotate(held=Length("extracted_text"))
        columns = ("pk", "workflow", "visibility", "consulted", "language", "held", "title")
        found: dict[str, dict[int, SourceFact]] = defaultdict(dict)
        wanted = Q(public_id__in=list(keys)) | Q(url__in=missing) | Q(archive_url__in=missing)
        wanted |= Q(symbol__in=missing) | Q(title__in=missing)
        ways = ("public_id", "url", "archive_url", "symbol", "title")
        for values in rows.filter(wanted).order_by("pk").values_list(*columns, *ways):
            fact, (public_id, *others) = SourceFact(*values[:7]), values[7:]
            for text in keys.get(public_id, set()) | set(others) & missing:
                found[text][fact.id] = fact
        for text in missing - found.keys():
            if text.startswith(("http://", "https://")):
                near = self._rows(Source).at_address(text).annotate(held=Length("extracted_text"))
                found[text] = {values[0]: SourceFact(*values) for values in near.values_list(*columns)}
        self.sources |= {text: tuple(found[text].values()) for text in missing}

    def texts_of(self, sources: Collection[int]) -> dict[int, SourceText]:
        """Return the stored texts of sources by their keys."""
        rows = Source._base_manager.filter(pk__in=sources).values_list("pk", "extracted_text") if sources else ()
        return {key: SourceText(text) for key, text in rows}

    def need_people(self, names: Iterable[str]) -> None:
        """Look up people by all their names."""
        missing = self._missing(map(folded, names), self.people)
        if not missing:
            return
        called: dict[int, set[str]] = defaultdict(set)
        for model in (PersonName, Alias):
            rows = model._base_manager.filter(folded__in=missing, person__isnull=False)
            for pk, text in rows.values_list("person_id", "folded"):
                called[pk].add(text)
        found: dict[str, list[Somebody]] = {text: [] for text in missing}
        for row in self._people(Q(pk__in=list(called))):
            for text in called[row.id]:
                found[text].append(row)
        self.people |= {text: tuple(rows) for text, rows in found.items()}

    def need_named(self, names: Collection[str]) -> None:
        """Look up people by the name that pages show, which need not stand among their names."""
        unknown = {name for name in names if name and not self.people.get(folded(name))}
        for row in self._people(Q(name__in=unknown)) if unknown else ():
            key = folded(row.name)
            self.people[key] = tuple({*self.people.get(key, ()), row})

    def _people(self, condition: Q) -> Iterable[Somebody]:
        rows = self._rows(Person).filter(condition).order_by("pk").values_list("pk", "slug", "name", "private")
        return (Somebody("person", pk, slug, name, private=private) for pk, slug, name, private in rows)

    def need_pages(self, pages: Iterable[tuple[str, str]]) -> None:
        """Look up people, organisations and mandates by their slugs."""
        missing = self._missing(pages, self.pages)
        self.pages |= dict.fromkeys(missing)
        slugs: dict[str, list[str]] = defaultdict(list)
        for kind, slug in missing:
            slugs[kind].append(slug)
        for row in self._people(Q(slug__in=slugs["person"])) if slugs["person"] else ():
            self.pages[("person", row.slug)] = row
        for kind in ("organisation", "mandate"):
            wanted = set(slugs[kind])
            for rows in self.bodies().values() if wanted else ():
                for row in rows:
                    if row.kind == kind and row.slug in wanted:
                        self.pages[(kind, row.slug)] = row

    def bodies(self) -> dict[str, tuple[Somebody, ...]]:
        """Return organisations and mandates by all their names, folded: a vocabulary, read once."""
        if self._bodies is None:
            found: dict[str, dict[tuple[str, int], Somebody]] = defaultdict(dict)
            known: dict[tuple[str, int], Somebody] = {}
            rows = self._rows(Organisation).values_list("pk", "slug", "name", "short_name", "side")
            for pk, slug, name, short, side in rows:
                known["organisation", pk] = row = Somebody("organisation", pk, slug, name, side)
                for text in filter(None, (name, short)):
                    found[fold(text)]["organisation", pk] = row
            for pk, slug, name, scope in Mandate._base_manager.values_list("pk", "slug", "name", "scope"):
                known["mandate", pk] = row = Somebody("mandate", pk, slug, name)
                for text in (name, scope, slug):
                    found[fold(text)]["mandate", pk] = row
            for text, pk in MandateTitle._base_manager.values_list("title", "mandate_id"):
                found[fold(text)]["mandate", pk] = known["mandate", pk]
            for kind in ("organisation", "mandate"):
                column = f"{kind}_id"
                aliases = Alias._base_manager.filter(**{f"{kind}__isnull": False}).values_list("folded", column)
                for text, pk in aliases:
                    if (kind, pk) in known:
                        found[text][kind, pk] = known[kind, pk]
            self._bodies = {text: tuple(rows.values()) for text, rows in found.items()}
        return self._bodies

    def need_topics(self, names: Iterable[str]) -> None:
        """Look up topics by slug, else by name or another word for them: files of ours hold slugs."""
        if not self._missing(names, self.topics):
            return
        found: dict[str, dict[int, tuple[int, str, str]]] = defaultdict(dict)
        known = {pk: (pk, slug, name) for pk, slug, name in self._rows(Topic).values_list("pk", "slug", "name")}
        slugs = {row[1]: row for row in known.values()}
        for row in known.values():
            found[folded(row[2])][row[0]] = row
        for pk, text in TopicAlias._base_manager.values_list("topic_id", "folded"):
            if pk in known:
                found[text][pk] = known[pk]
        for name in self._missing(names, self.topics):
            named = found.get(folded(name), {}).values()
            self.topics[name] = (slugs[name],) if name in slugs else tuple(named)

    def need_posts(self, people: Iterable[int]) -> None:
        """Look up the offices and terms of people."""
        missing = self._missing(people, self.posts)
        if not missing:
            return
        self.posts |= {pk: [] for pk in missing}
        dates = ("since_earliest", "until_latest", "seen_earliest", "seen_latest")
        offices = self._rows(Office).filter(person__in=missing).order_by("since_earliest", "pk")
        for pk, person, title, group, side, since, until, first, last in offices.values_list(
            "pk", "person_id", "title", "organisation__name", "side", *dates
        ):
            names = frozenset({fold(title), fold(f"{title}, {group}")} if group else {fold(title)})
            self.posts[person].append(Post(pk, None, names, side, since or first, until or last))
        terms = MandateTerm._base_manager.filter(person__in=missing).order_by("since_earliest", "pk")
        columns = ("pk", "person_id", "mandate__name", "mandate__scope", "since_earliest", "until_latest")
        for pk, person, name, scope, since, until in terms.values_list(*columns):
            post = Post(None, pk, frozenset({fold(name), fold(scope)}), "mandate_holder", since, until)
            self.posts[person].append(post)

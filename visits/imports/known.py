"""What the record knows by name, as far as whoever imports may see it: read once for a file, added to as rows enter."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from visits.folding import fold
from visits.imports.country_names import CountryNames
from visits.imports.former_names import former_names
from visits.imports.resolving import Names
from visits.models import (
    Alias,
    Country,
    Mandate,
    MandateTerm,
    MandateTitle,
    Organisation,
    Person,
    PersonName,
    Source,
    VisitLeg,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from visits.models import User


class Known:
    """Indexes of names: countries by iso3, mandates, people and organisations by slug. `by` None sees everything."""

    def __init__(self, by: User | None) -> None:
        self.by = by
        self._sources: dict[str, Source | None] = {}

    def seen(self, rows: Any) -> QuerySet[Any]:
        """Return the rows of a manager that whoever imports may see."""
        return rows.all() if self.by is None else rows.visible_to(self.by)

    @cached_property
    def countries(self) -> Names:
        """Countries by iso3: names in all languages, the formal one, old ones, variants, and codes in capitals.

        Aliases, which editors enter, go before the former names that come with the program; of these none counts that
        was an alias and is none any longer.
        """
        others = self._aliases("country_id")
        found = CountryNames(
            (row.iso3, row.name, [row.name, row.formal_name, *self._translated(row), *others[row.pk]])
            for row in Country.objects.all()
        )
        stood = Alias.objects.ever_of_countries()
        for iso3 in found.labels:
            found.add_code(iso3, [iso3])
        for former in former_names():
            found.add_former([name for name in former.names if fold(name) not in stood], former.countries)
            if former.code:
                found.add_code(former.code, former.countries)
        return found

    @cached_property
    def codes(self) -> Names:
        """Countries by their codes alone, old ones too: “NA” is Namibia among codes, and nothing among names."""
        found = Names((row.iso3, row.name, [row.iso3, row.iso2, row.m49]) for row in Country.objects.all())
        for former in former_names():
            found.add_former([former.code, former.code2], former.countries)
        return found

    @staticmethod
    def _translated(row: Country) -> list[str]:
        return [getattr(row, f"name_{code}") for code in ("fr", "es", "ar", "ru", "zh")]

    @cached_property
    def territories(self) -> Names:
        """Territories and regions that are no State, by the name under which a visit was there."""
        rows = self.seen(VisitLeg.objects).exclude(territory="").values_list("territory", flat=True)
        return Names((name, name, [name]) for name in rows.order_by("pk"))

    @cached_property
    def mandates(self) -> Names:
        """Mandates by slug: titles of today and before, short names with and without who holds them."""
        others = self._aliases("mandate_id")
        for key, title in MandateTitle.objects.values_list("mandate_id", "title"):
            others[key].append(title)
        return Names(
            (row.slug, row.name, [row.slug, row.name, row.scope, f"{row.holder_kind} {row.scope}", *others[row.pk]])
            for row in Mandate.objects.all()
        )

    @cached_property
    def mandate_countries(self) -> dict[str, str]:
        """The countries of mandates for one, iso3 by slug."""
        return dict(Mandate.objects.exclude(country=None).values_list("slug", "country__iso3"))

    @cached_property
    def people(self) -> Names:
        """People by slug, under every name and romanisation; namesakes are told apart by their slug."""
        others = self._aliases("person_id")
        for key, text in self.seen(PersonName.objects).values_list("person_id", "text"):
            others[key].append(text)
        return Names(
            (row.slug, f"{row.name} [{row.slug}]", [row.slug, row.name, *others[row.pk]])
            for row in self.seen(Person.objects)
        )

    @cached_property
    def organisations(self) -> Names:
        """Organisations by slug, under their names in full and in short."""
        others = self._aliases("organisation_id")
        return Names(
            (row.slug, f"{row.name} [{row.slug}]", [row.slug, row.name, row.short_name, *others[row.pk]])
            for row in self.seen(Organisation.objects)
        )

    def _aliases(self, column: str) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        rows = self.seen(Alias.objects).filter(**{f"{column}__isnull": False})
        for key, text in rows.values_list(column, "text"):
            found[key].append(text)
        return found

    def terms_of(self, person: str) -> list[MandateTerm]:
        """Return the terms of a person, by the order in which they were held."""
        rows = MandateTerm.objects.filter(person__slug=person).select_related("mandate", "person")
        return list(rows.order_by("since_earliest", "pk"))

    def source_at(self, address: str) -> Source | None:
        """Return a source at `address` that whoever imports may see."""
        if address not in self._sources:
            rows = Source.objects.at_address(address)
            self._sources[address] = (rows if self.by is None else rows.visible_to(self.by)).order_by("pk").first()
        return self._sources[address]

    def note_source(self, address: str, source: Source) -> None:
        """Note a source that was entered for `address`."""
        self._sources[address] = source

    def note_person(self, person: Person) -> None:
        """Note a person who was entered."""
        self.people.add(person.slug, f"{person.name} [{person.slug}]", [person.slug, person.name])

    def note_mandate(self, mandate: Mandate, *names: str) -> None:
        """Note a mandate that was entered, with its other names."""
        short = f"{mandate.holder_kind} {mandate.scope}"
        if mandate.country is not None:
            self.mandate_countries[mandate.slug] = mandate.country.iso3
        self.mandates.add(mandate.slug, mandate.name, [mandate.slug, mandate.name, mandate.scope, short, *names])

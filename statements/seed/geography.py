"""Countries of the sample record, with their other names."""

from __future__ import annotations

from statements.seed.reading import CountryRow
from statements.seed.store import Store
from visits.models import Alias, Country


def enter_countries(rows: list[CountryRow], store: Store) -> None:
    """Enter the countries that are missing, each with its aliases."""
    known = set(Country.objects.values_list("iso3", flat=True))
    for row in rows:
        if row.iso3 in known:
            store.found[Country._meta.label] += 1
        else:
            country, _new = store.keep(Country, dict(row.values), iso3=row.iso3)
            for text in row.aliases:
                store.keep(Alias, country=country, text=text)
        store.tick()

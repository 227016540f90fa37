"""Countries of the sample record, with their other names."""

from __future__ import annotations

from statements.seed.reading import CountryRow
from statements.seed.store import Store
from visits.folding import fold
from visits.models import Alias, Country


def enter_countries(rows: list[CountryRow], store: Store) -> None:
    """Enter the countries that are missing, and the aliases that none of them ever had.

    An alias that editors corrected, moved to another country or took away stays as they left it.
    """
    known = {country.iso3: country for country in Country.objects.all()}
    had = Alias.objects.ever_of_countries()
    for row in rows:
        country = known.get(row.iso3)
        if country is None:
            country, _new = store.keep(Country, dict(row.values), iso3=row.iso3)
        else:
            store.found[Country._meta.label] += 1
        for text in row.aliases:
            if fold(text) in had:
                store.found[Alias._meta.label] += 1
            else:
                store.keep(Alias, country=country, text=text)
        store.tick()

"""Countries with their visits by status, and which of them the map draws."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from visits.choices import VisitStatus
from visits.models import Country, VisitLeg
from visits.world import STANDINGS, Standing, by_standing, standing_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User

STANDING_LABELS = [
    ("held", _("held"), _("a visit was held")),
    ("ahead", _("coming"), _("a visit is agreed or announced")),
    ("waiting", _("waiting"), _("asked for, invited, accepted or put off")),
    ("stopped", _("not held"), _("declined or cancelled")),
    ("unclear", _("no step"), _("a visit without a step on record")),
]
_SHAPES = re.compile(r'<(path|circle) id="([a-z]{3})"')


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country with its visits: by status in words, by standing as numbers, and the standing that tells most."""

    iso: str
    name: str
    region: str
    url: str
    visits_url: str
    total: int
    counts: tuple[int, ...]
    standing: Standing
    words: str

    @property
    def told(self) -> str:
        """Return name and visits in words."""
        return f"{self.name}: {self.words}"


def world_of(user: User | AnonymousUser) -> list[CountryRow]:
    """Return every country by region and name, with the visits that `user` may see; two queries."""
    legs = VisitLeg.objects.visible_to(user).filter(country__isnull=False).order_by()
    by_status: dict[int, dict[str, int]] = defaultdict(dict)
    counted = legs.values("country_id", "visit__status").annotate(n=Count("visit_id", distinct=True))
    for country, status, number in counted.values_list("country_id", "visit__status", "n"):
        by_status[country][status] = number
    columns = ("pk", "iso3", "name", "region")
    rows = Country.objects.order_by("region", "name").values_list(*columns)
    return [_row(iso3.lower(), name, region, by_status.get(pk, {})) for pk, iso3, name, region in rows]


def _row(iso: str, name: str, region: str, by_status: dict[str, int]) -> CountryRow:
    total = sum(by_status.values())
    told = [
        f"{by_status[status]} {VisitStatus(status).label}" for status in VisitStatus.values if by_status.get(status)
    ]
    number = ngettext("%(n)d visit", "%(n)d visits", total) % {"n": total}
    return CountryRow(
        iso=iso,
        name=name,
        region=region,
        url=reverse("country_detail", args=[iso]),
        visits_url=f"{reverse('visit_list')}?country={iso}",
        total=total,
        counts=tuple(by_standing(by_status)[standing] for standing in STANDINGS),
        standing=standing_of(by_status),
        words=f"{number} ({', '.join(told)})" if told else gettext("no visit on record"),
    )


@lru_cache(maxsize=1)
def shapes() -> dict[str, str]:
    """Return what static/world.svg draws: "path" or "circle" by lower-case ISO code."""
    text = (Path(settings.BASE_DIR) / "static" / "world.svg").read_text(encoding="utf-8")
    return {iso: shape for shape, iso in _SHAPES.findall(text)}


def drawn(rows: list[CountryRow]) -> list[CountryRow]:
    """Return the countries that the map draws, by name: points last, so that no neighbour covers them."""
    there = shapes()
    found = [row for row in rows if row.iso in there]
    return sorted(found, key=lambda row: (there[row.iso] == "circle", row.name))

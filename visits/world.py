"""Which States there are, and how visits to a country stand together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

# The 193 Member States of the United Nations and its two observer States, the Holy See and the State of Palestine.
_CODES = """
    AFG AGO ALB AND ARE ARG ARM ATG AUS AUT AZE BDI BEL BEN BFA BGD BGR BHR BHS BIH BLR BLZ BOL BRA BRB BRN BTN BWA
    CAF CAN CHE CHL CHN CIV CMR COD COG COL COM CPV CRI CUB CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESP EST ETH
    FIN FJI FRA FSM GAB GBR GEO GHA GIN GMB GNB GNQ GRC GRD GTM GUY HND HRV HTI HUN IDN IND IRL IRN IRQ ISL ISR ITA
    JAM JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAR MCO MDA MDG MDV MEX
    MHL MKD MLI MLT MMR MNE MNG MOZ MRT MUS MWI MYS NAM NER NGA NIC NLD NOR NPL NRU NZL OMN PAK PAN PER PHL PLW PNG
    POL PRK PRT PRY PSE QAT ROU RUS RWA SAU SDN SEN SGP SLB SLE SLV SMR SOM SRB SSD STP SUR SVK SVN SWE SWZ SYC SYR
    TCD TGO THA TJK TKM TLS TON TTO TUN TUR TUV TZA UGA UKR URY USA UZB VAT VCT VEN VNM VUT WSM YEM ZAF ZMB ZWE
"""
STATES = frozenset(_CODES.split())

Standing = Literal["held", "ahead", "waiting", "stopped", "unclear", "none"]
# What a status comes to on the map and in its table, what tells most first.
STANDINGS: dict[Standing, tuple[str, ...]] = {
    "held": ("completed", "reported"),
    "ahead": ("dates_agreed", "announced"),
    "waiting": ("requested", "invited", "accepted", "postponed", "suspended"),
    "stopped": ("declined", "cancelled"),
    "unclear": ("unknown",),
}


def by_standing(by_status: Mapping[str, int]) -> dict[Standing, int]:
    """Return the number of visits by standing from that by status."""
    return {standing: sum(by_status.get(one, 0) for one in statuses) for standing, statuses in STANDINGS.items()}


def standing_of(by_status: Mapping[str, int]) -> Standing:
    """Return the standing that tells most of a country: a visit that was held before one that is asked for."""
    counts = by_standing(by_status)
    return next((standing for standing in STANDINGS if counts[standing]), "none")

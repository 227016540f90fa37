"""Rows of the API as JSON-LD: schema.org for what happened and who it was, Popolo for who held which office where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from visits.citing import linked
from visits.views.citing import HELD

POPOLO = "http://www.popoloproject.com/contexts/{}.jsonld"
Told = Mapping[str, Any]


def agents(kind: str, names: Iterable[str], pages: Iterable[str]) -> list[linked.Agent]:
    """Return those who have a page."""
    return [linked.Agent(kind, name, page) for name, page in zip(names, pages, strict=True) if page]


def voices(names: Iterable[str], pages: Iterable[str], site: str) -> list[linked.Agent]:
    """Return people, organisations and mandates with a page; the address of the page says which of them it is."""
    kinds = {"people": "person", "organisations": "organisation", "mandates": "mandate"}
    pairs = [(name, page) for name, page in zip(names, pages, strict=True) if page]
    return [linked.Agent(kinds[page.removeprefix(site).strip("/").split("/")[0]], name, page) for name, page in pairs]


def visit(told: Told, site: str) -> dict[str, Any]:
    """Return a visit as an event."""
    name = _("Visit to %(place)s") % {"place": told["place"]}
    mandates = [site + reverse("mandate_detail", args=[slug]) for slug in told["mandates"]]
    return linked.event(
        name=name if told["status"] in HELD else f"{name} ({told['status'].replace('_', ' ')})",
        url=told["address"],
        date=told["dates"],
        status=told["status"],
        attendance=told["kind"],
        places=[*told["country_names"], *told["territories"]],
        organisers=agents("mandate", told["mandate_names"], mandates),
        description=told["purpose"],
    )


def meeting(told: Told, site: str) -> dict[str, Any]:
    """Return a meeting as an event that is part of its visit."""
    return linked.event(
        name=_("Meeting: %(whom)s") % {"whom": told["title"]},
        url=told["address"],
        date=told["date"],
        status=told["status"],
        attendance=told["format"],
        places=[told["place"]],
        attendees=voices(told["participants"], told["participant_pages"], site),
        within=(_("the visit"), told["visit"]),
        about=told["topic_names"],
        description=told["public_summary"],
    )


def source(told: Told, _site: str) -> dict[str, Any]:
    """Return a source as the kind of work that it is."""
    return linked.work(
        told["kind"],
        name=told["title"],
        url=told["address"],
        authors=[part.strip() for part in told["author"].split(";") if part.strip()],
        publisher=told["publisher"],
        date=told["published"],
        language=told["language"],
        symbol=told["symbol"],
        original=told["url"],
        archived=told["archive_url"],
        based_on=told["relay_titles"],
    )


def person(told: Told, _site: str) -> dict[str, Any]:
    """Return somebody with the mandates and offices that they hold or held."""
    held = [(name, "") for name in told["mandate_names"]]
    held += zip(told["offices"], told["office_organisations"], strict=True)
    return linked.person(
        name=told["name"], url=told["address"], names=told["other_names"], offices=dict.fromkeys(held)
    )  # fmt: skip


def _popolo(kind: str, **facts: Any) -> dict[str, Any]:
    filled = {name: value for name, value in facts.items() if value}
    return {"@context": POPOLO.format(kind.lower()), "@type": kind, **filled}


def organisation(told: Told, _site: str) -> dict[str, Any]:
    """Return an organisation in the words of Popolo."""
    names = [{"name": told["short_name"]}] if told["short_name"] else []
    return _popolo(
        "Organization",
        id=told["address"],
        name=told["name"],
        other_names=names,
        classification=told["side"],
        parent_id=told["parent"],
    )


def membership(told: Told, _site: str) -> dict[str, Any]:
    """Return an office as somebody's membership in an organisation, in the words of Popolo; dates as they are known."""
    return _popolo(
        "Membership",
        id=told["self"],
        label=told["title"],
        role=told["title"],
        person_id=told["person"],
        organization_id=told["organisation"],
        start_date=told["since"].partition("/")[0],
        end_date=told["until"].rpartition("/")[2],
    )


def mandate(told: Told, _site: str) -> dict[str, Any]:
    """Return a mandate as an organisation with those who held it, in the words of Popolo."""
    held = zip(told["holders"], told["holder_pages"], told["holders_since"], told["holders_until"], strict=True)
    memberships = [
        {name: value for name, value in (
            ("person_id", page), ("label", who), ("start_date", since.partition("/")[0]),
            ("end_date", until.rpartition("/")[2]),
        ) if value}
        for who, page, since, until in held
    ]  # fmt: skip
    return _popolo(
        "Organization",
        id=told["address"],
        name=told["name"],
        other_names=[{"name": name} for name in told["titles"]],
        classification=told["kind"],
        memberships=memberships,
    )


def country(told: Told, _site: str) -> dict[str, Any]:
    """Return a country."""
    names = [told[name] for name in ("formal_name", "name_fr", "name_es", "name_ar", "name_ru", "name_zh")]
    facts = {
        "name": told["name"],
        "url": told["address"],
        "identifier": told["id"],
        "alternateName": [name for name in dict.fromkeys(names) if name],
    }
    return {"@context": linked.CONTEXT, "@type": "Country", **{name: value for name, value in facts.items() if value}}

"""Records as JSON-LD in the words of schema.org, for those who read pages by machine. Pure: facts in, a document out.

A document holds what its page shows, and of that nothing that names somebody without a page of their own. Dates stay
at their precision: ISO 8601, as schema.org asks for, knows months and years.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

CONTEXT = "https://schema.org"
_AGENTS = {"person": "Person", "organisation": "Organization", "mandate": "Organization"}
_EVENT_STATUS = {
    "cancelled": "EventCancelled",
    "declined": "EventCancelled",
    "refused": "EventCancelled",
    "postponed": "EventPostponed",
    "suspended": "EventPostponed",
}
_ATTENDANCE = {
    "in_person": "OfflineEventAttendanceMode",
    "online": "OnlineEventAttendanceMode",
    "virtual": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
_WORKS = {
    "news": "NewsArticle",
    "opinion": "OpinionNewsArticle",
    "social_post": "SocialMediaPosting",
    "report": "Report",
    "web_page": "WebPage",
    "law": "Legislation",
    "recording": "MediaObject",
}


class Agent(NamedTuple):
    """Somebody with a page: person, organisation or mandate."""

    kind: str
    name: str
    url: str

    def told(self) -> dict[str, Any]:
        """Return who it is."""
        return {"@type": _AGENTS[self.kind], "name": self.name, "url": self.url}


def event(
    *,
    name: str,
    url: str,
    date: str = "",
    status: str = "",
    attendance: str = "",
    places: Iterable[str] = (),
    organisers: Iterable[Agent] = (),
    attendees: Iterable[Agent] = (),
    within: tuple[str, str] = ("", ""),
    about: Iterable[str] = (),
    description: str = "",
) -> dict[str, Any]:
    """Return a visit or a meeting; `within` is name and address of the visit that a meeting is part of."""
    start, slash, end = date.partition("/")
    outer, outer_url = within
    return _document(
        "Event",
        name=name,
        url=url,
        startDate=start,
        endDate=end if slash else start,
        eventStatus=_term(_EVENT_STATUS.get(status, "EventScheduled") if status else ""),
        eventAttendanceMode=_term(_ATTENDANCE.get(attendance, "")),
        location=[{"@type": "Place", "name": place} for place in places if place],
        organizer=[agent.told() for agent in organisers],
        attendee=[agent.told() for agent in attendees],
        superEvent={"@type": "Event", "name": outer, "url": outer_url} if outer else None,
        about=list(about),
        description=description,
    )


def statement(
    *,
    name: str,
    url: str,
    verbatim: bool,
    text: str = "",
    language: str = "",
    date: str = "",
    standing: str = "",
    speakers: Iterable[Agent] = (),
    topics: Iterable[str] = (),
    within: tuple[str, str] = ("", ""),
    sources: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Return a statement: a Quotation where its words are the speaker's own, else a Claim told in others' words.

    `standing` is what later statements made of it, "" where they made nothing of it.
    """
    outer, outer_url = within
    return _document(
        "Quotation" if verbatim else "Claim",
        name=name,
        url=url,
        text=text,
        inLanguage=language,
        dateCreated=date,
        creativeWorkStatus=standing,
        creator=[agent.told() for agent in speakers],
        about=list(topics),
        isPartOf={"@type": "CreativeWork", "name": outer, "url": outer_url} if outer else None,
        citation=[{"@type": "CreativeWork", "name": title, "url": address} for title, address in sources],
    )


def person(
    *, name: str, url: str, names: Iterable[str] = (), offices: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    """Return somebody with a page; `offices` are titles with the organisation or mandate, "" where none is known."""
    occupations = [
        {"@type": "Role", "roleName": title, **({"memberOf": {"@type": "Organization", "name": body}} if body else {})}
        for title, body in offices
    ]
    return _document("Person", name=name, url=url, alternateName=list(names), memberOf=occupations)


def work(
    kind: str,
    *,
    name: str,
    url: str,
    authors: Iterable[str] = (),
    publisher: str = "",
    date: str = "",
    language: str = "",
    symbol: str = "",
    original: str = "",
    archived: str = "",
    based_on: Iterable[str] = (),
) -> dict[str, Any]:
    """Return a source; `original` is where it is found and `url` its page in the record."""
    return _document(
        _WORKS.get(kind, "CreativeWork"),
        name=name,
        mainEntityOfPage=url,
        url=original,
        # The record does not know of a printed name whether it is a person's: it stays a text.
        author=list(authors),
        publisher={"@type": "Organization", "name": publisher} if publisher else None,
        datePublished=date.partition("/")[0],
        inLanguage=language,
        identifier=symbol,
        archivedAt=archived,
        isBasedOn=[{"@type": "CreativeWork", "name": title} for title in based_on],
    )


def as_script(document: dict[str, Any]) -> str:
    """Return a document as it may stand in an element of HTML: nothing in it ends the element or begins a comment."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04X}")
    return text


def _term(name: str) -> str:
    return f"{CONTEXT}/{name}" if name else ""


def _document(kind: str, **values: Any) -> dict[str, Any]:
    return {"@context": CONTEXT, "@type": kind, **{name: value for name, value in values.items() if value}}

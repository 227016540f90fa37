"""The record in Popolo's words, as far as a reader may see it. What Popolo has no word for stands in `vis_a_vis`.

Ids are those of the addresses: slugs and public ids. Dates are as precise as they are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch

from statements.choices import Standing
from statements.models import Citation, Statement, StatementLink, StatementSpeaker, StatementText
from statements.standing import standing
from visits.access import Permission, has_permission
from visits.models import Mandate, MandateTerm, Meeting, Office, Organisation, Person, PersonName, Visit

if TYPE_CHECKING:
    from visits.access import Reading

FORMAT = 1
Found = list[dict[str, Any]]


def people_document(user: Reading) -> dict[str, Any]:
    """Return people, organisations, posts and memberships that `user` may see; six queries."""
    people = Person.objects.visible_to(user)
    if not has_permission(user, Permission.SEE_DRAFTS):
        # A private individual has no page.
        people = people.with_a_page()
    names = PersonName.objects.visible_to(user).order_by("kind", "text")
    rows = list(people.prefetch_related(Prefetch("names", names, "told_names")).order_by("slug"))
    return {
        "vis_a_vis": {"format": FORMAT},
        "persons": [_person(row) for row in rows],
        "organizations": _organisations(user),
        "posts": [_post(row) for row in Mandate.objects.select_related("country").order_by("slug")],
        "memberships": _memberships(user, {row.pk for row in rows}),
    }


def whole_document(user: Reading) -> dict[str, Any]:
    """Return the same with visits and meetings as events, and statements as speeches."""
    return {**people_document(user), "events": _events(user), "speeches": _speeches(user)}


def told(**values: Any) -> dict[str, Any]:
    """Return what there is to tell: nothing that is empty."""
    return {name: value for name, value in values.items() if value not in ("", None, [], {}, False)}


def _person(row: Any) -> dict[str, Any]:
    others = [
        told(
            name=name.text,
            note=name.kind,
            vis_a_vis=told(
                language=name.language, script=name.script, romanisation=name.romanisation, preferred=name.preferred
            ),
        )
        for name in row.told_names
    ]
    return told(id=row.slug, name=row.name, other_names=others, vis_a_vis=told(private=row.private))


def _organisations(user: Reading) -> Found:
    rows = list(Organisation.objects.visible_to(user).select_related("country").order_by("slug"))
    slugs: dict[int | None, str] = {row.pk: row.slug for row in rows}
    return [
        told(
            id=row.slug,
            name=row.name,
            other_names=[{"name": row.short_name, "note": "short"}] if row.short_name else [],
            classification=row.side,
            parent_id=slugs.get(row.parent_id),
            area_id=row.country.iso3 if row.country else "",
        )
        for row in rows
    ]


def _post(row: Any) -> dict[str, Any]:
    return told(
        id=row.slug,
        label=row.name,
        role=row.holder_kind,
        area_id=row.country.iso3 if row.country else "",
        vis_a_vis=told(kind=row.kind, scope=row.scope),
    )


def _memberships(user: Reading, people: set[int]) -> Found:
    organisations: dict[int | None, str] = dict(Organisation.objects.visible_to(user).values_list("pk", "slug"))
    found = []
    for row in Office.objects.visible_to(user).select_related("person"):
        if row.person_id in people:
            extra = told(side=row.side, seen=row.seen, date_basis=row.date_basis, **_spans(row))
            member = told(
                person_id=row.person.slug, organization_id=organisations.get(row.organisation_id), role=row.title
            )
            found.append({**member, **_term_dates(row), "vis_a_vis": extra})
    for term in MandateTerm.objects.select_related("person", "mandate"):
        if term.person_id in people:
            extra = told(date_basis=term.date_basis, source=term.source_note, order=term.order, **_spans(term))
            member = {"person_id": term.person.slug, "post_id": term.mandate.slug}
            found.append({**member, **_term_dates(term), "vis_a_vis": extra})
    return sorted(found, key=repr)


def _term_dates(row: Any) -> dict[str, Any]:
    """Return both dates, of an interval its outer end; Popolo knows years, months and days."""
    return told(start_date=row.since.partition("/")[0], end_date=row.until.rpartition("/")[2])


def _spans(row: Any) -> dict[str, Any]:
    return told(since=row.since if "/" in row.since else "", until=row.until if "/" in row.until else "")


def event_dates(text: str) -> dict[str, str]:
    """Return the two dates of an event from a partial date."""
    first, _slash, last = text.partition("/")
    return told(start_date=first, end_date=last or first)


def _events(user: Reading) -> Found:
    found = []
    for row in Visit.objects.visible_to(user).order_by("slug"):
        extra = told(kind=row.kind, dates_kind=row.dates_kind, is_example=row.is_example)
        dates = event_dates(row.dates)
        found.append({
            **told(id=row.slug, name=row.title, classification="visit", description=row.purpose),
            **dates,
            "vis_a_vis": extra,
        })  # fmt: skip
    for row in Meeting.objects.visible_to(user).select_related("visit").order_by("public_id"):
        extra = told(
            kind=row.kind, format=row.format, openness=row.openness, account=row.account, date_basis=row.date_basis,
            part_of_day=row.part_of_day, starts_at=_clock(row.starts_at), ends_at=_clock(row.ends_at),
            time_zone=row.time_zone,
        )  # fmt: skip
        event = told(
            id=row.public_id, name=row.title, classification="meeting", parent_id=row.visit.slug, status=row.status,
            location=row.place, description=row.public_summary,
        )  # fmt: skip
        found.append({**event, **event_dates(row.date), "vis_a_vis": extra})
    return found


def _clock(value: Any) -> str:
    return value.isoformat() if value is not None else ""


def _speeches(user: Reading) -> Found:
    rows = Statement.objects.visible_to(user).select_related("visit", "meeting").order_by("public_id")
    speakers = StatementSpeaker.objects.visible_to(user).select_related("person", "organisation", "mandate")
    texts = StatementText.objects.visible_to(user).order_by("-preferred", "pk")
    proofs = Citation.objects.visible_to(user).filter(source__isnull=False).select_related("source").order_by("pk")
    rows = rows.prefetch_related(
        Prefetch("speakers", speakers.order_by("order"), "told_speakers"),
        Prefetch("texts", texts, "told_texts"),
        Prefetch("citations", proofs, "told_proofs"),
        Prefetch("linked_from", StatementLink.objects.visible_to(user), "told_links"),
    )
    visits = set(Visit.objects.visible_to(user).values_list("pk", flat=True))
    meetings = set(Meeting.objects.visible_to(user).values_list("pk", flat=True))
    return [_speech(row, visits, meetings) for row in rows.iterator(500)]


def _speech(row: Any, visits: set[int], meetings: set[int]) -> dict[str, Any]:
    voices = [_voice(speaker) for speaker in row.told_speakers]
    first: dict[str, Any] = voices[0] if voices else {}
    words = row.told_texts[0] if row.told_texts else None
    sources = [proof.source for proof in row.told_proofs]
    since = standing(link.kind for link in row.told_links)
    event = row.meeting.public_id if row.meeting_id in meetings else row.visit.slug if row.visit_id in visits else ""
    return {
        **told(
            id=row.public_id,
            creator_id=first.get("person_id"),
            attribution_text=first.get("attribution") or first.get("label") or first.get("name"),
            text=words.text if words else "",
            date=row.date,
            type="speech",
            event_id=event,
            sources=[told(url=source.url, note=source.title) for source in sources if source.url],
        ),
        "vis_a_vis": told(
            act=row.act, mode=row.mode, occasion=row.occasion, date_basis=row.date_basis, answers=row.answers_text,
            original_language=row.original_language, language=words.language if words else "",
            kind=words.kind if words else "", is_example=row.is_example, speakers=voices,
            standing=since if since != Standing.CURRENT else "",
        ),
    }  # fmt: skip


def _voice(speaker: Any) -> dict[str, Any]:
    """Return a speaker; a private individual is named, for no id leads to them."""
    private = speaker.person is not None and speaker.person.private
    return told(
        person_id=speaker.person.slug if speaker.person and not private else "",
        name=speaker.person.name if private else "",
        organization_id=speaker.organisation.slug if speaker.organisation else "",
        post_id=speaker.mandate.slug if speaker.mandate else "",
        label=speaker.label,
        side=speaker.side,
        attribution=speaker.attribution,
    )

"""How pages of the record are cited: their items from what the reader may see, and the addresses of the formats."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from config.public import public_page
from statements.cards import Voice, show_long
from statements.feeds import site_address
from visits.choices import MeetingStatus, VisitStatus
from visits.citing import linked
from visits.citing.formats import FORMATS, highwire, written
from visits.citing.item import Item, record_item, source_item
from visits.citing.styles import Told, all_styles
from visits.models import MandateTerm, Meeting, Office, Person, PersonName, Source
from visits.views.entries import MeetingCard
from visits.views.sheet import Sheet, sheet_or_note
from visits.views.withdrawn import withdrawn_page

HELD = (VisitStatus.COMPLETED, VisitStatus.REPORTED)


class Cited(NamedTuple):
    """What a page tells of how to cite it: lines to copy, addresses of downloads, meta tags."""

    styles: list[Told]
    downloads: list[tuple[str, str]]
    meta: list[tuple[str, str]]


def to_cite(item: Item, name: str, key: str) -> Cited:
    """Return what a page shows of its item; `name` and `key` make the addresses of its formats."""
    downloads = [(told.label, reverse(name, args=[key, form])) for form, told in FORMATS.items()]
    return Cited(all_styles(item), downloads, highwire(item))


def data_block(document: dict[str, Any]) -> SafeString:
    """Return JSON-LD for a page. It is data: a browser runs nothing of it, so the policy of scripts has no say."""
    return mark_safe(linked.as_script(document))  # noqa: S308 - signs of HTML are escaped within


def download(request: HttpRequest, item: Item, form: str) -> HttpResponse:
    """Return the item as a file in one of the formats."""
    name = f'attachment; filename="visavis-{item.id}.{form}"'
    return HttpResponse(
        written(item, form), content_type=FORMATS[form].content_type, headers={"Content-Disposition": name}
    )


def known_format(form: str) -> None:
    """Raise Http404 where there is no such format: before a row is looked for."""
    if form not in FORMATS:
        raise Http404


def read_on() -> str:
    """Return the day on which the page is read. Days turn at 00:00 UTC, as those of the pages that are kept do."""
    return timezone.now().date().isoformat()


def agents(voices: list[Voice]) -> list[linked.Agent]:
    """Return those who have a page, which private individuals have not."""
    return [linked.Agent(voice.kind, voice.name, voice.url) for voice in voices if voice.url]


def absolute(found: list[linked.Agent], site: str) -> list[linked.Agent]:
    """Return the same with whole addresses."""
    return [agent._replace(url=site + agent.url) for agent in found]


def visit_name(sheet: Sheet) -> str:
    """Return what a visit is called away from its page; one that was not held is not told as if it had been."""
    title = gettext("Visit to %(place)s") % {"place": sheet.title}
    if sheet.visit.status not in HELD:
        title += f" ({sheet.status_label})"
    mandates = "; ".join(name for name, _url in sheet.mandates)
    return f"{title}: {mandates}" if mandates else title


def visit_item(request: HttpRequest, sheet: Sheet) -> Item:
    """Return a visit as an item."""
    return record_item(
        id=sheet.visit.slug,
        title=visit_name(sheet),
        url=site_address(request) + sheet.visit.get_absolute_url(),
        accessed=read_on(),
        language=get_language() or "en",
    )


def visit_linked(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    """Return a visit as JSON-LD."""
    site = site_address(request)
    return linked.event(
        name=visit_name(sheet),
        url=site + sheet.visit.get_absolute_url(),
        date=sheet.visit.dates,
        status=sheet.visit.status,
        attendance=sheet.visit.kind,
        places=[leg.name for leg in sheet.legs],
        organisers=[linked.Agent("mandate", name, site + url) for name, url in sheet.mandates],
        attendees=[linked.Agent("person", name, site + url) for name, url in sheet.holders],
        description=sheet.visit.purpose,
    )


def _meeting_name(meeting: Meeting) -> str:
    title = gettext("Meeting: %(whom)s") % {"whom": meeting.title}
    if meeting.date:
        title += f", {show_long(meeting.date)}"
    if meeting.status != MeetingStatus.HELD:
        title += f" ({meeting.get_status_display()})"
    return title


def meeting_item(request: HttpRequest, meeting: Meeting) -> Item:
    """Return a meeting, with its visit joined in, as an item."""
    visit = gettext("visit to %(place)s") % {"place": meeting.visit.title}
    return record_item(
        id=meeting.public_id,
        title=f"{_meeting_name(meeting)}; {visit}",
        url=site_address(request) + meeting.get_absolute_url(),
        accessed=read_on(),
        language=get_language() or "en",
    )


def meeting_linked(request: HttpRequest, meeting: Meeting, card: MeetingCard) -> dict[str, Any]:
    """Return a meeting as JSON-LD; of those present it names who is named publicly and has a page."""
    site = site_address(request)
    return linked.event(
        name=_meeting_name(meeting),
        url=site + meeting.get_absolute_url(),
        date=meeting.date,
        status=meeting.status,
        attendance=meeting.format,
        places=[meeting.place],
        attendees=absolute(agents(card.participants), site),
        within=(meeting.visit.title, site + meeting.visit.get_absolute_url()),
        about=[name for _slug, name in card.topics],
        description=meeting.public_summary,
    )


def source_as_item(source: Source) -> Item:
    """Return a source, read `with_author`, as an item. When it was opened is told where it was."""
    return source_item(
        source.kind,
        id=source.public_id,
        title=source.title,
        publisher=source.publisher,
        authors=source.author_named,
        symbol=source.symbol,
        issued=source.published,
        url=source.url,
        accessed=source.accessed.isoformat() if source.accessed and source.consulted else "",
        language=source.language,
        archive_url=source.archive_url,
    )


def source_linked(request: HttpRequest, source: Source, originals: list[str]) -> dict[str, Any]:
    """Return a source as JSON-LD; `originals` are the titles of what it passes on."""
    return linked.work(
        source.kind,
        name=source.title,
        url=site_address(request) + source.get_absolute_url(),
        authors=[part.strip() for part in source.author_named.split(";") if part.strip()],
        publisher=source.publisher,
        date=source.published,
        language=source.language,
        symbol=source.symbol,
        original=source.url,
        archived=source.archive_url,
        based_on=originals,
    )


def person_linked(
    request: HttpRequest, person: Person, names: list[PersonName], terms: list[MandateTerm], offices: list[Office]
) -> dict[str, Any]:
    """Return somebody who has a page as JSON-LD, with the mandates and offices that it shows."""
    held = [(term.mandate.name, "") for term in terms]
    held += [(office.title, office.organisation.name if office.organisation else "") for office in offices]
    return linked.person(
        name=person.name,
        url=site_address(request) + person.get_absolute_url(),
        names=dict.fromkeys(name.text for name in names),
        offices=dict.fromkeys(held),
    )


@public_page
def visit_cite(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """A visit in a format of reference managers."""
    known_format(form)
    sheet = sheet_or_note(request, slug)
    return sheet if isinstance(sheet, HttpResponse) else download(request, visit_item(request, sheet), form)


@public_page
def meeting_cite(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """A meeting in a format of reference managers."""
    known_format(form)
    rows = Meeting.objects.filter(public_id=public_id)
    meeting = rows.visible_to(request.user).select_related("visit").first()
    if meeting is None:
        return withdrawn_page(request, rows)
    return download(request, meeting_item(request, meeting), form)


@public_page
def source_cite(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """A source in a format of reference managers."""
    known_format(form)
    rows = Source.objects.filter(public_id=public_id)
    source = rows.visible_to(request.user).with_author(request.user).first()
    if source is None:
        return withdrawn_page(request, rows)
    return download(request, source_as_item(source), form)

"""Pictures of pages, which are shown where their addresses are shared.

Whoever asks, signed in or not, gets what everybody may see. They are kept with the pages, under the publication stamp.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from config.framing import lent
from config.public import public_page
from statements.cards import Card, cards_of, show
from statements.models import Statement, Topic
from statements.search.finding import count_of
from statements.views.citing import in_quotes, named
from statements.views.embeds import EVERYBODY
from statements.views.search import number
from visits.models import Country, MandateTerm, Person, Visit
from visits.posters.drawing import Poster, draw
from visits.posters.faces import shown
from visits.views.sheet import sheet_of

# More would be too small to be read where a picture is shown.
MOST_LETTERS = 280
MOST_FACTS = 3


@public_page
def picture(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The picture of a record or a word of the vocabulary that everybody may see."""
    if kind not in POSTERS:
        raise Http404
    return _png(POSTERS[kind](key))


@public_page
def picture_of_the_site(request: HttpRequest) -> HttpResponse:
    """The picture of every page that has none of its own."""
    return _png(
        _poster(
            gettext("Visits of UN special rapporteurs, both sides face to face"),
            facts=(gettext("Where they went, whom they met, and what each side said"),),
        )
    )


def _png(poster: Poster) -> HttpResponse:
    return lent(HttpResponse(draw(poster), content_type="image/png"))


def _poster(title: str, *, instead: str = "", facts: tuple[str, ...] = (), **more: str) -> Poster:
    """Return a poster; `instead` stands for a title of which no face of ours holds every letter."""
    foot = gettext("A record of visits, with a source beside every word")
    if not shown(title, "bold"):
        title = instead
    kept = tuple(dict.fromkeys(fact for fact in facts if fact))[:MOST_FACTS]
    return Poster(title=title, facts=kept, foot=foot, **more)


def _visit(key: str) -> Poster:
    sheet = sheet_of(key, EVERYBODY)
    return _poster(
        sheet.title,
        instead=sheet.dates_text,
        mark=gettext("%(kind)s visit") % {"kind": sheet.kind_label} if sheet.kind_label else gettext("Country visit"),
        facts=(
            "; ".join(name for name, _url in sheet.mandates),
            # A private individual is not named where it is carried away.
            "; ".join(name for name, _url in sheet.holders),
            sheet.status_label,
        ),
        notice=gettext("Invented example") if sheet.visit.is_example else "",
    )


def _statement(key: str) -> Poster:
    rows = Statement.objects.visible_to(EVERYBODY).filter(public_id=key).select_related("visit")[:1]
    cards = cards_of(list(rows), EVERYBODY)
    if not cards:
        raise Http404
    (card,) = cards
    who = ", ".join(named(voice) for voice in card.speakers)
    office = next((voice.office for voice in card.speakers if voice.office and not voice.private), "")
    proof = next(iter(card.proofs), None)
    told = [proof.publisher or proof.title, proof.published, proof.verdict_label] if proof else []
    standing = card.standing_label.capitalize() if card.standing != "current" else ""
    words, whose = _words(card)
    return _poster(
        who,
        instead=card.act_label.capitalize(),
        quote=words,
        mark=" · ".join(part for part in (f"{card.shape} {card.column_label}", office) if part),
        facts=(
            " · ".join(part for part in (card.act_label, _day(card), whose) if part),
            " · ".join(part for part in told if part),
            card.visit_title,
        ),
        notice=" · ".join(part for part in (standing, gettext("Invented example") if card.is_example else "") if part),
        column=card.column,
    )


def _words(card: Card) -> tuple[str, str]:
    """Return the first version of the words that can be shown, the preferred before the others, and whose it is."""
    for words in sorted(card.texts, key=lambda text: not text.preferred):
        if shown(words.text, "serif"):
            words.text = Truncator(words.text).chars(MOST_LETTERS)
            return in_quotes(words), words.kind_label
    return "", ""


def _day(card: Card) -> str:
    if card.date_text and card.basis == "publication":
        return gettext("on or before %(date)s") % {"date": card.date_text}
    return card.date_text


def _country(key: str) -> Poster:
    country = Country.objects.filter(iso3=key.upper()).first()
    if country is None:
        raise Http404
    visits = Visit.objects.visible_to(EVERYBODY).of_country(country)
    latest = visits.exclude(dates="").order_by("-dates_latest", "pk").values_list("dates", flat=True).first()
    return _poster(
        country.name,
        instead=country.iso3,
        mark=gettext("Country"),
        facts=(
            _visits(visits.count()),
            gettext("Latest visit: %(date)s") % {"date": show(latest)} if latest else "",
            gettext("Standing invitation since %(date)s") % {"date": show(country.standing_invitation)}
            if country.standing_invitation
            else "",
        ),
    )


def _visits(count: int) -> str:
    return ngettext("%(n)s visit recorded", "%(n)s visits recorded", count) % {"n": f"{count:,}"}


def _said(rows: QuerySet[Statement]) -> str:
    count, more = count_of(rows)
    words = ngettext("%(n)s statement recorded", "%(n)s statements recorded", count)
    return words % {"n": number(count, more)}


def _person(key: str) -> Poster:
    person = Person.objects.visible_to(EVERYBODY).with_a_page().filter(slug=key).first()
    if person is None:
        raise Http404
    terms = MandateTerm.objects.filter(person=person).select_related("mandate")
    held = tuple(dict.fromkeys(term.mandate.name for term in terms))
    said = Statement.objects.visible_to(EVERYBODY).spoken_by(person=person)
    return _poster(person.name, instead=gettext("Person"), mark=gettext("Person"), facts=(*held[:2], _said(said)))


def _topic(key: str) -> Poster:
    topic = Topic.objects.visible_to(EVERYBODY).filter(slug=key).first()
    if topic is None:
        raise Http404
    said = Statement.objects.visible_to(EVERYBODY).of_topic(topic)
    return _poster(topic.name, instead=gettext("Topic"), mark=gettext("Topic"), facts=(_said(said),))


POSTERS: dict[str, Callable[[str], Poster]] = {
    "visits": _visit,
    "statements": _statement,
    "countries": _country,
    "people": _person,
    "topics": _topic,
}

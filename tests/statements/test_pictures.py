"""Pictures of pages say what everybody may see, and a preview tells of them on each page that everybody may read."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from PIL import Image

from config.public import CACHED_PAGES
from statements.models import Citation
from statements.views import pictures
from tests import factories as make
from tests.cast import Cast, again, signed_in
from visits import actions
from visits.models import VisitLeg
from visits.posters.drawing import LARGEST, Poster
from visits.templatetags.preview import LONGEST, locale_of, shortened

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


@pytest.fixture
def world() -> dict[str, Any]:
    """Return a public row of every kind that has a page."""
    holder = make.term(person=make.person(name="Ada Ink", slug="ada-ink"), mandate=make.mandate(name="SR on paper"))
    country = make.country(name="Paperland", iso3="XPA")
    visit = make.visit(
        title="Paperland",
        mandates=(holder.mandate,),
        experts=((holder, ()),),
        legs=(VisitLeg(country=country),),
        purpose='To see the "mills" & <more>.',
    )
    meeting = make.meeting(visit=visit, title="Ministry of Ink")
    topic = make.topic(name="Ink & law", slug="ink")
    organisation = make.organisation(name="Friends of paper")
    source = make.source(title="What was said", publisher="The Gazette")
    said = make.statement(
        visit=visit,
        meeting=meeting,
        mode="direct",
        act="warns",
        speakers=(
            make.speaker(person=make.person(name="Cy Quill", slug="cy-quill")),
            make.speaker(organisation=organisation, side="civil_society"),
        ),
        texts=(make.text('We "never" did <it>.', kind="original"),),
        citations=(Citation(source=source, verdict="match"),),
        topics=(topic,),
    )
    return {
        "visit": visit, "meeting": meeting, "topic": topic, "organisation": organisation, "source": source,
        "statement": said, "country": country, "person": said.speakers.first().person, "mandate": holder.mandate,
    }  # fmt: skip


def posters(monkeypatch: pytest.MonkeyPatch) -> list[Poster]:
    """Return the list into which each poster is put that is drawn from now on."""
    found: list[Poster] = []
    real = pictures.draw
    monkeypatch.setattr(pictures, "draw", lambda poster: found.append(poster) or real(poster))
    return found


def picture_of(kind: str, key: str, client: Client | None = None) -> Any:
    return (client or Client()).get(reverse("picture", args=[kind, key]))


def keys(world: dict[str, Any]) -> dict[str, str]:
    """Return the key of a row of each kind that has a picture."""
    return {
        "visits": world["visit"].slug,
        "statements": world["statement"].public_id,
        "countries": "xpa",
        "people": "cy-quill",
        "topics": "ink",
    }


def meta(address: str, client: Client | None = None) -> dict[str, str]:
    """Return what a page tells those who show its address."""
    html = (client or Client()).get(address).content.decode()
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)">', html)
    assert len(found) == len(dict(found))
    return {name: unescape(text) for name, text in found}


def test_each_kind_has_a_picture_of_one_size_and_few_bytes(world: dict[str, Any]) -> None:
    assert set(keys(world)) == set(pictures.POSTERS)
    for address in [reverse("picture_of_the_site"), *(reverse("picture", args=pair) for pair in keys(world).items())]:
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert len(answer.content) < LARGEST
        assert Image.open(BytesIO(answer.content)).size == (1200, 630)


def test_what_stands_on_each_picture(world: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = posters(monkeypatch)
    for kind, key in keys(world).items():
        picture_of(kind, key)
    visit, said, country, person, topic = drawn
    assert visit.title == "Paperland, 15–26 August 2022"
    assert visit.facts == ("SR on paper", "Ada Ink", "completed")
    assert said.title == "Cy Quill, Friends of paper"
    assert said.quote == '“We "never" did <it>.”'
    assert said.mark == "■ State" and said.column == "state"
    assert said.facts == (
        "warns · 17 Aug 2022 · original words",
        "The Gazette · 17 Aug 2022 · text not held",
        "Paperland",
    )
    assert (country.title, country.facts) == ("Paperland", ("1 visit recorded", "Latest visit: 15–26 Aug 2022"))
    assert (person.title, person.facts) == ("Cy Quill", ("1 statement recorded",))
    assert (topic.title, topic.facts) == ("Ink & law", ("1 statement recorded",))


@pytest.mark.parametrize(("kind", "standing"), [("retracts", "Retracted"), ("corrects", "Corrected")])
def test_what_became_of_a_statement_stands_on_its_picture(
    kind: str, standing: str, world: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = posters(monkeypatch)
    key = world["statement"].public_id
    picture_of("statements", key)
    make.statement(visit=world["visit"], links=((kind, world["statement"]),), **make.draft())
    picture_of("statements", key)
    make.statement(visit=world["visit"], links=((kind, world["statement"]),))
    picture_of("statements", key)
    assert [poster.notice for poster in drawn] == ["", "", standing]


def test_an_editors_words_are_in_no_quotation_marks_and_an_example_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = posters(monkeypatch)
    said = make.statement(texts=(make.text("He would not say."),), visit=make.visit(is_example=True), is_example=True)
    picture_of("statements", said.public_id)
    picture_of("visits", said.visit.slug)
    assert drawn[0].quote == "He would not say."
    assert [poster.notice for poster in drawn] == ["Invented example", "Invented example"]


def test_where_no_face_holds_the_letters_another_version_is_shown_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = posters(monkeypatch)
    chinese = make.text("水是干净的", kind="original", language="zh", preferred=True)
    translated = make.statement(texts=(chinese, make.text("The water is clean.", kind="own", language="en")))
    picture_of("statements", translated.public_id)
    untold = make.statement(
        texts=(make.text("水是干净的", kind="original", language="zh"),), speakers=(make.speaker(label="王先生"),)
    )
    picture_of("statements", untold.public_id)
    picture_of("people", _speaking(make.person(name="王先生", slug="wang")))
    assert (drawn[0].quote, drawn[0].facts[0]) == ("“The water is clean.”", "asserts · 17 Aug 2022 · our translation")
    assert (drawn[1].quote, drawn[1].title) == ("", "Asserts")
    assert drawn[2].title == "Person"


def _speaking(person: Any) -> str:
    make.statement(speakers=(make.speaker(person=person),))
    return str(person.slug)


def test_a_hidden_record_has_no_picture_and_answers_as_what_was_never_there(people: Cast) -> None:
    withdrawn = {kind: getattr(make, kind)() for kind in ("visit", "statement")}
    for row in withdrawn.values():
        actions.withdraw(record=again(row), by=people.reviewer, note="A mistake.")
    person, topic = make.person(slug="unseen"), make.topic(slug="unseen")
    private = make.person(slug="private", private=True)
    _speaking(private)
    make.statement(speakers=(make.speaker(person=person),), topics=(topic,), **make.internal())
    hidden = [("people", "unseen"), ("topics", "unseen"), ("people", "private")]
    for state in (make.draft, make.internal):
        visit = make.visit(**state())
        hidden += [("visits", visit.slug), ("statements", make.statement(visit=visit, **state()).public_id)]
    hidden += [("visits", withdrawn["visit"].slug), ("statements", withdrawn["statement"].public_id)]
    assert signed_in(people.editor).get(reverse("person_detail", args=["unseen"])).status_code == 200
    for client in (Client(), signed_in(people.member), signed_in(people.editor), signed_in(people.admin)):
        for kind, key in hidden:
            answer, missing = picture_of(kind, key, client), picture_of(kind, "never-was", client)
            assert (answer.status_code, answer.content) == (404, missing.content), (kind, key)
    assert picture_of("meetings", "x").content == picture_of("visits", "x").content == picture_of("x", "x").content


def test_signed_in_and_not_get_the_same_picture_beside_hidden_rows(world: dict[str, Any], people: Cast) -> None:
    before = {kind: picture_of(kind, key).content for kind, key in keys(world).items()}
    hidden = {"visit": world["visit"], "topics": (world["topic"],), "speakers": (make.speaker(person=world["person"]),)}
    make.statement(texts=(make.text("Canary"),), links=(("retracts", world["statement"]),), **hidden, **make.draft())
    make.visit(legs=(VisitLeg(country=world["country"]),), **make.internal())
    for person in people:
        client = signed_in(person)
        assert {kind: picture_of(kind, key, client).content for kind, key in keys(world).items()} == before
    # It would have been noticed.
    make.statement(texts=(make.text("Known"),), links=(("retracts", world["statement"]),), **hidden)
    make.visit(legs=(VisitLeg(country=world["country"]),))
    after = {kind: picture_of(kind, key).content for kind, key in keys(world).items()}
    assert {kind for kind in before if before[kind] != after[kind]} == {"statements", "countries", "people", "topics"}


def test_a_private_individual_is_named_on_no_picture_and_in_no_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = posters(monkeypatch)
    nobody = make.person(name="Private Canary", private=True)
    office = make.office(person=nobody, title="Canary office", side="affected")
    said = make.statement(speakers=(make.speaker(person=nobody, office=office, side="affected"),))
    term = make.term(person=nobody)
    visit = make.visit(mandates=(term.mandate,), experts=((term, ()),))
    for row in (said, visit):
        assert "Private Canary" in Client().get(row.get_absolute_url()).content.decode()
        assert "Canary" not in str(meta(row.get_absolute_url()))
    picture_of("statements", said.public_id)
    picture_of("visits", visit.slug)
    assert len(drawn) == 2 and "Canary" not in str(drawn)
    assert drawn[0].title == "private individual"


def public_pages(world: dict[str, Any]) -> dict[str, str]:
    """Return an address of each kind of page that everybody may read."""
    rows = {f"{name}_detail": row.get_absolute_url() for name, row in world.items()}
    tabs = ("positions", "commitments", "sources", "history", "corrections")
    rows |= {f"visit_{tab}": reverse(f"visit_{tab}", args=[world["visit"].slug]) for tab in tabs}
    lists = ("home", "visit_list", "correction_list", "search", "statement_list", "country_list", "mandate_list",
             "person_list", "comparison", "commitment_list", "topic_list")  # fmt: skip
    return rows | {name: reverse(name) for name in lists}


FILES = {"visit_cite", "meeting_cite", "statement_cite", "source_cite"}
SHOWN_ELSEWHERE = {"oembed", "embed_visit", "embed_statement", "picture", "picture_of_the_site"}
# Ask what a briefing is to hold; nobody shares the question.
ASKING = {"visit_briefing", "country_briefing", "topic_briefing", "comparison_briefing"}
TOLD = {
    *(f"og:{name}" for name in ("site_name", "type", "locale", "url", "title", "description")),
    *(f"og:image{name}" for name in ("", ":type", ":width", ":height", ":alt")),
    *(f"twitter:{name}" for name in ("card", "title", "description", "image")),
}


def test_each_kind_of_public_page_tells_how_it_is_shown(world: dict[str, Any]) -> None:
    pages = public_pages(world)
    assert set(pages) == CACHED_PAGES - FILES - SHOWN_ELSEWHERE - ASKING
    assert len(pages) == 25
    for name, address in pages.items():
        told = meta(address)
        assert set(told) == TOLD, name
        assert all(told.values()), name
        assert told["og:url"] == SITE + address
        assert told["og:locale"] == "en_US" and told["og:site_name"] == "Vis-à-vis"
        assert told["twitter:card"] == "summary_large_image"
        assert told["og:image"] == told["twitter:image"]
        picture = Client().get(told["og:image"].removeprefix(SITE))
        width, height = Image.open(BytesIO(picture.content)).size
        assert (told["og:image:width"], told["og:image:height"]) == (str(width), str(height))
        assert told["og:title"] in told["og:image:alt"]


def test_what_has_a_picture_of_its_own_tells_of_it_and_of_itself(world: dict[str, Any]) -> None:
    pages = public_pages(world)
    told = {name: meta(address) for name, address in pages.items()}
    own = {name: values["og:image"] for name, values in told.items() if not values["og:image"].endswith("/site.png")}
    for kind, names in {
        "visits": ["visit_detail", *(name for name in pages if name.startswith("visit_") and name[6:] in {"positions",
                   "commitments", "sources", "history", "corrections"})],
        "statements": ["statement_detail"], "countries": ["country_detail"], "people": ["person_detail"],
        "topics": ["topic_detail"],
    }.items():  # fmt: skip
        for name in names:
            assert own.pop(name) == f"{SITE}/pictures/{kind}/{keys(world)[kind]}.png"
    assert own == {}
    assert told["statement_detail"]["og:title"] == "Cy Quill, Friends of paper warns, 17 August 2022"
    assert told["statement_detail"]["og:description"] == '“We "never" did <it>.”'
    assert told["visit_detail"]["og:description"].endswith('completed · SR on paper · To see the "mills" & <more>.')
    assert told["person_detail"]["og:type"] == "profile"
    assert told["visit_detail"]["og:type"] == told["statement_detail"]["og:type"] == "article"
    descriptions = [values["og:description"] for name, values in told.items() if name.endswith("_detail")]
    assert len(set(descriptions)) >= 8


def test_a_list_is_known_by_what_is_asked_of_it_and_a_record_by_its_path(world: dict[str, Any]) -> None:
    assert meta("/visits/?year=2022&q=a%26b")["og:url"] == f"{SITE}/visits/?year=2022&q=a%26b"
    address = world["visit"].get_absolute_url()
    assert meta(f"{address}?utm_source=x")["og:url"] == SITE + address


def test_somebody_signed_in_and_a_page_that_cannot_be_shown_tell_nothing(world: dict[str, Any], people: Cast) -> None:
    for person in list(people)[1:]:
        for address in public_pages(world).values():
            assert meta(address, signed_in(person)) == {}
    actions.withdraw(record=again(world["meeting"]), by=people.reviewer, note="A mistake.")
    hidden = make.visit(**make.draft())
    errors = {"/visits/never/": 404, "/visits/?q=%00": 400, hidden.get_absolute_url(): 404,
              world["meeting"].get_absolute_url(): 410, "/accounts/login/": 200}  # fmt: skip
    for address, status in errors.items():
        assert Client().get(address).status_code == status
        assert meta(address) == {}, address
    assert Client().get(hidden.get_absolute_url()).content == Client().get("/visits/never/").content


LOCALES = {
    "en": "en_US",
    "fr": "fr_FR",
    "km": "km_KH",
    "zh-hans": "zh_CN",
    "ar": "ar_EG",
    "pt-br": "pt_BR",
    "tlh": "tlh",
}


@pytest.mark.parametrize(("language", "locale"), LOCALES.items())
def test_a_language_is_told_with_the_land_in_which_it_is_likely_read(language: str, locale: str) -> None:
    assert locale_of(language) == locale


def test_a_long_text_is_cut_to_what_others_show_on_one_line() -> None:
    text = shortened("a\n b  c " * 100)
    assert len(text) == LONGEST and text.startswith("a b c a b c") and text.endswith("…")


def test_what_is_captured_fits_into_an_attribute() -> None:
    source = '{% load preview %}{% capture told %}{{ a }}\n "b"\n{% endcapture %}<i title="{{ told }}">'
    assert Template(source).render(Context({"a": '<"&'})) == '<i title="&lt;&quot;&amp; &quot;b&quot;">'

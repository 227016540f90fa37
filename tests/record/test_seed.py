"""The sample record: what each row of it has to hold, told beside the code that enters it, not read from it."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from statements.models import Attribution, Citation, Commitment, Statement, StatementLink, StatementText
from statements.models import StatementSpeaker as Speaker
from statements.seed.record import enter_record, size
from statements.seed.store import public_id
from statements.standing import standing
from tests.record.test_pages import text_of
from visits.models import (
    Alias,
    Country,
    Mandate,
    MandateTerm,
    MandateTitle,
    Meeting,
    Source,
    SourceRelay,
    Visit,
    VisitStep,
)

pytestmark = pytest.mark.django_db

SLUG = "cambodia-2022-08"
HS, VM, YKE, KP = "Hun Sen", "Vitit Muntarbhorn", "Yang Kim Eng", "Kin Phea"
NOBODY = "not attributed"

# The 21 statements of the article: n, speaker, act, mode, topics.
ARTICLE = [
    (1, NOBODY, "alleges", "indirect", {"human-rights-general", "civic-space", "democracy"}),
    (2, VM, "asks", "indirect", {"asean-chair", "democracy", "economic-justice"}),
    (3, HS, "asserts", "indirect", {"social-protection"}),
    (4, NOBODY, "announces", "indirect", {"minimum-wage", "pensions"}),
    (5, HS, "asserts", "direct", {"social-protection", "vaccination"}),
    (6, VM, "praises", "indirect", {"vaccination"}),
    (7, HS, "asserts", "indirect", {"covid-19-law"}),
    (8, HS, "denies", "direct", {"civic-space", "covid-19-law"}),
    (9, HS, "warns", "indirect", {"rule-of-law", "democracy"}),
    (10, HS, "calls_for", "direct", {"democracy", "hate-speech"}),
    (11, HS, "asserts", "direct", {"human-rights-general", "peace"}),
    (12, HS, "asserts", "indirect", {"elections"}),
    (13, HS, "asserts", "mixed", {"elections"}),
    (14, HS, "asserts", "direct", {"commune-elections"}),
    (15, YKE, "partly_agrees", "indirect", {"democracy", "hate-speech"}),
    (16, YKE, "calls_for", "indirect", {"dialogue", "human-rights-education"}),
    (17, YKE, "calls_for", "direct", {"human-rights-education"}),
    (18, KP, "asserts", "indirect", {"dialogue"}),
    (19, KP, "criticises", "indirect", {"un-reporting"}),
    (20, KP, "asserts", "direct", {"conduct-of-the-mandate"}),
    (21, KP, "criticises", "direct", {"indicators"}),
]
SIDES = {HS: "government", VM: "mandate_holder", YKE: "civil_society", KP: "academia", NOBODY: "media"}
COLUMNS = {HS: "state", VM: "holder", YKE: "civil", KP: "others", NOBODY: "others"}
TO_THE_PRESS = {15, 16, 17, 18, 19, 20, 21}

# What followed, and the day before: position, speaker, side, date, basis.
SEQUEL = [
    ("A01-1", "Ny Sokha", "civil_society", "2022-08-14", "stated"),
    ("A01-2", VM, "mandate_holder", "2022-08", "publication"),
    ("A35-1", "Kuch Chamroeun", "government", "2022-08-19", "stated"),
    ("A35-1b", "Kuch Chamroeun", "government", "2022-08-19", "stated"),
    ("A35-2", VM, "mandate_holder", "2022-08-19", "stated"),
    ("A34-1", VM, "mandate_holder", "2022-08-26", "stated"),
    ("A37-1", VM, "mandate_holder", "2022-08-26", "stated"),
    ("A02-4", VM, "mandate_holder", "2022-08-26", "stated"),
    ("A03-1", VM, "mandate_holder", "2022-08-26", "inferred"),
    ("A03-1b", VM, "mandate_holder", "2022-08-26", "inferred"),
    ("A04-2", VM, "mandate_holder", "2022-08-26", "inferred"),
    ("A02-1", "Chum Sounry", "government", "2022-08-26", "inferred"),
    ("A02-2", "Chum Sounry", "government", "2022-08-26", "inferred"),
    ("A02-3", "Chum Sounry", "government", "2022-08-26", "inferred"),
    ("A04-1", "Ministry of Foreign Affairs (Cambodia)", "government", "2022-08-26/2022-08-29", "inferred"),
    ("A06-1", "Phay Siphan", "government", "2022-09", "inferred"),
    ("A36-1", "Permanent Mission of Cambodia in Geneva", "government", "2022-10-06", "stated"),
]


def told(n: int) -> Statement:
    """Return statement `n` of the article."""
    return Statement.objects.get(public_id=public_id(f"statement {SLUG} {n}"))


def position(key: str) -> Statement:
    """Return the statement of a position of the press."""
    return Statement.objects.get(public_id=public_id(f"position {key}"))


def example(key: str) -> Statement:
    """Return an invented statement."""
    return Statement.objects.get(public_id=public_id(f"example statement {key}"))


def names(rows) -> list[str]:
    """Return who stands in rows of speakers, addressees or attributions, in order."""
    return [str(row) for row in rows.order_by("order", "id")]


def steps_of(slug: str, *kinds: str) -> list[tuple[str, str, str]]:
    """Return kind, date and basis of the steps of a visit, as entered."""
    rows = VisitStep.objects.filter(visit__slug=slug).order_by("id")
    return [(row.kind, row.date, row.date_basis) for row in rows if not kinds or row.kind in kinds]


def article() -> Source:
    """Return the article that everything started from."""
    return Source.objects.get(public_id=public_id("source article"))


# The visit of August 2022.


@pytest.mark.parametrize(("n", "speaker", "act", "mode", "topics"), ARTICLE)
def test_statement_of_the_article(n, speaker, act, mode, topics):
    row = told(n)
    assert names(row.speakers) == [speaker]
    assert (row.act, row.mode) == (act, mode)
    assert set(row.topics.values_list("slug", flat=True)) == topics
    said = row.speakers.get()
    assert (said.side, said.column) == (SIDES[speaker], COLUMNS[speaker])
    assert row.visit.slug == SLUG
    assert [citation.source for citation in row.citations.all()] == [article()]
    if n in TO_THE_PRESS:
        assert (row.occasion, row.meeting, row.date) == ("interview", None, "")
    elif speaker == NOBODY:
        assert (row.meeting, row.date, said.person, said.organisation) == (None, "", None, None)
    else:
        assert row.meeting.title == "Prime Minister Hun Sen"
        # The article names day and month: the year is inferred.
        assert (row.date, row.date_basis) == ("2022-08-16", "inferred")


def test_the_article_has_21_statements_and_no_more():
    assert len(ARTICLE) == 21
    assert Statement.objects.citing(article()).filter(visit__slug=SLUG).count() == 21


def test_the_quotation_with_an_ellipsis_keeps_it_and_the_figure_stands_in_the_words():
    row = told(5)
    assert "…" in row.citations.get().exact
    assert "94 per cent" in row.texts.get().text


def test_the_denial_answers_an_allegation_without_an_author_and_links_to_nothing():
    row = told(8)
    assert "whose author is not named" in row.answers_text
    assert not row.links.exists()
    assert row.citations.get().locator == "two paragraphs"
    # Nobody's allegation is turned into anybody's statement.
    assert not row.linked_from.exists()


def test_the_law_is_dated_to_a_month_not_opened_and_not_cited():
    assert "March 2021" in told(7).texts.get().text
    law = Source.objects.get(public_id=public_id("source law"))
    assert (law.kind, law.published, law.published_basis, law.consulted) == ("law", "2021-03", "stated", False)
    assert (law.published_earliest.isoformat(), law.published_latest.isoformat()) == ("2021-03-01", "2021-03-31")
    assert not law.citations.exists()
    post = Source.objects.get(public_id=public_id("source post"))
    assert SourceRelay.objects.get(original=law).source == post
    assert "March 2021" in text_of(Client().get(post.get_absolute_url()))
    assert "March 2021" in text_of(Client().get(told(7).get_absolute_url()))


def test_the_one_commitment_is_due_in_a_month():
    commitment = Commitment.objects.get(visit__slug=SLUG)
    assert (commitment.statement, commitment.due, commitment.state) == (told(4), "2022-10", "open")
    assert commitment.by_whom.name == "Royal Government of Cambodia"


def test_the_call_of_10_is_to_all_actors():
    assert names(told(10).addressees) == ["all actors in the democratic process"]


def test_the_observers_stand_in_the_chain_of_13_and_in_no_column():
    assert names(told(13).attributions) == [HS, "international election observers"]
    assert Attribution.objects.filter(statement__visit__slug=SLUG).values("statement").distinct().count() == 1
    assert not Speaker.objects.filter(label__icontains="observers").exists()


def test_15_partly_agrees_with_10():
    assert [(link.kind, link.to_statement) for link in told(15).links.all()] == [("partly_agrees", told(10))]


def test_16_speaks_to_two():
    assert names(told(16).addressees) == [VM, "Royal Government of Cambodia"]


def test_the_academic_speaks_from_an_institute_of_academia():
    office = told(18).speakers.get().office
    assert (office.title, office.side, office.organisation.name) == (
        "Director",
        "academia",
        "International Relations Institute",
    )
    assert office.organisation.parent.name == "Royal Academy of Cambodia"


def test_the_meeting_is_known_from_one_side_and_the_elections_are_its_topic_only():
    meeting = Meeting.objects.get(public_id=public_id(f"meeting {SLUG} prime-minister"))
    assert (meeting.account, meeting.date, meeting.date_basis) == ("state", "2022-08-16", "inferred")
    assert meeting.meeting_topics.filter(topic__slug="commune-elections").exists()


def test_the_relayed_post_was_not_opened_and_is_not_cited():
    post = Source.objects.get(public_id=public_id("source post"))
    assert not post.consulted
    assert not post.citations.exists()
    assert post.url == ""
    assert SourceRelay.objects.filter(source=article(), original=post, kind="relays").exists()
    assert not Citation.objects.filter(source__consulted=False).exists()
    # Our words for what was said in the post say that they render it.
    rendered = Statement.objects.filter(texts__source=post).order_by("order").values_list("order", flat=True)
    assert list(rendered) == [5, 8, 10, 11, 14]


def test_day_of_publication_place_and_address_of_the_article_are_not_invented():
    row = article()
    assert (row.published, row.published_basis, row.url, row.publisher) == ("2022-08", "inferred", "", "")
    assert Meeting.objects.get(public_id=public_id(f"meeting {SLUG} prime-minister")).place == ""
    assert not {"requested", "invited", "accepted"} & {kind for kind, _date, _basis in steps_of(SLUG)}


def test_eleven_days_in_the_sources_are_twelve_by_the_calendar():
    visit = Visit.objects.get(slug=SLUG)
    assert (visit.dates, visit.duration_as_reported) == ("2022-08-15/2022-08-26", "11-day")
    assert (visit.dates_latest - visit.dates_earliest).days + 1 == 12


@pytest.mark.parametrize(("key", "speaker", "side", "date", "basis"), SEQUEL)
def test_sequel(key, speaker, side, date, basis):
    row = position(key)
    assert row.visit.slug == SLUG
    assert names(row.speakers) == [speaker]
    assert row.speakers.get().side == side
    assert (row.date, row.date_basis) == (date, basis)
    assert row.citations.get().source.public_id == public_id(f"article {key.split('-')[0]}")


def test_sequel_has_no_other_row_and_a07_is_later():
    assert Statement.objects.filter(visit__slug=SLUG).count() == 21 + len(SEQUEL)
    assert position("A07-1").visit is None
    assert position("A07-1").date == "2022-09/2023-07"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("https://paper.example/news/un-envoy-chart-progress", "UN envoy chart progress"),
        ("https://www.paper.example/news/rights-of-all-people/98565", "Rights of all people"),
        ("https://english.paper.example/news/envoy-meets-the-press-94704/?amp=1", "Envoy meets the press"),
        ("https://paper.example/details/14885", "Page 14885 of paper.example"),
        ("https://www.paper.example/", "Page of paper.example"),
        ("https://paper.example", "Page of paper.example"),
    ],
)
def test_a_title_that_was_not_noted_is_read_from_the_address(address, title):
    from statements.seed.visits import title_of

    assert title_of(address) == title


def test_every_claim_of_the_press_is_a_sentence_of_our_own():
    texts = StatementText.objects.filter(statement__citations__source__note__startswith="A", kind="editors_words")
    assert texts.count() >= 40
    assert [text.text for text in texts if not text.text.endswith(".") or "(" in text.text] == []


def test_steps_of_the_sequel():
    assert steps_of(SLUG) == [
        ("announced", "2022-08", "publication"),
        ("started", "2022-08-15", "stated"),
        ("press_conference", "2022-08-26", "stated"),
        ("end_of_mission_statement", "2022-08-26", "stated"),
        ("ended", "2022-08-26", "stated"),
        ("state_reply", "2022-08-26", "inferred"),
        ("interactive_dialogue", "2022-10-05", "stated"),
    ]


def test_reply_of_the_state_rests_on_the_article_in_numbered_points_which_everybody_can_open():
    step = VisitStep.objects.get(visit__slug=SLUG, kind="state_reply")
    assert step.source.public_id == public_id("article A05")
    assert Client().get(step.source.get_absolute_url()).status_code == 200


def test_rapporteur_and_ministry_stand_face_to_face_on_26_august():
    html = Client().get(f"/visits/{SLUG}/").content.decode()
    day = html.partition('id="d-2022-08-26"')[2].partition("</section>")[0]
    assert "Chum Sounry" in day
    assert VM in day
    assert "Ministry of Foreign Affairs (Cambodia)" in day
    assert "State reply" in day
    undated = html.partition('id="undated"')[2].partition("</section>")[0]
    assert undated
    assert not [name for name in ("Chum Sounry", "Phay Siphan", "Ministry of Foreign Affairs") if name in undated]
    assert "Phay Siphan" in html.partition('id="after"')[2].partition("</section>")[0]


# The invented examples, each by what makes it difficult.


def test_examples_are_marked_as_invented():
    rows = Visit.objects.filter(slug__startswith="example-")
    assert rows.count() == 5
    assert all(row.is_example for row in rows)
    assert not Statement.objects.filter(visit__in=rows, is_example=False).exists()


def test_joint_visit_has_two_mandates_and_one_statement_of_both():
    visit = Visit.objects.get(slug="example-joint-visit")
    assert visit.mandates.count() == visit.experts.count() == 2
    row = example("joint")
    assert names(row.speakers) == ["Ana Exemplar", "Boris Exemplar"]
    assert row.speakers.values("term__mandate").distinct().count() == 2


def test_working_group_sends_two_members_over_two_countries():
    visit = Visit.objects.get(slug="example-working-group")
    assert visit.mandates.get().holder_kind == "WG"
    travelled = {
        expert.term.person.name: [leg.territory for leg in expert.legs.order_by("order")]
        for expert in visit.experts.all()
    }
    assert travelled == {
        "Carla Exemplar": ["Exampleland (invented)", "Otherland (invented)"],
        "Diego Exemplar": ["Otherland (invented)"],
    }


def test_postponed_twice_then_cancelled_with_a_wrong_step_voided():
    visit = Visit.objects.get(slug="example-postponed-twice")
    wrong = visit.steps.get(kind="started", voids=None)
    assert wrong.voided_by.reason
    kinds = [step.kind for step in visit.steps.filter(voids=None).exclude(pk=wrong.pk).order_by("id")]
    assert kinds == ["requested", "accepted", "dates_agreed", "postponed", "dates_agreed", "postponed", "cancelled"]
    assert visit.status == "cancelled"


def test_office_changes_in_mid_visit_and_the_column_with_it():
    visit = Visit.objects.get(slug="example-change-of-office")
    before, after = example("office-before"), example("office-after")
    assert visit.dates_earliest < before.date_earliest < after.date_earliest < visit.dates_latest
    one, other = before.speakers.get(), after.speakers.get()
    assert one.person == other.person
    assert one.office != other.office
    assert (one.side, one.column, other.side, other.column) == ("government", "state", "opposition", "others")


@pytest.mark.parametrize(("key", "expected"), [("retracted", "retracted"), ("disowned", "disowned")])
def test_retracted_and_disowned_statements_are_known_in_two_translations(key, expected):
    row = example(key)
    assert standing(row.linked_from.values_list("kind", flat=True)) == expected
    texts = list(row.texts.all())
    assert sorted(text.language for text in texts) == ["en", "fr"]
    # Neither is in the language that was spoken.
    assert row.original_language == "eo"
    assert [text.language for text in texts if text.preferred] == ["en"]


# The oddities of the data files.


def test_namibia_keeps_its_code():
    assert Country.objects.get(iso3="NAM").iso2 == "NA"
    assert Country.objects.count() == 249


@pytest.mark.parametrize(
    ("iso3", "name"),
    [("TUR", "Türkiye"), ("GRL", "Greenland"), ("ESH", "Western Sahara"), ("CIV", "Côte d'Ivoire")],
)  # fmt: skip
def test_where_the_un_gives_no_short_name_another_stands(iso3, name):
    assert Country.objects.get(iso3=iso3).name == name
    assert not Country.objects.filter(name="").exists()


def test_antarctica_alone_has_no_region():
    assert list(Country.objects.filter(region="").values_list("iso3", flat=True)) == ["ATA"]


def test_former_names_are_aliases_of_the_one_country_that_goes_on_and_of_no_other():
    assert Alias.objects.get(text="Zaire").country.iso3 == "COD"
    assert Alias.objects.get(text="Haute-Volta").country.iso3 == "BFA"
    assert not Alias.objects.filter(text__in=["Yugoslavia", "Czechoslovakia", "Soviet Union", "Zaïre"]).exists()


def test_a_run_on_a_record_that_lacks_former_names_enters_them_and_leaves_what_editors_did():
    Alias.objects.filter(text__in=["Zaire", "Dahomey", "Burma", "Ceylon"]).delete()
    Alias.history.filter(text__in=["Zaire", "Dahomey"]).delete()
    alias = Alias(country=Country.objects.get(iso3="TGO"), text="DAHOMEY")
    alias.save()
    moved = Alias.objects.get(text="Siam")
    moved.text = "Kingdom of Siam"
    moved.save()
    enter_record()
    # Of the others the history tells that they were there.
    assert Alias.objects.get(text="Zaire").country.iso3 == "COD"
    assert not Alias.objects.filter(text__in=["Dahomey", "Burma", "Ceylon", "Siam"]).exists()
    assert Alias.objects.get(folded="dahomey") == alias


def test_environment_twice_is_one_mandate():
    mandate = Mandate.objects.get(slug="environment")
    earlier = (
        "Special Rapporteur on the issue of human rights obligations relating to the enjoyment of a safe, clean, "
        "healthy and sustainable environment"
    )
    assert set(mandate.titles.values_list("title", flat=True)) == {
        earlier,
        "Special Rapporteur on the human right to a clean, healthy and sustainable environment",
    }
    assert Alias.objects.get(text=earlier).mandate == mandate
    # 58 rows, one twice, the Sudan's added, three invented.
    assert Mandate.objects.exclude(slug__startswith="example").count() == 58
    assert Mandate.objects.filter(slug__startswith="example").count() == 3


def test_two_spaces_are_one():
    assert Alias.objects.get(text="IE Albinism").mandate.slug == "albinism"
    assert not Alias.objects.filter(text__contains="  ").exists()


def test_joint_holders_of_one_cell_are_members_each():
    visit = Visit.objects.get(slug="belgium-2005-06-people-of-african-descent")
    assert [expert.term.person.name for expert in visit.experts.all()] == [
        "Peter Lesa Kasanda",
        "Joe Frans",
        "George Nicolas Jabbour",
        "Irina Zlatescu",
    ]
    assert not MandateTerm.objects.filter(person__name__contains=";").exists()


def test_a_joint_visit_of_the_notes_has_both_mandates():
    visit = Visit.objects.get(slug="bangladesh-2009-12-extreme-poverty")
    assert set(visit.mandates.values_list("slug", flat=True)) == {"extreme-poverty", "water-and-sanitation"}
    assert [expert.term.person.name for expert in visit.experts.all()] == [
        "Magdalena Sepúlveda Carmona",
        "Catarina de Albuquerque",
    ]


def test_a_mission_over_two_countries_has_two_legs():
    visit = Visit.objects.get(slug="thailand-2020-01-myanmar")
    assert [(leg.country.iso3, leg.dates) for leg in visit.legs.order_by("order")] == [("THA", ""), ("BGD", "")]


def test_a_region_that_is_no_state_has_no_country():
    leg = Visit.objects.get(slug="sapmi-region-nordic-countries-2010-04-indigenous").legs.get()
    assert (leg.country, leg.territory) == (None, "Sápmi region (Nordic countries)")


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("turkiye-2016-10-torture", "Türkiye"),
        ("viet-nam-undated-human-rights-defenders", "Viet Nam"),
        ("russian-federation-undated-human-rights-defenders", "Russian Federation"),
    ],
)
def test_old_and_variant_country_names_are_resolved(slug, name):
    assert Visit.objects.get(slug=slug).legs.get().country.name == name


def test_two_rows_of_one_visit_postponed_and_then_held():
    visit = Visit.objects.get(slug="luxembourg-2022-12-business-and-human-rights")
    assert "row 3, 16" in visit.note
    assert ("postponed", "2022-07-22", "publication") in steps_of(visit.slug)
    assert (visit.dates, visit.status) == ("2022-12-01/2022-12-09", "reported")


def test_where_sources_disagree_by_a_day_both_are_kept():
    visit = Visit.objects.get(slug="cambodia-2014-01")
    assert (visit.dates, visit.duration_as_reported) == ("2014-01-12/2014-01-16", "six days")
    assert (visit.dates_latest - visit.dates_earliest).days + 1 == 5


@pytest.mark.parametrize("country", ["bangladesh", "indonesia", "jordan", "uzbekistan"])
def test_requests_sent_between_two_months_have_these_as_their_date(country):
    expected = [("requested", "2011-12/2012-11", "stated")]
    assert steps_of(f"{country}-undated-freedom-of-religion") == expected


def test_requests_on_a_list_of_2018_were_made_then_or_before():
    rows = Visit.objects.filter(slug__endswith="-undated-human-rights-defenders")
    assert rows.count() == 17
    for row in rows:
        assert steps_of(row.slug) == [("requested", "2018", "publication")]


def test_a_start_that_no_page_gives_is_inferred():
    assert steps_of("myanmar-2017-07", "started", "ended") == [
        ("started", "2017-07-10", "inferred"),
        ("ended", "2017-07-21", "stated"),
    ]


def test_an_independent_expert_held_the_mandate_on_poverty_before():
    title = MandateTitle.objects.get(mandate__slug="extreme-poverty", holder_kind="IE")
    assert title.title == "Independent Expert on the question of human rights and extreme poverty"
    assert title.until == "2011"


@pytest.mark.parametrize(
    ("iso3", "name"),
    [
        ("SOM", "Independent Expert appointed by the Secretary-General on the situation of human rights in Somalia"),
        ("IRN", "Special Rapporteur on the situation of human rights in the Islamic Republic of Iran"),
        ("PRK", "Special Rapporteur on the situation of human rights in the Democratic People's Republic of Korea"),
        ("MMR", "Special Rapporteur on the situation of human rights in Myanmar"),
        ("SDN", "Independent Expert on the situation of human rights in the Sudan"),
        ("KHM", "Special Rapporteur on the situation of human rights in Cambodia"),
        ("BLR", "Special Rapporteur on the situation of human rights in Belarus"),
    ],
)
def test_titles_that_the_data_give_in_full_stand_as_they_are(iso3, name):
    assert Mandate.objects.get(country__iso3=iso3).name == name


# The run itself.

OPEN_BY_FILE = {"mandates.csv": 24, "visits.csv": 24, "press_articles.csv": 13}
OPEN_LINES = [
    "mandates.csv, SR Privacy: no page gives the title in full: spelled from the short name",
    "visits.csv, IE on the situation of human rights in the Sudan: a mandate that mandates.csv does not have: "
    "entered from its name here",
    "visits.csv, row 16: the same visit as row 3: merged into it",
    "visits.csv, row 106: who travelled is not named",
    "visits.csv, row 155: a region over several States: recorded as a territory, of no country",
    "press_articles.csv, A32: a visit to Côte d'Ivoire from 14 November 2011 that visits.csv does not have; "
    "no position was noted",
]


def rows_and_versions() -> dict[str, tuple[int, int]]:
    """Return for every model of both apps how many rows it has and the sum of their versions."""
    found = {}
    for label in ("visits", "statements"):
        for model in apps.get_app_config(label).get_models():
            versions = [getattr(row, "version", 0) for row in model._base_manager.all()]
            found[model.__name__] = (len(versions), sum(versions))
    return found


def test_a_second_run_enters_nothing_lists_what_is_open_and_counts_to_its_total():
    before = rows_and_versions()
    ticks = Counter()

    def tick() -> None:
        ticks["n"] += 1

    store = enter_record(tick)
    assert sum(store.entered.values()) == 0
    assert rows_and_versions() == before
    assert sum(count for count, _versions in before.values()) > 2000
    assert ticks["n"] == size() == 670
    assert dict(Counter(row.file for row in store.unresolved)) == OPEN_BY_FILE
    lines = [str(row) for row in store.unresolved]
    assert len(lines) == len(set(lines)) == 61
    assert [line for line in OPEN_LINES if line not in lines] == []
    # A mandate that the data file lacks is not told as a row of it.
    assert not [line for line in lines if line.startswith("mandates.csv") and "Sudan" in line]


def test_the_command_prints_what_is_open_and_a_full_bar(capfd):
    out = io.StringIO()
    call_command("seed", stdout=out)
    assert "61 rows stay open:" in out.getvalue()
    assert "statements.Statement: 0 entered, " in out.getvalue()
    assert "670/670" in capfd.readouterr().err.rpartition("\r")[2]


@pytest.mark.parametrize(
    ("model", "key", "expected"),
    [
        (Visit, "visit cambodia-2022-08", "tqtz4dpswck8j9ng"),
        (Source, "source article", "7vjm737vng4hwxcr"),
        (Meeting, "meeting cambodia-2022-08 prime-minister", "wjxfk6m7qv6xm75w"),
        (Statement, "statement cambodia-2022-08 8", "xh79wtqn4bwz2st4"),
        (Statement, "statement cambodia-2022-08 21", "9fch8cmp66tz8t7n"),
        (Statement, "position A02-1", "kz8cnq45h2fpx2g9"),
    ],
)
def test_public_ids_are_fixed(model, key, expected):
    assert public_id(key) == expected
    assert model.objects.filter(public_id=expected).exists()


def test_replies_of_the_sequel_answer_the_statement_they_answer():
    made = StatementLink.objects.filter(kind="replies_to", from_statement__visit__slug=SLUG)
    found = {(link.from_statement.public_id, link.to_statement.public_id) for link in made}
    pairs = [("A02-1", "A37-1"), ("A02-2", "A37-1"), ("A02-3", "A34-1"), ("A04-1", "A37-1")]
    assert found == {(public_id(f"position {one}"), public_id(f"position {other}")) for one, other in pairs}

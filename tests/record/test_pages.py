"""What the pages of the sample record say."""

from __future__ import annotations

import gzip
import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from statements.models import Citation, Position, Statement
from tests.record.addresses import TABS
from visits.models import AccessNote, Participant, Source, Visit

VISIT = "/visits/cambodia-2022-08/"


def text_of(response) -> str:
    """Return the words of a page without its tags, runs of spaces as one."""
    # A block of data is for programs, which read dates as they are stored.
    html = re.sub(
        r"<svg.*?</svg>|<script type=.application/ld.json.*?</script>", " ", response.content.decode(), flags=re.S
    )
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").replace("&amp;", "&").split())


@pytest.fixture
def visit(db):
    """Return the page of the visit as everybody sees it."""
    response = Client().get(VISIT)
    assert response.status_code == 200
    return response


def test_visit_names_its_days_its_holder_and_both_durations(visit):
    words = text_of(visit)
    assert "Cambodia, 15–26 August 2022" in words
    assert "Vitit Muntarbhorn" in words
    assert "12 days" in words
    assert "sources say “11-day”" in words


def test_visit_shows_the_meeting_and_that_it_is_known_from_one_side_only(visit):
    words = text_of(visit)
    assert "Meeting: Prime Minister Hun Sen" in words
    assert "known only from one side's account" in words


def test_days_without_a_record_are_folded_in_words(visit):
    assert re.search(r"20–25 August 2022: nothing recorded", text_of(visit))


def test_sections_stand_in_order_before_days_after_and_no_day(visit):
    html = visit.content.decode()
    anchors = re.findall(r'<section class="day" id="([^"]+)"', html)
    assert anchors[0] == "before"
    assert "d-2022-08-16" in anchors
    assert "d-2022-08-26" in anchors
    assert anchors.index("d-2022-08-16") < anchors.index("d-2022-08-26") < anchors.index("after")
    assert anchors[-1] == "undated"
    linked = re.findall(r'href="#(d-[^"]+)"', html)
    assert set(linked) <= set(re.findall(r'id="([^"]+)"', html))
    assert len(re.findall(r"<ol class=\"ruler\">.*?</ol>", html, re.S)) == 1


def test_reply_links_lead_both_ways_on_the_page(visit):
    html = visit.content.decode()
    ids = set(re.findall(r'id="(s-[^"]+)"', html))
    targets = re.findall(r'href="#(s-[^"]+)"', html)
    assert targets
    assert set(targets) <= ids
    assert "partly agrees with" in html
    assert "partly agreed with by" in html


def test_relayed_post_is_told_as_not_opened_and_is_never_cited(visit):
    words = text_of(visit)
    assert "(not opened)" in words


def test_an_academic_stands_in_others_and_the_article_voice_is_not_attributed(visit):
    words = text_of(visit)
    assert "not attributed" in words
    assert re.search(r"Kin Phea ○ Others", words)


def test_denial_names_the_allegation_without_an_author(visit):
    assert "In answer to:" in text_of(visit)


def test_observers_stand_in_the_chain_and_in_no_column(visit):
    words = text_of(visit)
    assert "As told by Hun Sen › international election observers" in words
    assert not re.search(r'class="who">\s*international election observers', visit.content.decode())


def test_next_expected_step_and_the_open_commitment_stand_in_the_bar(visit):
    words = text_of(visit)
    assert "1 commitment open" in words


def test_sequel_is_on_the_page(visit):
    words = text_of(visit)
    for name in (
        "Ny Sokha",
        "Kuch Chamroeun",
        "Chum Sounry",
        "Phay Siphan",
        "Permanent Mission of Cambodia in Geneva",
    ):
        assert name in words
    assert "5 Oct 2022" in words or "5 October 2022" in words


def test_board_has_every_topic_with_four_cells_and_absences_in_words(db):
    response = Client().get(VISIT + "positions/")
    html = response.content.decode()
    table = re.search(r'<table class="board">.*?</table>', html, re.S).group()
    lines = re.findall(r"<tr id=.*?</tr>", table, re.S)
    assert len(lines) >= 15
    assert all(line.count("<td ") == 4 for line in lines)
    assert all(re.findall(r'<th scope="row">', line) for line in lines)
    assert "none recorded" in table
    assert "denies 1" in text_of(response)


def test_commitment_is_due_in_october_2022_and_overdue_now(db):
    words = text_of(Client().get(VISIT + "commitments/"))
    assert "Oct 2022" in words
    assert "overdue" in words


def test_list_counts_are_those_of_the_lists_they_lead_to(db):
    client = Client()
    here = client.get("/visits/?region=asia")
    choice = r'<a href="(\?[^"]*)"( aria-current="true")?><span>[^<]*</span> <span class="num">(\d+)</span>'
    links = re.findall(choice, here.content.decode())
    assert len(links) >= 40
    assert [chosen for _query, chosen, _count in links if chosen] == [' aria-current="true"']
    for query, chosen, count in links:
        # The chosen one leads back to the list without it; its number is that of the list it made.
        led_to = here if chosen else client.get("/visits/" + query.replace("&amp;", "&"))
        assert re.search(rf"\b{count} visits?\b", text_of(led_to)), (query, count)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=turkey", "Türkiye"),
        ("q=TÜRKIYE", "Türkiye"),
        ("q=cote+divoire", "No visit fits all of this"),
        ("q=camboya", "Cambodia"),
        ("q=Vitit", "Cambodia"),
        ("q=s%C3%A1pmi", "Sápmi"),
        ("country=khm&year=2022", "Cambodia, 15–26 August 2022"),
    ],
)
def test_names_are_found_in_any_spelling(query, expected, db):
    words = text_of(Client().get("/visits/?" + query))
    assert expected in words


def test_a_citation_stands_in_its_context_and_can_be_cited_in_three_formats(db):
    cited = Citation.objects.visible_to(AnonymousUser()).exclude(exact="").first()
    Citation.objects.filter(pk=cited.pk).update(prefix="before <them>", suffix=", and after")
    address = cited.statement.get_absolute_url()
    html = Client().get(address).content.decode()
    assert f"before &lt;them&gt; <mark>{escape(cited.exact)}</mark>, and after" in html
    # The page has a line in each style, and leads to three files; each of them leads back.
    styles = re.search(r'<details class="cite">.*?</details>', html, re.S).group()
    assert styles.count(f"http://testserver{address}") == 5
    for form, beginning in (("bib", "@misc{"), ("ris", "TY  - GEN"), ("json", "[")):
        file = f"{address}cite.{form}"
        assert f'href="{file}"' in html
        cite = Client().get(file).content.decode()
        assert cite.startswith(beginning)
        assert f"http://testserver{address}" in cite


def test_people_and_organisations_list_the_meetings_in_which_they_may_be_named(db, clients):
    title = 'id="meetings".*?Prime Minister Hun Sen, 16 Aug 2022.*?id="said"'
    for role in ("anonymous", "member"):
        assert re.search(title, clients[role].get("/people/hun-sen/").content.decode(), re.S)
    Participant.objects.filter(person__slug="hun-sen").update(named_publicly=False)
    assert not re.search(title, clients["anonymous"].get("/people/hun-sen/").content.decode(), re.S)
    assert re.search(title, clients["member"].get("/people/hun-sen/").content.decode(), re.S)
    hosts = Participant.objects.visible_to(AnonymousUser()).filter(organisation__isnull=False)
    for host in hosts.select_related("organisation", "meeting"):
        assert host.meeting.title in text_of(Client().get(host.organisation.get_absolute_url()))


def test_an_access_note_leads_to_its_source_for_those_who_may_see_it(db):
    # No note of the sample is public: one is made so, on a public visit.
    note = AccessNote.objects.filter(workflow="published", visibility="internal").first()
    source = Source.objects.visible_to(AnonymousUser()).first()
    visit = Visit.objects.get(slug="cambodia-2022-08")
    AccessNote.objects.filter(pk=note.pk).update(source=source, visit=visit, visibility="public")
    html = Client().get(VISIT).content.decode()
    notes = re.search(r'aria-labelledby="access".*?</section>', html, re.S).group()
    assert source.get_absolute_url() in notes
    Source.objects.filter(pk=source.pk).update(visibility="internal")
    assert source.get_absolute_url() not in Client().get(VISIT).content.decode()


def test_a_source_tells_when_it_was_opened_and_of_which_session_it_is(db):
    source = Source.objects.visible_to(AnonymousUser()).filter(consulted=True).first()
    Source.objects.filter(pk=source.pk).update(accessed="2024-02-03", session="35th session", language="km")
    words = text_of(Client().get(source.get_absolute_url()))
    assert "Opened by us yes, on 3 February 2024" in words
    assert "Session 35th session" in words
    assert "Language Khmer" in words


def test_a_summary_on_the_board_leads_to_the_statements_it_rests_on(db):
    html = Client().get(VISIT + "positions/").content.decode()
    cell = re.search(r"Rests on:.*?</p>", html, re.S).group()
    assert re.search(r'<a href="/statements/[a-z0-9]+/">Hun Sen: ', cell)
    written = Position.objects.visible_to(AnonymousUser()).filter(visit__slug="cambodia-2022-08")
    assert html.count("Rests on:") == written.count()


def test_the_administration_is_linked_for_those_who_may_enter_it(clients):
    for role, client in clients.items():
        linked = 'href="/admin/"' in client.get("/topics/").content.decode()
        assert linked is (role in {"editor", "reviewer", "admin"}), role


def test_no_coded_value_stands_on_a_page_of_the_visit(clients):
    codes = re.compile(r"voices_concern|calls_for|not_held|press_conference|editors_words|\b20\d\d-\d\d\b")
    for tab in ("", "positions/", "commitments/", "sources/", "history/"):
        for role in ("anonymous", "reviewer"):
            # A citation holds addresses, whose names are made of dates.
            words = re.sub(r"https?://\S+", " ", text_of(clients[role].get(VISIT + tab)))
            assert not codes.search(words), (tab, role)


def wire(path: str) -> int:
    """Return the bytes that a first load of `path` sends, compressed, with all its styles."""
    response = Client().get(path, headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.content).decode()
    total = len(response.content)
    for name in re.findall(r'(?:href|src)="/static/([^"]+)"', html):
        stored = settings.BASE_DIR / "static" / re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name)
        total += len(gzip.compress(stored.read_bytes()))
    assert len(re.findall(r'(?:href|src)="/static/', html)) >= 2
    return total


def test_list_of_visits_stays_within_30_kilobytes_on_the_wire(db):
    assert wire("/visits/") <= 30_000


def test_visit_stays_within_40_kilobytes_on_the_wire(db):
    assert wire(VISIT) <= 40_000


def test_other_languages_live_under_their_code_and_english_is_bare(db, settings):
    assert Client().get("/fr/visits/cambodia-2022-08/").status_code == 404
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    french = Client().get("/fr/visits/cambodia-2022-08/")
    assert french.headers["Content-Language"] == "fr"
    assert 'lang="fr"' in french.content.decode()
    assert "15–26 août 2022" in text_of(french)
    again = Client(headers={"accept-language": "fr"}).get("/visits/cambodia-2022-08/")
    assert again.headers["Content-Language"] == "en"


CAMBODIA = "cambodia-2022-08"


@pytest.mark.parametrize(("role", "pages", "led_to"), [("anonymous", 54, 425), ("member", 54, 427)])
def test_no_link_of_a_full_visit_is_dead_for_the_reader_who_meets_it(role, pages, led_to, clients, people):
    client = clients[role]
    user = getattr(people, role)
    said = Statement.objects.visible_to(user).filter(visit__slug=CAMBODIA)
    sources = Source.objects.visible_to(user).filter(
        Q(citations__statement__in=said) | Q(relayed_by__source__citations__statement__in=said)
    )
    starts = [reverse(name, args=[CAMBODIA]) for name in TABS]
    starts += [row.get_absolute_url() for row in (*said, *sources.distinct())]
    links: dict[str, str] = {}
    for start in starts:
        html = client.get(start).content.decode()
        for href in re.findall(r'href="([^"]+)"', html):
            target = urljoin(start, unescape(href))
            if target.startswith("/") and not target.startswith(settings.STATIC_URL):
                links.setdefault(target, start)
    answers: dict[str, tuple[int, str]] = {}
    dead = []
    for target, start in links.items():
        path, _hash, fragment = target.partition("#")
        if path not in answers:
            answer = client.get(path, follow=True)
            # Calendars are streamed.
            answers[path] = (answer.status_code, answer.getvalue().decode())
        status, html = answers[path]
        if status != 200 or (fragment and f'id="{fragment}"' not in html):
            dead.append((start, target, status))
    assert dead == []
    assert (len(starts), len(links)) == (pages, led_to)

"""How pages are cited: what stands on them and in the files."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements.models import Citation
from tests import factories as make
from tests.visits.citing.reading import FORMS, data, file, html, lines, meta
from visits import actions
from visits.models import PersonName, Redirect

pytestmark = pytest.mark.django_db

SITE = "http://testserver"


def test_a_visit_is_cited_as_a_page_that_was_read_on_a_day(world: dict[str, Any]) -> None:
    name = "Visit to Paperland, 15–26 August 2022: Special Rapporteur on paper"
    found = lines(world["visit"])
    assert list(found)[:5] == ["United Nations", "Chicago (notes)", "Bluebook", "OSCOLA", "APA"]
    url = SITE + world["visit"].get_absolute_url()
    assert found["OSCOLA"] == f"‘{name}’ (Vis-à-vis) <{url}> accessed 2 March 2026."
    assert meta(world["visit"]) == {
        "citation_title": name,
        "citation_publisher": "Vis-à-vis",
        "citation_language": "en",
        "citation_public_url": url,
    }
    assert data(world["visit"]) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": name,
        "url": url,
        "startDate": "2022-08-15",
        "endDate": "2022-08-26",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": [{"@type": "Place", "name": "Paperland"}],
        "organizer": [
            {
                "@type": "Organization",
                "name": "Special Rapporteur on paper",
                "url": SITE + world["holder"].mandate.get_absolute_url(),
            }
        ],
        "attendee": [
            {"@type": "Person", "name": "Ada Ink", "url": SITE + world["holder"].person.get_absolute_url()},
        ],
        "description": "To see <the> mills & more.",
    }


def test_a_visit_that_was_not_held_is_not_cited_as_if_it_had_been() -> None:
    visit = make.visit(
        title="Paperland", steps=("announced 2022-08-01 > 2022-08-15/2022-08-26", "cancelled 2022-08-10")
    )
    assert "(cancelled)" in lines(visit)["APA"]
    assert data(visit)["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_meeting_is_cited_with_its_visit_and_names_who_is_named_publicly(world: dict[str, Any]) -> None:
    meeting = world["meeting"]
    make.participant(meeting=meeting, person=make.person(name="Named Publicly"))
    make.participant(meeting=meeting, person=make.person(name="Private Canary", private=True))
    make.participant(meeting=meeting, person=make.person(name="Unnamed Canary"), named_publicly=False)
    assert lines(meeting)["Chicago (notes)"] == (
        "“Meeting: Ministry of Ink, 16 August 2022; visit to Paperland,” Vis-à-vis, accessed March 2, 2026, "
        f"{SITE}{meeting.get_absolute_url()}."
    )
    found = data(meeting)
    assert (found["@type"], found["startDate"], found["superEvent"]["name"]) == ("Event", "2022-08-16", "Paperland")
    assert [agent["name"] for agent in found["attendee"]] == ["Named Publicly"]
    assert found["location"] == [{"@type": "Place", "name": "Quire"}]


def test_a_statement_is_cited_by_who_said_it_with_what_reports_it(world: dict[str, Any]) -> None:
    statement = world["statement"]
    assert lines(statement)["United Nations"] == (
        "Cy Quill, “Statement (denies): Ink & law”, 17 August 2022, reported in “‘No’ & <so>”, Vis-à-vis. "
        f"Available at {SITE}{statement.get_absolute_url()} (accessed on 2 March 2026)."
    )
    found = data(statement)
    assert (found["@type"], found["text"], found["inLanguage"]) == ("Quotation", "We never did.", "en")
    assert [agent["name"] for agent in found["creator"]] == ["Cy Quill"]
    assert found["citation"][0]["url"] == SITE + world["source"].get_absolute_url()
    assert found["isPartOf"]["name"] == "Paperland"
    told = make.statement(texts=(make.text("He denied it."),))
    assert data(told)["@type"] == "Claim"
    # An editor's words are no quotation, whatever the mode says.
    assert data(make.statement(mode="direct", texts=(make.text("He denied it."),)))["@type"] == "Claim"


def test_a_source_is_cited_as_itself_and_not_as_our_page_of_it(world: dict[str, Any]) -> None:
    source = world["source"]
    assert lines(source)["OSCOLA"] == (
        "Bo Chan and Di Voss, ‘“No” & <so>’ The Gazette (August 2022) <https://gazette.example/1> "
        "accessed 1 September 2022."
    )
    assert meta(source)["citation_publication_date"] == "2022/08"
    assert re.findall(r'name="citation_author" content="(.*?)"', html(source)) == ["Bo Chan", "Di Voss"]
    found = data(source)
    assert (found["@type"], found["datePublished"]) == ("NewsArticle", "2022-08")
    assert found["author"] == ["Bo Chan", "Di Voss"]
    assert (found["url"], found["archivedAt"]) == ("https://gazette.example/1", "https://archive.example/1")


def test_a_person_is_told_with_what_their_page_shows(world: dict[str, Any]) -> None:
    person = world["holder"].person
    office = make.office(person=person, title="Minister", organisation=make.organisation(name="Ministry"))
    make.statement(speakers=(make.speaker(person=person, office=office),))
    actions.save_part(part=PersonName(person=person, text="A. Ink"), by=None)
    found = data(person)
    assert (found["@type"], found["name"], found["alternateName"]) == ("Person", "Ada Ink", ["A. Ink"])
    roles = [(role["roleName"], role.get("memberOf", {}).get("name")) for role in found["memberOf"]]
    assert roles == [("Special Rapporteur on paper", None), ("Minister", "Ministry")]
    assert '<details class="cite">' not in html(person)


def test_each_format_is_a_file_with_its_own_type(world: dict[str, Any]) -> None:
    looked_at = 0
    for kind in ("visit", "meeting", "statement", "source"):
        row = world[kind]
        page = html(row)
        for form, content_type in zip(
            FORMS,
            ("application/x-bibtex", "application/x-research-info-systems", "application/vnd.citationstyles.csl+json"),
            strict=True,
        ):
            answer = file(row, form)
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == f"{content_type}; charset=utf-8"
            assert re.fullmatch(
                rf'attachment; filename="visavis-[-\w]+\.{form}"', answer.headers["Content-Disposition"]
            )
            assert f'href="{answer.request["PATH_INFO"]}"' in page
            looked_at += 1
        assert json.loads(file(row, "json").content)[0]["URL"]
        assert file(row, "doc").status_code == 404
    assert looked_at == 12


def test_a_file_costs_as_many_queries_for_three_rows_as_for_one(world: dict[str, Any]) -> None:
    def costs() -> dict[str, int]:
        found = {}
        for kind in ("visit", "meeting", "statement", "source"):
            with CaptureQueriesContext(connection) as asked:
                assert file(world[kind], "bib").status_code == 200
            found[kind] = len(asked)
        return found

    one = costs()
    for _ in range(2):
        make.meeting(visit=world["visit"])
        make.statement(visit=world["visit"], citations=(Citation(source=world["source"]),))
        make.leg(visit=world["visit"])
    assert costs() == one == {"visit": 3, "meeting": 1, "statement": 2, "source": 1}


def test_the_policy_allows_no_more_than_before_for_the_sake_of_the_data(world: dict[str, Any]) -> None:
    answer = Client().get(world["visit"].get_absolute_url())
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy
    # Data stands apart from what a browser runs, which comes from files alone.
    scripts = re.findall(r"<script([^>]*)>", answer.content.decode())
    assert [given for given in scripts if "src=" not in given] == [' type="application/ld+json"']
    assert settings.SITE_ADDRESS == ""


def test_citations_lead_to_the_address_that_is_set(world: dict[str, Any], settings: Any) -> None:
    settings.SITE_ADDRESS = "https://record.example"
    assert "https://record.example/visits/" in lines(world["visit"])["APA"]
    assert data(world["visit"])["url"].startswith("https://record.example/visits/")
    assert "https://record.example/visits/" in file(world["visit"], "ris").content.decode()


def test_the_file_of_a_merged_source_leads_to_that_of_the_one_it_went_into(world: dict[str, Any]) -> None:
    source, hidden = world["source"], make.source(**make.draft())
    for old, new in (("/sources/old/", source), ("/sources/gone/", hidden)):
        Redirect.objects.create(old_path=old, new_path=new.get_absolute_url())
    answer = Client().get("/sources/old/cite.ris")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{source.get_absolute_url()}cite.ris"
    assert Client().get("/sources/old/cite.doc").status_code == 404
    assert Client().get("/sources/gone/cite.ris").status_code == 404

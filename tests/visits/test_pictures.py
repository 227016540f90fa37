"""Pictures on the pages of countries, mandates and people: what they show, and that hidden rows change nothing."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from statements.models import Citation
from tests import cast
from tests import factories as make
from visits import actions
from visits.models import Country, VisitLeg
from visits.views.atlas import shapes
from visits.world import STATES

TODAY = datetime(2022, 8, 15, 23, 59, tzinfo=UTC)
MARK = re.compile(r'<a href="([^"]+)" aria-label="([^"]+)">\s*<title>')


def page(row: Any, person: Any = None) -> str:
    """Return the page of a row, or at an address, for the anonymous reader or for `person`."""
    client = cast.signed_in(person) if person else Client()
    response = client.get(row if isinstance(row, str) else row.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def marks(text: str) -> list[tuple[str, str]]:
    """Return address and words of every mark of the lines."""
    found = text[text.index('id="course"') :]
    return [(url, html.unescape(words)) for url, words in MARK.findall(found)]


def table(text: str) -> list[list[str]]:
    """Return the cells of the table behind the lines, without their markup."""
    found = text[text.index("The same as a table") :]
    found = found[: found.index("</table>")]
    rows = re.findall(r"<tr>(.*?)</tr>", found, re.DOTALL)
    cells = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[html.unescape(re.sub(r"<[^>]+>|\s+", " ", cell)).strip() for cell in row] for row in cells if row]


def section(text: str, name: str) -> str:
    """Return the section whose heading has this id."""
    start = text.index(f'aria-labelledby="{name}"')
    return text[start : text.index("</section>", start)]


def state(iso3: str, name: str, region: str = "Asia") -> Country:
    """Return a State with its own codes."""
    return make.country(iso3=iso3, name=name, region=region)


def asked(country: Country, mandate: Any, *steps: Any, **fields: Any) -> Any:
    """Return a visit to `country` for `mandate` with these steps."""
    return make.visit(mandates=(mandate,), legs=(VisitLeg(country=country),), steps=steps, **fields)


def test_a_country_shows_each_mandate_on_a_line_with_the_marks_of_its_visits(db):
    country = state("LAO", "Laos")
    one, two = make.mandate(scope="Water"), make.mandate(scope="Assembly")
    visit = asked(
        country, one, "requested 2019-03", "postponed 2020-04-01", "started 2021-07-02", "ended 2021-07-13",
        make.step("report 2022-03-01", document="A/HRC/49/1"), title="Laos",
    )  # fmt: skip
    refused = asked(country, two, "requested 2020", "declined 2020-11-05", title="Laos again")
    text = page(country)
    url, other = visit.get_absolute_url(), refused.get_absolute_url()
    assert marks(text) == [
        (other, "Assembly: requested, 2020 (Laos again)"),
        (other, "Assembly: declined, 5 Nov 2020 (Laos again)"),
        (url, "Water: requested, Mar 2019 (Laos, 2–13 Jul 2021)"),
        (url, "Water: postponed, 1 Apr 2020 (Laos, 2–13 Jul 2021)"),
        (url, "Water: visit, held, 2–13 Jul 2021 (Laos, 2–13 Jul 2021)"),
        (url, "Water: report A/HRC/49/1, 1 Mar 2022 (Laos, 2–13 Jul 2021)"),
    ]
    for kind in ("request", "postponed", "stopped", "report"):
        assert f'href="#mark-{kind}"' in text and f'id="mark-{kind}"' in text
    assert 'class="visit held" x=' in text
    # The same stands in the table, and with it the visit that has no dates.
    assert table(text) == [
        ["Mar 2019", "Requested", "Water", "Laos, 2–13 Jul 2021"],
        ["2020", "Requested", "Assembly", "Laos again"],
        ["1 Apr 2020", "Postponed", "Water", "Laos, 2–13 Jul 2021"],
        ["5 Nov 2020", "Declined", "Assembly", "Laos again"],
        ["2–13 Jul 2021", "Visit, held", "Water", "Laos, 2–13 Jul 2021"],
        ["1 Mar 2022", "Report A/HRC/49/1", "Water", "Laos, 2–13 Jul 2021"],
        ["no date recorded", "Visit", "Assembly", "Laos again"],
    ]
    assert "1 event without a date stands in the table only." in text


def test_a_mandate_shows_each_country_on_a_line_and_of_a_joint_visit_only_its_own_letters(db):
    laos, nepal = state("LAO", "Laos"), state("NPL", "Nepal")
    mandate, other = make.mandate(scope="Water"), make.mandate(scope="Food")
    joint = make.visit(
        title="Nepal and Laos",
        mandates=(mandate, other),
        legs=(VisitLeg(country=nepal, order=0), VisitLeg(country=laos, order=1)),
        steps=(make.step("requested 2018", mandate=other), make.step("requested 2019", mandate=mandate)),
    )
    actions.add_step(visit=joint, by=None, step=make.step("postponed 2020", leg=joint.legs.get(country=nepal)))
    told = [words for _url, words in marks(page(mandate))]
    assert told == [
        "Laos: requested, 2019 (Nepal and Laos)",
        "Nepal: requested, 2019 (Nepal and Laos)",
        "Nepal: postponed, 2020 (Nepal and Laos)",
    ]
    assert [words for _url, words in marks(page(laos))] == [
        "Food: requested, 2018 (Nepal and Laos)",
        "Water: requested, 2019 (Nepal and Laos)",
    ]


def test_a_territory_and_a_visit_without_a_place_have_lines_too(db):
    mandate = make.mandate()
    make.visit(mandates=(mandate,), legs=(VisitLeg(territory="Northern Isles"),), title="Isles")
    make.visit(mandates=(mandate,), legs=(), title="Somewhere")
    assert [words.split(":")[0] for _url, words in marks(page(mandate))] == ["Northern Isles", "Somewhere"]


def test_a_voided_step_is_not_marked(db):
    country, mandate = state("LAO", "Laos"), make.mandate(scope="Water")
    visit = asked(country, mandate, "requested 2019", "postponed 2020")
    wrong = visit.steps.get(kind="postponed")
    actions.add_step(visit=visit, by=None, step=make.step("postponed 2020", voids=wrong, reason="Not so."))
    assert [words.split(",")[0] for _url, words in marks(page(country))] == ["Water: requested"]
    assert "Postponed" not in section(page(country), "waiting")


def test_only_days_are_drawn_as_such(db):
    country, mandate = state("LAO", "Laos"), make.mandate()
    asked(country, mandate, "started 2021-07", "ended 2021-07")
    asked(country, mandate, "announced 2021-01-01 > 2021-09-01/2021-09-10")
    text = page(country)
    assert text.count('class="visit held vague" x=') == 2  # one of them in the legend
    assert text.count('class="visit planned" x=') == 2


@time_machine.travel(TODAY, tick=False)
def test_open_requests_tell_how_long_they_have_waited_the_longest_first(db):
    country, mandate = state("LAO", "Laos"), make.mandate(scope="Water")
    asked(country, mandate, "requested 2022-08-03", title="Short")
    # A reminder does not begin the wait anew.
    asked(country, mandate, "requested 2018-03-01", "reminder 2021-01-01", title="Long")
    asked(country, mandate, "requested 2021", title="Year")
    asked(country, mandate, "requested", title="Undated")
    asked(country, mandate, "requested 2015", "declined 2016", title="Refused")
    asked(country, mandate, "requested 2015", "started 2016-01-01", "ended 2016-01-09", title="Held")
    for row in (country, mandate):
        told = section(page(row), "waiting")
        rows = re.findall(r"<tr>\s*<td>.*?</tr>", told, re.DOTALL)
        found = [re.sub(r"<[^>]+>|\s+", " ", one).split() for one in rows]
        assert [one[0] for one in found] == ["Long", "Year", "Short", "Undated"]
        assert " ".join(found[0]).endswith("Requested 1 Mar 2018 4 years, 5 months")
        assert " ".join(found[1]).endswith("Requested 2021 at least 7 months")
        assert " ".join(found[2]).endswith("Requested 3 Aug 2022 12 days")
        assert " ".join(found[3]).endswith("Requested no date recorded")


def test_a_wait_grows_at_midnight_utc(db):
    country = state("LAO", "Laos")
    asked(country, make.mandate(), "requested 2022-08-03")
    for now, days in ((TODAY, "12 days"), (datetime(2022, 8, 16, 0, 0, tzinfo=UTC), "13 days")):
        with time_machine.travel(now, tick=False):
            assert days in section(page(country), "waiting")


def test_a_thematic_mandate_tells_which_states_it_has_not_visited(db):
    laos, nepal, fiji, tuvalu = (
        state("LAO", "Laos"), state("NPL", "Nepal"), state("FJI", "Fiji", "Oceania"), state("TUV", "Tuvalu", "Oceania"),
    )  # fmt: skip
    make.country(name="No State")
    mandate = make.mandate()
    asked(laos, mandate, "started 2021-07-02", "ended 2021-07-13")
    asked(nepal, mandate, "requested 2020")
    asked(fiji, mandate, "started 2021-07-02", "suspended 2021-07-04")
    asked(tuvalu, make.mandate(), "started 2021-07-02", "ended 2021-07-13")
    text = section(page(mandate), "not-visited")
    assert "2 States without a visit of this mandate on record" in text
    names = re.findall(r'<a href="/countries/([a-z]{3})/">', text)
    assert names == ["npl", "tuv"]
    assert re.search(r'Nepal</a> <span class="tag">Requested</span>', text)
    assert len(STATES) == 195
    assert "not-visited" not in page(make.mandate(country=laos))


def test_offices_and_terms_stand_on_lines_with_open_ends(db):
    person = make.person()
    ministry = make.organisation(name="Ministry", side="government")
    make.term(person=person, mandate=make.mandate(name="Expert on water"), since="2014-05-01", until="2020-04-30")
    offices = [
        make.office(person=person, title="Minister", organisation=ministry, since="2010", until="2012"),
        make.office(person=person, title="Adviser", side="opposition", since="2021-02"),
        make.office(person=person, title="Speaker", side="legislature", seen="2008-03-01"),
        make.office(person=person, title="Clerk", organisation=ministry),
    ]
    make.statement(speakers=tuple(make.speaker(person=person, office=one, order=n) for n, one in enumerate(offices)))
    told = section(page(person), "lifeline")
    assert re.findall(r'role="img" aria-label="([^"]+)"', told) == [
        "Speaker, legislature, seen in office 1 Mar 2008",
        "Minister, Ministry (government), 2010 – 2012",
        "Expert on water, 1 May 2014 – 30 Apr 2020",
        "Adviser, opposition, from Feb 2021, end not recorded",
    ]
    assert told.count('href="#open-end"') == 1
    assert told.count('href="#open-start"') == 0
    assert told.count('<circle class="seen" cx="') == 2  # one of them in the legend
    assert "Without a date, so not on the line:" in told and "Clerk, Ministry (government)" in told
    assert 'id="lifeline"' not in page(make.term(since="").person)


def test_the_map_links_every_country_and_tells_its_visits(db):
    laos, nauru = state("LAO", "Laos"), state("NRU", "Nauru", "Oceania")
    unknown = make.country(name="Nowhere", region="")
    mandate = make.mandate()
    asked(laos, mandate, "started 2021-07-02", "ended 2021-07-13")
    asked(laos, mandate, "requested 2022")
    asked(nauru, mandate, "requested 2022")
    asked(unknown, mandate, "declined 2022")
    text = page(reverse("country_list"))
    drawn = re.findall(r'<a href="(/countries/\w+/)" aria-label="([^"]+)">\s*<title>([^<]+)</title>'
                       r'<use class="land (\w+)" href="/static/world[^"]*\.svg#(\w+)"/>', text)  # fmt: skip
    assert drawn == [
        ("/countries/lao/", "Laos: 2 visits (1 requested, 1 completed)", "Laos: 2 visits (1 requested, 1 completed)",
         "held", "lao"),
        ("/countries/nru/", "Nauru: 1 visit (1 requested)", "Nauru: 1 visit (1 requested)", "waiting", "nru"),
    ]  # fmt: skip
    assert shapes()["nru"] == "circle"
    # What the map does not draw stands in the table all the same.
    rows = re.findall(r'<th scope="row"><a href="(/countries/\w+/)">(.*?)</tr>', text, re.DOTALL)
    numbers = {url: re.findall(r'<td class="num">(?:<a[^>]*>)?(\d*)', cells) for url, cells in rows}
    assert numbers == {
        laos.get_absolute_url(): ["2", "1", "", "1", "", ""],
        nauru.get_absolute_url(): ["1", "", "", "1", "", ""],
        unknown.get_absolute_url(): ["1", "", "", "", "1", ""],
    }
    assert "imply no opinion" in text


def test_a_country_without_a_visit_is_on_the_map_and_says_so(db):
    state("TUV", "Tuvalu", "Oceania")
    text = page(reverse("country_list"))
    assert '<title>Tuvalu: no visit on record</title><use class="land none"' in text
    assert "No visit is recorded yet." in text


HIDDEN = ("draft", "internal", "confidential", "withdrawn")


def hidden(how: str, closed: Any) -> dict[str, Any]:
    """Return the fields of a row that the public may not see."""
    return {
        "draft": make.draft(),
        "internal": make.internal(),
        "confidential": make.confidential(closed),
        "withdrawn": {**make.published(), "workflow": "withdrawn"},
    }[how]


@pytest.mark.parametrize("how", HIDDEN)
def test_hidden_rows_change_no_byte_of_a_public_page(how, people):
    country = state("LAO", "Laos")
    mandate = make.mandate()
    topic = make.topic()
    ministry = make.organisation(side="government")
    person = make.person()
    office = make.office(person=person, organisation=ministry, title="Minister", since="2019")
    visit = asked(country, mandate, "requested 2019", "started 2021-07-02", "ended 2021-07-13")
    asked(country, mandate, "requested 2020-02-02")
    make.statement(visit=visit, topics=(topic,), speakers=(make.speaker(person=person, office=office),))
    elsewhere, third = state("TUV", "Tuvalu"), state("NPL", "Nepal")
    pages = [country, elsewhere, mandate, person, ministry, topic, reverse("country_list")]
    before = [Client().get(one if isinstance(one, str) else one.get_absolute_url()) for one in pages]
    assert all(one.status_code == 200 for one in before)

    # A visit with a request, a delay and a report, which went to a State that no public visit went to as well.
    closed = make.compartment(members=(people.member,))
    fields = hidden(how, closed)
    steps = ("requested 1999", "postponed 2001", "started 2003-01-01", "ended 2003-01-05", "report 2030")
    secret = make.visit(
        title="Hidden visit",
        mandates=(mandate,),
        legs=(VisitLeg(country=country, order=0), VisitLeg(country=elsewhere, order=1)),
        steps=steps,
        **fields,
    )
    asked(country, mandate, "requested 1998-01-01", title="Hidden request", **fields)
    # A statement on the public visit and one on the hidden one, with an office that only they show.
    other = make.office(person=person, organisation=ministry, title="Hidden office", since="1985", until="1990")
    for place in (visit, secret):
        make.statement(
            visit=place,
            topics=(topic,),
            speakers=(make.speaker(person=person, office=other),),
            citations=(Citation(source=make.source(**(fields if how == "confidential" else {}))),),
            **fields,
        )
    after = [Client().get(one if isinstance(one, str) else one.get_absolute_url()) for one in pages]
    for one, other_answer in zip(before, after, strict=True):
        assert one.content == other_answer.content
    # It would have been noticed: whoever may see drafts, or is a member, meets them.
    reader = people.editor if how in {"draft", "withdrawn"} else people.member
    seen = page(country, reader)
    assert "Hidden visit" in seen and "Hidden request" in section(seen, "waiting")
    assert "Hidden office" in section(page(person, reader), "lifeline")
    states = (elsewhere.get_absolute_url(), third.get_absolute_url())
    for who, told in ((None, [True, True]), (reader, [False, True])):
        assert [url in section(page(mandate, who), "not-visited") for url in states] == told


def test_the_day_on_which_it_is_asked_changes_no_picture(db):
    country = state("LAO", "Laos")
    asked(country, make.mandate(), "started 2021-07-02", "ended 2021-07-13")
    with time_machine.travel(date(2022, 1, 1), tick=False):
        then = marks(page(country))
    with time_machine.travel(date(2032, 1, 1), tick=False):
        assert marks(page(country)) == then

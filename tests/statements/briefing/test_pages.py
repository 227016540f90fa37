"""What a briefing holds and to whom: options, notes, verdicts, and nothing that is hidden from its reader."""

from __future__ import annotations

import re

import lxml.html
import pytest
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.test import Client

from statements.actions import tell_erratum
from statements.models import Citation
from tests import factories as make
from tests.cast import Cast, signed_in
from tests.statements.briefing import texts
from tests.statements.briefing.rows import SECRET, Rich, cited
from visits import actions
from visits.models import VisitLeg


@pytest.fixture
def rich(db) -> Rich:
    # A briefing that was kept would tell nothing of what was hidden or changed since.
    assert isinstance(caches["briefings"], DummyCache)
    return Rich()


def html(path: str, client: Client | None = None) -> str:
    """Return what is got there by the public, or by whoever is signed in."""
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def read(page: str) -> str:
    """Return the text of a page, spaces as one."""
    return " ".join(lxml.html.fromstring(page).find("body").text_content().split())


def paths_of(rich: Rich) -> list[str]:
    """Return a briefing of each kind without its end."""
    topic, country = rich.assembly.slug, rich.country.iso3.lower()
    return [rich.path, f"/countries/{country}/briefing", f"/topics/{topic}/briefing", "/positions/briefing"]


def asked_of(rich: Rich, path: str) -> str:
    """Return what an address has to name beside the options."""
    comparing = f"topic={rich.assembly.slug}&country={rich.country.iso3.lower()}"
    return comparing if path == "/positions/briefing" else ""


def test_a_visit_is_told_with_positions_statements_commitments_and_sources(rich):
    text = read(html(f"{rich.path}.html"))
    assert "Briefing: Visit to Ruritania, 15–26 August 2022" in text
    assert "Special Rapporteur on assembly" in text
    assert "denies 1: statement 2Denies any ban. (statement 2)" in text
    assert "2. Ana Minister, Minister of Interior" in text
    assert "■ State · denies · 17 Aug 2022 · in an interview · partly quoted" in text
    assert "As told by: a spokesman" in text
    assert "denies Watch, 16 Aug 2022 (statement 1)" in text
    assert "denied by Ana Minister, 17 Aug 2022 (statement 2)" in text
    assert "Change the law (Ana Minister, due Oct 2022, overdue; statement 3)" in text
    assert "Ministry of Interior (16 Aug 2022, official meeting)" in text
    assert "freedom of movement: refused (according to the mandate holder). A road was closed." in text


def test_each_note_tells_source_address_archived_copy_day_of_access_and_version(rich):
    page = html(f"{rich.path}.html")
    (listed,) = lxml.html.fromstring(page).find_class("notes")
    notes = {note.get("id"): " ".join(note.text_content().split()) for note in listed}
    assert re.fullmatch(
        r"2 A\. Writer, “The article & its <title>”, The Daily, 17 August 2022\. "
        r"Address: https://daily\.example/a\?b=1&c=2; archived copy: https://archive\.example/a; "
        r"accessed 3 Sept 2022\. "
        r"At: para\. 4\. Check of the quotation: text not held\. "
        r"Statement 2, version [0-9a-f]{12} \(published \d+ \w+ \d+\): http://testserver/statements/\w+/",
        notes["note-2"],
    )
    assert "No address recorded; no archived copy recorded; day of access not recorded." in notes["note-1"]
    assert len(notes) == page.count('role="doc-noteref"') == page.count('role="doc-backlink"')


@pytest.mark.parametrize("publishable", [True, False])
def test_where_quoted_words_differ_both_wordings_are_told_to_those_who_may_read_the_source(publishable, rich):
    source = make.source(extracted_text="They “were always banned” there.", publishable=publishable)
    make.statement(
        visit=rich.visit, mode="direct", differs_reason="So the paper has it.",
        citations=(Citation(source=source, exact="“were never banned”"),),
        texts=(make.text("“were never banned”", kind="original"),),
    )  # fmt: skip
    text = read(html(f"{rich.path}.html"))
    assert "Check of the quotation: quoted words differ" in text
    assert "were never banned" in text
    assert ("in the source: “" in text) is publishable
    assert ("always" in text) is publishable


def test_what_became_of_a_statement_is_told(rich):
    text = read(html(f"{rich.path}.html"))
    assert re.search(
        r"4\. Person \d+ ■ State · asserts · 19 Aug 2022 · in an interview · indirect speech disowned", text
    )
    disputed = make.statement(visit=rich.visit, date="2022-08-22", texts=(make.text("A", language="en"),))
    make.statement(visit=rich.visit, date="2022-08-23", act="denies", links=(("denies", disputed),))
    assert "indirect speech disputed A English" in read(html(f"{rich.path}.html"))


def test_a_withdrawn_statement_is_gone_and_its_public_note_stands_instead(rich, people):
    assert "Withdrawn" not in html(f"{rich.path}.html")
    actions.withdraw(record=rich.promise, by=people.reviewer, note="A misreading.")
    text = read(html(f"{rich.path}.html"))
    assert "The law will be changed." not in text
    assert f"do not cite them. http://testserver/statements/{rich.promise.public_id}/: A misreading." in text


def test_the_version_changes_with_the_words_and_with_nothing_hidden(rich, people):
    def version() -> str:
        return re.search(r"Statement 3, version (\w{12}) \(([^)]*)\)", read(html(f"{rich.path}.html"))).groups()

    before = version()
    rich.hide(people.member)
    assert version() == before
    text = rich.promise.texts.get(language="en")
    text.text = "The law will be changed soon."
    actions.save_part(part=text, by=None)
    after = version()
    assert after[0] != before[0]
    assert "corrected" not in after[1]
    tell_erratum(statement=rich.promise, text="It said “soon”.", by=None)
    assert "corrected" in version()[1]


def test_columns_topics_and_years_narrow_a_briefing(rich):
    state = read(html(f"{rich.path}.html?column=state"))
    assert "No march" in state
    assert "Marches were banned" not in state
    assert "● Civil society" not in state
    civil = read(html(f"{rich.path}.html?column=civil"))
    assert "Marches were banned" in civil
    assert "Denies any ban" not in civil
    on_press = read(html(f"{rich.path}.html?topic={rich.press.slug}"))
    assert "Topics Press Words" in on_press.replace("TopicsPress", "Topics Press ")
    assert "Marches were banned" not in on_press
    assert "The law will be changed" in on_press
    country = f"/countries/{rich.country.iso3.lower()}/briefing.html"
    assert "The law will be changed" in html(f"{country}?since=2022&until=2022")
    assert "No statement is recorded that fits." in html(f"{country}?since=2023")
    refused = Client().get(f"{country}?since=+2022")
    assert refused.status_code == 400
    assert "“ 2022” is not understood as “since”." in refused.content.decode()


def test_statements_of_nobody_who_is_named_stand_in_others(rich):
    make.statement(visit=rich.visit, speakers=(make.speaker(label="a villager", side="other"),),
                   texts=(make.text("By somebody."),))  # fmt: skip
    assert "By somebody." in html(f"{rich.path}.html?column=others")
    assert "By somebody." not in html(f"{rich.path}.html?column=state")


def test_a_country_a_topic_and_a_comparison_go_over_their_visits(rich):
    other = make.visit(title="Ruritania", steps=("started 2018-03-01", "ended 2018-03-05"), mandates=(rich.mandate,),
                       legs=(VisitLeg(country=rich.country),))  # fmt: skip
    make.statement(
        visit=other, date="2018-03-02", act="denies", answers_text="A ban.", topics=(rich.assembly,),
        citations=(cited(),), texts=(make.text("Nothing is banned."),),
    )  # fmt: skip
    make.statement(visit=None, date="2019-01-01", topics=(rich.assembly,), texts=(make.text("On no visit."),))
    _visit, country, topic, comparison = paths_of(rich)
    text = read(html(f"{country}.html"))
    assert text.index("Marches were banned") < text.index("Nothing is banned")
    assert "6 statements, 2 visits" in text
    assert "On no visit." not in text
    text = read(html(f"{topic}.html"))
    assert text.index("Marches were banned") < text.index("Nothing is banned") < text.index("On no visit.")
    text = read(html(f"{comparison}.html?{asked_of(rich, comparison)}"))
    assert "compared with Ruritania, 1–5 March 2018" in text
    assert "the same act again, no link: 1 (statement 2)" in text
    assert "the first with something on this topic" in text


@pytest.mark.parametrize("form", ["html", "docx"])
@pytest.mark.parametrize("number", range(4), ids=["visit", "country", "topic", "comparison"])
def test_without_internal_notes_everybody_gets_the_same_bytes_as_if_nothing_were_hidden(number, form, rich, people):
    path = paths_of(rich)[number]
    address = f"{path}.{form}?{asked_of(rich, path)}"
    before = Client().get(address)
    assert before.status_code == 200
    rich.hide(people.member)
    for person in people:
        after = signed_in(person).get(address)
        assert after.content == before.content, person
    # Who may not ask for more gets the same by asking; who may gets more.
    for name in ("anonymous", "outsider", "reader"):
        assert signed_in(people.named(name)).get(f"{address}&internal=yes").content == before.content, name
    assert signed_in(people.member).get(f"{address}&internal=yes").content != before.content


def test_the_pdf_too_tells_nothing_hidden(rich, people):
    before = Client().get(f"{rich.path}.pdf").content
    rich.hide(people.member)
    assert signed_in(people.editor).get(f"{rich.path}.pdf").content == before


@pytest.mark.parametrize("name", ["member", "editor", "reviewer", "admin"])
def test_internal_briefings_hold_what_members_see_and_neither_drafts_nor_confidential_rows(name, rich, people: Cast):
    rich.hide(people.named(name))
    page = html(f"{rich.path}.html?internal=yes", signed_in(people.named(name)))
    # Of the rows numbered 0, 1 and 2, the first ones are internal, the others drafts and confidential.
    assert sorted(set(re.findall(rf"{SECRET} (\w+ \d)", page))) == [
        "access 0", "exact 0", "meeting 0", "note 0", "person 0", "promise 0", "source 0", "topic 0", "words 0",
    ]  # fmt: skip
    text = read(page)
    assert "Internal: this holds what only members of the record may see. It is not for publication." in text
    assert "Internal notes" in text
    assert 'data-header="Vis-à-vis, internal, not for publication"' in page


def test_internal_briefings_are_kept_nowhere(rich, people):
    answer = signed_in(people.member).get(f"{rich.path}.html?internal=yes")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_what_is_hidden_has_no_briefing_and_its_address_answers_as_one_that_never_was(rich, people):
    hidden = make.visit(**make.internal())
    make.statement(visit=hidden, **make.internal())
    topic = make.topic()
    make.statement(visit=rich.visit, topics=(topic,), **make.internal())
    pairs = [("visits", hidden.slug, "no-visit"), ("topics", topic.slug, "no-topic")]
    for kind, key, missing in pairs:
        for end in ("/", ".html", ".pdf", ".docx", ".html?internal=yes"):
            found = Client().get(f"/{kind}/{key}/briefing{end}")
            never = Client().get(f"/{kind}/{missing}/briefing{end}")
            assert found.status_code == never.status_code == 404
            assert found.content == never.content
        # A member may have it, and is told for whom it is.
        member = signed_in(people.member)
        assert member.get(f"/{kind}/{key}/briefing.html").status_code == 404
        assert member.get(f"/{kind}/{key}/briefing.html?internal=yes").status_code == 200
        page = html(f"/{kind}/{key}/briefing/", member)
        assert '<input type="hidden" name="internal" value="yes">' in page
        assert "This is not public" in page


def test_a_comparison_that_is_not_chosen_leads_to_where_it_is(rich, people):
    hidden = make.topic()
    make.statement(visit=rich.visit, topics=(hidden,), **make.internal())
    for topic in (hidden.slug, "never-was"):
        query = f"topic={topic}&country={rich.country.iso3.lower()}"
        answer = Client().get(f"/positions/briefing/?{query}")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/positions/?{query}")
        refused = Client().get(f"/positions/briefing.html?{query}")
        assert refused.status_code == 400
        assert f"Nothing is recorded under “{topic}” as Topic." in refused.content.decode()
    assert Client().get("/positions/briefing/").headers["Location"] == "/positions/"


def test_the_page_of_options_offers_what_is_there_and_keeps_what_is_chosen(rich):
    page = html(f"{rich.path}/?column=state&topic={rich.press.slug}&language=fr&paper=letter")
    document = lxml.html.fromstring(page)
    ticked = [(box.get("name"), box.get("value")) for box in document.iter("input") if "checked" in box.attrib]
    assert ticked == [("column", "state"), ("topic", rich.press.slug), ("language", "fr"), ("paper", "letter")]
    offered = {box.get("name") for box in document.iter("input")}
    assert offered == {"q", "column", "topic", "language", "paper"}
    assert "4 statements fit this choice." in read(page)
    # Years only where there are several visits, topics only where there are several.
    assert 'name="since"' in html(f"/countries/{rich.country.iso3.lower()}/briefing/")
    assert 'name="topic"' not in html(f"/topics/{rich.assembly.slug}/briefing/")
    comparison = html(f"/positions/briefing/?{asked_of(rich, '/positions/briefing')}")
    assert f'<input type="hidden" name="topic" value="{rich.assembly.slug}">' in comparison


def test_internal_notes_are_offered_to_those_who_may_see_them_alone(rich, people):
    rich.hide(people.member)
    for person in people:
        page = html(f"{rich.path}/", signed_in(person))
        may = person in (people.member, people.editor, people.reviewer, people.admin)
        assert ('name="internal"' in page) is may
        assert (f"{SECRET} topic 0" in page) is may
        assert f"{SECRET} topic 1" not in page
        assert f"{SECRET} topic 2" not in page


def test_briefings_are_linked_from_the_pages_they_are_about(rich):
    for path, link in (
        (f"/visits/{rich.visit.slug}/", f"{rich.path}/"),
        (f"/countries/{rich.country.iso3.lower()}/", f"/countries/{rich.country.iso3.lower()}/briefing/"),
        (f"/topics/{rich.assembly.slug}/", f"/topics/{rich.assembly.slug}/briefing/"),
    ):
        assert f'href="{link}"' in html(path), path
    query = asked_of(rich, "/positions/briefing")
    assert "/positions/briefing/?topic=" in html(f"/positions/?{query}")


def test_no_note_is_lost_and_none_is_marked_twice(rich):
    page = lxml.html.fromstring(html(f"{rich.path}.html"))
    marks = [link.text for link in page.iter("a") if link.get("role") == "doc-noteref"]
    assert marks == [str(number) for number in range(1, len(marks) + 1)]
    assert len(page.find_class("notes")[0]) == len(marks)
    assert texts.of_page(html(f"{rich.path}.html"))[-1][0] == "Sources"


def test_the_state_of_a_commitment_is_told(rich):
    rich.commitment.state = "kept"
    actions.save_record(record=rich.commitment, by=None)
    assert "due Oct 2022, kept" in read(html(f"{rich.path}.html"))

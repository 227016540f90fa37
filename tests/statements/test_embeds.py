"""Cards on other sites show what everybody may see, as it stands, and nothing of whoever opens them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from statements.actions import tell_erratum
from statements.models import Citation, StatementLink
from statements.views import embeds
from tests import factories as make
from tests.cast import Cast, again, signed_in
from tests.scripts import scripts_of
from visits import actions
from visits.models import Redirect, Source, Visit

pytestmark = pytest.mark.django_db


def card_of(row: Any, client: Client | None = None) -> Any:
    kind, key = ("visit", row.slug) if row._meta.model_name == "visit" else ("statement", row.public_id)
    return (client or Client()).get(reverse(f"embed_{kind}", args=[key]))


def words(answer: Any) -> str:
    """Return what an answer says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def said() -> Any:
    source = make.source(title="What the minister said", publisher="The Gazette", published="2022-08-18")
    person = make.person(name="Cy Quill")
    office = make.office(person=person, title="Minister of Ink")
    return make.statement(
        visit=make.visit(title="Paperland"),
        act="denies",
        answers_text="it",
        mode="direct",
        date="2022-08-17",
        speakers=(make.speaker(person=person, office=office),),
        texts=(make.text("We never <did> it.", kind="original", language="en"),),
        citations=(Citation(source=source, exact="We never <did> it.", verdict="match"),),
    )


def test_a_card_shows_the_words_who_said_them_on_which_side_when_and_by_which_source(said: Any) -> None:
    answer = card_of(said)
    assert answer.status_code == 200
    told = words(answer)
    for part in ("■ State", "Cy Quill , Minister of Ink", "denies", "We never <did> it.", "original words",
                 "What the minister said , The Gazette, 18 Aug 2022", "17 Aug 2022", "Paperland"):  # fmt: skip
        assert part in told, part
    (proof,) = said.citations.all()
    assert str(proof.get_verdict_display()) in told
    links = set(re.findall(r'<a [^>]*href="([^"]+)"', answer.content.decode()))
    source = proof.source.get_absolute_url()
    report = f"/report/?page={quote(said.get_absolute_url(), safe='')}"
    assert links == {said.get_absolute_url(), said.visit.get_absolute_url(), source, "/", report}


def test_each_link_opens_beside_the_frame_for_our_pages_are_shown_in_none(said: Any) -> None:
    for row in (said, said.visit):
        links = re.findall(r"<a [^>]*>", card_of(row).content.decode())
        assert len(links) >= 3
        assert all('target="_blank" rel="noopener"' in link for link in links)


def test_a_card_has_no_script_no_form_no_picture_and_little_weight(said: Any) -> None:
    for row in (said, said.visit):
        answer = card_of(row)
        html = answer.content.decode()
        assert scripts_of(html) == []
        assert not re.search(r"<(form|input|button|img|iframe|script|style)\b| style=| on\w+=", html)
        assert not answer.cookies
        assert len(answer.content) < 6000


@pytest.mark.parametrize(
    ("kind", "words_of_it"), [("retracts", "retracted"), ("corrects", "corrected"), ("disowns", "disowned")]
)
def test_what_became_of_a_statement_stands_on_its_card_at_once(said: Any, kind: str, words_of_it: str) -> None:
    assert "Since then" not in words(card_of(said))
    make.statement(visit=said.visit, links=((kind, said),))
    assert f"Since then: {words_of_it}" in words(card_of(said))
    assert f"({words_of_it}): We never" in words(card_of(said.visit))


def test_a_hidden_retraction_changes_no_card(said: Any, people: Cast) -> None:
    before = [card_of(row).content for row in (said, said.visit)]
    make.statement(visit=said.visit, links=(("retracts", said),), **make.internal())
    assert StatementLink.objects.filter(to_statement=said).exists()
    for client in (Client(), signed_in(people.member), signed_in(people.editor)):
        assert [card_of(row, client).content for row in (said, said.visit)] == before


def test_a_mistake_of_ours_is_told_on_the_card(said: Any, people: Cast) -> None:
    tell_erratum(statement=again(said), text="It was Thursday.", by=people.reviewer)
    assert "Corrected by the record: It was Thursday." in words(card_of(said))


def test_an_invented_example_says_so() -> None:
    visit = make.visit(is_example=True)
    said = make.statement(visit=visit, is_example=True)
    assert "An invented example" in words(card_of(said))
    assert "An invented example" in words(card_of(visit))


@pytest.mark.parametrize("kind", ["visit", "statement"])
@pytest.mark.parametrize("state", [make.draft, make.internal], ids=["draft", "internal"])
def test_what_is_hidden_is_nobodys_card_and_answers_as_what_was_never_there(
    kind: str, state: Any, people: Cast
) -> None:
    row = getattr(make, kind)(**state())
    if kind == "visit":
        make.statement(visit=row, **state())
    missing = Client().get(reverse(f"embed_{kind}", args=["nothing-of-this-name"]))
    assert missing.status_code == 404
    seen = 0
    for person in people:
        answer = card_of(row, signed_in(person))
        assert (answer.status_code, answer.content) == (404, missing.content)
        seen += signed_in(person).get(row.get_absolute_url()).status_code == 200
    # The page itself is there for some of them: it could have leaked.
    assert seen >= 3


def test_signed_in_and_not_see_the_same_bytes_beside_hidden_rows(said: Any, people: Cast) -> None:
    visit = said.visit
    hidden = make.source(title="Canary source", **make.internal())
    actions.save_part(part=Citation(statement=again(said), source=hidden, exact="Canary words"), by=None)
    make.statement(visit=visit, texts=(make.text("Canary claim"),), **make.draft())
    make.meeting(visit=visit, title="Canary meeting", **make.internal())
    for row in (said, visit):
        plain = card_of(row)
        assert b"Canary" not in plain.content
        for person in people:
            answer = card_of(row, signed_in(person))
            assert answer.content == plain.content
            assert not answer.cookies
    assert b"Canary meeting" in signed_in(people.editor).get(visit.get_absolute_url()).content


def test_a_private_individual_is_not_named_on_a_card() -> None:
    nobody = make.person(name="Private Canary", private=True)
    office = make.office(person=nobody, title="Canary office", side="affected")
    said = make.statement(speakers=(make.speaker(person=nobody, office=office, side="affected"),))
    assert "Private Canary" in Client().get(said.get_absolute_url()).content.decode()
    for row in (said, said.visit):
        assert "Canary" not in card_of(row).content.decode()
        assert "private individual" in words(card_of(row))


@pytest.mark.parametrize("kind", ["visit", "statement"])
def test_of_a_withdrawn_record_the_note_remains_on_the_card(kind: str, people: Cast) -> None:
    row = getattr(make, kind)(**({"title": "Canary"} if kind == "visit" else {"texts": (make.text("Canary"),)}))
    actions.withdraw(record=again(row), by=people.reviewer, note="It was another dam.")
    answer = card_of(row)
    assert answer.status_code == 410
    assert "It was another dam." in words(answer) and "Canary" not in words(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in answer.headers
    assert answer.content == card_of(row, signed_in(people.editor)).content


def test_a_card_of_an_old_address_leads_to_the_new_one(said: Any) -> None:
    visit = said.visit
    Redirect(old_path="/visits/once/", new_path=visit.get_absolute_url()).save()
    answer = Client().get("/embed/visits/once/")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/embed/visits/{visit.slug}/")
    picture = Client().get("/pictures/visits/once.png")
    assert (picture.status_code, picture.headers["Location"]) == (301, f"/pictures/visits/{visit.slug}.png")
    type(visit).objects.filter(pk=visit.pk).update(workflow="draft")
    assert Client().get("/embed/visits/once/").content == Client().get("/embed/visits/never/").content


def test_a_long_timeline_is_cut_and_says_by_how_much(monkeypatch: pytest.MonkeyPatch, said: Any) -> None:
    monkeypatch.setattr(embeds, "MOST_LINES", 3)
    assert "more entr" not in words(card_of(said.visit))
    make.statement(visit=said.visit, date="2022-08-18", texts=(make.text("One more."),))
    make.statement(visit=said.visit, date="2022-08-19", texts=(make.text("The last."),))
    told = words(card_of(said.visit))
    assert "One more." in told and "The last." not in told
    assert "2 more entries on the page of the visit:" in told


def test_a_long_quotation_is_cut_and_leads_to_the_rest(said: Any) -> None:
    long = make.statement(texts=(make.text("word " * 400),))
    quotation = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", card_of(long).content.decode(), re.DOTALL)
    assert quotation is not None
    assert len(quotation[1].strip()) == embeds.MOST_LETTERS and quotation[1].strip().endswith("…")


def test_a_card_costs_few_queries_however_much_stands_on_it(said: Any, django_assert_num_queries: Any) -> None:
    for _round in range(2):
        for row in (said, said.visit):
            card_of(row)
            with django_assert_num_queries(3 if row is said else 6):
                card_of(row)
        for _n in range(3):
            actions.save_part(part=Citation(statement=again(said), source=make.source()), by=None)
            make.meeting(visit=said.visit)
            make.statement(visit=said.visit, texts=(make.text(),))


class TestBesideThePage:
    """The page of a visit or statement tells how to show it elsewhere."""

    def snippet(self, row: Any, client: Client | None = None) -> str:
        html = (client or Client()).get(row.get_absolute_url()).content.decode()
        found = re.search(r'<textarea id="embed"[^>]*readonly[^>]*>(.*?)</textarea>', html, re.DOTALL)
        return unescape(found[1]) if found else ""

    def test_it_shows_the_snippet_in_words_that_can_be_copied(self, said: Any) -> None:
        for row, title in ((said, "Cy Quill denies, 17 August 2022"), (said.visit, "Visit to Paperland, ")):
            snippet = self.snippet(row)
            src = re.search(r'<iframe src="http://testserver([^"]+)" title="([^"]+)"', snippet)
            assert src is not None
            assert src[2].startswith(title)
            assert Client().get(src[1]).content == card_of(row).content

    def test_it_is_told_of_nothing_that_is_not_everybodys(self, people: Cast) -> None:
        source, inner = make.source(), make.visit()
        rows = [
            make.visit(**make.draft()),
            make.statement(**make.internal()),
            # Public in itself, but its only proof is not.
            make.statement(citations=(Citation(source=source),)),
            make.statement(visit=inner),
        ]
        Source.objects.filter(pk=source.pk).update(visibility="internal")
        Visit.objects.filter(pk=inner.pk).update(visibility="internal")
        editor = signed_in(people.editor)
        for row in rows:
            html = editor.get(row.get_absolute_url()).content.decode()
            assert row.get_absolute_url() in html or "<h1>" in html
            assert "/embed/" not in html and "oembed" not in html and "og:" not in html

    def test_its_words_are_the_same_for_somebody_who_sees_more(self, said: Any, people: Cast) -> None:
        make.statement(visit=said.visit, links=(("retracts", said),), **make.internal())
        member = signed_in(people.member)
        assert "retracted" in member.get(said.get_absolute_url()).content.decode()
        assert "retracted" not in self.snippet(said, member)
        assert self.snippet(said, member).startswith("<iframe ")
        assert self.snippet(said.visit, member) == self.snippet(said.visit)

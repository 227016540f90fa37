"""The index: in step with every write, without the words that some readers of a row may not see, rebuilt the same."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command

from statements.models import SearchEntry, Statement, StatementText, TopicAlias
from statements.search import index
from statements.search.finding import entries
from statements.search.narrowing import narrowed
from statements.search.query import conditions_of, parse
from tests import factories as make
from tests.cast import Cast, again
from tests.statements.search.stored import anew, stored
from visits import actions
from visits.after_save import refresh, together
from visits.models import Alias, PersonName, VisitLeg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_in_step")]


def records(kind: str, typed: str, people: Cast) -> set[int]:
    return set(entries(kind, conditions_of(parse(typed)), people.admin).values_list("record", flat=True))


def test_words_are_found_from_their_save_on_and_never_after_their_end(people: Cast) -> None:
    said = make.statement(texts=(make.text("The first wording."),), date="2022-08-17")
    assert records("statement", "wording", people) == {said.pk}
    text = said.texts.get()
    text.text = "A second version."
    actions.save_part(part=text, by=None)
    assert records("statement", "wording", people) == set()
    assert records("statement", "versions", people) == {said.pk}
    other = actions.save_part(part=StatementText(statement=said, language="fr", kind="official", text="Mots"), by=None)
    assert SearchEntry.objects.filter(kind="statement", record=said.pk).count() == 2
    actions.remove_part(part=again(other), by=None)
    assert records("statement", "mots", people) == set()


def test_the_date_of_a_statement_is_that_of_its_entries(people: Cast) -> None:
    said = again(make.statement(date="2022-08"))
    assert SearchEntry.objects.get(kind="statement").date == date(2022, 8, 31)
    said.date = "2021"
    actions.save_record(record=said, by=None)
    assert SearchEntry.objects.get(kind="statement").date == date(2021, 12, 31)


def test_a_visit_is_found_by_its_countries_mandates_and_holders_by_all_their_names(people: Cast) -> None:
    country = make.country(name="Ruritania", name_fr="Ruritanie", name_ru="Руритания")
    holder = make.term(person=make.person(name="Ana Example"), mandate=make.mandate(scope="Water"))
    visit = make.visit(title="The valley", legs=(VisitLeg(country=country, place="Strelsau"),), experts=((holder, ()),))
    make.visit()
    for typed in ("valley", "ruritanie", "руритании", "strelsau", "water", "ana example"):
        assert records("visit", typed, people) == {visit.pk}, typed
    actions.save_part(part=PersonName(person=holder.person, text="អាណា", kind="full"), by=None)
    actions.save_part(part=Alias(country=country, text="Old Kingdom"), by=None)
    for typed in ("អាណា", "old kingdom"):
        assert records("visit", typed, people) == {visit.pk}, typed
    person = again(holder.person)
    person.name = "Ana Renamed"
    actions.save_part(part=person, by=None)
    assert records("visit", "renamed", people) == records("visit", "valley", people) == {visit.pk}
    assert records("person", "renamed អាណា", people) == {person.pk}


def test_a_visit_and_a_meeting_are_found_by_their_dates_as_the_pages_write_them(people: Cast) -> None:
    steps = ("announced 2022-08-01 > 2022-08-15",)
    visit = make.visit(legs=(VisitLeg(country=make.country(name="Ruritania")),), steps=steps)
    meeting = make.meeting(visit=visit, date="2022-08-17")
    assert records("visit", "ruritania august 2022", people) == {visit.pk}
    assert records("meeting", '"17 august 2022"', people) == {meeting.pk}
    later = make.step("postponed 2022-08-10 > 2023-01-09", visit=visit)
    actions.save_part(part=later, by=None)
    assert records("visit", "ruritania 2022", people) == set()
    assert records("visit", "ruritania january 2023", people) == {visit.pk}


def test_other_words_find_a_topic_and_short_names_an_organisation(people: Cast) -> None:
    topic, office = make.topic(name="Freedom of assembly"), make.organisation(name="Ministry", short_name="MoX")
    actions.save_part(part=TopicAlias(topic=topic, text="right to gather"), by=None)
    assert records("topic", "gathering", people) == {topic.pk}
    assert records("organisation", "mox", people) == {office.pk}


def test_a_statement_is_found_by_whoever_said_it_by_all_their_names(people: Cast) -> None:
    person, office = make.person(name="Ana Example"), make.organisation(name="Ministry of Rivers")
    said = make.statement(
        speakers=(make.speaker(person=person), make.speaker(organisation=office, side="government")),
        texts=(make.text("Water is clean."), make.text("L'eau est propre.", language="fr")),
    )
    make.statement(texts=(make.text("Water is wet."),))
    actions.save_part(part=PersonName(person=again(person), text="អាណា", kind="full"), by=None)
    actions.save_part(part=Alias(organisation=again(office), text="River office"), by=None)
    for typed in ("ana water", "anaexample eau", "អាណា", "ministry rivers clean", '"river office"'):
        assert records("statement", typed, people) == {said.pk}, typed
    person, office = again(person), again(office)
    person.name, office.name = "Bea Renamed", "Ministry of Lakes"
    for row in (person, office):
        actions.save_part(part=row, by=None)
    assert records("statement", "renamed lakes", people) == {said.pk}
    actions.remove_part(part=said.speakers.get(organisation=office), by=None)
    assert records("statement", "lakes", people) == set()
    assert records("statement", "renamed", people) == {said.pk}


def test_what_a_private_individual_said_is_found_by_the_name_that_is_shown_and_no_other(people: Cast) -> None:
    person = make.person(name="A villager of Upstream", private=True)
    actions.save_part(part=PersonName(person=person, text="Real Name", kind="full"), by=None)
    actions.save_part(part=Alias(person=again(person), text="Nickname"), by=None)
    said = make.statement(speakers=(make.speaker(person=again(person)),), texts=(make.text("Water is wet."),))
    assert records("statement", "villager upstream wet", people) == {said.pk}
    for typed in ("real name", "nickname", "realname"):
        assert records("statement", typed, people) == set(), typed
    for typed in ("speaker:nickname", 'speaker:"real name"'):
        rows = Statement.objects.visible_to(people.anonymous)
        assert not narrowed(rows, "statement", parse(typed), people.anonymous), typed
    row = again(person)
    row.private = False
    actions.save_part(part=row, by=None)
    assert records("statement", "nickname", people) == {said.pk}
    row = again(person)
    row.private = True
    actions.save_part(part=row, by=None)
    assert records("statement", "nickname", people) == set()


def test_readers_call_a_visit_a_mission_too_tell_its_status_and_write_names_as_one(people: Cast) -> None:
    country = make.country(name="Old Ruritania")
    visit = make.visit(title="The valley", legs=(VisitLeg(country=country),), kind="follow_up")
    other = make.visit(title="The valley", steps=("requested 2020-01-02",))
    for typed in ("mission ruritania", "visits ruritania", "oldruritania", "follow-up visit valley"):
        assert records("visit", typed, people) == {visit.pk}, typed
    assert records("country", "oldruritania", people) == {country.pk}
    assert records("visit", "ruritaniaold", people) == set()
    assert records("visit", "mission valley requested", people) == {other.pk}
    actions.save_part(part=make.step("declined 2020-05-01", visit=other), by=None)
    assert records("visit", "requested valley", people) == set()
    assert records("visit", "declined valley", people) == {other.pk}


def test_a_source_is_found_by_its_publisher_and_when_it_was_published(people: Cast) -> None:
    source = make.source(title="Envoy meets minister", publisher="The Valley Post", published="2022-08-17")
    make.source(title="Envoy meets minister", publisher="The Valley Post", published="2021")
    assert records("source", "valley post august 2022", people) == {source.pk}


def test_a_name_that_becomes_somebody_elses_finds_them_alone(people: Cast) -> None:
    one, two = make.country(), make.country()
    alias = actions.save_part(part=Alias(country=one, text="Atlantis"), by=None)
    alias = again(alias)
    alias.country = two
    actions.save_part(part=alias, by=None)
    assert records("country", "atlantis", people) == {two.pk}


def test_what_only_some_readers_of_a_row_may_see_finds_it_for_nobody(people: Cast) -> None:
    meeting = make.meeting(note="hiddenword", public_summary="openword")
    make.participant(meeting=meeting, person=make.person(name="Hiddenword"), named_publicly=False)
    make.note(meeting=meeting, text="hiddenword")
    visit = make.visit(note="hiddenword")
    make.source(title="openword", extracted_text="hiddenword", note="hiddenword", traced_by=visit)
    make.person(name="Openword", note="hiddenword")
    make.organisation(name="Openword", note="hiddenword")
    make.topic(name="Openword", note="hiddenword")
    make.statement(note="hiddenword", differs_reason="hiddenword", texts=(make.text("openword"),))
    found = {kind for kind in index.ENTRIES if records(kind, "hiddenword", people)}
    assert found == {"person"}
    assert {kind for kind in index.ENTRIES if records(kind, "openword", people)} == {
        "meeting", "source", "person", "organisation", "topic", "statement",
    }  # fmt: skip


def test_a_whole_with_its_parts_is_written_once(monkeypatch: pytest.MonkeyPatch, people: Cast) -> None:
    written: list[tuple[str, list[int]]] = []
    write = index._write

    def noted(kind: str, ids: list[int], *, fresh: bool) -> None:
        written.append((kind, ids))
        write(kind, ids, fresh=fresh)

    monkeypatch.setattr(index, "_write", noted)
    visit = make.visit(mandates=(), legs=())
    assert written == [("visit", [visit.pk])]


def test_what_is_noted_is_forgotten_where_the_write_fails(people: Cast) -> None:
    topic = make.topic()
    with pytest.raises(ZeroDivisionError), together():
        refresh({("topic", topic.pk)})
        raise ZeroDivisionError
    with together(), together():
        refresh({("topic", topic.pk)})
    assert records("topic", topic.name, people) == {topic.pk}


def test_the_command_builds_what_was_there_out_of_nothing(people: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    make.meeting()
    make.statement()
    before = stored()
    index._erase(SearchEntry.objects.all(), "default")
    assert stored() == {}
    call_command("reindex", verbosity=0)
    assert stored() == before == anew()
    assert f"{len(before)} entries." in capsys.readouterr().out

"""Visits taken in: what a row is to the record, what it changes, what it asks, and that it is written once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import factories as make
from tests.cast import Cast
from tests.visits.imports.lists import judged, taken_in
from visits.actions import add_step
from visits.imports.kinds import BOTH, ENTER, TERRITORY, State
from visits.imports.running import check_twice
from visits.models import Alias, Country, Mandate, MandateTerm, Person, PersonName, Source, Visit, VisitLeg, VisitStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def japan() -> Country:
    return make.country(iso3="JPN", iso2="JP", m49="392", name="Japan", name_fr="Japon")


@pytest.fixture
def mandate() -> Mandate:
    return make.mandate(name="Special Rapporteur on the right to food", scope="Food", slug="food")


@pytest.fixture
def holder(mandate: Mandate) -> MandateTerm:
    person = make.person(name="Hilal Elver")
    PersonName(person=person, text="Hilal Elver", preferred=True).save()
    return make.term(person=person, mandate=mandate)


ROW = {
    "row_id": "7",
    "country": "Japan",
    "mandate": "SR Food",
    "mandate_holder": "Hilal Elver",
    "start_date": "2019-11-18",
    "end_date": "2019-11-28",
    "status": "completed",
    "report_symbol": "A/HRC/43/44",
    "source_url": "https://example.org/one",
    "note": "as told by the page",
}


def entered(path: Path, *rows: dict[str, str], **more: Any) -> Visit:
    """Take rows in, all of which have to be new, and return the last visit."""
    result, failed = taken_in(path, "visits", *rows, **more)
    assert (result.counts["new"], failed) == (len(rows), [])
    return Visit.objects.order_by("-pk")[0]


def test_a_row_becomes_a_draft_with_all_that_it_says(
    tmp_path: Path, japan: Country, holder: MandateTerm, people: Cast
) -> None:
    visit = entered(tmp_path / "a.csv", ROW, by=people.editor)
    assert (visit.workflow, visit.visibility, visit.entered_by) == ("draft", "internal", people.editor)
    assert (visit.title, visit.status, visit.dates) == ("Japan", "reported", "2019-11-18/2019-11-28")
    assert [leg.country for leg in visit.legs.all()] == [japan]
    assert [expert.term for expert in visit.experts.all()] == [holder]
    assert {step.source.url for step in visit.steps.all() if step.source} == {"https://example.org/one"}
    assert "as told by the page" in visit.note
    assert visit.history.latest().history_user == people.editor
    source = Source.objects.get()
    assert (source.workflow, source.consulted, source.title) == ("draft", False, "Page one of example.org")


def test_the_same_file_again_changes_nothing(tmp_path: Path, japan: Country, holder: MandateTerm) -> None:
    visit = entered(tmp_path / "a.csv", ROW)
    result, failed = taken_in(tmp_path / "a.csv", "visits")
    assert (result.counts["same"], sum(result.counts.values()), failed) == (1, 1, [])
    assert Visit.objects.get().version == visit.version
    assert Source.objects.count() == 1


def test_without_a_key_a_row_is_found_by_mandate_place_and_dates(
    tmp_path: Path, japan: Country, holder: MandateTerm
) -> None:
    entered(tmp_path / "a.csv", {**ROW, "row_id": ""})
    result, _failed = taken_in(tmp_path / "b.csv", "visits", {**ROW, "row_id": "9", "note": ""})
    assert (result.counts["same"], Visit.objects.count()) == (1, 1)


def test_what_a_later_version_says_otherwise_is_told_field_by_field_and_written(
    tmp_path: Path, japan: Country, holder: MandateTerm
) -> None:
    first = {**ROW, "start_date": "2019-11", "end_date": "", "report_symbol": "", "mandate_holder": "", "note": ""}
    visit = entered(tmp_path / "a.csv", first, source="list")
    judge = judged("visits", ROW)[0]
    assert judge.state is State.CHANGED
    assert [(change.field, change.before, change.after) for change in judge.changes] == [
        ("holders", "", "Hilal Elver"),
        ("status", "started 2019-11", "started 2019-11-18"),
        ("status", "ended", "ended 2019-11-28"),
        ("status", "", "report A/HRC/43/44"),
        ("note", "", "as told by the page"),
    ]
    result, failed = taken_in(tmp_path / "b.csv", "visits", ROW, source="list")
    assert (result.counts["changed"], failed) == (1, [])
    visit.refresh_from_db()
    assert (visit.dates, visit.status) == ("2019-11-18/2019-11-28", "reported")
    voids = VisitStep.objects.filter(visit=visit, voids__isnull=False)
    assert {step.reason for step in voids} == {"told otherwise by list “list”, row 7"}
    result, _failed = taken_in(tmp_path / "b.csv", "visits", source="list")
    assert result.counts["same"] == 1


def test_a_row_with_a_key_is_found_though_its_dates_are_quite_others(
    tmp_path: Path, japan: Country, holder: MandateTerm
) -> None:
    visit = entered(tmp_path / "a.csv", ROW, source="list")
    later = {**ROW, "start_date": "2020-03-01", "end_date": "2020-03-05"}
    assert judged("visits", later)[0].state is State.NEW
    result, failed = taken_in(tmp_path / "b.csv", "visits", later, source="list")
    assert (result.counts["changed"], failed) == (1, [])
    visit.refresh_from_db()
    assert visit.dates == "2020-03-01/2020-03-05"


def test_nobody_enters_the_vocabulary_without_a_tick_in_that_row(
    tmp_path: Path, japan: Country, mandate: Mandate
) -> None:
    row = {**ROW, "mandate_holder": "Michael Fakhri; Olivier De Schutter"}
    found = judged("visits", row)[0]
    assert (found.state, found.waits) == (State.NEW, True)
    assert [(ask.text, [way.key for way in ask.ways]) for ask in found.asks] == [
        ("Michael Fakhri", [f"{ENTER}:food"]),
        ("Olivier De Schutter", [f"{ENTER}:food"]),
    ]
    result, failed = taken_in(tmp_path / "a.csv", "visits", row, tick=False, all_or_nothing=False)
    assert (result.counts["waiting"], len(failed)) == (1, 1)
    assert not Visit.objects.exists()
    assert not Person.objects.exists()
    one = {found.asks[0].key: f"{ENTER}:food"}
    result, _failed = taken_in(tmp_path / "a.csv", "visits", tick=False, all_or_nothing=False, answers=one)
    assert (result.counts["waiting"], Person.objects.count()) == (1, 0)
    both = {ask.key: f"{ENTER}:food" for ask in found.asks}
    taken_in(tmp_path / "a.csv", "visits", tick=False, answers=both)
    assert {str(expert.term.person) for expert in Visit.objects.get().experts.all()} == {
        "Michael Fakhri",
        "Olivier De Schutter",
    }


def test_namesakes_and_slips_stop_with_candidates(tmp_path: Path, japan: Country, mandate: Mandate) -> None:
    one, two = make.person(name="Li Wei"), make.person(name="Li Wei")
    for person in (one, two):
        make.term(person=person, mandate=mandate)
    found = judged("visits", {**ROW, "mandate_holder": "Li Wei"}, {**ROW, "mandate_holder": "Li Weii"})
    assert [row.state for row in found] == [State.AMBIGUOUS, State.AMBIGUOUS]
    for row in found:
        assert {entry.key for entry in row.asks[0].candidates} == {one.slug, two.slug}
    chosen = judged("visits", {**ROW, "mandate_holder": "Li Wei"}, answers={found[0].asks[0].key: two.slug})[0]
    assert (chosen.state, chosen.waits) == (State.NEW, False)
    forged = judged("visits", {**ROW, "mandate_holder": "Li Wei"}, answers={found[0].asks[0].key: "nobody"})[0]
    assert forged.waits


def test_a_region_that_is_no_state_is_asked_and_then_a_territory(
    tmp_path: Path, japan: Country, holder: MandateTerm
) -> None:
    row = {**ROW, "country": "Sápmi region"}
    found = judged("visits", row)[0]
    assert found.state is State.AMBIGUOUS
    answers = {found.asks[0].key: TERRITORY}
    result, _failed = taken_in(tmp_path / "a.csv", "visits", row, answers=answers)
    assert result.counts["new"] == 1
    leg = Visit.objects.get().legs.get()
    assert (leg.country, leg.territory) == (None, "Sápmi region")
    result, _failed = taken_in(tmp_path / "a.csv", "visits", answers=answers)
    assert result.counts["same"] == 1


def test_a_territory_of_a_visit_that_one_may_see_is_not_asked_again(
    japan: Country, holder: MandateTerm, mandate: Mandate, people: Cast
) -> None:
    row = {**ROW, "country": "sapmi region"}
    make.visit(legs=(VisitLeg(territory="Sápmi region"),), **make.confidential(make.compartment()))
    assert judged("visits", row, by=people.editor)[0].state is State.AMBIGUOUS
    make.visit(legs=(VisitLeg(territory="Sápmi region"),))
    found = judged("visits", row, by=people.editor)[0]
    assert (found.state, found.waits, found.about) == (State.NEW, False, "Sápmi region, 2019-11-18/2019-11-28")


def test_a_row_of_a_plan_that_was_put_off_tells_of_the_visit_held_later(
    tmp_path: Path, japan: Country, holder: MandateTerm
) -> None:
    put_off = {**ROW, "status": "postponed", "start_date": "2019-03-04", "end_date": "2019-03-08", "report_symbol": ""}
    visit = entered(tmp_path / "a.csv", put_off)
    for kind, date in (("started", "2019-11-18"), ("ended", "2019-11-28")):
        add_step(visit=Visit.objects.get(), by=None, step=VisitStep(kind=kind, date=date))
    assert (Visit.objects.get().status, Visit.objects.get().dates) == ("completed", "2019-11-18/2019-11-28")
    # Told by a list that has no keys of its own.
    put_off.pop("row_id")
    found = judged("visits", put_off)[0]
    assert (found.state, found.found) == (State.SAME, visit)
    other = judged("visits", {**put_off, "start_date": "2019-02-04", "end_date": "2019-02-08"})[0]
    assert other.state is State.NEW


def test_a_row_of_a_visit_that_was_held_on_days_to_come_is_wrong_and_one_that_is_announced_is_not(
    japan: Country, holder: MandateTerm
) -> None:
    days = {"start_date": "2150-03-01", "end_date": "2150-03-04"}
    held, announced = judged("visits", {**ROW, **days}, {**ROW, **days, "status": "announced", "report_symbol": ""})
    assert [(problem.field, problem.text) for problem in held.problems] == [("start", "2150-03-01")]
    assert held.problems[0].reason.startswith("The visit cannot have been held 1–4 March 2150: that is still to come.")
    assert announced.state is State.NEW


def test_a_date_of_another_form_is_told_how_dates_are_written(japan: Country, holder: MandateTerm) -> None:
    for text, told in (("5 March 2019", "Dates are written 2019-03-05"), ("05/03/2019", "Dates are written"),
                       ("2019-02-30", "“2019-02-30” is not in the calendar.")):  # fmt: skip
        found = judged("visits", {**ROW, "start_date": text})[0]
        assert [(problem.field, problem.text) for problem in found.problems] == [("start", text)]
        assert found.problems[0].reason.startswith(told)


def test_two_countries_old_names_and_other_languages_resolve(
    tmp_path: Path, japan: Country, holder: MandateTerm
) -> None:
    turkey = make.country(name="Türkiye")
    Alias(country=turkey, text="Turkey").save()
    for text in ("Japon and Turkey", "Turkey; Japan"):
        found = judged("visits", {**ROW, "country": text})[0]
        assert found.state is State.NEW
    visit = entered(tmp_path / "a.csv", {**ROW, "country": "Japon and Turkey"})
    assert [leg.country for leg in visit.legs.all()] == [japan, turkey]
    assert visit.title == "Japan and Türkiye"


def test_a_former_name_resolves_and_a_state_that_several_followed_is_asked(japan: Country, holder: MandateTerm) -> None:
    for iso3, iso2, name in (("COD", "CD", "DR Congo"), ("CZE", "CZ", "Czechia"), ("SVK", "SK", "Slovakia")):
        make.country(iso3=iso3, iso2=iso2, m49=iso2, name=name)
    zaire, asked, coded = judged(
        "visits",
        {**ROW, "country": "Zaïre"},
        {**ROW, "country": "Tchécoslovaquie", "country_iso3": "CSK"},
        {**ROW, "country": "Czechoslovakia", "country_iso3": "SVK"},
    )
    assert (zaire.state, zaire.about) == (State.NEW, "DR Congo, 2019-11-18/2019-11-28")
    assert asked.state is State.AMBIGUOUS
    ask = asked.asks[0]
    assert len(asked.asks) == 1
    assert [entry.key for entry in (*ask.candidates, *ask.ways)] == ["CZE", "SVK", BOTH, TERRITORY]
    # The code tells which of them.
    assert (coded.state, coded.about) == (State.NEW, "Slovakia, 2019-11-18/2019-11-28")
    for answer, about in (("SVK", "Slovakia"), (BOTH, "Czechia and Slovakia"), (TERRITORY, "Tchécoslovaquie")):
        chosen = judged("visits", {**ROW, "country": "Tchécoslovaquie"}, answers={ask.key: answer})[0]
        assert (chosen.state, chosen.waits) == (State.NEW, False)
        assert chosen.about == f"{about}, 2019-11-18/2019-11-28"


def test_a_code_of_then_alone_resolves_or_is_asked(japan: Country, holder: MandateTerm) -> None:
    make.country(iso3="SRB", iso2="RS", m49="688", name="Serbia")
    make.country(iso3="MMR", iso2="MM", m49="104", name="Myanmar")
    burma, yugoslavia, wrong = judged(
        "visits",
        {**ROW, "country": "", "country_iso3": "BUR"},
        {**ROW, "country": "", "country_iso3": "YUG"},
        {**ROW, "country": "Yugoslavia", "country_iso3": "MMR"},
    )
    assert (burma.state, burma.about) == (State.NEW, "Myanmar, 2019-11-18/2019-11-28")
    assert [entry.key for entry in yugoslavia.asks[0].candidates] == ["SRB"]
    assert wrong.problems[0].reason == "The name is that of Serbia, the code that of Myanmar."


def test_of_two_countries_the_one_that_is_known_is_kept_and_the_other_asked(
    tmp_path: Path, japan: Country, holder: MandateTerm
) -> None:
    kenya = make.country(name="Kenya")
    row = {**ROW, "country": "Kenya and Jappan"}
    found = judged("visits", row)[0]
    assert (found.state, found.about) == (State.AMBIGUOUS, "Kenya, 2019-11-18/2019-11-28")
    assert [(ask.text, [entry.key for entry in ask.candidates]) for ask in found.asks] == [("Jappan", ["JPN"])]
    visit = entered(tmp_path / "a.csv", row, answers={found.asks[0].key: "JPN"})
    assert [leg.country for leg in visit.legs.all()] == [kenya, japan]


def test_an_answer_to_the_whole_and_a_territory_known_as_a_whole_are_not_parted(
    japan: Country, holder: MandateTerm
) -> None:
    row = {**ROW, "country": "Okinawa, Japan"}
    asks = judged("visits", row)[0].asks
    assert [(ask.text, [entry.key for entry in ask.candidates]) for ask in asks] == [("Okinawa, Japan", ["JPN"])]
    whole = judged("visits", row, answers={"country:okinawa japan": TERRITORY})[0]
    assert (whole.asks, whole.about) == ([], "Okinawa, Japan, 2019-11-18/2019-11-28")
    make.visit(legs=(VisitLeg(territory="Okinawa, Japan"),))
    assert judged("visits", row)[0].asks == []


def test_a_name_that_is_not_that_of_the_code_is_wrong(japan: Country, holder: MandateTerm) -> None:
    make.country(name="Peru")
    rows = [{**ROW, "country_iso3": "JPN", "country": name} for name in ("Peru", "Nippon", "Japan")]
    found = judged("visits", *rows)
    assert [row.state for row in found] == [State.WRONG, State.WRONG, State.NEW]
    assert found[0].problems[0].reason == "The name is that of Peru, the code that of Japan."


def test_a_column_of_codes_reads_codes_and_one_of_names_does_not(japan: Country, holder: MandateTerm) -> None:
    make.country(iso3="NAM", iso2="NA", m49="516", name="Namibia")
    rows = [{**ROW, "country": "", "country_iso3": "NA"}, {**ROW, "country": "NA", "country_iso3": ""}]
    found = judged("visits", *rows)
    assert [row.state for row in found] == [State.NEW, State.AMBIGUOUS]


def test_dates_without_a_status_do_not_tell_whether_it_was_held(japan: Country, holder: MandateTerm) -> None:
    found = judged("visits", {**ROW, "status": ""})[0]
    assert [problem.field for problem in found.problems] == ["status"]


def test_one_of_several_visits_is_asked_for(japan: Country, holder: MandateTerm, mandate: Mandate) -> None:
    for dates in ("2019-10-01/2019-10-09", "2019-12-10/2019-12-12"):
        steps = (f"started {dates[:10]}", f"ended {dates[11:]}")
        make.visit(mandates=(mandate,), legs=(VisitLeg(country=japan),), steps=steps)
    found = judged("visits", ROW)[0]
    assert found.state is State.AMBIGUOUS
    assert len(found.asks[0].candidates) == 2
    slug = found.asks[0].candidates[0].key
    chosen = judged("visits", ROW, answers={found.asks[0].key: slug})[0]
    assert (chosen.state, chosen.found.slug) == (State.CHANGED, slug)  # type: ignore[union-attr]
    new = judged("visits", ROW, answers={found.asks[0].key: ENTER})[0]
    assert new.state is State.NEW


def test_what_is_hidden_is_neither_found_nor_a_candidate(
    japan: Country, holder: MandateTerm, mandate: Mandate, people: Cast
) -> None:
    closed = make.compartment(members=(people.reviewer,))
    hidden = make.visit(mandates=(mandate,), legs=(VisitLeg(country=japan),), **make.confidential(closed))
    secret = make.person(name="Hidden Witness")
    make.participant(meeting=make.meeting(visit=hidden, **make.confidential(closed)), person=secret)
    row = {**ROW, "id": hidden.slug}
    seen, unseen = judged("visits", row, by=people.reviewer)[0], judged("visits", row, by=people.editor)[0]
    missing = judged("visits", {**ROW, "id": "no-such-visit"}, by=people.editor)[0]
    assert seen.found == hidden
    assert unseen.found is None
    assert [p.reason for p in unseen.problems] == [p.reason for p in missing.problems]
    named = {**ROW, "mandate_holder": "Hidden Witnes"}
    assert judged("visits", named, by=people.editor)[0].asks[0].candidates == ()
    assert judged("visits", named, by=people.reviewer)[0].asks[0].candidates != ()


def test_an_editor_does_not_change_what_is_published(
    tmp_path: Path, japan: Country, holder: MandateTerm, mandate: Mandate, people: Cast
) -> None:
    visit = make.visit(mandates=(mandate,), legs=(VisitLeg(country=japan),), **make.published())
    row = {**ROW, "id": visit.slug, "row_id": ""}
    found = judged("visits", row, by=people.editor)[0]
    assert (found.state, found.problems[0].reason) == (
        State.WRONG,
        "The visit is published: reviewers change it.",
    )
    assert judged("visits", row, by=people.reviewer)[0].state is State.CHANGED


def test_two_rows_that_tell_of_the_same_are_told(tmp_path: Path, japan: Country, holder: MandateTerm) -> None:
    result, failed = taken_in(tmp_path / "a.csv", "visits", ROW, {**ROW, "row_id": "8"}, ROW, all_or_nothing=False)
    assert (result.counts["new"], result.counts["wrong"]) == (1, 2)
    assert {done.judged.problems[-1].reason for done in failed} == {"Row 2 of the file tells of the same."}


def test_rows_whose_countries_are_asked_for_are_not_told_to_be_the_same(japan: Country, holder: MandateTerm) -> None:
    asked = [{**ROW, "row_id": number, "country": name, "iso3": ""} for number, name in
             (("1", "Yugoslavia"), ("2", "Soviet Union"), ("3", "Yugoslavia"))]  # fmt: skip
    found, seen = judged("visits", *asked), dict[str, int]()
    for one in found:
        check_twice(one, seen)
    assert [one.state for one in found] == [State.AMBIGUOUS, State.AMBIGUOUS, State.WRONG]


def test_a_joint_visit_asks_of_which_mandate_somebody_is(japan: Country, mandate: Mandate) -> None:
    make.mandate(name="Special Rapporteur on adequate housing", scope="Housing", slug="housing")
    found = judged("visits", {**ROW, "mandate": "SR Food; SR Housing", "mandate_holder": "Somebody New"})[0]
    assert [way.key for way in found.asks[0].ways] == [f"{ENTER}:food", f"{ENTER}:housing"]

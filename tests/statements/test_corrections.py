"""The pages of corrections: what was told to be wrong, at stable addresses, and nothing that a reader may not see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from statements.actions import link_statements, tell_erratum
from statements.corrections import correction_rows, corrections_of, place_of
from statements.models import Citation
from tests import factories as make
from tests.cast import Cast, again
from tests.visits.test_budgets import queries, signed_in
from visits import actions

pytestmark = pytest.mark.django_db
SITE = "/corrections/"


def page_of(visit: Any) -> str:
    return reverse("visit_corrections", args=[visit.slug])


def shown(path: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def entries(user: Any, visit: Any = None) -> list[tuple[str, str]]:
    """Return label and anchor of each entry."""
    return [(entry.label, entry.anchor) for entry in corrections_of(list(correction_rows(user, visit)), user)]


def corrected(visit: Any, kind: str, **later: Any) -> tuple[Any, Any]:
    """Return a statement of the visit and a later one that does this to it."""
    said, after = make.statement(visit=visit), make.statement(visit=visit, **later)
    link_statements(statement=again(after), to=again(said), kind=kind, by=None)
    return said, after


def test_each_kind_is_told_with_its_anchor(people: Cast) -> None:
    visit = make.visit()
    said = make.statement(visit=visit)
    for text in ("A name was misspelt.", "The date was wrong."):
        tell_erratum(statement=again(said), text=text, by=people.reviewer)
    pairs = {kind: corrected(visit, kind) for kind in ("corrects", "supersedes", "retracts", "disowns")}
    corrected(visit, "denies")
    gone = make.statement(visit=visit)
    actions.withdraw(record=again(gone), by=people.reviewer, note="The source was forged.")
    labels = {"corrects": "Corrected", "supersedes": "Corrected", "retracts": "Retracted", "disowns": "Disowned"}
    expected = {
        ("Erratum", f"erratum-{said.public_id}-1"),
        ("Erratum", f"erratum-{said.public_id}-2"),
        ("Statement withdrawn", f"withdrawn-{gone.public_id}"),
        *((labels[kind], f"{kind}-{one.public_id}-{two.public_id}") for kind, (one, two) in pairs.items()),
    }
    for found in (entries(people.anonymous), entries(people.anonymous, visit)):
        assert len(found) == 7
        assert set(found) == expected
    for path in (SITE, page_of(visit)):
        html = shown(path)
        for _label, anchor in expected:
            assert html.count(f'id="{anchor}"') == 1
        assert "The source was forged." in html
        assert "A name was misspelt." in html


@pytest.mark.parametrize("kind", ["visit", "meeting", "source", "position", "commitment", "access_note"])
def test_withdrawn_records_of_every_kind_leave_their_note(kind: str, people: Cast) -> None:
    visit = make.visit()
    made = {
        "visit": lambda: visit,
        "meeting": lambda: make.meeting(visit=visit),
        "source": lambda: make.statement(visit=visit).citations.get().source,
        "position": lambda: make.position(visit=visit),
        "commitment": lambda: make.commitment(statement=make.statement(visit=visit, act="commits")),
        "access_note": lambda: make.access_note(visit=visit),
    }[kind]()
    actions.withdraw(record=again(made), by=people.reviewer, note="We were wrong.")
    html = shown(SITE)
    assert f'id="withdrawn-{made.public_id}"' in html
    assert "We were wrong." in html
    if kind != "visit":
        assert f'id="withdrawn-{made.public_id}"' in shown(page_of(visit))
        assert "We were wrong." not in shown(page_of(make.visit()))
    if kind in {"visit", "meeting", "source"}:
        assert Client().get(made.get_absolute_url()).status_code == 410
        assert made.get_absolute_url() in html


def test_the_newest_come_first_by_the_day_they_were_told(people: Cast) -> None:
    visit = make.visit()

    def on(day: int) -> Any:
        return time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False)

    with on(1):
        first, later, gone = (make.statement(visit=visit) for _ in range(3))
    with on(5):
        tell_erratum(statement=again(first), text="An old mistake.", by=None)
    with on(7):
        link_statements(statement=again(later), to=again(first), kind="corrects", by=None)
    with on(6):
        actions.withdraw(record=again(gone), by=None, note="wrong")
    # Saving a withdrawn record again does not make its withdrawal newer.
    with on(9):
        again(gone).save()
    found = corrections_of(list(correction_rows(people.anonymous)), people.anonymous)
    assert [(entry.label, entry.day) for entry in found] == [
        ("Corrected", "7 March 2026"),
        ("Statement withdrawn", "6 March 2026"),
        ("Erratum", "5 March 2026"),
    ]


def test_a_second_withdrawal_has_its_own_day(people: Cast) -> None:
    gone = make.statement()
    for day, act in ((1, "withdraw"), (2, "publish"), (3, "withdraw")):
        with time_machine.travel(datetime(2030, 3, day, 12, tzinfo=UTC), tick=False):
            getattr(actions, act)(record=again(gone), by=None)
    assert [entry.day for entry in corrections_of(list(correction_rows(people.anonymous)), people.anonymous)] == [
        "3 March 2030"
    ]


# What could leak.


def test_nothing_hidden_is_told(people: Cast) -> None:
    visit = make.visit()
    room = make.compartment(members=(people.reviewer,))
    inside = make.source(**make.confidential(room))
    hidden = [
        make.statement(visit=visit, **make.internal()),
        make.statement(visit=visit, **make.draft()),
        make.statement(visit=visit, citations=(Citation(source=inside),), **make.confidential(room)),
    ]
    for said in hidden:
        tell_erratum(statement=again(said), text="Secret mistake.", by=None)
        other = make.statement(visit=visit)
        link_statements(statement=again(said), to=again(other), kind="corrects", by=None)
        link_statements(statement=again(other), to=again(said), kind="retracts", by=None)
    withdrawn = make.statement(visit=visit, **make.internal())
    actions.withdraw(record=again(withdrawn), by=None, note="Secret note.")
    names = ("anonymous", "reader", "member", "editor", "reviewer")
    counts = {name: len(entries(people.named(name))) for name in names}
    # Each hidden statement brings three entries to whoever may see it.
    assert counts == {"anonymous": 0, "reader": 0, "member": 3, "editor": 6, "reviewer": 9}
    for path in (SITE, page_of(visit)):
        html = shown(path)
        assert "Secret" not in html
        assert "No correction is recorded." in html


def test_a_withdrawn_record_of_a_hidden_parent_leaves_nothing(people: Cast) -> None:
    visit = make.visit()
    said = make.statement(visit=visit)
    made = [make.meeting(visit=visit), said, make.position(visit=visit), make.access_note(visit=visit),
            make.commitment(statement=make.statement(visit=visit, act="commits"))]  # fmt: skip
    for row in made:
        actions.withdraw(record=again(row), by=None, note="We were wrong.")
    assert len(entries(people.anonymous)) == 5
    visit = again(visit)
    visit.visibility = "internal"
    actions.save_record(record=visit, by=None)
    assert entries(people.anonymous) == []
    assert "We were wrong." not in shown(SITE)
    assert Client().get(page_of(visit)).status_code == 404


def test_a_commitment_of_a_hidden_statement_and_a_position_on_one_leave_nothing(people: Cast) -> None:
    said = make.statement(act="commits")
    promise, position = make.commitment(statement=said), make.position(evidence=(said,))
    for row in (promise, position):
        actions.withdraw(record=again(row), by=None, note="We were wrong.")
    assert len(entries(people.anonymous)) == 2
    actions.remove(record=again(said), by=people.reviewer, second=people.admin)
    assert entries(people.anonymous) == []
    assert entries(people.reviewer) == []


def test_what_was_removed_leaves_nothing(people: Cast) -> None:
    visit = make.visit()
    said, after = corrected(visit, "retracts")
    tell_erratum(statement=again(said), text="A name was misspelt.", by=None)
    actions.withdraw(record=again(after), by=None, note="We were wrong.")
    assert len(entries(people.anonymous)) == 2
    before = shown(SITE)
    for row in (said, after):
        actions.remove(record=again(row), by=people.reviewer, second=people.admin)
    html = shown(SITE)
    for row in (said, after):
        assert row.public_id in before
        assert row.public_id not in html
    assert entries(people.reviewer) == []


def test_no_editor_is_named(people: Cast) -> None:
    said = make.statement(by=people.editor, **make.draft())
    actions.publish(record=again(said), by=people.reviewer)
    tell_erratum(statement=again(said), text="A name was misspelt.", by=people.reviewer)
    actions.withdraw(record=again(make.statement()), by=people.reviewer)
    html = shown(SITE)
    assert all(person.username not in html for person in (people.editor, people.reviewer))
    assert "No reason was given." in html


def test_withdrawn_visits_answer_with_their_note_and_missing_ones_do_not() -> None:
    visit = make.visit()
    actions.withdraw(record=again(visit), by=None, note="It never took place.")
    answer = Client().get(page_of(visit))
    assert (answer.status_code, "It never took place." in answer.content.decode()) == (410, True)
    hidden, missing = make.visit(**make.internal()), "/visits/nowhere/corrections/"
    assert Client().get(page_of(hidden)).content == Client().get(missing).content


# Paging, addresses, costs.


def test_an_entry_is_found_at_its_address_on_whatever_page_it_stands(people: Cast) -> None:
    said = make.statement()
    for number in range(52):
        tell_erratum(statement=again(said), text=f"Mistake {number}.", by=None)
    rows = correction_rows(people.anonymous)
    anchor = f"erratum-{said.public_id}-52"
    assert place_of(rows, anchor) == 51
    assert f'id="{anchor}"' not in shown(SITE)
    assert f'id="{anchor}"' in shown(f"{SITE}?entry={anchor}")
    assert f'id="{anchor}"' in shown(f"{SITE}?page=2")
    assert shown(f"{SITE}?entry=nothing") == shown(f"{SITE}?entry=hidden")


def test_both_pages_cost_the_same_at_one_row_and_at_three() -> None:
    visit = make.visit()

    def grow() -> None:
        said, _after = corrected(visit, "corrects")
        tell_erratum(statement=again(said), text="A name was misspelt.", by=None)
        for row in (make.statement(visit=visit), make.meeting(visit=visit), make.position(visit=visit)):
            actions.withdraw(record=again(row), by=None, note="wrong")

    costs = []
    grow()
    for _round in range(2):
        clients = (Client(), signed_in("member"))
        costs.append([queries(client, path) for client in clients for path in (SITE, page_of(visit))])
        grow()
        grow()
    assert costs == [[5, 8, 7, 10]] * 2


def test_the_footer_and_the_history_of_a_visit_lead_there() -> None:
    visit = make.visit()
    assert f'href="{SITE}"' in shown("/")
    assert f'href="{page_of(visit)}"' in shown(reverse("visit_history", args=[visit.slug]))

"""What the pages of the admin of `visits` cost: queries that do not grow with the rows of a list or an inline."""

from __future__ import annotations

import pytest

from tests import admin_rows as rows

pytestmark = pytest.mark.django_db

# By model: the queries of its list, the same at one row and at three; those of its form, the same at one row and at
# three in each of its inlines.
QUERIES = {
    "User": (6, 5),
    "Compartment": (7, 10),
    "PublicationStamp": (7, 5),
    # Of what was declined the rows are asked for that the person may see: twice for each look at the rows.
    "RemovalRequest": (11, 9),
    "Merge": (7, 6),
    "Redirect": (7, 6),
    "Alias": (7, 6),
    "ApiToken": (6, 6),
    "ImportBatch": (7, 6),
    "Country": (7, 5),
    "Mandate": (7, 9),
    "MandateTitle": (7, 6),
    "MandateTerm": (8, 9),
    "Person": (6, 9),
    "PersonName": (7, 6),
    "Organisation": (7, 6),
    "Office": (8, 8),
    "Visit": (6, 19),
    "VisitMandate": (8, 8),
    "VisitLeg": (8, 8),
    "VisitExpert": (10, 19),
    "VisitExpertLeg": (12, 13),
    "VisitStep": (7, 7),
    "AccessNote": (7, 8),
    "Deadline": (7, 6),
    "Meeting": (7, 19),
    "Participant": (8, 11),
    "MeetingNote": (8, 9),
    "Source": (6, 10),
    "SourceRelay": (7, 8),
}
WITH_INLINES = {"Compartment", "Mandate", "Person", "Visit", "VisitExpert", "Meeting", "Source"}


def test_every_model_of_the_admin_has_its_numbers() -> None:
    assert QUERIES.keys() == rows.registered("visits")
    assert len(QUERIES) == 30
    assert rows.with_inlines("visits") == WITH_INLINES
    assert rows.WHOLES.keys() >= WITH_INLINES


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_costs_the_same_at_one_row_and_at_three(name: str) -> None:
    client, (of_list, of_form) = rows.signed_in("admin"), QUERIES[name]
    assert rows.listed_at(client, name) == {1: of_list, 3: of_list}
    assert rows.shown_at(client, name) == ({1: of_form, 3: of_form} if name in WITH_INLINES else {0: of_form})

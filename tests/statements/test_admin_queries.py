"""What the pages of the admin of `statements` cost: queries that do not grow with the rows of a list or an inline."""

from __future__ import annotations

import pytest

from tests import admin_rows as rows

pytestmark = pytest.mark.django_db

# By model: the queries of its list, the same at one row and at three; those of its form, the same at one row and at
# three in each of its inlines.
QUERIES = {
    "Topic": (6, 8),
    "TopicAlias": (7, 6),
    "MeetingTopic": (8, 8),
    "Statement": (7, 25),
    "StatementSpeaker": (8, 11),
    "StatementAddressee": (8, 8),
    "Attribution": (8, 8),
    "StatementTopic": (8, 8),
    "StatementText": (8, 7),
    "Citation": (8, 8),
    "StatementLink": (7, 8),
    "Erratum": (7, 6),
    "Review": (8, 7),
    "SetAside": (8, 7),
    "ReviewComment": (8, 7),
    "Position": (8, 13),
    "PositionEvidence": (9, 9),
    "Commitment": (7, 12),
    "CommitmentEvidence": (8, 8),
}
WITH_INLINES = {"Topic", "Statement", "Position", "Commitment"}


def test_every_model_of_the_admin_has_its_numbers() -> None:
    assert QUERIES.keys() == rows.registered("statements")
    assert len(QUERIES) == 19
    assert rows.with_inlines("statements") == WITH_INLINES
    assert rows.WHOLES.keys() >= WITH_INLINES


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_costs_the_same_at_one_row_and_at_three(name: str) -> None:
    client, (of_list, of_form) = rows.signed_in("admin"), QUERIES[name]
    assert rows.listed_at(client, name) == {1: of_list, 3: of_list}
    assert rows.shown_at(client, name) == ({1: of_form, 3: of_form} if name in WITH_INLINES else {0: of_form})

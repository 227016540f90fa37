"""What each page is measured against: the same rows by SQL written by hand, for what everybody sees."""

from __future__ import annotations

from typing import Any

from django.db import connection

from statements.search.columns import TABLE
from statements.search.finding import MOST_COUNTED, MOST_RANKED
from statements.search.matching import fts, tsquery
from statements.search.query import Conditions

OPEN = "workflow = 'published' AND visibility = 'public'"
PAGE = 20


def run(sql: str, *params: Any) -> list[Any]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def visit_list(region: str, status: str, kind: str, year: int) -> None:
    """Read the page and the counts of eight filters, each under the three others, in one grouped query."""
    flagged = f"""
        WITH flagged AS (
            SELECT v.id, v.status, v.kind, v.dates_earliest, v.dates_latest, v.slug, v.title,
                   v.status = %s AS s, v.kind = %s AS k,
                   (v.dates_earliest <= %s AND v.dates_latest >= %s) AS y,
                   EXISTS (SELECT 1 FROM visits_visitleg l JOIN visits_country c ON c.id = l.country_id
                           WHERE l.visit_id = v.id AND c.region = %s) AS r
            FROM visits_visit v WHERE {OPEN}
        ), four AS (SELECT * FROM flagged WHERE s AND k AND y AND r)
    """
    params = (status, kind, f"{year}-12-31", f"{year}-01-01", region)
    run(f"{flagged} SELECT * FROM four ORDER BY dates_latest DESC NULLS LAST, slug LIMIT {PAGE}", *params)
    parts = (
        "SELECT 'status', status, count(*) FROM flagged WHERE k AND y AND r GROUP BY status",
        "SELECT 'kind', kind, count(*) FROM flagged WHERE s AND y AND r GROUP BY kind",
        "SELECT 'year', CAST(EXTRACT(YEAR FROM dates_earliest) AS text), count(*) FROM flagged WHERE s AND k AND r"
        " GROUP BY 2",
        "SELECT 'region', c.region, count(DISTINCT f.id) FROM flagged f JOIN visits_visitleg l ON l.visit_id = f.id"
        " JOIN visits_country c ON c.id = l.country_id WHERE s AND k AND y GROUP BY c.region",
        "SELECT 'country', c.iso3, count(DISTINCT f.id) FROM four f JOIN visits_visitleg l ON l.visit_id = f.id"
        " JOIN visits_country c ON c.id = l.country_id GROUP BY c.iso3",
        "SELECT 'mandate', m.slug, count(DISTINCT f.id) FROM four f JOIN visits_visitmandate vm ON vm.visit_id = f.id"
        " JOIN visits_mandate m ON m.id = vm.mandate_id GROUP BY m.slug",
        "SELECT 'holder', p.slug, count(DISTINCT f.id) FROM four f JOIN visits_visitexpert e ON e.visit_id = f.id"
        " JOIN visits_mandateterm t ON t.id = e.term_id JOIN visits_person p ON p.id = t.person_id GROUP BY p.slug",
        "SELECT 'topic', t.slug, count(DISTINCT f.id) FROM four f JOIN statements_statement s ON s.visit_id = f.id"
        " JOIN statements_statementtopic st ON st.statement_id = s.id JOIN statements_topic t ON t.id = st.topic_id"
        " WHERE s.workflow = 'published' AND s.visibility = 'public' GROUP BY t.slug",
    )
    grouped = " UNION ALL ".join(parts)
    if connection.vendor == "sqlite":
        grouped = grouped.replace("EXTRACT(YEAR FROM dates_earliest)", "strftime('%%Y', dates_earliest)")
    run(f"{flagged} {grouped}", *params)


def matching(conditions: Conditions) -> tuple[str, str]:
    """Return a condition on the narrow table, and its parameter."""
    if connection.vendor == "postgresql":
        return "e.terms @@ %s::tsquery", tsquery(conditions)
    return f"e.id IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)", fts(conditions)[0]


def search(conditions: Conditions, *, relevance: bool) -> None:
    """Read a page and the capped number of the texts with these words."""
    condition, words = matching(conditions)
    where = f"FROM statements_searchentry e WHERE e.kind = 'statement' AND {condition}"
    run(f"SELECT count(*) FROM (SELECT 1 {where} LIMIT {MOST_COUNTED + 1}) AS counted", words)
    newest = "ORDER BY e.date DESC, e.record DESC"
    if not relevance:
        run(f"SELECT e.record {where} {newest} LIMIT {PAGE}", words)
    elif connection.vendor == "postgresql":
        inner = f"SELECT e.record, e.terms {where} {newest} LIMIT {MOST_RANKED}"
        run(
            f"SELECT record FROM ({inner}) AS r ORDER BY ts_rank(r.terms, %s::tsquery, 1) DESC LIMIT {PAGE}",
            words,
            words,
        )
    else:
        run(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY bm25({TABLE}) LIMIT {PAGE}", words)


def comparison(topic: int, mandate: int, visits: int) -> None:
    """Read the statements on a topic in the last visits for a mandate, with speakers, words and links."""
    latest = f"""
        SELECT v.id FROM visits_visit v JOIN visits_visitmandate vm ON vm.visit_id = v.id
        WHERE vm.mandate_id = %s AND v.workflow = 'published' AND v.visibility = 'public' AND EXISTS (
            SELECT 1 FROM statements_statement s JOIN statements_statementtopic st ON st.statement_id = s.id
            WHERE s.visit_id = v.id AND st.topic_id = %s AND s.workflow = 'published' AND s.visibility = 'public')
        ORDER BY v.dates_latest DESC NULLS LAST, v.slug LIMIT {visits + 1}
    """
    ids = [row[0] for row in run(latest, mandate, topic)]
    places = ", ".join(["%s"] * len(ids))
    said = run(
        f"""
        SELECT s.id, s.visit_id, s.act, s.date, sp.side, sp.label, p.name, tx.text
        FROM statements_statement s
        JOIN statements_statementtopic st ON st.statement_id = s.id AND st.topic_id = %s
        JOIN statements_statementspeaker sp ON sp.statement_id = s.id
        LEFT JOIN visits_person p ON p.id = sp.person_id
        JOIN statements_statementtext tx ON tx.statement_id = s.id AND tx.preferred
        WHERE s.workflow = 'published' AND s.visibility = 'public' AND s.visit_id IN ({places})
        """,
        topic,
        *ids,
    )
    keys = [row[0] for row in said]
    places = ", ".join(["%s"] * len(keys))
    run(
        f"SELECT from_statement_id, to_statement_id, kind FROM statements_statementlink"
        f" WHERE from_statement_id IN ({places}) OR to_statement_id IN ({places})",
        *keys,
        *keys,
    )

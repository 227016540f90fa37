"""What each page is measured against: the same answer, for what everybody sees, by SQL written by hand.

Every floor returns its answer, and the bench compares it with what the page shows before it measures either.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from statements.search.columns import TABLE
from statements.search.finding import MOST_COUNTED, MOST_RANKED
from statements.search.matching import fts, tsquery
from statements.search.query import Conditions

PAGE = 20
VISITS_PER_PAGE = 50


def run(sql: str, *params: Any) -> list[Any]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _open(row: str) -> str:
    return f"{row}.workflow = 'published' AND {row}.visibility = 'public'"


# A statement is open with its visit, its meeting (published in full), and the source or note that proves it.
SAID = f"""
    {_open("s")}
    AND (s.visit_id IS NULL OR EXISTS (SELECT 1 FROM visits_visit v WHERE v.id = s.visit_id AND {_open("v")}))
    AND (s.meeting_id IS NULL OR EXISTS (
        SELECT 1 FROM visits_meeting m JOIN visits_visit mv ON mv.id = m.visit_id
        WHERE m.id = s.meeting_id AND {_open("m")} AND m.published_as = 'full' AND {_open("mv")}))
    AND (EXISTS (SELECT 1 FROM statements_citation c JOIN visits_source src ON src.id = c.source_id
                 WHERE c.statement_id = s.id AND {_open("src")})
      OR EXISTS (SELECT 1 FROM statements_citation c JOIN visits_meetingnote n ON n.id = c.note_id
                 JOIN visits_meeting nm ON nm.id = n.meeting_id JOIN visits_visit nv ON nv.id = nm.visit_id
                 WHERE c.statement_id = s.id AND {_open("n")} AND {_open("nm")} AND nm.published_as = 'full'
                   AND {_open("nv")}))
"""


def visit_list(region: str, status: str, kind: str, year: int) -> tuple[list[str], dict[str, dict[str, int]]]:
    """Return the slugs of the page and by filter the number of each choice, under the three others.

    The page tells of each visit how many statements each side made; the counts are one grouped query.
    """
    flagged = f"""
        WITH flagged AS MATERIALIZED (
            SELECT v.id, v.status, v.kind, v.dates_earliest, v.dates_latest, v.slug, v.title,
                   v.status = %s AS s, v.kind = %s AS k,
                   (v.dates_earliest <= %s AND v.dates_latest >= %s) AS y,
                   v.id IN (SELECT l.visit_id FROM visits_visitleg l JOIN visits_country c ON c.id = l.country_id
                            WHERE UPPER(c.region) = UPPER(%s)) AS r
            FROM visits_visit v WHERE {_open("v")}
        ), four AS MATERIALIZED (SELECT * FROM flagged WHERE s AND k AND y AND r)
    """
    params = (status, kind, f"{year}-12-31", f"{year}-01-01", region)
    page = run(
        f"{flagged} SELECT id, slug, title FROM four ORDER BY dates_latest DESC NULLS LAST, slug"
        f" LIMIT {VISITS_PER_PAGE}",
        *params,
    )
    places = ", ".join(["%s"] * len(page)) or "NULL"
    run(
        f"SELECT s.visit_id, sp.side, count(*) FROM statements_statement s"
        f" JOIN statements_statementspeaker sp ON sp.statement_id = s.id AND sp.order = 0"
        f" WHERE s.visit_id IN ({places}) AND {SAID} GROUP BY s.visit_id, sp.side".replace("sp.order", 'sp."order"'),
        *(row[0] for row in page),
    )
    first, last = ("EXTRACT(YEAR FROM dates_earliest)", "EXTRACT(YEAR FROM dates_latest)")
    if connection.vendor == "sqlite":
        first, last = "strftime('%%Y', dates_earliest)", "strftime('%%Y', dates_latest)"
    parts = (
        "SELECT 'status', status, count(*) FROM flagged WHERE k AND y AND r GROUP BY status",
        "SELECT 'kind', kind, count(*) FROM flagged WHERE s AND y AND r GROUP BY kind",
        f"SELECT 'year', CAST({first} AS text) || '/' || CAST({last} AS text), count(*) FROM flagged"
        f" WHERE s AND k AND r AND dates_earliest IS NOT NULL GROUP BY 2",
        "SELECT 'region', c.region, count(DISTINCT f.id) FROM flagged f JOIN visits_visitleg l ON l.visit_id = f.id"
        " JOIN visits_country c ON c.id = l.country_id WHERE s AND k AND y AND c.region <> '' GROUP BY c.region",
        "SELECT 'country', c.iso3, count(DISTINCT f.id) FROM four f JOIN visits_visitleg l ON l.visit_id = f.id"
        " JOIN visits_country c ON c.id = l.country_id GROUP BY c.iso3",
        "SELECT 'mandate', m.slug, count(DISTINCT f.id) FROM four f JOIN visits_visitmandate vm ON vm.visit_id = f.id"
        " JOIN visits_mandate m ON m.id = vm.mandate_id GROUP BY m.slug",
        "SELECT 'holder', p.slug, count(DISTINCT f.id) FROM four f JOIN visits_visitexpert e ON e.visit_id = f.id"
        " JOIN visits_mandateterm t ON t.id = e.term_id JOIN visits_person p ON p.id = t.person_id GROUP BY p.slug",
        f"""SELECT 'topic', t.slug, count(DISTINCT found.visit) FROM (
                SELECT s.visit_id AS visit, st.topic_id AS topic
                FROM statements_statement s JOIN statements_statementtopic st ON st.statement_id = s.id
                WHERE s.visit_id IN (SELECT id FROM four) AND {SAID}
                UNION SELECT m.visit_id, mt.topic_id
                FROM visits_meeting m JOIN statements_meetingtopic mt ON mt.meeting_id = m.id
                JOIN visits_visit mv ON mv.id = m.visit_id
                WHERE m.visit_id IN (SELECT id FROM four) AND {_open("m")} AND m.published_as = 'full' AND {_open("mv")}
            ) AS found JOIN statements_topic t ON t.id = found.topic GROUP BY t.slug""",
    )
    counted: dict[str, dict[str, int]] = {}
    for name, value, number in run(f"{flagged} {' UNION ALL '.join(parts)}", *params):
        counted.setdefault(name, {})[value] = number
    years: dict[str, int] = {}
    for span, number in counted.pop("year").items():
        begun, ended = (int(float(part)) for part in span.split("/"))
        for one in range(begun, ended + 1):
            years[str(one)] = years.get(str(one), 0) + number
    return [slug for _id, slug, _title in page], {**counted, "year": years}


def matching(conditions: Conditions) -> tuple[str, str]:
    """Return a condition on the narrow table, and its parameter."""
    if connection.vendor == "postgresql":
        return "e.terms @@ %s::tsquery", tsquery(conditions)
    return f"e.id IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)", fts(conditions)[0]


def search(conditions: Conditions, *, relevance: bool) -> tuple[list[int], int]:
    """Return the ids of the first page and the capped number of the statements with these words.

    What the page shows of its statements is read too: the template is rendered from ready rows.
    """
    ids, number = _found(conditions, relevance=relevance)
    _read(ids)
    return ids, number


def _read(ids: list[int]) -> None:
    """Read what a page shows of statements: the visit, speakers, words, topics, proofs and links."""
    among = ", ".join(["%s"] * len(ids))
    for sql in (
        "SELECT s.*, v.slug, v.title, v.dates FROM statements_statement s"
        " LEFT JOIN visits_visit v ON v.id = s.visit_id WHERE s.id IN ({})",
        "SELECT sp.statement_id, sp.side, sp.label, p.name, p.slug, o.name, o.slug, m.name, m.slug, f.title"
        " FROM statements_statementspeaker sp LEFT JOIN visits_person p ON p.id = sp.person_id"
        " LEFT JOIN visits_organisation o ON o.id = sp.organisation_id"
        " LEFT JOIN visits_mandate m ON m.id = sp.mandate_id LEFT JOIN visits_office f ON f.id = sp.office_id"
        " WHERE sp.statement_id IN ({})",
        "SELECT statement_id, language, kind, text, preferred FROM statements_statementtext WHERE statement_id IN ({})",
        "SELECT st.statement_id, t.slug, t.name FROM statements_statementtopic st"
        " JOIN statements_topic t ON t.id = st.topic_id WHERE st.statement_id IN ({})",
        "SELECT c.statement_id, c.exact, c.verdict, c.how, c.role, c.locator, s.public_id, s.title, s.publisher,"
        " s.published, s.kind FROM statements_citation c JOIN visits_source s ON s.id = c.source_id"
        " WHERE c.statement_id IN ({})",
        "SELECT l.to_statement_id, l.kind, s.public_id, s.act, s.date FROM statements_statementlink l"
        " JOIN statements_statement s ON s.id = l.from_statement_id WHERE l.to_statement_id IN ({})",
        "SELECT l.from_statement_id, l.kind, s.public_id, s.act, s.date FROM statements_statementlink l"
        " JOIN statements_statement s ON s.id = l.to_statement_id WHERE l.from_statement_id IN ({})",
    ):
        run(sql.format(among), *ids)


def _found(conditions: Conditions, *, relevance: bool) -> tuple[list[int], int]:
    condition, words = matching(conditions)
    found = f"""
        FROM statements_searchentry e WHERE e.kind = 'statement' AND {condition}
        AND EXISTS (SELECT 1 FROM statements_statementtext x LEFT JOIN visits_source xs ON xs.id = x.source_id
                    WHERE x.id = e.part AND (x.source_id IS NULL OR {_open("xs")}))
        AND EXISTS (SELECT 1 FROM statements_statement s WHERE s.id = e.record AND {SAID})
    """
    newest = "ORDER BY e.date DESC, e.record DESC"
    if not relevance:
        ids = [
            row[1] for row in run(f"SELECT DISTINCT e.date, e.record {found} {newest} LIMIT {MOST_COUNTED + 1}", words)
        ]
        return ids[:PAGE], min(len(ids), MOST_COUNTED)
    if connection.vendor == "postgresql":
        ranked = f"SELECT e.record, e.date, ts_rank(e.terms, %s::tsquery, 1) AS rank {found} {newest}, e.part"
        inner = f"WITH newest AS MATERIALIZED ({ranked} LIMIT {MOST_RANKED})"
        params: tuple[str, ...] = (words, words)
    else:
        ranks = f"SELECT rowid AS id, -bm25({TABLE}) AS rank FROM {TABLE} WHERE {TABLE} MATCH %s"
        inner = f"""
            WITH ranks AS MATERIALIZED ({ranks}),
                 seen AS MATERIALIZED (SELECT e.id, e.record, e.date {found} {newest}, e.part LIMIT {MOST_RANKED}),
                 newest AS MATERIALIZED (SELECT record, date, rank FROM seen JOIN ranks ON ranks.id = seen.id)
        """
        params = (words, words)
    rows = run(
        f"{inner} SELECT record, (SELECT count(DISTINCT record) FROM newest) FROM newest GROUP BY record"
        f" ORDER BY max(rank) DESC, max(date) DESC, record DESC LIMIT {PAGE}",
        *params,
    )
    return [row[0] for row in rows], min(rows[0][1], MOST_COUNTED) if rows else 0


def comparison(topic: int, mandate: int, visits: int) -> list[str]:
    """Return the slugs of the last visits for a mandate on a topic; what was said on it is read with all it has."""
    latest = f"""
        SELECT v.id, v.slug FROM visits_visit v JOIN visits_visitmandate vm ON vm.visit_id = v.id
        WHERE vm.mandate_id = %s AND {_open("v")} AND EXISTS (
            SELECT 1 FROM statements_statement s JOIN statements_statementtopic st ON st.statement_id = s.id
            WHERE s.visit_id = v.id AND st.topic_id = %s AND {SAID})
        ORDER BY v.dates_earliest DESC NULLS LAST, v.dates_latest DESC NULLS LAST, v.slug LIMIT {visits + 1}
    """
    found = run(latest, mandate, topic)
    ids = [row[0] for row in found]
    places = ", ".join(["%s"] * len(ids))
    said = run(
        f"""
        SELECT s.id, s.visit_id, s.act, s.date, sp.side, sp.label, p.name, tx.text
        FROM statements_statement s
        JOIN statements_statementtopic st ON st.statement_id = s.id AND st.topic_id = %s
        JOIN statements_statementspeaker sp ON sp.statement_id = s.id
        LEFT JOIN visits_person p ON p.id = sp.person_id
        JOIN statements_statementtext tx ON tx.statement_id = s.id AND tx.preferred
        WHERE s.visit_id IN ({places}) AND {SAID}
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
    return [slug for _id, slug in found[:visits]]

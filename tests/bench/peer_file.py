"""The peer's own file: what everybody sees of the record, as somebody who knows Datasette would lay it out.

`python -m tests.bench.peer_file FILE` reads the SQLite record of the settings, read-only, and writes FILE anew. The
orders in which rows are listed are numbers with an index, and statements lie in the order of time.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the settings

from tests.bench.floors import SAID, _open  # noqa: E402
from visits.choices import Column, Side, column_of  # noqa: E402

_COLUMNS = " ".join(f"WHEN '{side.value}' THEN '{column_of(side).value}'" for side in Side)
COLUMN = f"CASE sp.side {_COLUMNS} END"
# Of one day, what the mandate holder says stands above the two lanes of the State and of all others.
RANK = f"CASE {COLUMN} WHEN '{Column.HOLDER.value}' THEN 0 WHEN '{Column.STATE.value}' THEN 1 ELSE 2 END"

# The list of visits is newest first, by the slug where days are alike: the last place is that of the first row.
VISITS = f"""
    CREATE TABLE visits (
        slug TEXT PRIMARY KEY, place INTEGER UNIQUE, title TEXT, dates TEXT, first_day TEXT, last_day TEXT,
        status TEXT, kind TEXT, years TEXT, region TEXT, country TEXT, mandate TEXT, holder TEXT, topics TEXT
    );
    WITH RECURSIVE calendar(year) AS (SELECT 1946 UNION ALL SELECT year + 1 FROM calendar WHERE year < 2100),
    spoken AS MATERIALIZED (
        SELECT s.visit_id AS visit, st.topic_id AS topic
        FROM statements_statement s JOIN statements_statementtopic st ON st.statement_id = s.id WHERE {SAID}
        UNION SELECT m.visit_id, mt.topic_id
        FROM visits_meeting m JOIN statements_meetingtopic mt ON mt.meeting_id = m.id
        WHERE {_open("m")} AND m.published_as = 'full'
    ), named AS MATERIALIZED (
        SELECT visit, json_group_array(name) AS names
        FROM (SELECT visit, name FROM spoken JOIN statements_topic t ON t.id = topic ORDER BY visit, name)
        GROUP BY visit
    )
    INSERT INTO visits
    SELECT v.slug, row_number() OVER (ORDER BY v.dates_latest NULLS FIRST, v.slug DESC), v.title, v.dates,
        v.dates_earliest, v.dates_latest, v.status, v.kind,
        (SELECT json_group_array(CAST(year AS TEXT)) FROM calendar
         WHERE year BETWEEN CAST(substr(v.dates_earliest, 1, 4) AS INTEGER)
                        AND CAST(substr(v.dates_latest, 1, 4) AS INTEGER)),
        NULLIF(c.region, ''), c.name, COALESCE(NULLIF(m.scope, ''), m.slug), p.name, COALESCE(named.names, '[]')
    FROM visits_visit v
    LEFT JOIN visits_visitleg l ON l.visit_id = v.id AND l."order" = 0 LEFT JOIN visits_country c ON c.id = l.country_id
    LEFT JOIN visits_visitmandate vm ON vm.visit_id = v.id AND vm."order" = 0
    LEFT JOIN visits_mandate m ON m.id = vm.mandate_id
    LEFT JOIN visits_visitexpert e ON e.visit_id = v.id AND e."order" = 0
    LEFT JOIN visits_mandateterm t ON t.id = e.term_id LEFT JOIN visits_person p ON p.id = t.person_id
    LEFT JOIN named ON named.visit = v.id
    WHERE {_open("v")} ORDER BY 2;
    CREATE INDEX visits_by_choices ON visits (region, status, kind, first_day);
"""

# What everybody sees of the versions of a statement, the preferred one or the others.
VERSIONS = f"""
    SELECT group_concat(x.text, ' / ') FROM statements_statementtext x LEFT JOIN visits_source xs ON xs.id = x.source_id
    WHERE x.statement_id = s.id AND (x.source_id IS NULL OR {_open("xs")}) AND
"""
# A visit is read by day, and of one day in the order of our page. Names of speakers are found too, as by ours.
STATEMENTS = f"""
    CREATE TABLE statements (
        place INTEGER PRIMARY KEY, id TEXT UNIQUE, visit TEXT REFERENCES visits(slug), reading INTEGER,
        date TEXT, last_day TEXT, act TEXT, speaker TEXT, side TEXT, "column" TEXT, topics TEXT,
        words TEXT, translations TEXT
    );
    INSERT INTO statements
    SELECT row_number() OVER (ORDER BY s.date_latest NULLS FIRST, s.id), s.public_id, v.slug,
        row_number() OVER (PARTITION BY v.id ORDER BY s.date_earliest, s.date_latest, {RANK}, s."order", s.id),
        s.date, s.date_latest, s.act, COALESCE(p.name, o.name, m.name, sp.label), sp.side, {COLUMN},
        (SELECT json_group_array(name) FROM (
            SELECT t.name FROM statements_statementtopic st JOIN statements_topic t ON t.id = st.topic_id
            WHERE st.statement_id = s.id ORDER BY st."order")),
        ({VERSIONS} x.preferred), ({VERSIONS} NOT x.preferred)
    FROM statements_statement s
    LEFT JOIN visits_visit v ON v.id = s.visit_id
    LEFT JOIN statements_statementspeaker sp ON sp.statement_id = s.id AND sp."order" = 0
    LEFT JOIN visits_person p ON p.id = sp.person_id LEFT JOIN visits_organisation o ON o.id = sp.organisation_id
    LEFT JOIN visits_mandate m ON m.id = sp.mandate_id
    WHERE {SAID} ORDER BY 1;
    CREATE INDEX statements_by_visit ON statements (visit, reading);
    CREATE INDEX statements_by_date ON statements (date);
    CREATE VIRTUAL TABLE statements_fts USING fts5(
        words, translations, speaker, content=[statements], content_rowid=[place], tokenize='unicode61');
    INSERT INTO statements_fts (statements_fts) VALUES ('rebuild');
    INSERT INTO statements_fts (statements_fts) VALUES ('optimize');
"""


def build(file: Path) -> None:
    """Write the file; it is there only when it is whole."""
    record = Path(settings.DATABASES["default"]["NAME"])
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with sqlite3.connect(f"file:{unfinished}", uri=True) as own:
        own.execute("PRAGMA journal_mode = OFF")
        own.execute("PRAGMA cache_size = -400000")
        own.execute("ATTACH ? AS record", (f"file:{record}?mode=ro",))
        own.executescript(VISITS)
        own.executescript(STATEMENTS)
        own.execute("DETACH record")
        own.execute("ANALYZE")
    own.close()
    unfinished.rename(file)


if __name__ == "__main__":
    build(Path(sys.argv[1]))

"""What keeps the log append-only in the database itself: it refuses to change or delete a row, whoever asks.

Whoever owns the tables can take a trigger away; the chain then tells what they did (`chain.py`).
"""

from __future__ import annotations

from typing import Any

TABLES = ("visits_auditentry", "visits_auditseal")
_REFUSED = "The audit log is only added to."


def protect(schema_editor: Any) -> None:
    """Make the triggers."""
    run = schema_editor.execute
    if schema_editor.connection.vendor == "postgresql":
        run(
            "CREATE OR REPLACE FUNCTION visits_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'insufficient_privilege'; END $$"
        )
    for table in TABLES:
        for change in ("UPDATE", "DELETE"):
            name = f"{table}_no_{change.lower()}"
            if schema_editor.connection.vendor == "postgresql":
                run(
                    f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW "
                    "EXECUTE FUNCTION visits_audit_refuse()"
                )
            else:
                run(f"CREATE TRIGGER {name} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END")


def unprotect(schema_editor: Any) -> None:
    """Take the triggers away."""
    for table in TABLES:
        for change in ("UPDATE", "DELETE"):
            name = f"{table}_no_{change.lower()}"
            on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS visits_audit_refuse()")

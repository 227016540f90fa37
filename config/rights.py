"""What the site's own account of PostgreSQL may do, where another account owns the tables.

Whoever takes over the process that serves has its account of the database. An account that owns the tables can take the
triggers of the audit log away, empty it, or put another function in their place; one that may only read and write rows
cannot. OWASP ASVS 5.0, V13.2.2: accounts of services have the least rights they need.
"""

from __future__ import annotations

from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from visits.audit.triggers import TABLES as APPEND_ONLY

# Written by `migrate` alone.
READ_ONLY = ("django_migrations",)


class TooMighty(Exception):
    """The account could do more than it is granted: what else it is or has, in words."""


def make(cursor: Any, role: str, password: str) -> bool:
    """Make an account that may sign in and nothing else; False where it is there. Asks for the right to make roles."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone():
        return False
    making = SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
    cursor.execute(making.format(Identifier(role), Literal(password)))
    return True


def limit(cursor: Any, role: str) -> int:
    """Let an account read and write rows, and no more; return to how many tables. Run by their owner, in a transaction.

    The audit log is only added to, also by the rights. Raises TooMighty where the account owns tables, is a superuser,
    may make roles, or is a member of an account that may.
    """
    cursor.execute("SELECT current_schema()")
    schema = cursor.fetchone()[0]
    _refuse_the_mighty(cursor, role, schema)
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema])
    tables = [name for (name,) in cursor.fetchall()]
    for grant in _grants(schema, role, tables):
        cursor.execute(grant)
    return len(tables)


def _refuse_the_mighty(cursor: Any, role: str, schema: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if not cursor.fetchone():
        raise TooMighty("there is no such account")
    # Rights of an account are those of all that it is a member of; a superuser is a member of every one.
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE pg_has_role(%s, oid, 'MEMBER') AND (rolsuper OR rolcreaterole"
        " OR oid IN (SELECT relowner FROM pg_class WHERE relnamespace = %s::regnamespace)"
        " OR oid = (SELECT datdba FROM pg_database WHERE datname = current_database())) ORDER BY rolname",
        [role, schema],
    )
    mighty = [name for (name,) in cursor.fetchall()]
    if mighty:
        raise TooMighty(f"it has the rights of {', '.join(mighty)}, which owns what is here or may do anything")


def _grants(schema: str, role: str, tables: list[str]) -> list[Composable]:
    where, who = Identifier(schema), Identifier(role)
    given: list[Composable] = [
        SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(where, who),
        SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA {} FROM {}").format(where, who),
        # Before PostgreSQL 15 everybody might make tables in the schema “public”.
        SQL("REVOKE CREATE ON SCHEMA {} FROM {}, PUBLIC").format(where, who),
        SQL("GRANT USAGE ON SCHEMA {} TO {}").format(where, who),
        # A package that is read in sets the next number of each table.
        SQL("GRANT SELECT, USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA {} TO {}").format(where, who),
    ]
    for name in tables:
        rights = "SELECT" if name in READ_ONLY else "SELECT, INSERT"
        if name not in (*READ_ONLY, *APPEND_ONLY):
            rights += ", UPDATE, DELETE"
        given.append(SQL("GRANT " + rights + " ON {}.{} TO {}").format(where, Identifier(name), who))
    return given

"""Make database and static files ready, in one process: migrate, load the sample where asked, collect static files."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pkgutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
WAIT_SECONDS = 30


def main(arguments: list[str]) -> None:
    """Make everything ready; say each step that does something."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Tables are made and changed by the account that owns them; the site itself goes without that right.
    served, owner = os.environ.get("DATABASE_URL", ""), os.environ.get("OWNER_DATABASE_URL", "")
    if owner:
        os.environ["DATABASE_URL"] = owner
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    from django.conf import settings
    from django.core.management import CommandError, call_command

    wait_for_database()
    migrate()
    if owner:
        limit_rights(served)
    if "--sample" in arguments:
        call_command("seed", if_empty=True)
        try:
            call_command("sample_accounts", file=str(settings.DATA_DIR / "sample-accounts.txt"))
        except CommandError as error:
            print(error, flush=True)
    collect(Path(settings.STATIC_ROOT))


def migrate() -> None:
    """Bring the database up to date, where it lacks a migration: a start after a crash is to serve again at once.

    Whether it does is told by names alone. Django would import every migration and build all the models of them first,
    which takes as long as the rest of this. What it does after migrating (content types) changes with migrations only.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    if all(migration in applied for migration in migrations_at_hand()):
        return
    print("Bringing the database up to date …", flush=True)
    call_command("migrate", interactive=False, verbosity=0)


def migrations_at_hand() -> Iterator[tuple[str, str]]:
    """Yield app and name of each migration that the code brings along."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    for app in apps.get_app_configs():
        module, _explicit = MigrationLoader.migrations_module(app.label)
        found = importlib.util.find_spec(module) if module else None
        for place in pkgutil.iter_modules(found.submodule_search_locations if found else []):
            # As Django leaves them out.
            if not place.ispkg and place.name[0] not in "_~":
                yield app.label, place.name


def limit_rights(served: str) -> None:
    """Let the account of the site, which `served` names, read and write rows and no more; made where it is missing."""
    import environ
    from django.core.management import CommandError, call_command

    account = environ.Env.db_url_config(served) if served else {}
    if not account.get("USER"):
        sys.exit("DATABASE_URL has to name the account of the site beside OWNER_DATABASE_URL (docs/deploying.md).")
    try:
        call_command("limit_rights", account["USER"], make_with=account.get("PASSWORD") or None, verbosity=0)
    except CommandError as error:
        sys.exit(str(error))


def wait_for_database() -> None:
    """Wait until the database answers; end with one sentence where it does not."""
    from django.db import OperationalError, connection

    for second in range(WAIT_SECONDS):
        try:
            connection.ensure_connection()
            return
        except OperationalError as error:
            if connection.vendor == "sqlite":
                sys.exit(f"The database file cannot be opened: {error}.")
            if second == 0:
                print("Waiting for the database …", flush=True)
            time.sleep(1)
    sys.exit(f"The database does not answer after {WAIT_SECONDS} seconds: check DATABASE_URL and that it runs.")


def collect(target: Path) -> None:
    """Collect static files where one of ours or the set of libraries has changed since."""
    from django.core.management import call_command

    seen = hashlib.sha256()
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    seen.update((ROOT / "requirements" / "run.txt").read_bytes())
    note = target / ".collected"
    if note.exists() and note.read_text() == seen.hexdigest():
        return
    print("Collecting static files …", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(seen.hexdigest())


if __name__ == "__main__":
    main(sys.argv[1:])

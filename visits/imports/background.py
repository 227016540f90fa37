"""Work on a file beside the page that began it: small files are done when the page answers, large ones go on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.utils import translation
from django.utils.translation import gettext as _

from visits.import_actions import cancel_import
from visits.imports.gathering import acting
from visits.imports.refusals import Refused
from visits.imports.running import Cancelled
from visits.imports.storing import Busy
from visits.models import ImportBatch, ImportState, User

# The page waits so long, in seconds, before it tells how far the work is.
PATIENCE = 3.0
# And so much longer at most until the work has come to its first step: longer than a locked database is waited for
# (40 in the settings), after which the work itself tells that it failed.
SLOW = 45.0
_log = logging.getLogger(__name__)


def begin(work: Callable[[], Any], *, batch: ImportBatch, by: User) -> None:
    """Do `work` on a file in a thread of its own, and return when it is done or has taken a while.

    Within a transaction nobody else would see the file: there the work is done at once.
    """
    language = translation.get_language()

    def run() -> None:
        with translation.override(language), acting(by):
            _work(work, batch, by)

    if connection.in_atomic_block:
        run()
        return

    def run_apart() -> None:
        try:
            run()
        finally:
            connections.close_all()

    thread = Thread(target=run_apart, name=f"import {batch.public_id}", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    # On a slow machine it may not have come to its first step: the page would show what was before, and invite to begin
    # it once more.
    end = time.monotonic() + SLOW
    under_way = ImportBatch.objects.filter(pk=batch.pk, state__in=[ImportState.CHECKING, ImportState.APPLYING])
    while thread.is_alive() and time.monotonic() < end and not under_way.exists():
        thread.join(0.2)


def _work(work: Callable[[], Any], batch: ImportBatch, by: User) -> None:
    """Do the work; what goes wrong is told with the file."""
    try:
        work()
    except Cancelled:
        cancel_import(batch=batch, by=by)
    except Busy as error:
        # Whoever is at work tells how far the file has come.
        ImportBatch.objects.filter(pk=batch.pk).update(told=" ".join(error.messages))
    except (Refused, ValidationError, PermissionDenied) as error:
        _tell(batch, " ".join(getattr(error, "messages", [str(error)])))
    except Exception:
        # Whoever waits is told that it failed; nothing of the file goes into the log.
        _log.exception("import %s failed", batch.public_id)
        _tell(batch, _("It failed, and nothing was written: try again."))


def _tell(batch: ImportBatch, words: str) -> None:
    rows = ImportBatch.objects.filter(pk=batch.pk)
    rows.update(told=words[:500])
    stuck = rows.filter(state__in=[ImportState.CHECKING, ImportState.APPLYING])
    stuck.filter(rows_total=0).update(state=ImportState.UPLOADED)
    stuck.update(state=ImportState.CHECKED)

"""What is written down of what goes wrong, and mailed to ADMINS: ids, kinds and places, never names or contents.

A log is kept by others than the record is, and a mail lies with two providers. A stock report of an error carries what
was typed, and the message of an exception may quote a row (“Key (name)=(…) already exists”). So a fault is told by its
class and the places it went through; a request by its method, the pattern of its address and the number of the person.
Of loggers that are not ours the words are told as they stand in the program, without what was put into them.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.functional import LazyObject, empty
from django.utils.log import AdminEmailHandler

from config.causes import is_out_of_reach

Handler = Callable[[HttpRequest], HttpResponseBase]
# Loggers whose words are written here: a test reads each call and what it is given.
OURS = ("config", "visits", "statements")
# Parts of an address that are random: all others may be made of a name, or open something by themselves.
IDS = ("public_id", "pk", "object_id")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
MOST_FRAMES = 40
# Of one fault that everybody meets the first mails are enough; the log has all.
MOST_MAILS_PER_HOUR = 20
HOUR = 60 * 60

OUT_OF_REACH = (
    "The database cannot be opened. Is what DATABASE_URL names right, and does that server run? "
    "Of a SQLite file: is there its folder (DATA_DIR, where nothing else is said), and may it be written to?"
)

logger = logging.getLogger(__name__)


class IdsOnly(logging.Formatter):
    """One line for what happened, in UTC, and one for each place that an exception went through."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record without a name, a word of the record, or anything that was typed."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        error = record.exc_info[1] if record.exc_info else None
        about = [*_of_request(record), *([kind_of(error)] if error else [])]
        first = " ".join([at, record.levelname, record.name, *(about or [_words(record)])])
        if about and record.name.partition(".")[0] in OURS:
            first += f" {_words(record)}"
        return "\n".join([_printable(first), *(f"  {place}" for place in places(error))])


def _words(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    # What was put together before it came here cannot be taken apart again: it may hold anything.
    said = record.msg if isinstance(record.msg, str) and record.args else "(not told)"
    return f"{said} at {_short(record.pathname)}:{record.lineno}"


def _printable(text: str) -> str:
    """Return a text in which nothing begins a new line or steers a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _of_request(record: logging.LogRecord) -> Iterator[str]:
    """Yield method, address as a pattern, ids in it, status and person of the request that a record is about."""
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest):
        return
    yield str(request.method) if request.method in METHODS else "OTHER"
    try:
        match = resolve(request.path_info)
    except Resolver404:
        yield "(no such address)"
    else:
        yield f"/{match.route}"
        yield from (f"{name}={match.kwargs[name]}" for name in IDS if name in match.kwargs)
    yield f"status={getattr(record, 'status_code', '-')}"
    # Whoever is not known yet is not asked for: the database may be what is broken.
    person = vars(request).get("user")
    if not (isinstance(person, LazyObject) and person._wrapped is empty):
        yield f"user={getattr(person, 'pk', None) or '-'}"


def kind_of(error: BaseException) -> str:
    """Return the classes of an exception and of what it came from; of a database's also its code and constraint."""
    kinds: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(kinds) < MOST_FRAMES:
        told = f"{type(seen).__module__}.{type(seen).__qualname__}".removeprefix("builtins.")
        diag = getattr(seen, "diag", None)
        facts = [getattr(seen, name, None) for name in ("sqlstate", "smtp_code")]
        facts += [getattr(diag, name, None) for name in ("table_name", "constraint_name")]
        kinds.append(" ".join([told, *(str(fact) for fact in facts if fact)]))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return " from ".join(kinds)


def places(error: BaseException | None) -> list[str]:
    """Return the places that an exception went through, the last ones at the end."""
    frames = list(traceback.walk_tb(error.__traceback__ if error else None))[-MOST_FRAMES:]
    return [f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}" for frame, line in frames]


def _short(path: str) -> str:
    """Return the path of a file of ours below the project, of another below where libraries lie."""
    if Path(path).is_relative_to(settings.BASE_DIR):
        return str(Path(path).relative_to(settings.BASE_DIR)).rpartition("site-packages/")[2]
    return path.rpartition("site-packages/")[2].rpartition("lib/")[2]


class MailToAdmins(AdminEmailHandler):
    """Mails to ADMINS what the log says, and nothing else: no request, no settings, no values of variables."""

    def __init__(self) -> None:
        super().__init__()
        self._sent: deque[float] = deque(maxlen=MOST_MAILS_PER_HOUR)

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record by mail, unless so many went within the hour; a mail that fails is not told of by mail."""
        now = time.monotonic()
        full = len(self._sent) == MOST_MAILS_PER_HOUR and now - self._sent[0] < HOUR
        if not settings.ADMINS or full:
            return
        self._sent.append(now)
        try:
            text = self.format(record)
            self.send_mail(self.format_subject(text.partition("\n")[0].partition(" ")[2]), text, fail_silently=True)
        except Exception:
            self.handleError(record)


def tell_of_broken_streams(get_response: Handler) -> Handler:
    """Write down a fault that cuts a file off: nobody else tells of it but the server of the process."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.streaming and not response.is_async and not isinstance(response, FileResponse):  # type: ignore[attr-defined]
            response.streaming_content = _told(response.streaming_content, request)  # type: ignore[attr-defined]
        return response

    return middleware


def _told(content: Iterator[bytes], request: HttpRequest) -> Iterator[bytes]:
    try:
        yield from content
    except Exception:
        logger.exception("a file was cut off", extra={"request": request, "status_code": 500})
        raise


def keep_contents_out_of_faults() -> None:
    """Tell also of faults past Django by kind and place: those that end a thread or a command, warn, or hinder logging.

    Whoever sits at a terminal reads all of it: what goes to no terminal is kept, or mailed by cron.
    """
    # Would print what a record that cannot be written was given.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    threading.excepthook = _end_of_thread
    sys.excepthook = _end_of_command
    if not sys.stderr.isatty():
        sys.unraisablehook = _nowhere_to_raise


def _end_of_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        logger.error("a thread ended", exc_info=(told.exc_type, told.exc_value, told.exc_traceback))


def _nowhere_to_raise(told: sys.UnraisableHookArgs) -> None:
    # As where something is thrown away that still wanted to close: Python would print all that the fault says.
    if told.exc_value is not None:
        logger.error("a fault was met by nobody", exc_info=(told.exc_type, told.exc_value, told.exc_traceback))


def _end_of_command(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    # A setting that is missing is told in the words of settings.py, which know nothing of the record.
    if sys.stderr.isatty() or issubclass(kind, KeyboardInterrupt | ImproperlyConfigured) or settings.DEBUG:
        sys.__excepthook__(kind, error, trace)
    else:
        told = [kind_of(error), *(f"  {place}" for place in places(error.with_traceback(trace)))]
        sys.stderr.write("\n".join(told) + "\n")
    if is_out_of_reach(error):
        sys.stderr.write(f"\n{OUT_OF_REACH}\n")

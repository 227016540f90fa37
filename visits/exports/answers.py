"""How a list leaves over HTTP: as a stream in the form asked for, or as 304 to whoever has what is public of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from hashlib import sha256
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar, cast

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from config.page_cache import read_stamp
from visits import noticing
from visits.exports.calendar import BEGINNING, Entry, written
from visits.exports.columns import Cell, Kind, Taking, rows_of
from visits.exports.copying import can_copy, copied
from visits.exports.writers import write_csv, write_json, write_jsonl, write_xlsx
from visits.narrowing import astray, in_few

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# The formats by the end of the address, in the order in which pages offer them.
FORMS = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON", "jsonl": _("JSON lines")}
_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
}
_STREAMED = {"csv": write_csv, "json": write_json, "jsonl": write_jsonl}
# A workbook has to be whole before its first byte leaves, and keeps a worker meanwhile: longer lists go as CSV.
MOST_IN_BOOK = 20_000
# Raised with every change of how a file is written; its columns speak for themselves.
FORMAT = 1


class FormConverter:
    """The end of an address that names a format."""

    regex = "|".join(FORMS)

    def to_python(self, value: str) -> str:
        """Return the name of the format."""
        return value

    def to_url(self, value: str) -> str:
        """Return the end of the address."""
        return value


def ways_to_take(name: str, query: str) -> list[tuple[str, str]]:
    """Return (format, address) for each way to take the list that `query` (“?country=khm”, or "") narrows."""
    return [(str(label), reverse(name, args=[form]) + query) for form, label in FORMS.items()]


def exported(request: HttpRequest, form: str, kind: Kind, ids: Iterable[int], site: str) -> HttpResponseBase:
    """Return the rows with these ids as a file; `ids` are asked for only where they are needed.

    Who reads without an account is told of the publication stamp, and gets 304 where nothing public has changed.
    """
    today = timezone.now().date()
    taking = Taking(request.user, site, today, get_language() or settings.LANGUAGE_CODE)
    headers = {"X-Robots-Tag": "noindex", "Cache-Control": "private, no-store"}
    if not request.user.is_authenticated:
        # Read before any row is: what is published meanwhile gets another.
        headers |= {"Cache-Control": "no-cache", "ETag": etag_of(request, site, *kind.names, str(today))}
        unchanged = get_conditional_response(request, etag=headers["ETag"])
        if unchanged is not None:
            return _with(unchanged, headers)
    headers["Content-Disposition"] = f'attachment; filename="{kind.name}.{form}"'
    if request.method == "HEAD":
        return HttpResponse(headers=headers, content_type=_TYPES[form])
    if form == "xlsx":
        return _book(request, kind, ids, taking, headers)
    blocks = copied(kind, ids, taking) if form == "csv" and can_copy(kind) else _streamed(form, kind, ids, taking)
    words = gettext("This file was cut off here: rows are missing. Take it again.")
    blocks = _told_where_cut(blocks, f"\r\n\r\n*** {words} ***\r\n".encode())
    return StreamingHttpResponse(blocks, content_type=_TYPES[form], headers=headers)


def refused(request: HttpRequest, wrong: Sequence[str]) -> HttpResponse | None:
    """Return the page that says what of an address is not understood (`unmet`, `astray`); None where all of it is.

    A page shows a wider list with a note; a file or calendar has no place for one, and is taken for what was meant.
    """
    return refusal(request, wrong) if wrong else None


def without_filters(view: View) -> View:
    """Refuse each part of an address of a view that takes none, before any row is looked for."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return refused(request, astray(request.GET)) or view(request, *args, **kwargs)

    return cast("View", asked)


def refusal(request: HttpRequest, wrong: Sequence[str]) -> HttpResponse:
    """Return the page that says what is wrong with an address."""
    response = render(request, "400.html", {"told": in_few(wrong)}, status=400)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _streamed(form: str, kind: Kind, ids: Iterable[int], taking: Taking) -> Iterator[bytes]:
    return _STREAMED[form](kind.names, rows_of(kind, ids, taking))


def _told_where_cut(blocks: Iterator[bytes], words: bytes) -> Iterator[bytes]:
    """Yield blocks, and where they break off a line that no program takes for a row of theirs.

    The server ends what is streamed as if it were whole: half of a list of CSV or JSON lines looks like a list.
    """
    try:
        yield from blocks
    except Exception:
        yield words
        raise


def etag_of(request: HttpRequest, site: str, *parts: str) -> str:
    """Return the stamp of what everybody may read at an address on a day (UTC): of what is published, and how."""
    day = timezone.now().date()
    told = [FORMAT, get_language(), settings.DATA_LICENCE, read_stamp(), day, site, request.get_full_path(), parts]
    return f'W/"{sha256(repr(told).encode()).hexdigest()[:32]}"'


def calendar_answer(
    request: HttpRequest, name: str, entries: Iterable[Entry], file: str, site: str, *more: str
) -> HttpResponseBase:
    """Return public entries as a calendar; they are asked for only where they are needed.

    `more` is what else it depends on, beside what is published and the address.
    """
    headers = {
        "ETag": etag_of(request, site, "calendar", *more),
        "Cache-Control": "no-cache",
        "X-Robots-Tag": "noindex",
    }
    answer: HttpResponseBase | None = get_conditional_response(request, etag=headers["ETag"])
    if answer is None and request.method == "HEAD":
        answer = HttpResponse()
    if answer is None:
        empty = Entry(
            uid=f"empty@{request.get_host()}", url=f"{site}/", dates="", status="TENTATIVE", sequence=0,
            changed=BEGINNING, summary=gettext("Nothing fits all of this"),
            description=gettext("The calendar is empty."),
        )  # fmt: skip
        answer = StreamingHttpResponse(written(name, entries, empty))
    if answer.status_code != 304:
        answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
        answer.headers["Content-Disposition"] = f'attachment; filename="{file}.ics"'
    return _with(answer, headers)


def ways_to_follow(title: str, feed: str, calendar: str = "") -> list[tuple[str, str, str, str]]:
    """Return (label, address, media type, title) for each way to be told what is new: Atom feed and calendar."""
    ways = [(gettext("Atom feed"), feed, "application/atom+xml", gettext("%(what)s: Atom feed") % {"what": title})]
    if calendar:
        told = gettext("%(what)s: calendar") % {"what": title}
        ways.append((gettext("Calendar"), calendar, "text/calendar", told))
    return ways


def followed(kind: str, title: str, query: str, *, calendar: bool = True) -> list[tuple[str, str, str, str]]:
    """Return the ways to follow the list of a kind that `query` (“?country=khm”, or "") narrows."""
    return ways_to_follow(
        title, reverse(f"{kind}_atom") + query, reverse(f"{kind}_calendar") + query if calendar else ""
    )


def _with(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _noticed(rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    """Yield rows; what they hold is told to the audit log, which cannot read it off a workbook."""
    for row in rows:
        cells = (" ".join(cell) if isinstance(cell, list) else cell for cell in row)
        noticing.packing(" ".join(str(cell) for cell in cells if cell))
        yield row


def _book(
    request: HttpRequest, kind: Kind, ids: Iterable[int], taking: Taking, headers: dict[str, str]
) -> HttpResponseBase:
    some = list(islice(ids, MOST_IN_BOOK + 1))
    if len(some) > MOST_IN_BOOK:
        told = gettext("A workbook holds at most %(most)s rows. Narrow the list, or take it as CSV.")
        return render(request, "400.html", {"told": told % {"most": f"{MOST_IN_BOOK:,}"}}, status=400)
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the answer closes it when the last block is sent
    about = [(column.name, str(column.about)) for column in kind.columns]
    try:
        rows = rows_of(kind, some, taking)
        # Whoever was ever named in a compartment: of others nothing is looked through, and nothing is kept here.
        write_xlsx(file, kind.name, about, _noticed(rows) if getattr(request.user, "ever_named", False) else rows)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return FileResponse(file, content_type=_TYPES["xlsx"], headers=headers)

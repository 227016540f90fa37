"""A copy made: the site is read from link to link, then each page is written as it stands in the copy."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.lifeboat import folder as folders
from config.lifeboat.assets import asset, named_in
from config.lifeboat.pages import Part, written_page
from config.lifeboat.places import address_of
from config.lifeboat.reading import HERE, Answer, Nobody, Unreadable
from config.lifeboat.rewriting import links_in
from config.lifeboat.scope import OWN, beginnings, held, is_followed
from config.lifeboat.searching import files_of
from config.lifeboat.signing import fingerprint
from config.lifeboat.spool import Made, Spool
from config.page_cache import read_stamp
from config.parent import end_with_parent

# So many addresses are handed out at once.
BLOCK = 400
# The record changed while it was read: it is read anew so often.
MOST_READINGS = 3
# What the search finds, in the order in which it shows it.
KINDS = {
    "visit": _("Visits"), "meeting": _("Meetings"), "statement": _("Statements"), "person": _("People"),
    "organisation": _("Organisations"), "country": _("Countries"), "mandate": _("Mandates"), "topic": _("Topics"),
    "source": _("Sources"),
}  # fmt: skip
# The index of the search stands beside its page.
INDEX = "search/"
Told = Callable[[str, int, int], object]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made: its pages and other files, and how many were written anew and taken away."""

    pages: int
    files: int
    written: int
    gone: int


@dataclass(frozen=True, slots=True)
class Making:
    """What is made: of which site, where, by how many processes; `only` keeps to addresses that fit these patterns."""

    site: str
    folder: Path
    processes: int = 1
    only: tuple[str, ...] = ()
    fingerprint: str = ""

    def wants(self, address: str) -> bool:
        """Whether an address belongs to what is made."""
        return not self.only or address in OWN or any(re.match(pattern, address) for pattern in self.only)


def make(making: Making, key: Ed25519PrivateKey | None, *, told: Told = lambda _what, _done, _all: None) -> Copy:
    """Make a copy, or bring the one in the folder up to date; `told` hears how far it is.

    Raise Unreadable or folders.Foreign where it cannot be made.
    """
    folders.prepare(making.folder)
    making = replace(making, fingerprint=fingerprint(key.public_key()) if key else "")
    # Here first: what is missing is told before anything begins, and the processes find it made.
    _reader(making)
    with tempfile.TemporaryDirectory(prefix=folders.PARTIAL, dir=making.folder) as own:
        for reading in range(MOST_READINGS):
            before = _moment()
            spool = Spool(Path(own) / f"spool-{reading}", new=True)
            _read(making, spool, told)
            if before == _moment():
                break
            # The day turned, or something was published or removed: pages of two moments do not fit together.
            spool.close()
            spool.path.unlink()
        else:
            raise Unreadable("The record changes faster than it can be read: try again later.")
        made = Made(Path(own) / "made")
        try:
            return _write(making, spool, made, key, told, Path(own))
        finally:
            made.close()
            spool.close()


def _moment() -> tuple[str, str]:
    return read_stamp(), timezone.now().date().isoformat()


def site_of(address: str) -> str:
    """Return where the site is reached: as it is given, or set, or else this machine."""
    return (address or settings.SITE_ADDRESS or HERE).rstrip("/")


# Asking -------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _reader(making: Making) -> Nobody:
    return Nobody(making.site, (("site", making.site), ("fingerprint", making.fingerprint)))


@lru_cache(maxsize=100_000)
def _held(address: str) -> str:
    return held(address)


def _ask(making: Making, address: str) -> tuple[str, Answer, str, list[str]]:
    """Return an address, what it answered, where it led on to, and what has to be asked because of it."""
    answer = _reader(making).ask(address)
    if answer.location:
        led = address_of(answer.location, address, making.site)
        on = _held(led[0]) if led else ""
        return address, answer, on, [on] if on and making.wants(on) else []
    if answer.media_type != "text/html" or answer.body is None:
        return address, answer, "", []
    found = set()
    for link in links_in(answer.body.decode()):
        led = address_of(link, address, making.site)
        on = _held(led[0]) if led else ""
        if on and making.wants(on) and is_followed(on, address):
            found.add(on)
    return address, answer, "", sorted(found)


def _read(making: Making, spool: Spool, told: Told) -> None:
    """Ask every address there is, and keep the answers."""
    spool.want(address for address in beginnings() if making.wants(address))
    done = 0
    with _processes(making.processes) as each:
        while block := spool.waiting(BLOCK):
            for address, answer, on, links in each(partial(_ask, making), block):
                spool.keep(address, answer, on)
                spool.want(links)
                done += 1
                told("reading", done, spool.number())


@contextmanager
def _processes(number: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """Yield a `map` that works in so many processes, or in this one."""
    if number == 1:
        yield map
        return
    # A connection that two processes share is none.
    connections.close_all()
    with ProcessPoolExecutor(number, get_context("fork"), end_with_parent) as pool:
        try:
            yield partial(pool.map, chunksize=8)
        except BrokenProcessPool as error:
            raise Unreadable("A process that reads the site was killed, for lack of memory perhaps.") from error


# Writing ------------------------------------------------------------------------------------------------------------


def _write(making: Making, spool: Spool, made: Made, key: Ed25519PrivateKey | None, told: Told, own: Path) -> Copy:
    """Write every page, what pages load, and the index of the search; then the list of all."""
    written = pages = 0

    def put(file: str, data: bytes) -> None:
        nonlocal written
        digest, anew = folders.write(making.folder, file, data)
        made.note(file, digest)
        written += anew

    number = spool.number()
    with _processes(making.processes) as each:
        part: Part
        for part in each(partial(written_page, making.site, making.folder, spool.path), spool.pages()):
            made.note(part.file, part.digest)
            made.want_assets(part.assets)
            written += part.anew
            pages += part.is_page
            if part.document is not None:
                made.add_document(part.document, part.file)
            told("writing", pages, number)
    wanted = made.assets()
    while wanted:
        for name in wanted:
            put(f"static/{name}", asset(name))
        made.want_assets(found for name in wanted for found in named_in(name, asset(name)))
        wanted = [name for name in made.assets() if not made.knows(f"static/{name}")]
    for name, data in files_of(made.documents(), made.terms(), {kind: str(label) for kind, label in KINDS.items()}):
        put(INDEX + name, data)
    gone = folders.finish(making.folder, made, key, own)
    files = sum(1 for _file in made.written())
    return Copy(pages, files, written, gone)

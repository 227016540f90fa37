"""Ask the one server that an editor names for one page: public addresses only, within bounds of time and length.

The name is resolved once for each hop, every address it has is checked, and the connection goes to a checked address
itself: a name that answers otherwise the second time leads nowhere.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from statements.intake.failures import IntakeError, Reason

SECONDS = 10.0
MAX_FETCHED = 10 * 1024 * 1024
MAX_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
# Gateways that lead from IPv6 to any address of IPv4, private ones included.
_TRANSLATED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
_HEADERS = {"User-Agent": "Vis-a-vis", "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}

Resolver = Callable[[str, int], list[str]]
Opener = Callable[[str, int, float], socket.socket]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered: the address after all redirects, the bytes, the encoding that its header names."""

    url: str
    data: bytes
    charset: str


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host` as the system knows them; raise OSError where there is none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def open_socket(address: str, port: int, timeout: float) -> socket.socket:
    """Return a connection to a numeric address."""
    return socket.create_connection((address, port), timeout=timeout)


def is_public(address: str) -> bool:
    """Whether `address` is one of the open internet: not of this machine, its network, or a way round into them."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _TRANSLATED):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


class _Deadline:
    """The one limit of time for everything that a fetch does."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self.clock, self.until = clock, clock() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raise IntakeError where none are."""
        seconds = self.until - self.clock()
        if seconds <= 0:
            raise IntakeError(Reason.TOO_SLOW)
        return seconds

    def run(self, work: Callable[[], Any]) -> Any:
        """Return what `work` returns, unless it takes longer: resolving a name knows no limit of its own."""
        answers: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(1)

        def target() -> None:
            try:
                answers.put((work(), None))
            except Exception as error:
                answers.put((None, error))

        threading.Thread(target=target, daemon=True).start()
        try:
            result, error = answers.get(timeout=self.left())
        except queue.Empty:
            raise IntakeError(Reason.TOO_SLOW) from None
        if error is not None:
            raise error
        return result


class _TimedReader(io.RawIOBase):
    """Bytes of a socket, each read within what is left of the whole time: a server that drips gains nothing."""

    def __init__(self, sock: socket.socket, deadline: _Deadline) -> None:
        self.sock, self.deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.deadline.left())
        return self.sock.recv_into(buffer)


class _TimedSocket:
    """As much of a socket as http.client asks for."""

    def __init__(self, sock: socket.socket, deadline: _Deadline) -> None:
        self.sock, self.deadline = sock, deadline

    def makefile(self, *_args: Any, **_kwargs: Any) -> io.BufferedReader:
        """Return what the answer is read from."""
        return io.BufferedReader(_TimedReader(self.sock, self.deadline))

    def sendall(self, data: bytes) -> None:
        """Send the question."""
        self.sock.settimeout(self.deadline.left())
        self.sock.sendall(data)

    def close(self) -> None:
        """Close the connection."""
        self.sock.close()


def fetch(
    url: str,
    *,
    resolver: Resolver = resolve,
    opener: Opener = open_socket,
    clock: Callable[[], float] = time.monotonic,
    seconds: float = SECONDS,
) -> Fetched:
    """Return what stands at `url`. Raises IntakeError where it may not be asked or gives no answer of use."""
    deadline = _Deadline(clock, seconds)
    for _hop in range(MAX_REDIRECTS + 1):
        scheme, host, target = _parts(url)
        try:
            address = _checked_address(host, PORTS[scheme], resolver, deadline)
            connection = _connect(scheme, host, address, opener, deadline)
            try:
                connection.request("GET", target, headers={**_HEADERS, "Host": host})
                answer = connection.getresponse()
                if answer.status in {301, 302, 303, 307, 308}:
                    url = urljoin(url, answer.getheader("Location") or "")
                    continue
                if answer.status != http.client.OK:
                    raise IntakeError(Reason.REFUSED, str(answer.status))
                charset = answer.headers.get_content_charset() or ""
                return Fetched(url, _body(answer), charset)
            finally:
                connection.close()
        except TimeoutError as error:
            raise IntakeError(Reason.TOO_SLOW) from error
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            raise IntakeError(Reason.NO_ANSWER) from error
    raise IntakeError(Reason.TOO_MANY_REDIRECTS)


def _parts(url: str) -> tuple[str, str, str]:
    """Return scheme, host in ASCII, and path with query of `url`; raise IntakeError for what is not asked here."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
        port = parts.port
    except (ValueError, UnicodeError) as error:
        raise IntakeError(Reason.BAD_ADDRESS) from error
    plain = parts.scheme in PORTS and host and parts.username is None and parts.password is None
    if not plain or port not in {None, PORTS.get(parts.scheme)}:
        raise IntakeError(Reason.BAD_ADDRESS)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return parts.scheme, host, _ascii(target)


def _ascii(target: str) -> str:
    """Return a path in ASCII, all else in percent signs: spaces and controls would end the line of the question."""
    return "".join(c if "!" <= c <= "~" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in target)


def _checked_address(host: str, port: int, resolver: Resolver, deadline: _Deadline) -> str:
    """Return the first address of `host`; raise IntakeError where any of them is not public."""
    found = deadline.run(lambda: resolver(host, port))
    if not found:
        raise IntakeError(Reason.NO_ANSWER)
    if not all(is_public(address) for address in found):
        raise IntakeError(Reason.PRIVATE_ADDRESS)
    return str(found[0])


def _connect(scheme: str, host: str, address: str, opener: Opener, deadline: _Deadline) -> http.client.HTTPConnection:
    """Return a connection to `address` that speaks to `host`; TLS proves that name, not the number."""
    sock = opener(address, PORTS[scheme], deadline.left())
    try:
        if scheme == "https":
            sock.settimeout(deadline.left())
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise
    connection = http.client.HTTPConnection(host)
    connection.sock = _TimedSocket(sock, deadline)
    return connection


def _body(answer: http.client.HTTPResponse) -> bytes:
    """Return the bytes of an answer, unpacked; raise IntakeError where they are more than are taken."""
    if int(answer.getheader("Content-Length") or 0) > MAX_FETCHED:
        raise IntakeError(Reason.FETCHED_OVERSIZED)
    data = answer.read(MAX_FETCHED + 1)
    encoding = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding in {"gzip", "x-gzip", "deflate"}:
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
        data = unpacking.decompress(data, MAX_FETCHED + 1)
    elif encoding != "identity":
        raise IntakeError(Reason.NO_ANSWER)
    if len(data) > MAX_FETCHED:
        raise IntakeError(Reason.FETCHED_OVERSIZED)
    return data

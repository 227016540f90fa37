"""Fetching asks public addresses only, after each redirect anew, and ends in time. Every server here is our own."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from statements.intake import fetching
from statements.intake.failures import IntakeError, Reason
from statements.intake.fetching import Fetched, fetch, is_public

PUBLIC = "93.184.215.14"


class Server:
    """Answers each connection by the next of `answers`; keeps what it was asked, and where it was thought to be."""

    def __init__(self, *answers: bytes | Callable[[socket.socket], None]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.opened: list[tuple[str, int]] = []
        self.names = {"news.example": [PUBLIC], "inside.example": ["10.0.0.7"], "both.example": [PUBLIC, "127.0.0.1"]}
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        for answer in self.answers:
            try:
                connection, _peer = self.socket.accept()
            except OSError:
                return
            self.asked.append(connection.recv(65536).decode("latin-1"))
            try:
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)
            except OSError:
                pass
            connection.close()

    def resolve(self, host: str, _port: int) -> list[str]:
        """Return the addresses that a name is made to have."""
        if host not in self.names:
            raise socket.gaierror
        return self.names[host]

    def open(self, address: str, port: int, timeout: float) -> socket.socket:
        """Connect to this server, whatever address was asked for."""
        self.opened.append((address, port))
        return socket.create_connection(self.socket.getsockname(), timeout=timeout)

    def fetch(self, url: str, **more: float) -> Fetched:
        """Fetch `url` from this server."""
        return fetch(url, resolver=self.resolve, opener=self.open, **more)  # type: ignore[arg-type]


@pytest.fixture
def served() -> Iterator[Callable[..., Server]]:
    """Return how to start a server; all are stopped afterwards."""
    started: list[Server] = []

    def start(*answers: bytes | Callable[[socket.socket], None]) -> Server:
        started.append(Server(*answers))
        return started[-1]

    yield start
    for server in started:
        server.socket.close()


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """Return an answer of HTTP."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def refused(server: Server, url: str, **more: float) -> IntakeError:
    """Return why nothing was fetched."""
    with pytest.raises(IntakeError) as caught:
        server.fetch(url, **more)
    return caught.value


def test_a_page_is_fetched_from_the_checked_address_under_its_name(served: Callable[..., Server]) -> None:
    server = served(answer(b"<p>Hello</p>", Content_Type="text/html; charset=koi8-r"))
    found = server.fetch("http://news.example/ä b?q=1#top")
    assert found == Fetched("http://news.example/ä b?q=1#top", b"<p>Hello</p>", "koi8-r")
    assert server.opened == [(PUBLIC, 80)]
    assert server.asked[0].startswith("GET /%C3%A4%20b?q=1 HTTP/1.1\r\n")
    assert "\r\nHost: news.example\r\n" in server.asked[0]
    assert server.asked[0].count("Host:") == 1
    assert "cookie" not in server.asked[0].lower()


def test_redirects_are_followed_and_each_is_resolved_anew(served: Callable[..., Server]) -> None:
    server = served(answer(b"", "301 Moved", Location="/new"), answer(b"there"))
    assert server.fetch("http://news.example/old").url == "http://news.example/new"
    assert len(server.opened) == 2


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://inside.example/", Reason.PRIVATE_ADDRESS),
        ("http://both.example/", Reason.PRIVATE_ADDRESS),
        ("http://news.example:8080/", Reason.BAD_ADDRESS),
        ("file:///etc/passwd", Reason.BAD_ADDRESS),
        ("http://user:word@news.example/", Reason.BAD_ADDRESS),
    ],
)
def test_a_redirect_to_where_nobody_may_ask_is_not_followed(
    target: str, reason: Reason, served: Callable[..., Server]
) -> None:
    server = served(answer(b"", "302 Found", Location=target), answer(b"secret"))
    assert refused(server, "http://news.example/").reason == reason
    assert server.opened == [(PUBLIC, 80)]


def test_a_name_that_changes_its_address_leads_nowhere_else(served: Callable[..., Server]) -> None:
    server = served(answer(b"", "302 Found", Location="/again"), answer(b"secret"))
    answers = iter([[PUBLIC], ["169.254.169.254"]])
    with pytest.raises(IntakeError) as caught:
        fetch("http://news.example/", resolver=lambda _host, _port: next(answers), opener=server.open)
    assert caught.value.reason == Reason.PRIVATE_ADDRESS
    assert server.opened == [(PUBLIC, 80)]


def test_a_circle_of_redirects_ends(served: Callable[..., Server]) -> None:
    server = served(*[answer(b"", "302 Found", Location="/")] * 9)
    assert refused(server, "http://news.example/").reason == Reason.TOO_MANY_REDIRECTS
    assert len(server.opened) == fetching.MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "url",
    ["", "news.example", "ftp://news.example/", "http://", "http://news.example:22/", "https://news.example:80/",
     "http://a:b@news.example/", "http://a@news.example/", "http://[/", "http://" + "a" * 80 + ".example/"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused_before_anybody_is_asked(url: str, served: Callable[..., Server]) -> None:
    server = served()
    assert refused(server, url).reason == Reason.BAD_ADDRESS
    assert server.opened == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
     "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:1::1", "2001:db8::1", "name"],
)  # fmt: skip
def test_addresses_of_this_machine_and_its_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_a_number_in_place_of_a_name_is_checked_like_any(served: Callable[..., Server]) -> None:
    with pytest.raises(IntakeError) as caught:
        fetch("http://127.0.0.1/", opener=served().open)
    assert caught.value.reason == Reason.PRIVATE_ADDRESS
    with pytest.raises(IntakeError) as caught:
        fetch("http://2130706433/", opener=served().open)
    assert caught.value.reason in {Reason.PRIVATE_ADDRESS, Reason.NO_ANSWER}


def test_other_answers_are_told_by_their_status(served: Callable[..., Server]) -> None:
    error = refused(served(answer(b"no", "403 Forbidden")), "http://news.example/")
    assert (error.reason, error.detail) == (Reason.REFUSED, "403")


def test_no_name_and_no_http_are_no_answer(served: Callable[..., Server]) -> None:
    assert refused(served(), "http://nobody.example/").reason == Reason.NO_ANSWER
    assert refused(served(b"hello, this is no HTTP\r\n\r\n"), "http://news.example/").reason == Reason.NO_ANSWER
    # A server that speaks no TLS proves no name.
    assert refused(served(answer(b"x")), "https://news.example/").reason == Reason.NO_ANSWER


def test_too_long_an_answer_is_refused_by_its_header_its_bytes_and_its_unpacked_bytes(
    served: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_FETCHED", 1000)
    told = b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"
    assert refused(served(told), "http://news.example/").reason == Reason.FETCHED_OVERSIZED
    untold = b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1001
    assert refused(served(untold), "http://news.example/").reason == Reason.FETCHED_OVERSIZED
    packed = answer(gzip.compress(b"a" * 100_000), Content_Encoding="gzip")
    assert refused(served(packed), "http://news.example/").reason == Reason.FETCHED_OVERSIZED
    assert served(answer(b"a" * 1000)).fetch("http://news.example/").data == b"a" * 1000
    assert (
        served(answer(gzip.compress(b"a" * 900), Content_Encoding="gzip")).fetch("http://news.example/").data
        == b"a" * 900
    )


def drip(connection: socket.socket) -> None:
    """Send a byte now and then, each within any limit of its own."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _second in range(40):
        time.sleep(0.05)
        connection.sendall(b"a")


def test_a_server_that_drips_or_is_silent_is_left_in_time(served: Callable[..., Server]) -> None:
    for slow in (drip, lambda _connection: time.sleep(1)):
        before = time.monotonic()
        assert refused(served(slow), "http://news.example/", seconds=0.3).reason == Reason.TOO_SLOW
        assert time.monotonic() - before < 1


def test_resolving_a_name_is_within_the_time_too() -> None:
    before = time.monotonic()
    with pytest.raises(IntakeError) as caught:
        fetch("http://news.example/", resolver=lambda _host, _port: time.sleep(2) or [], seconds=0.2)
    assert caught.value.reason == Reason.TOO_SLOW
    assert time.monotonic() - before < 1

"""With fetching on, no address that an editor names leads into this machine or its networks.

Names and connections are the test's own: nothing is asked outside this process. What opens a connection to anything
but the one public address is a hit.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator

import pytest

from statements.intake import fetching
from tests.cast import signed_in

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

PUBLIC = "93.184.215.14"
OTHER = "2606:4700:4700::1111"
METADATA = "169.254.169.254"
# What names resolve to, one answer after the other; the last stays.
NAMES = {
    "news.example": [[PUBLIC]],
    "six.example": [[OTHER]],
    "inside.example": [["10.0.0.7"]],
    "mixed.example": [[PUBLIC, "127.0.0.1"]],
    "mixed-six.example": [[PUBLIC, "::1"]],
    "mapped.example": [["::ffff:169.254.169.254"]],
    "scoped.example": [["fe80::1%eth0"]],
    "rebinding.example": [[PUBLIC], ["127.0.0.1"]],
    "back.example": [[PUBLIC], [METADATA]],
    "localhost": [["127.0.0.1"]],
    "localhost.": [["127.0.0.1"]],
    "metadata.google.internal": [[METADATA]],
    "printer.local": [["192.168.1.9"]],
}
TARGETS = [
    # This machine, in all its writings.
    "http://127.0.0.1/", "http://127.1/", "http://127.0.0.1.:80/", "http://127.8.8.8/", "http://0.0.0.0/", "http://0/",
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://017700000001/", "http://0177.0.0.1/",
    "http://localhost/", "http://localhost./", "http://LOCALHOST/", "http://[::1]/", "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://①②⑦.⓪.⓪.①/",
    # Its networks, and what clouds keep there.
    f"http://{METADATA}/latest/meta-data/", "http://2852039166/", "http://metadata.google.internal/",
    "http://mapped.example/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.0.1/", "http://100.64.0.1/",
    "http://[fe80::1]/", "http://[fd00:ec2::254]/", "http://scoped.example/", "http://printer.local/",
    "http://inside.example/", "http://mixed.example/", "http://mixed-six.example/", "http://198.18.0.1/",
    # Ways round: gateways from one internet to the other, and addresses to many.
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::1]/", "http://224.0.0.1/", "http://255.255.255.255/",
    # Names that lie, and whom a public server sends on to.
    "http://rebinding.example/again", "http://back.example/again", "http://news.example/to?http://127.0.0.1/",
    f"http://news.example/to?http://{METADATA}/", "http://news.example/to?//localhost/",
    "http://news.example/to?http://[::1]/", "http://news.example/to?file:///etc/passwd",
    "http://news.example/to?gopher://127.0.0.1:25/", "http://news.example/to?http://a:b@127.0.0.1/",
    "http://news.example/to?http://2130706433/", "http://news.example/to?http://news.example:22/",
    # Other ports, other schemes, other hosts than are read at first sight.
    "http://news.example:22/", "https://news.example:80/", "http://news.example@127.0.0.1/",
    "http://127.0.0.1@news.example/",
    "http://news.example#@127.0.0.1/", "http://127.0.0.1\\@news.example/", "file:///etc/passwd", "ftp://127.0.0.1/",
    "gopher://127.0.0.1:11211/", "dict://127.0.0.1/", "data:text/html,x", "unix:///run/x.sock",
    "http://news.example\r\nHost: x/",
]  # fmt: skip


class Nets:
    """What names resolve to and where connections go; the one public server sends on to what its query names."""

    def __init__(self) -> None:
        self.answers = {name: list(answers) for name, answers in NAMES.items()}
        self.opened: list[tuple[str, int]] = []

    def getaddrinfo(self, host: str, port: int, *_args: object, **_more: object) -> list[tuple[object, ...]]:
        """Resolve a name of the test, or read a number as the system does."""
        answers = self.answers.get(str(host).lower())
        if answers is None:
            # Numbers in all their writings, without asking anybody: "0x7f.1" and "2130706433" are addresses to it.
            return list(REAL_GETADDRINFO(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    def create_connection(self, address: tuple[str, int], **_more: object) -> _Wire:
        """Note where a connection goes, and lead it to the test's server."""
        self.opened.append(address)
        return _Wire()

    @property
    def hits(self) -> list[tuple[str, int]]:
        """Connections to anywhere but the public server, or to a port of it that is none of the web's."""
        return [one for one in self.opened if one not in {(PUBLIC, 80), (PUBLIC, 443), (OTHER, 80)}]


class _Wire:
    """A connection to the public server: it answers a page, or a redirect to what stands after `/to?`."""

    def __init__(self) -> None:
        self.asked = b""

    def settimeout(self, _seconds: float) -> None: ...

    def close(self) -> None: ...

    def sendall(self, data: bytes) -> None:
        self.asked += data

    def recv_into(self, buffer: memoryview) -> int:
        if not hasattr(self, "answer"):
            path = self.asked.split(b" ")[1]
            body = b"<html><body><article><p>A page of the public internet.</p></article></body></html>"
            head = b"200 OK"
            if path.startswith(b"/to?"):
                head, body = b"302 Found\r\nLocation: " + path.removeprefix(b"/to?"), b""
            elif path == b"/again":
                head, body = b"302 Found\r\nLocation: /page", b""
            told = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (head, len(body))
            self.answer = io.BytesIO(told + body)
        return self.answer.readinto(buffer)


REAL_GETADDRINFO = socket.getaddrinfo


@pytest.fixture
def nets(monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> Iterator[Nets]:
    """Turn fetching on, with names and connections of the test; a socket made otherwise is an error."""
    settings.ALLOW_FETCH = True
    settings.MEDIA_ROOT = tmp_path / "files"
    found = Nets()
    monkeypatch.setattr(fetching.socket, "getaddrinfo", found.getaddrinfo)
    monkeypatch.setattr(fetching.socket, "create_connection", found.create_connection)
    monkeypatch.setattr(socket.socket, "connect", lambda _socket, where: found.opened.append(("direct", where)))
    return found


def test_no_address_that_an_editor_names_leads_inside(nets: Nets, people, figure) -> None:
    client = signed_in(people.editor)

    def fetch(url: str) -> str:
        answer = client.post("/desk/sources/new/", {"kind": "news", "url": url, "do": "fetch"})
        assert answer.status_code == 200, url
        return answer.content.decode()

    # First that anything is fetched at all: a page, and one that another leads to.
    assert "A page of the public internet." in fetch("http://news.example/")
    assert "A page of the public internet." in fetch("http://six.example/")
    assert "A page of the public internet." in fetch("http://news.example/to?http://news.example/page")
    assert nets.opened == [(PUBLIC, 80), (OTHER, 80), (PUBLIC, 80), (PUBLIC, 80)]
    taken = [url for url in TARGETS if "A page of the public internet." in fetch(url)]
    # What stands after the sign of a fragment is sent to nobody: this is the public page.
    assert taken == ["http://news.example#@127.0.0.1/"]
    figure("hostile_targets", len(set(TARGETS)))
    figure("hostile_hits", len(nets.hits))


@pytest.mark.parametrize("url", ["http://inside.example/", f"http://{METADATA}/", "http://mixed.example/"])
def test_a_target_is_hit_where_nothing_is_checked(url: str, nets: Nets, people, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "is_public", lambda _address: True)
    signed_in(people.editor).post("/desk/sources/new/", {"kind": "news", "url": url, "do": "fetch"})
    assert (nets.hits != []) is (url != "http://mixed.example/")
    assert len(nets.opened) == 1

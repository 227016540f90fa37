"""What is done at a served site while it is killed: each tells what was acknowledged, and ends as the server does."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.cast import signed_in
from tests.lost.served import ROOT, Site
from visits.models import User

_CSRF = "c" * 32
# Backups one after the other in one process, each told as it is made; the names may not repeat within a second.
_BACKUPS = """
import time
from pathlib import Path
from django.conf import settings
from config.backups.making import make
while True:
    print(make(Path(settings.BACKUP_DIR)).path.name, flush=True)
    time.sleep(1 - time.time() % 1)
"""


class Caller:
    """A browser of one person at the served site, signed in beforehand."""

    def __init__(self, site: Site, person: User) -> None:
        cookies = {"sessionid": signed_in(person).cookies["sessionid"].value, "csrftoken": _CSRF}
        self.site = site
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    def ask(self, address: str, form: dict[str, Any] | None = None, *, multipart: bool = False) -> tuple[int, str, str]:
        """Return status, place and body of the answer; raise OSError or HTTPException where there is none."""
        headers, body = dict(self.headers), None
        if form is not None:
            form = form | {"csrfmiddlewaretoken": _CSRF}
            body = encode_multipart(BOUNDARY, form) if multipart else urlencode(form).encode()
            headers["Content-Type"] = MULTIPART_CONTENT if multipart else "application/x-www-form-urlencoded"
        # Longer than the site waits for its database.
        line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        try:
            line.request("GET" if form is None else "POST", address, body, headers)
            answer = line.getresponse()
            return answer.status, answer.headers.get("Location") or "", answer.read().decode()
        finally:
            line.close()


@dataclass
class Work:
    """Something that is done again and again in a thread of its own; `told` is what was acknowledged."""

    name: str
    once: Callable[[Caller], Any]
    caller: Caller
    told: list[Any] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    thread: Any = None

    def begin(self, over: threading.Event) -> None:
        """Do it until the server is gone, or it is over."""

        def run() -> None:
            while not over.is_set():
                try:
                    done = self.once(self.caller)
                except (OSError, http.client.HTTPException):
                    return
                except Exception as error:
                    self.wrong.append(repr(error)[:2000])
                    return
                if done is None:
                    return
                if done:
                    self.told.append(done)

        self.thread = threading.Thread(target=run, name=self.name, daemon=True)
        self.thread.start()


class Backups:
    """Backups made by a process of the site's own environment."""

    name = "backing up"

    def __init__(self, site: Site) -> None:
        self.site, self.told, self.wrong = site, list[str](), list[str]()

    def begin(self, over: threading.Event) -> None:
        """Make backups until the process is killed, or cannot reach its database."""
        process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v0", "-c", _BACKUPS],
            cwd=ROOT, env=self.site.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                self.told.append(line.strip())
            process.wait(20)

        self.thread = threading.Thread(target=read, daemon=True)
        self.thread.start()
        self.process = process

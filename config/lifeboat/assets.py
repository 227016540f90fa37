"""Style sheets, scripts and pictures that pages load: as they are served, or as they lie in the repository."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from config.lifeboat.reading import Unreadable

# What a style sheet loads beside itself.
_LOADED = re.compile(r"""url\(\s*["']?([^"')#?:]+)|@import\s+["']([^"']+)""")
_SHAPE = re.compile(r'<(\w+) id="([\w-]+)"([^>]*)/>')


def name_of(path: str) -> str:
    """Return the name of a static file by its path on the site, "" where it is none."""
    return path.removeprefix(settings.STATIC_URL) if path.startswith(settings.STATIC_URL) else ""


@lru_cache(maxsize=32)
def asset(name: str) -> bytes:
    """Return a static file, by the name under which pages load it. Raise Unreadable where there is none."""
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as file:
            return bytes(file.read())
    if found := finders.find(name):
        return Path(found).read_bytes()
    raise Unreadable(f"The static file {name} is missing: run `manage.py collectstatic`.")


def named_in(name: str, data: bytes) -> list[str]:
    """Return the names of the static files that a style sheet loads."""
    if not name.endswith(".css"):
        return []
    found = (one or other for one, other in _LOADED.findall(data.decode()))
    return [posixpath.normpath(posixpath.join(posixpath.dirname(name), link)) for link in found]


def shape(path: str) -> str:
    """Return an element of a picture by its address (“/static/world.svg#khm”), to stand in a page itself.

    A page that was opened from a disk may not take a part of another file.
    """
    name, _mark, key = path.partition("#")
    return _shapes(name_of(name)).get(key, "")


@lru_cache(maxsize=4)
def _shapes(name: str) -> dict[str, str]:
    found = _SHAPE.findall(asset(name).decode())
    return {key: f'<{tag} id="shape-{key}"{rest}/>' for tag, key, rest in found}

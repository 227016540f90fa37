"""The list of public pages is the whole truth: what it names is open, everything else asks for signing in."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from config.public import PUBLIC_PAGES


def patterns(within: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern below `within` with its whole address."""
    for entry in within.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, address)
        else:
            yield address, entry


def outside_the_admin() -> list[tuple[str, URLPattern]]:
    """Return the patterns of the site but for the admin, which guards itself."""
    return [(address, entry) for address, entry in patterns(get_resolver()) if not address.startswith("admin/")]


def is_open(entry: URLPattern) -> bool:
    """Whether LoginRequiredMiddleware lets everybody through to the view."""
    return not getattr(entry.callback, "login_required", True)


def test_the_site_has_exactly_the_patterns_that_are_counted_here():
    assert len(outside_the_admin()) == 33
    assert len(PUBLIC_PAGES) == 24


def test_every_pattern_has_a_name_of_its_own():
    names = [entry.name for _address, entry in outside_the_admin()]
    assert None not in names
    assert len(set(names)) == len(names)


def test_exactly_the_listed_pages_are_open_without_signing_in():
    assert {entry.name for _address, entry in outside_the_admin() if is_open(entry)} == PUBLIC_PAGES


def test_of_the_admin_only_the_way_in_is_open():
    opened = {address for address, entry in patterns(get_resolver()) if address.startswith("admin/") and is_open(entry)}
    assert opened == {"admin/login/"}


def test_the_middleware_that_asks_for_signing_in_is_on(settings):
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE

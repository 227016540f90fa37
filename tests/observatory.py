"""Scores the headers of an answer as Mozilla's HTTP Observatory does.

Rules and modifiers: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring (MDN, read November 2026).
The base is 100; penalties are taken off, and bonuses added where 90 or more is left. What asks for more than the
headers of one answer counts nothing here: redirection from HTTP, preloading of HSTS, integrity of scripts from
elsewhere (there are none), CORS files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

BASE, ENOUGH_FOR_BONUS = 100, 90
SIX_MONTHS = 15_768_000
MODIFIERS = {
    "csp-implemented-with-no-unsafe-default-src-none": 10,
    "csp-implemented-with-no-unsafe": 5,
    "csp-implemented-with-unsafe-inline-in-style-src-only": 0,
    "csp-implemented-with-unsafe-eval": -10,
    "csp-implemented-with-unsafe-inline": -20,
    "csp-implemented-with-insecure-scheme": -20,
    "csp-not-implemented": -25,
    "cookies-secure-with-httponly-sessions-and-samesite": 5,
    "cookies-secure-with-httponly-sessions": 0,
    "cookies-not-found": 0,
    "cookies-without-secure-flag": -20,
    "cookies-session-without-httponly-flag": -30,
    "cross-origin-resource-sharing-not-implemented": 0,
    "cross-origin-resource-sharing-implemented-with-public-access": 0,
    "cross-origin-resource-policy-implemented-with-same-origin": 10,
    "cross-origin-resource-policy-implemented-with-same-site": 10,
    "cross-origin-resource-policy-implemented-with-cross-origin": 0,
    "cross-origin-resource-policy-not-implemented": 0,
    "hsts-implemented-max-age-at-least-six-months": 0,
    "hsts-implemented-max-age-less-than-six-months": -10,
    "hsts-not-implemented": -20,
    "referrer-policy-private": 5,
    "referrer-policy-not-implemented": 0,
    "referrer-policy-unsafe": -5,
    "x-content-type-options-nosniff": 0,
    "x-content-type-options-not-implemented": -5,
    "x-frame-options-implemented-via-csp": 5,
    "x-frame-options-sameorigin-or-deny": 5,
    "x-frame-options-not-implemented": -20,
}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
BROAD = {"*", "http:", "https:", "data:", "ftp:", "http://*", "https://*"}


def score(headers: Mapping[str, str], cookies: Iterable[Mapping[str, str]] = ()) -> int:
    """Return the score of an answer; `cookies` are morsels with the names of their flags."""
    found = [MODIFIERS[result] for result in results(headers, cookies)]
    left = BASE + sum(modifier for modifier in found if modifier < 0)
    return left + (sum(modifier for modifier in found if modifier > 0) if left >= ENOUGH_FOR_BONUS else 0)


def results(headers: Mapping[str, str], cookies: Iterable[Mapping[str, str]] = ()) -> list[str]:
    """Return the result of each test by its name."""
    said = {name.lower(): value.strip() for name, value in headers.items()}
    policy = parsed(said.get("content-security-policy", ""))
    return [
        _policy(policy),
        _cookies(list(cookies)),
        "cross-origin-resource-sharing-"
        + ("implemented-with-public-access" if "access-control-allow-origin" in said else "not-implemented"),
        "cross-origin-resource-policy-"
        + (
            f"implemented-with-{said['cross-origin-resource-policy']}"
            if "cross-origin-resource-policy" in said
            else "not-implemented"
        ),
        _transport(said.get("strict-transport-security", "")),
        _referrer(said.get("referrer-policy", "")),
        "x-content-type-options-"
        + ("nosniff" if said.get("x-content-type-options") == "nosniff" else "not-implemented"),
        _framing(policy, said.get("x-frame-options", "")),
    ]


def parsed(policy: str) -> dict[str, set[str]]:
    """Return the sources of each directive."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name.lower(): set(sources) for name, *sources in parts}


def _policy(policy: dict[str, set[str]]) -> str:
    if not policy:
        return "csp-not-implemented"
    default = policy.get("default-src", {"*"})
    script, style = policy.get("script-src", default), policy.get("style-src", default)
    objects = policy.get("object-src", default)
    if script & (BROAD | {"'unsafe-inline'"}) or objects & BROAD:
        return "csp-implemented-with-unsafe-inline"
    if any(source.startswith("http:") for sources in policy.values() for source in sources):
        return "csp-implemented-with-insecure-scheme"
    if "'unsafe-eval'" in script | style:
        return "csp-implemented-with-unsafe-eval"
    if style & (BROAD | {"'unsafe-inline'"}):
        return "csp-implemented-with-unsafe-inline-in-style-src-only"
    return "csp-implemented-with-no-unsafe" + ("-default-src-none" if default == {"'none'"} else "")


def _cookies(cookies: list[Mapping[str, str]]) -> str:
    if not cookies:
        return "cookies-not-found"
    if not all(cookie["secure"] for cookie in cookies):
        return "cookies-without-secure-flag"
    if not all(cookie["httponly"] for cookie in cookies):
        return "cookies-session-without-httponly-flag"
    sites = all(cookie["samesite"] in ("Strict", "Lax") for cookie in cookies)
    return "cookies-secure-with-httponly-sessions" + ("-and-samesite" if sites else "")


def _transport(said: str) -> str:
    ages = [part.partition("=")[2] for part in said.replace(" ", "").split(";") if part.startswith("max-age=")]
    if not ages:
        return "hsts-not-implemented"
    enough = int(ages[0]) >= SIX_MONTHS
    return f"hsts-implemented-max-age-{'at-least' if enough else 'less-than'}-six-months"


def _referrer(said: str) -> str:
    if not said:
        return "referrer-policy-not-implemented"
    last = said.rpartition(",")[2].strip()
    return "referrer-policy-private" if last in PRIVATE else "referrer-policy-unsafe"


def _framing(policy: dict[str, set[str]], said: str) -> str:
    if "frame-ancestors" in policy and not policy["frame-ancestors"] & BROAD:
        return "x-frame-options-implemented-via-csp"
    return "x-frame-options-" + ("sameorigin-or-deny" if said in ("DENY", "SAMEORIGIN") else "not-implemented")

"""Second factors in a real browser: an app without JavaScript, passkeys by the browser's own virtual authenticator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accounts import password_of, sign_in
from tests.browser.barriers import violations
from tests.browser.conftest import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve the sample with second factors asked for; yield the address, of a name that passkeys take, and accounts."""
    folder = tmp_path_factory.mktemp("guarded")
    with served(folder, REQUIRE_MFA="on") as port:
        yield f"http://localhost:{port}", folder / "sample-accounts.txt"


def confirmed(page: Page, accounts: Path, name: str) -> None:
    """Type the password once more, where the page asks for it."""
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Password").fill(password_of(name, accounts))
    page.get_by_role("button", name="Confirm").click()


def signed_out(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def barriers(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds on the page."""
    return [(page.url, rule["id"]) for rule in violations(page)]


def test_an_app_is_set_up_and_used_without_javascript(guarded: tuple[str, Path], browser: Browser) -> None:
    from tests.second_factor import code_of

    site, accounts = guarded
    page = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False).new_page()
    sign_in(page, site, "member", accounts)
    page.get_by_role("link", name="set up an authenticator app or a passkey").click()
    page.get_by_role("link", name="Set up an authenticator app", exact=True).click()
    confirmed(page, accounts, "member")
    picture = page.get_by_role("img", name="The key as a QR code")
    page.wait_for_load_state("load")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 100")
    secret = page.locator("code").inner_text()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    codes = page.locator("main code").all_inner_texts()
    assert len(codes) == 10
    expect(page.get_by_text("You see what everybody sees")).to_have_count(0)
    signed_out(page, site)
    sign_in(page, site, "member", accounts)
    expect(page).to_have_url(re.compile("/2fa/authenticate/"))
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("footer")).to_contain_text("Signed in as member")
    page.goto(f"{site}/visits/?q=canary")
    expect(page.locator("main")).to_contain_text("canary-visit-internal-1")
    page.context.close()


def test_a_passkey_is_added_and_opens_the_account_alone_and_as_second_factor(
    guarded: tuple[str, Path], browser: Browser
) -> None:
    site, accounts = guarded
    page = browser.new_context(reduced_motion="reduce").new_page()
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(f"{one.text} {one.location}") if one.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    sign_in(page, site, "admin", accounts)
    page.goto(f"{site}/desk/")
    expect(page.locator("main")).to_contain_text("set up an authenticator app or a passkey")
    page.goto(f"{site}/accounts/2fa/")
    found = barriers(page)
    page.get_by_role("link", name="Add a passkey").click()
    confirmed(page, accounts, "admin")
    found += barriers(page)
    page.get_by_label("Name of the passkey").fill("The virtual one")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    found += barriers(page)
    page.goto(f"{site}/accounts/2fa/")
    expect(page.locator("main")).to_contain_text("The virtual one")
    expect(page.locator("main")).to_contain_text("opens the account alone")
    page.goto(f"{site}/admin/")
    expect(page.get_by_role("heading", name="The record")).to_be_visible()
    signed_out(page, site)
    # By the passkey alone, without name and password.
    page.goto(f"{site}/accounts/login/")
    found += barriers(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("footer")).to_contain_text("Signed in as admin")
    page.goto(f"{site}/desk/")
    expect(page.get_by_role("navigation", name="Desk")).to_be_visible()
    signed_out(page, site)
    # After the password, in place of a code.
    sign_in(page, site, "admin", accounts)
    found += barriers(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("footer")).to_contain_text("Signed in as admin")
    # A device that gives none is told of, and the form stays.
    signed_out(page, site)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device["authenticatorId"], "isUserVerified": False})
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The browser gave no passkey")
    assert found == []
    assert [text for text in complaints if "status of 403" not in text] == []
    page.context.close()

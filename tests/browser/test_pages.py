"""Every kind of public page in a real browser: no barrier, no breach of the policy, no overflow, no script needed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.barriers import violations

pytestmark = pytest.mark.browser

VISIT = "/visits/cambodia-2022-08/"
STATIC_PATHS = [
    "/",
    "/visits/",
    "/visits/?q=nowhere",
    "/visits/?q=cambodia&year=2022&status=reported",
    "/visits/?status=flying&page=77",
    VISIT,
    VISIT + "positions/",
    VISIT + "commitments/",
    VISIT + "sources/",
    VISIT + "history/",
    "/visits/example-joint-visit/",
    "/visits/example-working-group/",
    "/visits/example-postponed-twice/",
    "/visits/example-change-of-office/",
    "/visits/example-retraction/",
    "/countries/",
    "/countries/khm/",
    "/countries/lka/",
    "/countries/and/",
    "/mandates/",
    "/mandates/cambodia/",
    "/mandates/human-rights-defenders/",
    "/people/",
    "/people/hun-sen/",
    "/people/phay-siphan/",
    "/people/vitit-muntarbhorn/",
    "/organisations/royal-government-of-cambodia/",
    "/topics/",
    "/topics/elections/",
    "/statements/?organisation=royal-government-of-cambodia",
    "/positions/",
    "/positions/?topic=elections",
    "/positions/?topic=conduct-of-the-mandate&country=khm",
    "/positions/?topic=rule-of-law&country=khm&other=lka",
    "/positions/?topic=flying",
    "/commitments/",
    "/commitments/?state=kept",
    "/accounts/login/",
    "/visits/nothing-here/",
    "/visits/?q=%00",
]
# Found on the visit's page: their ids are random.
FOUND = ("meetings", "statements", "sources")
SCHEMES = ("light", "dark")
WIDTHS = (1280, 360)
# A dark page differs in its colours alone (tests/test_styles.py), so that in the dark the rules of colours are asked.
AXE: dict[str, dict[str, object]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}


@pytest.fixture(scope="session")
def paths(site: str, browser: Browser) -> list[str]:
    """Return one path of every kind of public page."""
    page = browser.new_page()
    page.goto(site + VISIT)
    links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    page.close()
    found = [next(link for link in links if link.startswith(f"/{kind}/")) for kind in FOUND]
    return STATIC_PATHS + found


def opened(browser: Browser, site: str, path: str, scheme: str, width: int, **more: object) -> tuple[Page, list[str]]:
    """Return the page with what the browser complained of."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", **more
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site + path)
    return page, complaints


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_puts_up_a_barrier_or_is_wider_than_the_screen(
    scheme: str, width: int, site: str, browser: Browser, paths: list[str]
) -> None:
    found, looked_at = [], 0
    for path in paths:
        page, complaints = opened(browser, site, path, scheme, width)
        result = violations(page, AXE[scheme])
        found += [(path, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
                  for rule in result]  # fmt: skip
        # The browser itself logs a page that answers 404 or 400 as a failed load: that is what was asked for.
        found += [(path, "console", text) for text in complaints if "status of 40" not in text]
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, (path, across)
        looked_at += 1
        page.context.close()
    assert found == []
    assert looked_at == len(STATIC_PATHS) + len(FOUND)


def test_no_page_is_wider_than_the_smallest_screen(site: str, browser: Browser, paths: list[str]) -> None:
    for path in paths:
        page, _complaints = opened(browser, site, path, "light", 320)
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= 320, (path, across)
        page.context.close()


def test_everything_works_without_javascript(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, "/", "light", 360, java_script_enabled=False)
    page.get_by_label("Search statements, visits, people and topics").fill("cambodia")
    page.get_by_role("button", name="Search").first.click()
    expect(page).to_have_url(re.compile(r"/search/\?q=cambodia"))
    page.goto(page.url + "+2022")
    page.locator(f'a[href="{VISIT}"]').first.click()
    expect(page).to_have_url(site + VISIT)
    page.get_by_role("navigation", name="Days of the visit").get_by_role("link").nth(1).click()
    expect(page).to_have_url(re.compile("#d-2022-08-16"))
    page.get_by_role("navigation", name="This visit").get_by_role("link", name="Positions").click()
    cell = page.locator("table.board details").first
    expect(cell.locator("ul")).not_to_be_visible()
    cell.locator("summary").click()
    expect(cell.locator("ul")).to_be_visible()
    page.context.close()


def test_a_comparison_is_chosen_and_opens_to_its_statements_without_javascript(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, "/positions/", "light", 360, java_script_enabled=False)
    page.get_by_label("Topic", exact=True).select_option("conduct-of-the-mandate")
    page.get_by_label("Country", exact=True).select_option("khm")
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile("topic=conduct-of-the-mandate&country=khm"))
    expect(page.get_by_role("rowheader")).to_have_count(3)
    expect(page.get_by_role("cell")).to_have_count(12)
    group = page.locator("table.board details").first
    expect(group.locator("ul")).not_to_be_visible()
    group.locator("summary").click()
    group.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/statements/"))
    expect(page.get_by_role("heading", name="The conversation")).to_be_visible()
    page.context.close()


def test_from_a_board_the_topic_at_the_previous_visit_is_one_click_away(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, VISIT + "positions/", "light", 1280)
    page.locator("tr#t-elections").get_by_role("link", name="Cambodia, ").click()
    expect(page).to_have_url(re.compile("/visits/cambodia-2014-01/positions/#t-elections$"))
    expect(page.locator("tr#t-elections")).to_be_visible()
    page.context.close()


def test_the_map_draws_its_shapes_and_leads_to_countries_and_past_itself(site: str, browser: Browser) -> None:
    page, complaints = opened(browser, site, "/countries/", "light", 1280)
    # Shapes are loaded from a file of their own, under the policy of the page.
    brazil = page.locator('svg.world a[href="/countries/bra/"]')
    box = brazil.bounding_box()
    assert box is not None and box["width"] > 50 and box["height"] > 50
    fill = brazil.locator("use").evaluate("one => getComputedStyle(one).fill")
    empty = page.locator("svg.world use.none").first.evaluate("one => getComputedStyle(one).fill")
    assert fill != empty
    page.get_by_role("link", name="Past the map to the same in a table").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#list$"))
    brazil.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(site + "/countries/bra/")
    assert complaints == []
    page.context.close()


def test_lines_lead_to_visits_and_scroll_by_themselves_on_a_phone(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, "/countries/khm/", "light", 360, java_script_enabled=False)
    lines = page.get_by_role("region", name="Visits over the years, on lines")
    assert lines.evaluate("one => one.scrollWidth > one.clientWidth + 200")
    name = page.locator(".lane-name").first
    before = name.bounding_box()
    lines.focus()
    page.keyboard.press("End")
    lines.evaluate("one => one.scrollTo(one.scrollWidth, 0)")
    after = name.bounding_box()
    assert before is not None and after is not None
    assert after["x"] == pytest.approx(before["x"], abs=1)
    table = page.get_by_role("region", name="Visits over the years, as a table")
    expect(table).not_to_be_visible()
    page.get_by_text("The same as a table").click()
    expect(table).to_be_visible()
    page.locator('svg.line a[href="/visits/cambodia-2022-08/"]').first.click()
    expect(page).to_have_url(site + VISIT)
    page.context.close()


def test_the_skip_link_is_the_first_stop_of_the_keyboard_and_leads_to_the_content(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, VISIT, "light", 1280)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.context.close()


def test_the_sides_stand_face_to_face_on_a_wide_screen_and_below_each_other_on_a_phone(
    site: str, browser: Browser
) -> None:
    for width, beside in ((1280, True), (360, False)):
        page, _complaints = opened(browser, site, VISIT, "light", width)
        lanes = page.locator(".lanes").filter(has=page.locator("article.state")).last.locator(".lane")
        state, others = lanes.nth(0).bounding_box(), lanes.nth(1).bounding_box()
        assert state is not None
        if beside:
            assert others is not None
            assert state["x"] + state["width"] <= others["x"]
        else:
            expect(page.locator(".heads")).to_be_hidden()
            assert state["width"] > width * 0.8
        page.context.close()


def test_printed_pages_leave_navigation_out(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, VISIT, "dark", 1280)
    page.emulate_media(media="print")
    expect(page.locator("nav.tabs")).to_be_hidden()
    expect(page.locator("article.st").first).to_be_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    page.context.close()


def test_a_printed_board_shows_the_statements_that_the_screen_folds(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, VISIT + "positions/", "light", 1280)
    lists = page.locator("table.board details:not([open]) > ul")
    assert lists.count() >= 10
    # content-visibility hides without leaving a box out, so the browser itself is asked.
    seen = "all => all.map(one => one.checkVisibility() && one.getBoundingClientRect().height > 0)"
    assert not any(lists.evaluate_all(seen))
    height = page.evaluate("document.body.scrollHeight")
    page.emulate_media(media="print")
    assert all(lists.evaluate_all(seen))
    assert page.evaluate("document.querySelector('table.board').scrollHeight") > height / 2
    assert page.pdf().startswith(b"%PDF")
    page.context.close()


def test_absences_are_written_on_a_phone_too(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, VISIT, "light", 360)
    absences = page.locator(".lane > .none")
    assert absences.count() >= 2
    assert all(absences.nth(number).is_visible() for number in range(absences.count()))
    page.context.close()


def test_filters_stand_open_on_a_wide_screen_and_are_folded_on_a_phone(site: str, browser: Browser) -> None:
    for width, folded in ((1280, False), (360, True)):
        page, _complaints = opened(browser, site, "/visits/", "light", width, java_script_enabled=False)
        choice = page.locator(".facet a").first
        assert choice.is_visible() is not folded
        if folded:
            page.locator(".filters > summary").click()
        choice.click()
        expect(page).to_have_url(re.compile(r"/visits/\?status="))
        page.context.close()


def test_the_page_turns_round_for_languages_from_right_to_left(site: str, browser: Browser) -> None:
    page, _complaints = opened(browser, site, VISIT, "light", 1280)
    page.evaluate("document.documentElement.dir = 'rtl'")
    lanes = page.locator(".lanes").filter(has=page.locator("article.state")).last.locator(".lane")
    state, others = lanes.nth(0).bounding_box(), lanes.nth(1).bounding_box()
    assert state is not None and others is not None
    assert others["x"] + others["width"] <= state["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.context.close()


def test_one_can_sign_in_with_a_sample_account_and_out_again(site: str, browser: Browser) -> None:
    import os

    lines = Path(os.environ["SAMPLE_ACCOUNTS"]).read_text().split("\n")
    passwords = dict(line.split() for line in lines if line.strip())
    page, _complaints = opened(browser, site, "/accounts/login/", "light", 360)
    page.get_by_label("Username").fill("member")
    page.get_by_label("Password").fill(passwords["member"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("footer")).to_contain_text("Signed in as member", use_inner_text=True)
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
    page.goto(site + "/visits/?q=canary")
    expect(page.locator("main")).to_contain_text("canary-visit-internal-1", use_inner_text=True)
    expect(page.locator("main")).to_contain_text("canary-visit-confidential-1", use_inner_text=True)
    assert "canary-visit-drafts-1" not in page.inner_text("main")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("footer")).not_to_contain_text("Signed in as")
    page.goto(site + "/visits/?q=canary")
    expect(page.locator("main")).to_contain_text("No visit fits all of this", use_inner_text=True)
    page.context.close()

"""From an editor's drafts to publication, in Chromium: by keyboard, together, and without JavaScript."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accounts import sign_in
from tests.browser.barriers import violations
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

# Drafts of the editor, entered in the served database: a source with its text, and what is quoted from it.
ENTER = """
import json, sys
from statements.actions import enter_statement
from statements.models import Citation, Statement, StatementSpeaker, StatementText
from visits.actions import enter_source
from visits.models import Source, User
given = json.loads(sys.stdin.read())
editor = User.objects.get(username="editor")
source = Source(title=given["title"], publisher="The Daily Trial", extracted_text=given["text"], visibility="public")
enter_source(source=source, by=editor)
ids = []
for words in given["quoted"]:
    row = Statement(act="asserts", mode="direct", occasion="interview", date="2022-08-17", visibility="public")
    enter_statement(
        statement=row, by=editor,
        speakers=[StatementSpeaker(label="a villager", side="affected")],
        texts=[StatementText(kind="original", text=words)],
        citations=[Citation(source=source, exact=words, verdict="match" if words in given["text"] else "differs")],
    )
    ids.append(row.public_id)
print("IDS", json.dumps([source.public_id, *ids]))
"""
TEXT = (
    "The road ended at the river. A villager said: “The water came in the night and took the bridge.” Nobody knew.\n\n"
    "“We asked for help and nobody came,” the villager added, “so we built a raft.” It lies at the bank."
)
QUOTED = [
    "The water came in the night and took the bridge.",
    "We asked for help and nobody came",
    "so we built a raft.",
]


def entered(title: str, quoted: list[str]) -> tuple[str, list[str]]:
    """Enter a source with drafts in the served database; return its public id and theirs."""
    folder = Path(os.environ["SAMPLE_ACCOUNTS"]).parent
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "-c", ENTER],
        env={**os.environ, "DATA_DIR": str(folder), "SECRET_KEY": "for this one command"},
        input=json.dumps({"title": title, "text": TEXT, "quoted": quoted}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    source, *ids = json.loads(done.stdout.rpartition("IDS ")[2])
    return source, ids


def signed_in(browser: Browser, site: str, name: str, **more: object) -> Page:
    """Return a page of somebody who has signed in with a sample account."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", **more)
    return sign_in(context.new_page(), site, name)


def submitted(browser: Browser, site: str, title: str, quoted: list[str], **more: object) -> tuple[str, list[str]]:
    """Enter drafts and send all of them for review as the editor, by one click; return source and statements."""
    source, ids = entered(title, quoted)
    page = signed_in(browser, site, "editor", **more)
    page.goto(site + "/desk/statements/")
    group = page.locator(".group").filter(has_text=title)
    group.get_by_role("button").click()
    told = "1 statement sent" if len(ids) == 1 else f"{len(ids)} statements sent"
    expect(page.locator("main")).to_contain_text(told, use_inner_text=True)
    expect(page.locator(".group").filter(has_text=title).filter(has=page.get_by_role("button"))).to_have_count(0)
    page.context.close()
    return source, ids


def test_a_reviewer_publishes_by_keyboard(site: str, browser: Browser) -> None:
    _source, ids = submitted(browser, site, "Published by keyboard", QUOTED[:2])
    page = signed_in(browser, site, "reviewer")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{site}/desk/review/{ids[0]}/")
    expect(page.locator(".passage mark")).to_have_text(QUOTED[0], use_inner_text=True)
    expect(page.locator("[data-keys]")).to_be_visible()
    expect(page.locator("main")).to_contain_text("look twice: a villager", use_inner_text=True)
    # Unanswered, the key leads to the question and publishes nothing.
    page.keyboard.press("p")
    expect(page.locator("[name=none]")).to_be_focused()
    page.keyboard.press("j")
    page.wait_for_url(f"**/desk/review/{ids[1]}/")
    expect(page.locator("[data-keys]")).to_be_visible()
    page.keyboard.press("k")
    page.wait_for_url(f"**/desk/review/{ids[0]}/")
    expect(page.locator("[data-keys]")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("p")
    page.wait_for_url(f"**/desk/review/{ids[1]}/")
    expect(page.locator("main")).to_contain_text("Published.", use_inner_text=True)
    # In a field the letters are letters.
    page.keyboard.press("r")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("jknp")
    expect(page.locator("#reason")).to_have_value("jknp")
    page.keyboard.press("Tab")
    assert complaints == []
    page.context.close()
    public = browser.new_context().new_page()
    public.goto(f"{site}/statements/{ids[0]}/")
    expect(public.locator("main")).to_contain_text(QUOTED[0], use_inner_text=True)
    assert public.goto(f"{site}/statements/{ids[1]}/").status == 404
    public.context.close()


def test_what_is_sent_back_reaches_its_editor_with_the_comment(site: str, browser: Browser) -> None:
    _source, ids = submitted(browser, site, "Sent back", QUOTED[2:])
    page = signed_in(browser, site, "reviewer")
    page.goto(f"{site}/desk/review/{ids[0]}/")
    page.get_by_role("button", name="Send back").click()
    expect(page.locator("[role=alert]")).to_contain_text("Say what the editor should change", use_inner_text=True)
    page.get_by_label("Reasons, or what the editor should change").fill("Which villager?")
    page.get_by_role("button", name="Send back").click()
    expect(page.locator("main")).to_contain_text("Sent back", use_inner_text=True)
    page.context.close()
    page = signed_in(browser, site, "editor")
    page.goto(site + "/desk/")
    row = page.locator("li").filter(has_text="Which villager?")
    row.get_by_label("Answer").fill("The one at the raft.")
    row.get_by_role("button", name="Answer and settle").click()
    expect(row).to_have_count(0)
    expect(page.locator(".group").filter(has_text="Sent back")).to_have_count(1)
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_several_statements_of_one_source_are_published_together(script: bool, site: str, browser: Browser) -> None:
    title = f"Together, {'with' if script else 'without'} JavaScript"
    source, ids = submitted(browser, site, title, QUOTED, java_script_enabled=script)
    page = signed_in(browser, site, "reviewer", java_script_enabled=script)
    page.goto(site + "/desk/review/")
    page.get_by_role("link", name=title).first.click()
    expect(page).to_have_url(f"{site}/desk/review/source/{source}/")
    picks = page.locator(".pick input")
    expect(picks).to_have_count(3)
    expect(page.locator("[data-keys]")).to_be_visible(visible=script)
    if script:
        for _pick in range(2):
            page.keyboard.press("j")
            page.keyboard.press("x")
        page.keyboard.press("n")
    else:
        picks.nth(0).check()
        picks.nth(1).check()
        page.get_by_label("I asked each: none applies").check()
    expect(page.get_by_label("Publish the sources it cites with it")).to_be_checked()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("main")).to_contain_text("2 statements decided", use_inner_text=True)
    expect(page.locator(".pick input")).to_have_count(1)
    page.context.close()
    public = browser.new_context().new_page()
    assert [public.goto(f"{site}/statements/{key}/").status for key in ids] == [200, 200, 404]
    public.context.close()


def test_without_javascript_one_is_published_withdrawn_and_removed_by_two(site: str, browser: Browser) -> None:
    _source, ids = submitted(browser, site, "Without JavaScript", ["The water came at noon and took the bridge."])
    page = signed_in(browser, site, "reviewer", java_script_enabled=False)
    page.goto(f"{site}/desk/review/{ids[0]}/")
    # The source has “in the night”: both words are marked.
    expect(page.locator(".passage mark.differs").nth(1)).to_be_visible()
    page.get_by_label("I asked each: none applies").check()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("main")).to_contain_text("write why they are published so", use_inner_text=True)
    page.get_by_label("Reasons, or what the editor should change").fill("Corrected by the paper the day after.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("main")).to_contain_text("Published.", use_inner_text=True)
    page.goto(f"{site}/desk/review/{ids[0]}/")
    page.locator("summary").filter(has_text="Withdraw").click()
    page.get_by_label("Public note").fill("The paper has withdrawn it.")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator("[role=status] .note").first).to_contain_text("Withdrawn")
    public = browser.new_context().new_page()
    assert public.goto(f"{site}/statements/{ids[0]}/").status == 410
    page.locator("summary").filter(has_text="Ask for removal").click()
    page.get_by_label("Whom it endangers").fill("It tells where he lives.")
    page.get_by_role("button", name="Ask for removal").click()
    expect(page.locator("[role=status] .note").first).to_contain_text("removal")
    page.context.close()
    second = signed_in(browser, site, "admin", java_script_enabled=False)
    second.goto(site + "/desk/removals/")
    second.locator("li").filter(has_text="where he lives").get_by_role("button", name="Remove and erase").click()
    expect(second.locator("main")).to_contain_text("Removed and erased.", use_inner_text=True)
    missing = public.goto(f"{site}/statements/nosuchstatement1/").body()
    answer = public.goto(f"{site}/statements/{ids[0]}/")
    assert (answer.status, answer.body()) == (404, missing)
    second.context.close()
    public.context.close()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_review_puts_up_a_barrier(scheme: str, width: int, site: str, browser: Browser) -> None:
    source, ids = submitted(browser, site, f"Barriers {scheme} {width}", [*QUOTED[:1], "The water came at noon."])
    page = signed_in(browser, site, "reviewer", color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    paths = [
        "/desk/", "/desk/statements/", "/desk/review/", f"/desk/review/{ids[0]}/", f"/desk/review/{ids[1]}/",
        f"/desk/review/source/{source}/", "/desk/removals/", "/desk/visits/cambodia-2022-08/balance/",
    ]  # fmt: skip
    found = []
    for path in paths:
        page.goto(site + path)
        result = violations(page)
        found += [(path, rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
                  for rule in result]  # fmt: skip
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert found == []
    page.context.close()

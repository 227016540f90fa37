"""The real lists taken in at the desk in a real browser, without JavaScript: every row is accounted for.

`visits_as_found.csv` holds the visits of `visits.csv` as they were first noted: the second is taken in over the first.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bin.test_start import answers as lives
from tests.bin.test_start import environment, free_port, processes_with, wait_until
from tests.browser.accounts import sign_in
from tests.browser.barriers import violations

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "visits" / "data"
AS_FOUND = ROOT / "tests" / "data" / "visits_as_found.csv"
# A list is written row by row; a loaded machine takes its time.
PATIENCE = 400_000
COUNTRIES = """
from statements.seed.geography import enter_countries
from statements.seed.reading import read_countries, rows_of
from statements.seed.store import Store
enter_countries(read_countries(rows_of("countries")), Store())
"""


@pytest.fixture(scope="module")
def countries_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve a record that holds countries and accounts and nothing else; yield its address and the accounts."""
    folder = tmp_path_factory.mktemp("imports")
    port, accounts = free_port(), folder / "accounts.txt"
    around = environment(folder, port, SECRET_KEY="for a test")
    for command in (["migrate", "-v0"], ["sample_accounts", f"--file={accounts}"], ["shell", "-c", COUNTRIES]):
        subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], env=around, check=True, capture_output=True)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "bin" / "start.py"), "--no-venv"],
            env=environment(folder, port),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        assert wait_until(lambda: lives(port), 180), (folder / "log").read_text()
        yield f"http://127.0.0.1:{port}", accounts
    finally:
        for pid in processes_with(str(folder)):
            os.kill(pid, signal.SIGKILL)
        process.wait(10)


def barriers(page: Page) -> list[str]:
    """Return what stands in somebody's way on the page as it is now, sideways scroll included."""
    found = [rule["id"] for rule in violations(page)]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["sideways scroll"] if wide else [])]


def hand_in(page: Page, site: str, kind: str, path: Path, name: str) -> None:
    """Hand a list in, with its columns as they are guessed, and wait for the preview."""
    page.goto(site + "/desk/imports/")
    page.get_by_label("A list of").select_option(kind)
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Read it").click()
    page.get_by_label("Name of the list").fill(name)
    page.get_by_role("button", name="Check every row").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible(timeout=PATIENCE)


def numbers(page: Page) -> dict[str, int]:
    """Return the numbers beside the states of a preview."""
    tabs = page.get_by_role("navigation", name="Rows").get_by_role("link").all_inner_texts()
    return {text.rsplit(maxsplit=1)[0].lower(): int(text.rsplit(maxsplit=1)[1]) for text in tabs}


def answer(page: Page) -> None:
    """Tick whatever rows ask to enter, and take what is no State as a territory."""
    page.get_by_label("Answer the same questions of all other rows alike").check()
    page.get_by_role("button", name="Tick what these rows ask to enter").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible(timeout=PATIENCE)
    if "waiting for an answer" not in numbers(page):
        return
    page.get_by_role("navigation", name="Rows").get_by_role("link", name="Waiting for an answer").click()
    for question in page.locator("select[name^=ask-]").all():
        if question.locator("option[value='+territory']").count():
            question.select_option("+territory")
    page.get_by_role("button", name="Keep the answers and check again").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible(timeout=PATIENCE)
    if "waiting for an answer" in numbers(page):
        page.get_by_role("button", name="Tick what these rows ask to enter").click()
        expect(page.get_by_role("heading", name="Preview")).to_be_visible(timeout=PATIENCE)


def write(page: Page) -> dict[str, int]:
    """Write all rows or nothing; return how many were what."""
    page.get_by_role("button", name="Write the rows").click()
    expect(page.get_by_role("button", name="Undo the whole import")).to_be_visible(timeout=PATIENCE)
    pairs = page.locator(".import-counts div").all_inner_texts()
    found = {}
    for pair in pairs:
        number = re.search(r"\d+", pair)
        assert number
        found[pair.replace(number[0], "").strip().lower()] = int(number[0])
    return found


def test_the_real_lists_are_taken_in_with_every_row_accounted_for(
    countries_alone: tuple[str, Path], browser: Browser
) -> None:
    site, accounts = countries_alone
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page = sign_in(context.new_page(), site, "editor", accounts)
    page.set_default_timeout(60_000)

    hand_in(page, site, "mandates", DATA / "mandates.csv", "mandates")
    assert numbers(page) == {"all rows": 58, "new": 58, "waiting for an answer": 58}
    answer(page)
    assert write(page) == {"new": 58, "changed": 0, "the same": 0, "left out": 0, "not taken in": 0}

    hand_in(page, site, "people", DATA / "mandate_holders.csv", "holders")
    assert numbers(page)["all rows"] == 78
    answer(page)
    # Two of them held two mandates: the second row finds whom the first has entered.
    assert write(page) == {"new": 76, "changed": 2, "the same": 0, "left out": 0, "not taken in": 0}

    hand_in(page, site, "visits", AS_FOUND, "country visits")
    assert numbers(page)["all rows"] == 117
    assert numbers(page)["ambiguous"] == 1
    answer(page)
    assert write(page) == {"new": 117, "changed": 0, "the same": 0, "left out": 0, "not taken in": 0}

    hand_in(page, site, "visits", DATA / "visits.csv", "country visits")
    answer(page)
    told = numbers(page)
    assert (told["all rows"], told["changed"], told["the same"]) == (117, 78, 39)
    page.get_by_role("navigation", name="Rows").get_by_role("link", name="Changed").click()
    nigeria = page.locator(".import-rows > li").filter(has_text="Nigeria, 2019-08-19/2019-09-02")
    expect(nigeria.locator("del").first).to_have_text("started 2019-08")
    expect(nigeria.locator("ins").filter(has_text="started")).to_have_text("started 2019-08-19")
    expect(nigeria.locator("ins").filter(has_text="Agnès")).to_have_count(1)
    assert write(page) == {"new": 0, "changed": 78, "the same": 39, "left out": 0, "not taken in": 0}

    hand_in(page, site, "visits", DATA / "visits.csv", "country visits")
    answer(page)
    assert numbers(page)["the same"] == numbers(page)["all rows"] == 117
    page.get_by_role("button", name="Cancel this import").click()
    expect(page.get_by_role("status")).to_contain_text("nothing of it was written")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_of_an_import_puts_up_a_barrier(
    width: int, scheme: str, countries_alone: tuple[str, Path], browser: Browser, tmp_path: Path
) -> None:
    site, accounts = countries_alone
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = sign_in(context.new_page(), site, "reviewer", accounts)
    path = tmp_path / "list.csv"
    path.write_text(
        "row_id,country,mandate,mandate_holder,start_date,status,note\n"
        f"1,Japan,SR Barriers {width} {scheme},Somebody Else,2020-03-01,announced,\n"
        "2,Narnia,SR Barriers,,2020-03-01,announced,a long note\n3,Peru,SR Barriers,,never,announced,\n"
    )
    page.goto(site + "/desk/imports/")
    found = {"list": barriers(page)}
    page.get_by_label("A list of").select_option("visits")
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Read it").click()
    found["columns"] = barriers(page)
    page.get_by_role("button", name="Check every row").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible(timeout=PATIENCE)
    found["preview"] = barriers(page)
    page.get_by_role("button", name="Tick what these rows ask to enter").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("the good rows now").check()
    page.get_by_role("button", name="Write the rows").click()
    expect(page.get_by_role("link", name="The rows that were not taken in")).to_be_visible(timeout=PATIENCE)
    found["result"] = barriers(page)
    assert found == {name: [] for name in ("list", "columns", "preview", "result")}
    context.close()

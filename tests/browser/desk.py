"""Enter an article at the desk as an editor would and count the actions: `make desk ARTICLE=path [PLAN=path]`.

A click, a shortcut, a selection of text with the mouse, and a filled field are one action each; looking is none. The
plan (TOML) says which statements the article holds. The driver takes what the desk proposes and corrects only what
differs from the plan. At the end it reads from the record how many statements came out right.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from statements.capture.structure import paragraphs
from tests.browser.accounts import sign_in

ROOT = Path(__file__).resolve().parent.parent.parent
PLANS = Path(__file__).resolve().parent / "plans"
_SENTENCE = re.compile(r"[.!?…][”\"’»)\]]*\s+(?=[^\sa-z])")
# A proposed passage is taken where it lies within what the plan wants and holds so much of it.
ENOUGH = 0.4
# Selects the characters from `start` to `end` of a paragraph and returns where the mouse has to go for it.
_RECTS = """([start, end]) => {
  const box = [...document.querySelectorAll('[data-start]')].filter(p => Number(p.dataset.start) <= start).at(-1);
  const last = [...document.querySelectorAll('[data-start]')].filter(p => Number(p.dataset.start) < end).at(-1);
  const at = (p, wanted, after) => {
    let left = wanted - Number(p.dataset.start);
    const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest('.vh')) continue;
      const signs = Array.from(node.data);  // counted as Python counts, not in halves of signs
      if (after ? left <= signs.length : left < signs.length) return [node, signs.slice(0, left).join('').length];
      left -= signs.length;
    }
  };
  const point = (p, wanted, after) => {
    const [node, offset] = at(p, wanted, after);
    const range = document.createRange();
    range.setStart(node, after ? offset - 1 : offset);
    range.setEnd(node, after ? offset : offset + 1);
    const rect = range.getClientRects()[0];
    return [after ? rect.right - 0.5 : rect.left + 0.5, rect.top + rect.height / 2];
  };
  box.scrollIntoView({block: 'start'});
  return [point(box, start, false), point(last, end, true)];
}"""


@dataclass
class Wanted:
    """A statement of the plan and where it stands in the article."""

    n: int
    start: int
    end: int
    expected: dict[str, Any]


@dataclass
class Desk:
    """An editor at the desk whose actions are counted."""

    tab: Page
    actions: int = 0
    log: list[str] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)

    def did(self, what: str) -> None:
        """Count an action."""
        self.actions += 1
        self.log.append(what)

    def fill(self, name: str, value: str) -> None:
        """Fill or choose a field; a part that is folded away is opened first."""
        control = self.tab.locator(f"#capture-form [name={name}]")
        if not control.is_visible():
            self.tab.locator(f"#capture-form details:has([name={name}]) > summary").click()
            self.did(f"open the part with {name}")
        kind = control.evaluate("c => c.type")
        if kind == "checkbox":
            control.check()
        elif kind == "select-one":
            control.select_option(value)
        else:
            control.fill(value)
        self.did(f"{name} := {value[:40]}")

    def press(self, key: str) -> None:
        """Use a shortcut that leads to another page."""
        with self.tab.expect_navigation():
            self.tab.keyboard.press(key)
        self.did(key)

    def select(self, start: int, end: int) -> None:
        """Select text with the mouse: the page comes back with that passage in the form."""
        first, last = self.tab.evaluate(_RECTS, [start, end])
        with self.tab.expect_navigation():
            self.tab.mouse.move(*first)
            self.tab.mouse.down()
            self.tab.mouse.move(*last, steps=4)
            self.tab.mouse.up()
        self.did("select a passage")

    def value(self, name: str) -> str:
        """Return what a field of the form holds."""
        return str(self.tab.locator(f"#capture-form [name={name}]").input_value())

    def in_hand(self) -> tuple[int, int]:
        """Return the place of the passage in the form; (0, 0) for none."""
        start, end = self.value("span_start"), self.value("span_end")
        return (int(start), int(end)) if start and end else (0, 0)


def read_plan(path: Path, article: str) -> tuple[dict[str, Any], list[Wanted]]:
    """Return the source and the statements of a plan; `where` counts paragraphs and sentences from 1."""
    plan = tomllib.loads(path.read_text(encoding="utf-8"))
    return plan["source"], [_wanted(row, article) for row in plan["statements"]]


def _wanted(row: dict[str, Any], article: str) -> Wanted:
    spans = paragraphs(article)
    first, _dash, last = str(row["where"]).partition("-")
    number, _dot, sentence = first.partition(".")
    start, end = spans[int(number) - 1]
    if last:
        end = spans[int(last) - 1][1]
    if sentence:
        cuts = [start, *(found.end() for found in _SENTENCE.finditer(article, start, end)), end]
        start, end = cuts[int(sentence) - 1], cuts[int(sentence)]
    if row.get("from"):
        start = article.index(row["from"], start, end)
    while article[end - 1].isspace():
        end -= 1
    return Wanted(row["n"], start, end, row)


def fits(offered: tuple[int, int], wanted: Wanted) -> bool:
    """Whether the passage on offer is what the plan wants, without what hands it over (“he said”)."""
    start, end = offered
    return wanted.start <= start < end <= wanted.end and (end - start) >= ENOUGH * (wanted.end - wanted.start)


def enter(desk: Desk, plan: list[Wanted]) -> dict[int, str]:
    """Enter the statements of the plan one after the other; return their public ids by number."""
    ids: dict[int, str] = {}
    for wanted in plan:
        while not fits(offered := desk.in_hand(), wanted):
            stray = offered[1] and not any(offered[0] < row.end and row.start < offered[1] for row in plan)
            if stray and offered[0] < wanted.start:
                desk.press("x")
                continue
            desk.select(wanted.start, wanted.end)
            break
        correct(desk, wanted.expected, ids)
        desk.press("Control+Enter")
        saved = re.search(r"[?&]saved=(\w+)", desk.tab.url)
        if saved is None:
            raise AssertionError(
                f"statement {wanted.n} was not saved: {desk.tab.locator('.errorlist').all_inner_texts()}"
            )
        ids[wanted.n] = saved[1]
    return ids


def correct(desk: Desk, expected: dict[str, Any], ids: dict[int, str]) -> None:
    """Change in the form what differs from the plan, and nothing else."""
    for name in ("speaker", "speaker_is", "office", "office_of", "side", "act", "mode", "visit", "meeting", "date",
                 "date_basis", "answers_text", "promised", "due", "chain1"):  # fmt: skip
        if name in expected and desk.value(name) != expected[name]:
            desk.fill(name, expected[name])
    held = {desk.value(f"topic{n}") for n in (1, 2, 3)}
    if not held & set(expected["topics"]):
        empty = next((n for n in (1, 2, 3) if not desk.value(f"topic{n}")), 3)
        desk.fill(f"topic{empty}", expected["topics"][0])
    if "reply_to" in expected:
        desk.fill("reply_to", f"[{ids[expected['reply_to']]}]")
        desk.fill("reply_kind", expected["reply_kind"])


def manage(folder: Path, code: str) -> str:
    """Run Python within the site whose data stand in `folder`; return what it printed."""
    environment = {**os.environ, "DATA_DIR": str(folder), "SECRET_KEY": "only-for-the-driver"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", code],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def intake(desk: Desk, site: str, source: dict[str, Any], article: str) -> None:
    """Hand the article in as text, correct what is suggested for it, and save it: that opens it for capture."""
    tab = desk.tab
    tab.goto(f"{site}/desk/")
    with tab.expect_navigation():
        tab.get_by_role("link", name="New source").click()
    desk.did("open the intake page")
    tab.fill("textarea[name=text]", article)
    desk.did("paste the text")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Read it").click()
    desk.did("read it")
    for name, value in source.items():
        control = tab.locator(f"[name={name}]").first
        if control.input_value() != value:
            control.select_option(value) if name == "kind" else control.fill(value)
            desk.did(f"{name} := {value[:40]}")
    with tab.expect_navigation(url=re.compile(r"/desk/sources/(?!new)")):
        tab.get_by_role("button", name="Save and capture").click()
    desk.did("save the source")


def review(desk: Desk, site: str, ids: list[str]) -> int:
    """Publish as the reviewer what the editor sent: one look and one decision a statement; return how many looks."""
    tab, looks, waiting = desk.tab, 0, list(ids)
    tab.goto(f"{site}/desk/review/{ids[0]}/")
    while waiting:
        shown = tab.url.split("?")[0].rstrip("/").rpartition("/")[2]
        if shown not in waiting:
            tab.goto(f"{site}/desk/review/{waiting[0]}/")
            desk.did("open the next")
            continue
        looks += 1
        tab.keyboard.press("n")
        with tab.expect_navigation():
            tab.keyboard.press("p")
        desk.did("none applies, publish")
        waiting.remove(shown)
    return looks


_READ = """
import json
from statements.models import Statement
rows = Statement.objects.filter(public_id__in={ids!r}).prefetch_related("speakers", "topics")
print(json.dumps({{row.public_id: [str(row.speakers.all()[0]), row.act, row.mode, row.date,
    [topic.name for topic in row.topics.all()], [c.verdict for c in row.citations.all()]] for row in rows}}))
"""


def right(folder: Path, plan: list[Wanted], ids: dict[int, str]) -> list[tuple[int, list[str]]]:
    """Return for each statement what of speaker, act, mode, date and topic is not as the plan says."""
    stored = json.loads(manage(folder, _READ.format(ids=list(ids.values()))).splitlines()[-1])
    out = []
    for wanted in plan:
        speaker, act, mode, date, topics, _verdicts = stored[ids[wanted.n]]
        expected = wanted.expected
        wrong = [name for name, found in (("speaker", speaker), ("act", act), ("mode", mode), ("date", date))
                 if found != expected.get(name, "")]  # fmt: skip
        if not set(topics) & set(expected["topics"]):
            wrong.append("topic")
        out.append((wanted.n, wrong))
    return out


def run(browser: Browser, site: str, folder: Path, article: Path, plan_path: Path) -> tuple[Desk, int, int]:
    """Enter an article; return the editor, how many statements were entered and how many came out right."""
    text = article.read_text(encoding="utf-8").strip()
    source, plan = read_plan(plan_path, text)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    try:
        desk = Desk(context.new_page())
        sign_in(desk.tab, site, "editor", folder / "sample-accounts.txt")
        intake(desk, site, source, text)
        ids = desk.ids = enter(desk, plan)
        checked = right(folder, plan, ids)
    finally:
        context.close()
    for n, wrong in checked:
        if wrong:
            desk.log.append(f"statement {n}: not as planned: {', '.join(wrong)}")
    return desk, len(ids), sum(not wrong for _n, wrong in checked)


def reviewed(browser: Browser, site: str, folder: Path, title: str, ids: list[str]) -> tuple[int, int, int]:
    """Send what was entered for review and publish it; return looks, actions, and how many are published now."""
    for name in ("editor", "reviewer"):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        desk = Desk(context.new_page())
        sign_in(desk.tab, site, name, folder / "sample-accounts.txt")
        if name == "editor":
            desk.tab.goto(f"{site}/desk/statements/")
            with desk.tab.expect_navigation():
                desk.tab.locator(".group").filter(has_text=title).get_by_role("button").click()
        else:
            looks = review(desk, site, ids)
        context.close()
    rows = f"Statement.objects.filter(workflow='published', public_id__in={ids!r})"
    published = f"from statements.models import Statement\nprint({rows}.count())"
    return looks, desk.actions, int(manage(folder, published).split()[-1])


def served(work: Callable[[str, Path], None]) -> None:
    """Serve the sample record from a folder of its own while `work(address, folder)` runs."""
    from tests.bin.test_start import answers as lives
    from tests.bin.test_start import environment, free_port, processes_with, wait_until

    with tempfile.TemporaryDirectory(prefix="visavis-desk-") as name:
        folder, port = Path(name), free_port()
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "bin" / "start.py"), "--no-venv", "--sample"],
            env=environment(folder, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            if not wait_until(lambda: lives(port), 180):
                raise SystemExit("The site did not start.")
            work(f"http://127.0.0.1:{port}", folder)
        finally:
            for pid in processes_with(str(folder)):
                os.kill(pid, 9)
            process.wait(10)


def main() -> None:
    """Serve the sample record, enter the article and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("article", type=Path)
    parser.add_argument("--plan", type=Path, default=PLANS / "seed.toml")
    parser.add_argument("--verbose", action="store_true", help="print every action")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    from tests.browser.screenshots import chromium

    def work(site: str, folder: Path) -> None:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            desk, entered, good = run(browser, site, folder, options.article, options.plan)
            title = read_plan(options.plan, options.article.read_text(encoding="utf-8").strip())[0]["title"]
            looks, decisions, published = reviewed(browser, site, folder, title, list(desk.ids.values()))
            browser.close()
        for line in desk.log if options.verbose else [line for line in desk.log if line.startswith("statement")]:
            print(line)
        print(f"{desk.actions} actions for {entered} statements, {desk.actions / entered:.1f} each;"
              f" {good} with the right speaker, act, mode, date and topic")  # fmt: skip
        print(f"review, counted apart: {looks} looks, {decisions} decisions, {published} published")

    served(work)


if __name__ == "__main__":
    main()

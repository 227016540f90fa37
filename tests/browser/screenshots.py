"""Take pictures of the main pages: `python -m tests.browser.screenshots [ADDRESS] [--out FOLDER]`.

Two widths, light and dark, of a running site. The pictures are for looking at beside the sketches, not for comparing
bytes.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGES = {
    "home": "/",
    "visits": "/visits/",
    "visits-none": "/visits/?q=nowhere",
    "visits-one": "/visits/?q=cambodia&year=2022",
    "visit": "/visits/cambodia-2022-08/",
    "board": "/visits/cambodia-2022-08/positions/",
    "commitments": "/visits/cambodia-2022-08/commitments/",
    "sources": "/visits/cambodia-2022-08/sources/",
    "history": "/visits/cambodia-2022-08/history/",
    "country": "/countries/khm/",
    "person": "/people/hun-sen/",
    "topics": "/topics/",
    "positions": "/positions/?topic=conduct-of-the-mandate&country=khm",
    "positions-two": "/positions/?topic=rule-of-law&country=khm&other=lka",
    "all-commitments": "/commitments/",
    "missing": "/visits/nothing-here/",
    "login": "/accounts/login/",
}
WIDTHS = {"wide": (1280, 900), "phone": (360, 740)}


def chromium() -> str:
    """Return the path of Debian's Chromium, or of what CHROMIUM names; raise SystemExit where there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise SystemExit("Chromium is missing: install Debian's chromium, or name one in CHROMIUM.")
    return found


def main() -> None:
    """Take every page in every width and colour scheme."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--out", default="screenshots")
    parser.add_argument("--only", default="", help="names of pages, parted by commas")
    options = parser.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    chosen = {name for name in options.only.split(",") if name} or set(PAGES)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for width, (across, down) in WIDTHS.items():
                context = browser.new_context(
                    viewport={"width": across, "height": down},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                )
                tab = context.new_page()
                for name, path in PAGES.items():
                    if name in chosen:
                        tab.goto(options.address + path)
                        tab.screenshot(path=out / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()
        browser.close()
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")


if __name__ == "__main__":
    main()

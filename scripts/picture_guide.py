#!/usr/bin/env python3
"""Take the pictures of the guide for hub staff from the demo content.

Loads the demo into a folder of its own, serves it and writes matchmaker/static/guide/. Needs
Chromium, and the packages of the tests. Takes some minutes, most of them for the demo.

Example: .venv/bin/python scripts/picture_guide.py
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from matchmaker.database import Database, open_database

PICTURES = Path(__file__).resolve().parent.parent / "matchmaker" / "static" / "guide"
MATCHMAKER = str(Path(sys.executable).with_name("matchmaker"))
SIZE = ViewportSize(width=1100, height=820)
# Who opens what: the first row of a query fills the address.
PAGES = {
    "queue": ("hub-staff", "/reviews", ""),
    "review": (
        "hub-staff",
        "/reviews/suggestions/{}",
        "select s.id from suggestion s where s.withdrawn_at is null and s.id not in"
        " (select suggestion_id from review) order by s.probability desc limit 1",
    ),
    "joint-need": (
        "hub-staff",
        "/joint-needs/{}",
        "select m.joint_need_id from joint_need_member m join joint_need j on j.id ="
        " m.joint_need_id join need n on n.id = m.need_id where m.ended_at is null and j.state <>"
        " 'dissolved' group by 1 order by count(distinct n.language) desc, 1 limit 1",
    ),
    "proposal": (
        "hub-staff",
        "/collaborations/{}",
        "select id from collaboration where stage = 'invited' limit 1",
    ),
    "equal-information": (
        "hub-staff",
        "/procurement/needs/{}/log",
        "select need_id from procurement_contact group by need_id order by count(*) desc limit 1",
    ),
    "board": ("hub-staff", "/collaborations", ""),
    "timeline": (
        "clinician",
        "/needs/{}",
        "select n.id from need n join account a on a.id = n.owner_id"
        " where a.email like 'mette.krogh@%' and n.id in (select need_id from collaboration_party)",
    ),
    "overview": ("hub-staff", "/overview", ""),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="a folder with the demo loaded already")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = arguments.data or Path(folder)
        environment = {**os.environ, "MATCHMAKER_DATA": str(data)}
        if arguments.data is None:
            subprocess.run([MATCHMAKER, "demo"], env=environment, check=True)
        port = _free_port()
        serve = [MATCHMAKER, "serve", "--port", str(port)]
        server = subprocess.Popen(serve, env=environment)
        try:
            _wait_for(f"http://127.0.0.1:{port}/health")
            _take_all(f"http://127.0.0.1:{port}", open_database(data / "matchmaker.db"))
        finally:
            server.terminate()
            server.wait()


def _take_all(address: str, db: Database) -> None:
    with sync_playwright() as playwright, closing(db):
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        windows = {who: _signed_in(browser, address, who) for who, _, _ in PAGES.values()}
        for language in ("da", "en"):
            (PICTURES / language).mkdir(parents=True, exist_ok=True)
            for name, (who, path, query) in PAGES.items():
                row = db.first(query) if query else {}
                if row is None:
                    sys.exit(f"The demo has nothing to show for {name}")
                windows[who].goto(f"{path.format(*row.values())}?lang={language}")
                _take(windows[who], PICTURES / language / f"{name}.jpg")


def _signed_in(browser: Browser, address: str, persona: str) -> Page:
    page = browser.new_page(base_url=address, viewport=SIZE)
    page.goto("/")
    page.locator(f'form:has(input[value="{persona}"]) button').click()
    return page


def _take(page: Page, path: Path) -> None:
    """Take what begins at the heading that the picture is about."""
    about = page.locator("#timeline" if path.stem == "timeline" else "h1")
    heading = about.bounding_box() or {"y": 0}
    page.evaluate(f"window.scrollTo(0, {heading['y'] - 20})")
    page.screenshot(path=path, type="jpeg", quality=72)


def _wait_for(address: str) -> None:
    """Wait until the model is loaded too, as some pages say more then."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own
                if json.load(answer)["encoder"] == "ready":
                    return
        except OSError:
            pass
        time.sleep(0.3)
    sys.exit("The server did not start")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()

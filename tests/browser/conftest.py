"""A real server with demo content, and a real browser that loads nothing from elsewhere."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import filelock
import pytest
from playwright.sync_api import Browser, Page

from matchmaker.database import Database, open_database

AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text()
MATCHMAKER = Path(sys.executable).with_name("matchmaker")
START_SECONDS = 90
TOLD = "told.txt"


@dataclass(frozen=True)
class Server:
    address: str
    data_folder: Path
    log: Path

    def open_database(self) -> Database:
        return open_database(self.data_folder / "matchmaker.db")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data folder that ``matchmaker demo`` makes, ranked by the packaged model.

    Made once for all workers: whoever comes first makes it, the others wait. `TOLD` in it is what
    the command printed.
    """
    mine = tmp_path_factory.mktemp("copy") / "demo"
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    shared = tmp_path_factory.getbasetemp().parent if is_worker else mine.parent
    made, draft = shared / "made", shared / "draft"
    with filelock.FileLock(shared / "demo.lock"):
        if not made.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            command = [MATCHMAKER, "demo"]
            told = subprocess.run(
                command, env=_environment(draft), check=True, stdout=subprocess.PIPE
            ).stdout
            (draft / TOLD).write_bytes(told)
            draft.rename(made)
    shutil.copytree(made, mine)
    return mine


@pytest.fixture(scope="session")
def demo_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that only look; what they put there to look at stays there."""
    folder = tmp_path_factory.mktemp("looked-at") / "data"
    shutil.copytree(demo_folder, folder)
    yield from _serve(folder, folder.with_name("server.log"))


@pytest.fixture
def own_server(demo_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with a copy of the demo content, for one test that changes it."""
    folder = tmp_path / "data"
    shutil.copytree(demo_folder, folder)
    yield from _serve(folder, tmp_path / "server.log")


@pytest.fixture
def open_as(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a window of its own for each person, signed in with one click on the front page."""
    contexts = []

    def open_window(server: Server, persona: str | None, language: str, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=server.address, viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/?lang={language}")
        if persona:
            page.locator(f'form:has(input[value="{persona}"]) button').click()
        return page

    yield open_window
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    """Return what axe finds on the page: rule, element and how to mend it."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _serve(folder: Path, log: Path) -> Iterator[Server]:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**_environment(folder), "MATCHMAKER_BASE_URL": address}
    with log.open("w") as output:
        process = subprocess.Popen(
            [MATCHMAKER, "serve", "--port", str(port)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(address, log)
            yield Server(address, folder, log)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(address: str, log: Path) -> None:
    """Return when the server answers and its encoder is loaded, as on any day but the first."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:  # noqa: S310 - our own
                if json.load(answer).get("encoder") == "ready":
                    return
        except (URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "MATCHMAKER" not in name}
    cache = os.environ.get("MATCHMAKER_CACHE")
    return {
        **kept,
        "MATCHMAKER_DATA": str(folder),
        "MATCHMAKER_SECRET_KEY": "only-for-tests",
        **({"MATCHMAKER_CACHE": cache} if cache else {}),
    }


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

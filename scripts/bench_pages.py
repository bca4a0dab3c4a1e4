#!/usr/bin/env python3
"""Measure how fast the pages answer on a hub of full size.

Serves a data folder that `matchmaker generate` has filled, with the model loaded and without the
background jobs, and asks for every page of the access table as each role that may open it, with
real ids, in random order from two clients at once. Prints the 50th and the 95th percentile of
each page in milliseconds, worst first, and the same for an empty page asked in the same run.

Example: MATCHMAKER_DATA=/tmp/hub matchmaker generate
         MATCHMAKER_DATA=/tmp/hub .venv/bin/python scripts/bench_pages.py --times 20
"""

import argparse
import http.client
import multiprocessing
import queue
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from random import Random
from statistics import quantiles
from types import SimpleNamespace
from urllib.parse import urlsplit

from bench_addresses import Visit, list_visits
from flask import Flask

from matchmaker.app import create_app
from matchmaker.config import Settings, read_settings
from matchmaker.database import open_database
from matchmaker.matching.pipeline import load_pipeline
from matchmaker.serve import Server, settle_memory

CLIENTS = 2
LIMIT = 200.0
START_SECONDS = 240
EMPTY = "/health"


class PageServer(Server):
    """Serves the pages alone: nothing is matched or mailed meanwhile, and nobody is slowed down."""

    def load(self) -> Flask:
        app = create_app(self._settings)
        app.extensions["matchmaker.jobs"] = SimpleNamespace(
            pipeline=load_pipeline(self._settings), stop=lambda: None
        )
        settle_memory()
        return app


@dataclass(frozen=True)
class Answer:
    visit: Visit
    milliseconds: float
    status: int


def main() -> None:
    options = read_options()
    settings = replace(read_settings(), rate_limits=False)
    with closing(open_database(settings.database_path)) as db:
        visits = list_visits(db, create_app(settings), options.ids)
    if options.only:
        visits = [visit for visit in visits if options.only in visit.endpoint]
    process = multiprocessing.get_context("spawn").Process(
        target=serve_pages, args=(settings, port := free_port()), daemon=True
    )
    process.start()
    try:
        wait_for(port)
        ask(port, visits, 1)
        answers = ask(port, visits, options.times)
    finally:
        process.terminate()
        process.join()
    report(answers)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--times", type=int, default=20, help="how often each page is asked for")
    parser.add_argument("--ids", type=int, default=3, help="how many records of each sort")
    parser.add_argument("--only", default="", help="a part of the names of the endpoints")
    return parser.parse_args()


def serve_pages(settings: Settings, port: int) -> None:
    PageServer(settings, "127.0.0.1", port).run()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", EMPTY)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("the server did not start")


def ask(port: int, visits: Sequence[Visit], times: int) -> list[Answer]:
    """Return the answers of all visits, each asked so often, from several clients in turn."""
    asked = [visit for visit in visits for _ in range(times)]
    asked += [Visit("(empty)", "anybody", EMPTY, "")] * max(1, len(asked) // 10)
    Random(1).shuffle(asked)  # noqa: S311 - the same order each time
    waiting: queue.SimpleQueue[Visit] = queue.SimpleQueue()
    for visit in asked:
        waiting.put(visit)
    answers: list[Answer] = []
    clients = [
        threading.Thread(target=visit_all, args=(port, waiting, answers)) for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return answers


def visit_all(port: int, waiting: "queue.SimpleQueue[Visit]", answers: list[Answer]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not waiting.empty():
        try:
            visit = waiting.get_nowait()
        except queue.Empty:
            return
        parts = urlsplit(visit.address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": visit.cookie} if visit.cookie else {})
        response = connection.getresponse()
        response.read()
        answers.append(Answer(visit, 1000 * (time.perf_counter() - start), response.status))


def report(answers: Sequence[Answer]) -> None:
    pages: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in answers:
        pages[answer.visit.endpoint, answer.visit.role].append(answer)
    print("| page | role | answers | 50th, ms | 95th, ms |\n| --- | --- | --- | --- | --- |")
    for line in sorted(lines(pages), key=lambda line: -line[-1]):
        print("| {} | {} | {} | {:.0f} | {:.0f} |".format(*line))
    real = [answer.milliseconds for answer in answers if answer.visit.address != EMPTY]
    middle, late = percentiles(real)
    slow = [line for line in lines(pages) if line[-1] > LIMIT]
    print(f"\nAll pages: 50th {middle:.0f} ms, 95th {late:.0f} ms, {len(real)} requests;")
    print(f"pages whose 95th percentile is over {LIMIT:.0f} ms: {len(slow)}")


def lines(
    pages: dict[tuple[str, str], list[Answer]],
) -> Iterator[tuple[str, str, str, float, float]]:
    for (endpoint, role), answers in pages.items():
        statuses = Counter(answer.status for answer in answers)
        told = ", ".join(f"{status} x {count}" for status, count in sorted(statuses.items()))
        yield endpoint, role, told, *percentiles([answer.milliseconds for answer in answers])


def percentiles(milliseconds: Sequence[float]) -> tuple[float, float]:
    cuts = quantiles(milliseconds, n=20, method="inclusive")
    return cuts[9], cuts[18]


if __name__ == "__main__":
    main()

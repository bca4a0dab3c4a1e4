"""The real server in a process of its own: answers, logs nothing private, stops when told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    # A folder without a model: what the pages do must not depend on the encoder.
    environment = {
        **os.environ,
        "MATCHMAKER_DATA": str(tmp_path / "data"),
        "MATCHMAKER_ENCODER": str(tmp_path / "no-model"),
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "matchmaker", "serve", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        yield process
        process.kill()
        process.wait()


def get(port: int, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read().decode()


def wait_until_ready(port: int) -> None:
    for _ in range(300):
        try:
            get(port, "/health")
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


def test_the_server_works_without_an_encoder_and_says_so(
    server: subprocess.Popen[bytes], port: int, tmp_path: Path
) -> None:
    wait_until_ready(port)
    status, page = get(port, "/needs?q=hemmelig-soegning")
    assert status == 200
    assert "<h1" in page
    for _ in range(300):
        if json.loads(get(port, "/health")[1])["encoder"] == "failed":
            break
        time.sleep(0.1)
    assert json.loads(get(port, "/health")[1])["encoder"] == "failed"
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0
    log = (tmp_path / "log").read_text()
    assert "hemmelig" not in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert any(line["event"] == "encoder" and line["level"] == "error" for line in lines)
    assert "Traceback" not in log
    assert "matchmaker user add" in log

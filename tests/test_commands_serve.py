"""`spend serve`: it answers quickly, says where, and shows outsiders nothing."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.command_line import spend
from tests.conftest import ROOT


@dataclass(frozen=True)
class Served:
    """A server that runs for these tests."""

    port: int
    out: Path
    seconds: float

    def get(self, path: str) -> "Answer":
        return get(self.port, path)


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Message
    body: bytes


def get(port: int, path: str) -> Answer:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    port, out = free_port(), folder / "out"
    environment = {**os.environ, "CONCORD_HOME": str(folder / "home"), "PYTHONUNBUFFERED": "1"}
    began = time.monotonic()
    with out.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "commands.main", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=stream,
            stderr=stream,
        )
    try:
        wait_for(port, process)
        yield Served(port, out, time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            if get(port, "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer in a minute")


def test_it_says_where_it_is_and_that_it_listens_here_only(served: Served) -> None:
    said = served.out.read_text(encoding="utf-8")
    assert f"http://localhost:{served.port}\n" in said
    assert "this machine only" in said
    assert len(said.splitlines()) == 2


def test_the_health_check_says_nothing_else(served: Served) -> None:
    answer = served.get("/healthz")
    assert (answer.status, answer.body) == (200, b'{"status":"ok"}')


@pytest.mark.parametrize("path", ["/", "/healthz", "/_stcore/health", "/no/such/file.js"])
def test_every_answer_carries_the_security_headers(served: Served, path: str) -> None:
    headers = served.get(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json"])
def test_what_would_answer_anybody_is_closed(served: Served, path: str) -> None:
    assert served.get(path).status == 404


def test_a_port_in_use_is_one_line(served: Served) -> None:
    outcome = spend("serve", "--port", str(served.port))
    assert outcome.code == 1
    assert "--port" in outcome.complaint


def test_it_refuses_to_listen_to_others_while_nobody_can_sign_in() -> None:
    if (ROOT / ".streamlit" / "secrets.toml").exists():
        pytest.skip("this clone has sign-in configured")
    outcome = spend("serve", "--host", "0.0.0.0", "--port", str(free_port()))
    assert outcome.code == 1
    assert "nobody is configured" in outcome.complaint

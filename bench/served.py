"""`spend serve` in a process of its own, and what it costs."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds that a server may take to answer first


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    port: int
    process: psutil.Process

    def cpu(self) -> float:
        """The CPU seconds that it has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        """The bytes that it holds in memory."""
        return int(self.process.memory_info().rss)

    async def watched(self, levels: list[int]) -> None:
        """Note its memory every second, until this is cancelled."""
        while True:
            levels.append(self.memory())
            await asyncio.sleep(1)


@contextmanager
def serving(home: Path, url: str = "") -> Iterator[Served]:
    """Serve a store on loopback until the block ends; ``url`` names a PostgreSQL store."""
    port = _free_port()
    environment = {**os.environ, "CONCORD_HOME": str(home), "CONCORD_STORE": url}
    command = [sys.executable, "-m", "commands.main", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield Served(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("spend serve ended before it answered")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"spend serve did not answer in {PATIENCE:.0f} s")

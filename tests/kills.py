"""Killing a load at a random moment, as a power cut would, while somebody reads."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tests.conftest import ROOT

Sight = TypeVar("Sight")


def run_and_kill(
    command: Sequence[str], environment: Mapping[str, str], seconds: float | None
) -> bool:
    """Run a command, and kill it after some seconds; whether it ended well by itself."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    _, complaint = process.communicate()
    assert process.returncode in (0, -9), complaint.decode()
    return process.returncode == 0


@dataclass
class Watch(Generic[Sight]):
    """Everything that a person reading all the time saw."""

    seen: list[Sight] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


@contextmanager
def watching(look: Callable[[], Sight]) -> Iterator[Watch[Sight]]:
    """Look again and again, from another thread, until the block ends."""
    watch, stop = Watch[Sight](), threading.Event()

    def keep_looking() -> None:
        while not stop.is_set():
            try:
                watch.seen.append(look())
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test must show it
                watch.errors.append(error)
            time.sleep(0.02)

    thread = threading.Thread(target=keep_looking)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()

"""The embedded store's files: one DuckDB file per generation, and which of them is current.

Nothing is renamed over a file that somebody may have open: a load writes ``facts.<n>.duckdb`` under
its own name and then replaces the small file ``current``. Whoever reads a generation holds a shared
lock on ``facts.<n>.lock``; a generation that is not current and that nobody holds is deleted.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from queries.errors import ConcordError, NothingLoadedError


@dataclass(frozen=True)
class Hold:
    """A generation that this process reads: its file, and the lock that keeps it."""

    number: int
    path: Path
    descriptor: int


@dataclass(frozen=True)
class Generations:
    """The folder of an embedded store."""

    home: Path

    def path(self, number: int) -> Path:
        return self.home / f"facts.{number}.duckdb"

    def _lock_path(self, number: int) -> Path:
        return self.home / f"facts.{number}.lock"

    def current(self) -> int:
        """The number of the current generation; 0 where nothing was ever loaded."""
        try:
            return int((self.home / "current").read_text())
        except FileNotFoundError:
            return 0

    def hold(self) -> Hold:
        """Take the current generation for reading: a load that lands meanwhile leaves it there."""
        while True:
            number = self.current()
            if not number:
                raise NothingLoadedError("store")
            descriptor = os.open(self._lock_path(number), os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            if self.path(number).exists():
                return Hold(number, self.path(number), descriptor)
            os.close(descriptor)  # swept between the look and the lock: look again

    def release(self, hold: Hold) -> None:
        os.close(hold.descriptor)
        self.sweep()

    @contextmanager
    def loading(self, wait: float) -> Iterator[None]:
        """Only one load at a time: the second waits, then fails with one line."""
        self.home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.home / "load.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock_within(descriptor, wait)
            yield
        finally:
            os.close(descriptor)

    def draft(self) -> int:
        """Begin the next generation as a copy of the current one, over a dead load's leftovers."""
        current = self.current()
        draft = current + 1
        self.discard(draft)
        if current:
            shutil.copyfile(self.path(current), self.path(draft))
        return draft

    def discard(self, number: int) -> None:
        for name in (f"facts.{number}.duckdb", f"facts.{number}.duckdb.wal"):
            (self.home / name).unlink(missing_ok=True)
        shutil.rmtree(self.home / f"facts.{number}.duckdb.tmp", ignore_errors=True)  # spilt

    def publish(self, number: int) -> None:
        """Make a finished generation the current one: on disk first, then by name."""
        _sync(self.path(number))
        pointer = self.home / "current.new"
        pointer.write_text(f"{number}\n")
        _sync(pointer)
        pointer.replace(self.home / "current")
        _sync(self.home)

    def sweep(self) -> None:
        """Delete the generations before the current one that nobody holds."""
        current = self.current()
        for path in self.home.glob("facts.*.duckdb"):
            number = int(path.name.split(".")[1])
            if number < current:
                self._delete_unless_held(number)

    def _delete_unless_held(self, number: int) -> None:
        descriptor = os.open(self._lock_path(number), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.discard(number)
            self._lock_path(number).unlink(missing_ok=True)
        except BlockingIOError:
            return
        finally:
            os.close(descriptor)


def _lock_within(descriptor: int, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise ConcordError("another load is running: try again when it is done") from None
            time.sleep(0.05)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

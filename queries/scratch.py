"""A folder for one load's intermediate files, which no killed load leaves behind for long."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"


@contextmanager
def scratch_folder(home: Path) -> Iterator[Path]:
    """A new folder in the store's own; what killed loads left beside it is deleted first."""
    parent = home / "scratch"
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    folder, descriptor = _begin(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _begin(parent: Path) -> tuple[Path, int]:
    """A new folder, and the lock that says a load is alive in it."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix="load-", dir=parent))
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if (folder / LOCK).exists():
            return folder, descriptor
        os.close(descriptor)  # another load took it for a dead one's before it was locked


def _sweep(parent: Path) -> None:
    """Delete the folders whose load no longer holds their lock."""
    for folder in parent.iterdir():
        try:
            descriptor = os.open(folder / LOCK, os.O_RDWR)
        except FileNotFoundError:
            continue  # begun this moment, or gone
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)

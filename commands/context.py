"""What a command runs in: the store, the moment, and who asks."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queries.store import Store


@contextmanager
def opened() -> Iterator["Store"]:
    """The store that the environment names, closed afterwards."""
    from queries.store import open_store

    store = open_store()
    try:
        yield store
    finally:
        store.close()


def now() -> datetime:
    """This moment in UTC, as the store writes moments."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def person() -> str:
    """Who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return "unknown"

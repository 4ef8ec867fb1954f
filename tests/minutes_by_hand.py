"""Entries of the minutes, written by hand, and a way to put them into a store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from queries.minutes import Draft, Entry
from queries.store import Store

NOW = datetime(2026, 11, 22, 9, 30)
LINK = "http://localhost:8501/review?as_of=1.1"


def entry(
    minute: int, kind: str, name: str, body: Mapping[str, Any], team: str = "finance",
    by: str = "Ana", batch: int = 1,
) -> Entry:  # fmt: skip
    """One entry, as a reader gives it."""
    return Entry(minute, batch, kind, name, body, LINK, team, NOW, by)


def write(
    store: Store, kind: str, name: str, body: Mapping[str, Any], request: str = "",
    team: str = "finance", by: str = "Ana", batch: int = 1,
) -> int:  # fmt: skip
    """Write one entry into a store; its minute."""
    asked = request or f"{kind}:{name}:{team}:{by}:{sorted(body.items())!r}"
    return store.record(Draft(asked, kind, name, body, LINK, team, by), batch, NOW)

"""Connections that many readers share: as many as may read at once, and a word to who waits."""

import os

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from queries.errors import BusyError

CONNECTIONS = int(os.environ.get("CONCORD_CONNECTIONS", "60"))  # of one process; a server's are 100
KEPT_CONNECTIONS = min(20, CONNECTIONS)  # to open one takes longer than most answers
MORE_CONNECTIONS = CONNECTIONS - KEPT_CONNECTIONS
CONNECTION_WAIT_SECONDS = 30.0


class _Pool(QueuePool):
    """Who waits too long for a connection is told why, in one line."""

    def connect(self) -> PoolProxiedConnection:
        try:
            return super().connect()
        except NoConnectionError:
            raise BusyError from None


def pooled(url: str, check: bool = False) -> Engine:
    """An engine with connections for many; ``check`` opens those anew that a server has closed."""
    return create_engine(
        url, poolclass=_Pool, pool_size=KEPT_CONNECTIONS, max_overflow=MORE_CONNECTIONS,
        pool_timeout=CONNECTION_WAIT_SECONDS, pool_pre_ping=check, pool_use_lifo=True,
    )  # fmt: skip

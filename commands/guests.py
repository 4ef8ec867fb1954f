"""The guests' door: whoever has a link sees its page, everybody else the same answer.

It stands before everything else that is served, so that no cookie, no compression and no rewriting
of paths touches it. What is unknown, expired, revoked, misspelt or asked too often is answered
alike, to the byte; what went wrong is in the log, without the token.
"""

import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from commands import context
from commands.limit import Limit

if TYPE_CHECKING:
    from queries.store import Store

PREFIX = "/guest/"
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guests:
    """Answers every address below ``/guest``; leaves all else to the app behind it."""

    def __init__(
        self, app: ASGIApp, limit: Limit | None = None, now: Callable[[], datetime] = context.now
    ) -> None:
        self.app = app
        self.limit = limit or Limit()
        self.now = now
        self._store: Store | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_guests(scope["path"]):
            await self.app(scope, receive, send)
            return
        from spend.outputs.guest import NOT_FOUND, policy  # brings the model along: once asked

        html = await self._page(scope)
        status = HTTPStatus.OK if html else HTTPStatus.NOT_FOUND
        shown = html or NOT_FOUND
        headers = {**HEADERS, "Content-Security-Policy": policy(shown)}
        await Response(shown, status, headers)(scope, receive, send)

    async def _page(self, scope: Scope) -> str | None:
        """The page that this request may see, if any."""
        from spend.guests import is_token

        address = (scope.get("client") or ("", 0))[0]
        if self.limit.reached(address):
            return None
        token = scope["path"].removeprefix(PREFIX)
        html = None
        if scope["method"] in ("GET", "HEAD") and is_token(token):
            html = await to_thread.run_sync(self._opened, token)
        if html is None:
            self.limit.failed(address)
        return html

    def _opened(self, token: str) -> str | None:
        """The page, its opening written down; nothing where the store cannot say."""
        from queries.store import open_store
        from spend import guests

        try:
            self._store = self._store or open_store()
            return guests.opened(self._store, token, self.now(), lambda: uuid.uuid4().hex)
        except Exception as fault:  # noqa: BLE001 - whatever it is, a guest learns nothing of it
            self._log(fault)
            return None

    def _log(self, fault: Exception) -> None:
        """What went wrong, by its kind alone: its words may have the token's hash in them."""
        from queries import log

        home = self._store.home if self._store else Path(os.environ.get("CONCORD_HOME", "var"))
        with suppress(OSError):
            log.event(home, "guest_error", self.now(), fault=type(fault).__name__)


def _is_guests(path: str) -> bool:
    """Whether an address is the guests', however it is dressed up."""
    first = path.replace("\\", "/").lstrip("/").partition("/")[0]
    return first.lower().startswith("guest")

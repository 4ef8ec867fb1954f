"""Guests' pages in the store: kept whole with the entry of their link, given to whoever may look.

A link is an entry whose name is the hash of its token; the token itself is never stored. Its page
stands in a table of its own, and each opening is one row.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from queries import minute_tables
from queries.minutes import Draft
from queries.store import Store

LINK, REVOCATION = "guest_link", "guest_revocation"


@dataclass(frozen=True)
class Openings:
    """How often a guest's page was opened, and when last, in UTC."""

    count: int
    last: datetime


def issue(store: Store, html: str, draft: Draft, batch: int, now: datetime) -> int:
    """Write a link down and keep its page, both or neither; the link's minute.

    The same request again writes nothing, even with another token, so that a page never changes
    once it was kept, and none is kept that no link opens.
    """
    entry, page = minute_tables.entry, minute_tables.guest_page

    def keep(book: Connection) -> None:
        of_request = select(entry.c.name).where(entry.c.request_id == draft.request_id)
        kept = select(page.c.token_hash).where(page.c.token_hash == draft.name)
        is_own = book.execute(of_request).scalar() == draft.name
        if is_own and book.execute(kept).first() is None:
            book.execute(insert(page).values(token_hash=draft.name, html=html))

    return store.record(draft, batch, now, also=keep)


def page(store: Store, token_hash: str, now: datetime) -> str | None:
    """The page of a link that is alive at ``now`` (UTC); ``None`` where it is unknown, expired or
    revoked, and where there is no store."""
    if not store.facts.exists():
        return None
    entry, kept = minute_tables.entry, minute_tables.guest_page
    # All three are asked for whatever the first says: each answer takes the same way.
    asked = select(entry.c.kind, entry.c.body).where(
        entry.c.name == token_hash, entry.c.kind.in_((LINK, REVOCATION))
    )
    with store.minutes.connect() as book:
        found = {row.kind: row.body for row in book.execute(asked)}
        html = book.execute(select(kept.c.html).where(kept.c.token_hash == token_hash)).scalar()
    if LINK not in found or REVOCATION in found or html is None:
        return None
    expires_at = datetime.fromisoformat(json.loads(found[LINK])["expires_at"])
    return str(html) if now < expires_at else None


def record_opening(store: Store, token_hash: str, opening: str, now: datetime) -> None:
    """Write down that a page is opened; ``opening`` is unique."""
    row = {"opening": opening, "token_hash": token_hash, "opened_at": now}
    with store.minutes.begin() as book:
        book.execute(insert(minute_tables.guest_opening).values(row))


def openings(store: Store) -> Mapping[str, Openings]:
    """How often each link's page was opened, by the hash of its token; those never opened are not
    in it."""
    table = minute_tables.guest_opening
    counted = select(table.c.token_hash, func.count(), func.max(table.c.opened_at))
    with store.minutes.connect() as book:
        rows = book.execute(counted.group_by(table.c.token_hash)).all()
    return {token_hash: Openings(count, last) for token_hash, count, last in rows}

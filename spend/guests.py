"""Guest links: one frozen page for somebody without an account, until a day or until revoked.

The token is known to whoever holds the link, and to nobody else: what is kept is its hash.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from queries import guests
from queries.errors import ConcordError
from queries.minutes import Entry
from queries.selection import Selection
from queries.store import Store
from spend.result import Table, TableColumn

State = Literal["live", "expired", "revoked"]

SAYS = ("title", "page", "sentence", "expires_at")  # what the entry of a link says
DEFAULT_DAYS, MOST_DAYS = 14, 90
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 random bytes, as secrets.token_urlsafe writes them


@dataclass(frozen=True)
class Link:
    """One guest link: what it shows, who issued it, until when it opens, and how often it did."""

    name: str  # the hash of its token
    title: str
    page: str
    sentence: str
    address: str  # the pinned link of the view it shows
    by: str
    team: str
    issued_at: datetime
    expires_at: datetime
    state: State
    revoked_by: str
    openings: int
    last_opened: datetime | None

    @property
    def revoking(self) -> str:
        """The request that ends it: the same for whoever presses twice."""
        return f"revoke:{self.name}"


def token_hash(token: str) -> str:
    """What is kept of a token.

    >>> token_hash("abc")[:12]
    'ba7816bf8f01'
    """
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(text: str) -> bool:
    """Whether a text can be a token at all: nothing else is ever looked for.

    >>> is_token("a" * 43), is_token("a" * 42), is_token("../" * 14 + "a")
    (True, False, False)
    """
    return TOKEN.fullmatch(text) is not None


def expiry(now: datetime, days: int) -> datetime:
    """When a link that is issued ``now`` (UTC) for so many days ends.

    Raises ``ConcordError`` for fewer days than 1 or more than 90.

    >>> expiry(datetime(2026, 11, 22, 9, 30), 14)
    datetime.datetime(2026, 12, 6, 9, 30)
    """
    if not 1 <= days <= MOST_DAYS:
        raise ConcordError(f"a guest link is for 1 to {MOST_DAYS} days")
    return now + timedelta(days=days)


def body(title: str, page: str, sentence: str, expires_at: datetime) -> Mapping[str, str]:
    """What the entry of a link says of what it shows."""
    return {
        "title": title,
        "page": page,
        "sentence": sentence,
        "expires_at": expires_at.isoformat(),
    }


@dataclass(frozen=True)
class Issued:
    """A link's entry, and the one that revokes it, if any."""

    entry: Entry
    revoked: Entry | None


def issued(store: Store, selection: Selection) -> tuple[Issued, ...]:
    """Every link that was ever issued, the newest first. Read it as at the latest moment: what was
    revoked since an earlier one opens nothing."""
    with store.reader(selection.as_of) as reader:
        revoked = {entry.name: entry for entry in reader.entries(guests.REVOCATION)}
        found = [Issued(each, revoked.get(each.name)) for each in reader.entries(guests.LINK)]
    return tuple(reversed(found))


def links(
    found: Sequence[Issued], openings: Mapping[str, guests.Openings], now: datetime
) -> tuple[Link, ...]:
    """Each link with its state at ``now`` (UTC), and how often it was opened by then; an entry
    that does not say what a link is for is left out."""
    made = (_link(each, openings.get(each.entry.name), now) for each in found)
    return tuple(one for one in made if one)


def _link(one: Issued, opened: guests.Openings | None, now: datetime) -> Link | None:
    entry, revoked = one.entry, one.revoked
    title, page, sentence, until = (entry.body.get(name) for name in SAYS)
    expires_at = _moment(until)
    if not (isinstance(title, str) and isinstance(page, str) and isinstance(sentence, str)):
        return None
    if expires_at is None:
        return None
    return Link(
        name=entry.name,
        title=title,
        page=page,
        sentence=sentence,
        address=entry.link,
        by=entry.recorded_by,
        team=entry.team,
        issued_at=entry.recorded_at,
        expires_at=expires_at,
        state="revoked" if revoked else "live" if now < expires_at else "expired",
        revoked_by=revoked.recorded_by if revoked else "",
        openings=opened.count if opened else 0,
        last_opened=opened.last if opened else None,
    )


def _moment(text: object) -> datetime | None:
    """A moment as an entry keeps it, without a time zone: it is in UTC."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo is None else None


def table(found: Sequence[Link]) -> Table:
    """Links as rows: what each shows, who issued it, until when, and how often it was opened."""
    columns = (
        TableColumn("title", "Page", "text"),
        TableColumn("state", "State", "text"),
        TableColumn("openings", "Openings", "count"),
        TableColumn("last", "Last opened", "text"),
        TableColumn("until", "Opens until", "text"),
        TableColumn("by", "Issued by", "text"),
        TableColumn("issued", "Issued", "text"),
        TableColumn("sentence", "What it shows", "text"),
    )
    rows = (
        (one.title, f"revoked by {one.revoked_by}" if one.revoked_by else one.state, one.openings,
         moment(one.last_opened), moment(one.expires_at), one.by, moment(one.issued_at),
         one.sentence)
        for one in found
    )  # fmt: skip
    return Table("guests", "Guest links", columns, tuple(rows))


def moment(at: datetime | None) -> str:
    """A moment (UTC) in words.

    >>> moment(datetime(2026, 12, 6, 9, 30)), moment(None)
    ('6 December 2026, 09:30', '')
    """
    return f"{at:%-d %B %Y, %H:%M}" if at else ""


def opened(store: Store, token: str, now: datetime, opening: Callable[[], str]) -> str | None:
    """The page that a token opens at ``now`` (UTC), once its opening is written down; ``None``
    where it opens nothing, for whatever reason. ``opening`` gives a unique id."""
    if not is_token(token):
        return None
    name = token_hash(token)
    html = guests.page(store, name, now)
    if html is not None:
        guests.record_opening(store, name, opening(), now)
    return html

"""Guest links: issued, listed, opened, ended; on both engines, and never with their token."""

import secrets
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from queries import guests as kept
from queries import minute_tables
from queries.errors import ConcordError
from queries.minutes import Draft
from queries.selection import Selection
from queries.store import Store
from spend import guests
from spend.guests import Link
from tests.conftest import NOW

HTML = "<!DOCTYPE html><p>Spend is €1.2 M.</p>"


def give(store: Store, days: int = 14, now: datetime = NOW, html: str = HTML) -> str:
    """Issue a link to an invented page; gives its token."""
    token = secrets.token_urlsafe(32)
    body = guests.body("Budget", "budget", "All of it.", guests.expiry(now, days))
    draft = Draft(secrets.token_hex(8), kept.LINK, guests.token_hash(token), body,
                  "http://localhost/budget?as_of=1.1", "finance", "Ann")  # fmt: skip
    kept.issue(store, html, draft, 0, now)
    return token


def end(store: Store, token: str, by: str = "Bea") -> None:
    """Revoke a link."""
    name = guests.token_hash(token)
    draft = Draft(f"revoke:{name}", kept.REVOCATION, name, {}, "", "procurement", by)
    store.record(draft, 0, NOW)


def seen(store: Store, token: str, now: datetime = NOW) -> str | None:
    return guests.opened(store, token, now, lambda: secrets.token_hex(16))


def listed(store: Store, now: datetime = NOW) -> tuple[Link, ...]:
    return guests.links(guests.issued(store, Selection()), kept.openings(store), now)


def test_a_link_opens_its_page_until_it_expires(store: Store) -> None:
    token = give(store, days=14)
    assert seen(store, token) == HTML
    assert seen(store, token, NOW + timedelta(days=14, seconds=-1)) == HTML
    assert seen(store, token, NOW + timedelta(days=14)) is None


def test_a_revoked_link_opens_nothing_at_once_and_is_revoked_once(store: Store) -> None:
    token, other = give(store), give(store)
    end(store, token)
    end(store, token)
    assert seen(store, token) is None
    assert seen(store, other) == HTML
    with pytest.raises(ConcordError, match="Bea was quicker"):
        end(store, token, by="Cal")
    (live, revoked) = listed(store)
    assert (live.state, revoked.state, revoked.revoked_by) == ("live", "revoked", "Bea")


def test_every_opening_is_counted_and_no_other_link_is(store: Store) -> None:
    token, other = give(store), give(store)
    assert [one.openings for one in listed(store)] == [0, 0]
    later = NOW + timedelta(hours=1)
    for at in (NOW, NOW, later):
        assert seen(store, token, at)
    newest, oldest = listed(store)
    assert (newest.openings, newest.last_opened) == (0, None)
    assert (oldest.openings, oldest.last_opened) == (3, later)
    assert seen(store, other + "x") is None
    assert seen(store, token, NOW + timedelta(days=15)) is None
    assert [one.openings for one in listed(store)] == [0, 3]


@pytest.mark.parametrize("days", [0, -1, 91, 10_000])
def test_a_link_is_for_1_to_90_days(store: Store, days: int) -> None:
    with pytest.raises(ConcordError, match="1 to 90 days"):
        give(store, days=days)
    assert listed(store) == ()


def test_the_same_request_is_one_link_and_its_page_never_changes(store: Store) -> None:
    token, draft = secrets.token_urlsafe(32), None
    body = guests.body("Budget", "budget", "", guests.expiry(NOW, 1))
    for html in (HTML, "<p>Something else</p>"):
        draft = Draft("r", kept.LINK, guests.token_hash(token), body, "", "finance", "Ann")
        kept.issue(store, html, draft, 0, NOW)
    assert len(listed(store)) == 1
    assert seen(store, token) == HTML


def test_the_same_request_with_another_token_keeps_no_page(store: Store) -> None:
    tokens = [secrets.token_urlsafe(32) for _ in range(2)]
    body = guests.body("Budget", "budget", "", guests.expiry(NOW, 1))
    for token in tokens:
        draft = Draft("r", kept.LINK, guests.token_hash(token), body, "", "finance", "Ann")
        kept.issue(store, HTML, draft, 0, NOW)
    assert [seen(store, token) for token in tokens] == [HTML, None]
    with store.minutes.connect() as book:
        assert len(book.execute(select(minute_tables.guest_page)).all()) == 1


def test_a_link_and_its_page_are_written_together_or_not_at_all(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(kept, "insert", broken)
        with pytest.raises(OSError, match="disk"):
            give(store)
    assert listed(store) == ()
    with store.minutes.connect() as book:
        assert book.execute(select(minute_tables.guest_page)).all() == []


def test_the_token_is_nowhere_in_the_store(store: Store) -> None:
    token = give(store)
    seen(store, token)
    end(store, token)
    with store.minutes.connect() as book:
        rows = [book.execute(select(t)).all() for t in minute_tables.metadata.sorted_tables]
    assert token not in repr(rows)
    assert guests.token_hash(token) in repr(rows)
    for path in store.home.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path


def test_only_what_can_be_a_token_is_looked_for(store: Store) -> None:
    store.close()  # whoever looks into it now fails
    for text in ("", ":token", "a" * 42, "a" * 44, "é" * 43, "../" * 14 + "a", "a" * 42 + "\n"):
        assert seen(store, text) is None


def test_links_stand_as_rows_for_those_who_review_them(store: Store) -> None:
    token = give(store)
    seen(store, token)
    end(store, give(store))
    table = guests.table(listed(store))
    states = [dict(zip([c.key for c in table.columns], row, strict=True)) for row in table.rows]
    assert [row["state"] for row in states] == ["revoked by Bea", "live"]
    assert (states[1]["openings"], states[1]["last"]) == (1, guests.moment(NOW))

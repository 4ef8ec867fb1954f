"""Guest links: this page, frozen, for somebody without an account; who has one, and its end."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from pages.parts import filters, frame, links, person, saving, store, tables, words
from pages.parts.frame import View
from queries.errors import ConcordError
from queries.guests import LINK, REVOCATION, issue, openings
from queries.selection import Selection
from spend import guests
from spend.guests import Link
from spend.outputs import guest
from spend.result import Report
from spend.sentences import count

MADE, SAID = "share_made", "share_said"
FROZEN = (
    "For somebody without an account: this page as it stands here, and nothing else. Its figures "
    "stay as they are now, whatever is loaded later. Everybody who has the link can open it."
)
ONCE = "Copy it now: only its fingerprint is kept, so that it cannot be shown again."


@dataclass(frozen=True)
class Made:
    """A link that was just made, and of which view: its address."""

    view: str
    token: str


def menu(report: Report) -> None:
    """A form that gives this page away, and the links to it that open at this moment."""
    with st.popover("Share", icon=":material/share:", type="tertiary", key="share"):
        st.markdown("**A link for a guest**")
        st.caption(FROZEN)
        live = [one for one in _links() if one.state == "live"]
        if (made := _made(live)) is not None:
            _show(made)
        else:
            _ask(report)
        live = [one for one in live if one.page == report.name]
        if live:
            st.markdown("**Links to this page that open now**")
        _rows(live)


def all_links() -> None:
    """Every guest link ever issued, of all pages, with its state and how often it was opened;
    folded, and read once it is unfolded."""
    fold = st.expander("Guest links, of every page", on_change="rerun", key="every_guest")
    if not fold.open:
        return
    with fold:
        found = _links()
        if not found:
            st.caption("Nobody has been given a guest link yet.")
            return
        _rows([one for one in found if one.state == "live"], "every")
        tables.show(guests.table(found), "", most_rows=10)


def _links() -> tuple[Link, ...]:
    """Every link at the newest moment, on a pinned view too; openings are counted at once."""
    issued = store.written(guests.issued, frame.view().latest, Selection())
    return guests.links(issued, openings(store.store()) if issued else {}, store.now())


def _ask(report: Report) -> None:
    """How long the link is to open, and the button that makes it."""
    st.number_input("For how many days", 1, guests.MOST_DAYS, guests.DEFAULT_DAYS, key="share_days")
    st.button(
        "Make a link", icon=":material/add_link:", key="share_make",
        on_click=_issue, args=(uuid.uuid4().hex, report, frame.view()),
    )  # fmt: skip
    if said := st.session_state.pop(SAID, None):
        st.markdown(words.plain(said))


def _made(live: Sequence[Link]) -> Made | None:
    """The link that was just made of this view; it is forgotten once the view is another, or it
    opens nothing any more."""
    made: Made | None = st.session_state.get(MADE)
    if made is None:
        return None
    opens = guests.token_hash(made.token) in {one.name for one in live}
    if not opens or made.view != links.of(frame.view().selection):
        del st.session_state[MADE]
        return None
    return made


def _show(made: Made) -> None:
    """A new link, this once."""
    st.code(links.address({}, f"guest/{made.token}"), language=None, wrap_lines=True)
    st.caption(ONCE)
    st.button("Make another", icon=":material/add_link:", type="tertiary", key="share_another",
              on_click=st.session_state.pop, args=(MADE, None))  # fmt: skip


def _rows(live: Sequence[Link], key: str = "own") -> None:
    """Links that open now, each with the button that ends it."""
    saving.said(REVOCATION)
    for number, one in enumerate(live):
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"guests_{key}_{number}"
        ):
            st.markdown(_line(one), width="stretch")
            saving.press(
                f"revoke_{key}_{one.name[:12]}", "Revoke", ":material/link_off:", REVOCATION,
                one.name, {}, told="It opens nothing any more, at once.", request=one.revoking,
            )  # fmt: skip


def _line(one: Link) -> str:
    opened = f"opened {count(one.openings, 'time', 'times')}" if one.openings else "not opened yet"
    last = f", last on {guests.moment(one.last_opened)}" if one.last_opened else ""
    said = f"by {one.by} · until {guests.moment(one.expires_at)} UTC · {opened}{last}"
    return f"{words.plain(f'{one.title}: {one.sentence}')}  \n:small[{words.plain(said)}]"


def _issue(request: str, report: Report, view: View) -> None:
    """Make a link, its entry and its page; the second click of two finds that it is done."""
    state = st.session_state
    if MADE in state:
        return
    if view is not frame.view():  # what was pressed belongs to another view than what is recorded
        state[SAID] = "No link was made: the page was just being drawn anew. Press again."
        return
    now, who, token = store.now(), person.here(), secrets.token_urlsafe(32)
    try:
        expires_at = guests.expiry(now, int(state.get("share_days") or 0))
    except ConcordError as error:
        state[SAID] = f"No link was made: {error}."
        return
    html = guest.page(report, guest.Issue(
        by=who.name,
        expires_at=expires_at,
        link=links.of(replace(view.selection, as_of=view.at.pin)),
        loaded_at=store.loaded_at(view.at),
        names=filters.period_names(view.choices),
    ))  # fmt: skip
    body = guests.body(report.title, report.name, report.sentence, expires_at)
    write = partial(issue, store.store(), html)
    if failed := saving.record(request, LINK, guests.token_hash(token), body, write):
        state[SAID] = failed
    else:
        state[MADE] = Made(links.of(view.selection), token)

"""The store behind the pages: opened once a server, read as at one load once a rerun.

A report is kept by what it depends on: the load, the entry of the minutes, the selection, and the
page's own controls. "Latest" becomes a number at the start of a rerun, so that no page mixes loads.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar, cast

import streamlit as st

from queries import batches
from queries.selection import Choices, Pin, Selection
from queries.store import Store, open_store
from queries.window import read_choices

P = ParamSpec("P")
T = TypeVar("T")
Reading = Callable[Concatenate[Store, Selection, P], T]


@dataclass(frozen=True)
class Moment:
    """The load and the entry of the minutes that one rerun reads.

    ``shaping`` is the last entry that a report may be made from: what people say about figures
    makes no report anew.
    """

    batch: int
    minute: int
    shaping: int

    @property
    def pin(self) -> Pin:
        return Pin(self.batch, self.minute)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The one store of this server."""
    return open_store()


def moment(pin: Pin | None = None) -> Moment:
    """The latest moment of the store, or a pinned one."""
    with store().reader(pin) as reader:
        return Moment(reader.batch, reader.minute, reader.shaping_minute)


def now() -> datetime:
    """This moment in UTC, as the store writes moments."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def loaded_at(at: Moment) -> datetime:
    """When the load of a moment was made."""
    return _loaded_at(str(store().home), at.batch)


@st.cache_resource(max_entries=64, show_spinner=False)
def _loaded_at(home: str, batch: int) -> datetime:
    with store().reader(Pin(batch)) as reader:
        when: datetime = batches.batches(reader)["loaded_at"].iloc[0].to_pydatetime()
    return when


def choices(at: Moment) -> Choices:
    """What can be chosen as at a moment."""
    return _choices(str(store().home), at.batch, at.minute)


@st.cache_resource(max_entries=16, show_spinner=False)
def _choices(home: str, batch: int, minute: int) -> Choices:
    with store().reader(Pin(batch, minute) if batch else None) as reader:
        return read_choices(reader)


def report(
    make: Reading[P, T], at: Moment, selection: Selection, *args: P.args, **controls: P.kwargs
) -> T:
    """What ``make`` says of a selection at a moment, kept for whoever asks the same.

    It must not read what is said about figures (``queries.minutes.SAYING``); ``written`` may.
    """
    return _made(make, at, at.shaping, selection, *args, **controls)


def written(
    make: Reading[P, T], at: Moment, selection: Selection, *args: P.args, **controls: P.kwargs
) -> T:
    """As ``report``, for what is made from the minutes: anew after every entry."""
    return _made(make, at, at.minute, selection, *args, **controls)


def _made(
    make: Reading[P, T],
    at: Moment,
    minute: int,
    selection: Selection,
    *args: P.args,
    **controls: P.kwargs,
) -> T:
    name = f"{make.__module__}.{make.__qualname__}"
    asked = f"{store().home} {name} {selection!r} {args!r} {sorted(controls.items())!r}"
    pinned = replace(selection, as_of=at.pin if at.batch else None)

    def compute() -> object:
        return make(store(), pinned, *args, **controls)

    return cast(T, _kept(asked, at.batch, minute, compute))


# A selection keeps three or four answers, and fifty people make some hundred selections a minute.
@st.cache_resource(max_entries=2048, show_spinner=False)
def _kept(asked: str, batch: int, minute: int, _compute: Callable[[], object]) -> object:
    return _compute()

"""How long reports take: cold, warm, and with more filters than one."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from bench.places import Bench
from bench.selections import Narrowing, drawn
from bench.timing import timed
from queries.errors import ConcordError
from queries.selection import Choices, Pin, Selection
from queries.store import Reader, Store
from queries.window import read_choices
from spend import approvals, paths, stock, stock_tried, terms
from spend.reports import REPORTS
from spend.stock_choice import Trial

SELECTIONS = 20
UNNARROWED = ("data", "review")  # the same for every selection: asked less often
FEW = 3
SEED = 9
Notify = Callable[[str], None]


def _stock_page(store: Store, selection: Selection) -> None:
    stock.report(store, selection)
    stock_tried.tried(store, selection, Trial())
    stock_tried.policies(store, selection)


def _terms_page(store: Store, selection: Selection) -> None:
    terms.report(store, selection)
    terms.suppliers(store, selection)
    terms.scenarios(store, selection)


def _approvals_page(store: Store, selection: Selection) -> None:
    approvals.shown(store, selection)
    paths.told(store, selection)
    approvals.way(store, selection, told="", map_share="5")


def _review(store: Store, selection: Selection) -> None:
    REPORTS["review"](store, selection, today=date(2026, 11, 2))


# Every report; and of pages that ask for more than their report, or for less, what they ask for.
ASKED: Mapping[str, Callable[[Store, Selection], Any]] = {
    **{name: make for name, make in REPORTS.items() if name not in ("definitions", "review")},
    "review": _review,
    "stock, with its what-if": _stock_page,
    "terms, with its what-if": _terms_page,
    "approvals, as its page": _approvals_page,
}
# Stock knows neither suppliers nor cost centres; a supplier's page is of a supplier.
STOCK = Narrowing(("category", "item"))
NARROWED: Mapping[str, Narrowing] = {
    "stock": STOCK,
    "stock, with its what-if": STOCK,
    "supplier": Narrowing(always=("supplier",)),
}


@dataclass(frozen=True)
class Timed:
    """The milliseconds of one report over its selections."""

    cold: list[float]
    cpu: list[float]  # of the whole process, cold
    statements: list[int]  # how many selects each cold one sent
    in_store: list[float]  # the milliseconds that they took, with the rows brought over
    warm: list[float]  # what the app's cache adds, the same asked again
    other: list[float]
    errors: list[str]  # what a report said instead of its figures; its time counts all the same


def measured(bench: Bench, notify: Notify, count: int = SELECTIONS) -> dict[str, dict[str, Any]]:
    """Every report of a store: see ``Timed``."""
    found = {}
    with bench.store() as store, _app(bench) as app:
        with store.reader() as reader:
            choices, pin = read_choices(reader), Pin(reader.batch, reader.minute)
        for name, make in ASKED.items():
            asked = min(count, FEW) if name in UNNARROWED else count
            took = _report(store, app, name, make, choices, pin, asked)
            found[name] = vars(took)
            notify(f"{name}: {sorted(took.cold)[len(took.cold) // 2]:.0f} ms")
    return found


def _report(
    store: Store,
    app: Any,
    name: str,
    make: Callable[[Store, Selection], Any],
    choices: Choices,
    pin: Pin,
    count: int,
) -> Timed:
    """One report over as many selections, each its own, and then the same again in the app."""
    narrowing, took = NARROWED.get(name, Narrowing()), Timed([], [], [], [], [], [], [])

    def asked(store: Store, selection: Selection) -> None:
        try:
            make(store, selection)
        except ConcordError as error:
            took.errors.append(f"{error}: {selection}")

    seen = [*islice(drawn(choices, pin, SEED, narrowing.simple), count)]
    for selection in seen:
        before = time.process_time()
        with selects() as sent:
            took.cold.append(timed(partial(asked, store, selection))[0])
        took.cpu.append((time.process_time() - before) * 1000)
        took.statements.append(len(sent))
        took.in_store.append(sum(sent))
    for selection in seen[: max(1, count // 4)] if not took.errors else ():
        shown = partial(_shown, app, make, replace(selection, as_of=None))
        shown()
        took.warm.append(timed(shown)[0])
    for selection in islice(drawn(choices, pin, SEED + 1, narrowing.other), count):
        took.other.append(timed(partial(asked, store, selection))[0])
    return took


@contextmanager
def selects() -> Iterator[list[float]]:
    """The milliseconds of every select that reports send while the block runs."""
    sent: list[float] = []
    before = {name: getattr(Reader, name) for name in ("frame", "rows")}

    def watched(read: Callable[[Reader, Any], Any]) -> Callable[[Reader, Any], Any]:
        def reading(reader: Reader, statement: Any) -> Any:
            took, found = timed(lambda: read(reader, statement))
            sent.append(took)
            return found

        return reading

    for name, read in before.items():
        setattr(Reader, name, watched(read))
    try:
        yield sent
    finally:
        for name, read in before.items():
            setattr(Reader, name, read)


def _shown(app: Any, make: Callable[[Store, Selection], Any], selection: Selection) -> None:
    """What a rerun of a page asks of the app's cache: the moment, and the report of it."""
    app.report(make, app.moment(), selection)


@contextmanager
def _app(bench: Bench) -> Iterator[Any]:
    """The store behind the pages, opened on a bench as the server would."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    before = {name: os.environ.get(name) for name in ("CONCORD_HOME", "CONCORD_STORE")}
    os.environ |= {"CONCORD_HOME": str(bench.home), "CONCORD_STORE": bench.url}
    import streamlit as st

    from pages.parts import store as app

    st.cache_resource.clear()
    try:
        yield app
    finally:
        app.store().close()
        st.cache_resource.clear()
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

"""Explain this item: why it has the stock that it has, from its own numbers, so that nobody has to
take the safety stock on trust.

The sentences, the formula filled in, the numbers that go into it, the demand and the lead times
behind them, what the policy would have given, and how else the same record can be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from queries import stock, stock_demand
from queries.errors import ConcordError
from queries.selection import Selection
from queries.store import Store
from spend.demand import demand_statistics
from spend.demand_bucket import BUCKET_DAYS
from spend.expected_demand import expected_demand, with_estimation_error
from spend.lead_time import LEAST_ORDERS
from spend.money import share
from spend.result import Chart, Fact, Note
from spend.stock_book import StockBook
from spend.stock_explain_charts import charts
from spend.stock_explain_formula import formula, formula_reason
from spend.stock_explain_item import (
    ItemRecord,
    item_record,
    many,
    on_other_demand,
    quantity,
)
from spend.stock_explain_words import ItemWords
from spend.stock_plan import stock_plan
from spend.stock_policy import stock_level
from spend.stock_reading import StockReading
from spend.stock_replay import first_part, too_short, whole_periods
from spend.stock_replay_item import ItemReplay, item_replay
from spend.stock_target import LEVELS, percent


@dataclass(frozen=True)
class Explanation:
    """One item at one site, explained.

    ``formula``: LaTeX; "" where there is none, and ``formula_reason`` says why. ``steps``: the
    numbers used; one without a unit is words, in its meaning. ``charts``: "demand" and
    "lead_time". ``replay``: what the policy would have given, or why nobody can tell.
    ``second_readings``: required safety stock by other readings of the same record, in no figure.
    """

    item_id: str
    site: str
    title: str
    paragraph: str
    notes: tuple[Note, ...]
    formula: str
    formula_reason: str
    steps: tuple[Fact, ...]
    charts: tuple[Chart, ...]
    replay: str
    second_readings: tuple[Fact, ...]


def explain(store: Store, selection: Selection, item_id: str, site: str) -> Explanation:
    """One item at one site of a selection, as at its load.

    Raises ``ConcordError`` where the selection has no such item with a count or demand there.
    """
    with store.reader(selection.as_of) as reader:
        book = StockBook.read(reader, selection)
        if selection.item and item_id not in selection.item:
            raise _unheard_of(item_id, site)
        if item_id in book.choices.options["item"]:
            # One item is read faster than all: sums over all demand are of the company anyway.
            book = replace(book, selection=replace(selection, item=(item_id,)))
        return explained(StockReading.of(book), item_id, site)


def explained(reading: StockReading, item_id: str, site: str) -> Explanation:
    """One item at one site of a reading whose store is still open; raises as ``explain`` does."""
    items, book = reading.items, reading.book
    found = np.flatnonzero((items.item_id == item_id) & (items.site == site))
    if not found.size:
        raise _unheard_of(item_id, site)
    return explanation(
        reading,
        int(found[0]),
        stock_demand.item_demand(book.reader, item_id, book.position),
        stock.item_counts(book.reader, item_id, book.position),
        stock.item_lead_times(book.reader, item_id, book.position),
    )


def explanation(
    reading: StockReading,
    place: int,
    demand_rows: pd.DataFrame,
    counts: pd.DataFrame,
    lead_time_rows: pd.DataFrame,
) -> Explanation:
    """The item at ``place`` of a reading, from its rows as ``queries`` gives them."""
    record = item_record(reading, place, demand_rows, counts, lead_time_rows)
    words = ItemWords(record)
    why = formula_reason(record)
    return Explanation(
        item_id=record.word("item_id"),
        site=record.word("site"),
        title=words.title(),
        paragraph=words.paragraph(),
        notes=words.notes(),
        formula="" if why else formula(record),
        formula_reason=why,
        steps=tuple(_steps(record, words)),
        charts=charts(record),
        replay=replay_sentence(record, words),
        second_readings=() if why else tuple(_second_readings(record)),
    )


def _unheard_of(item_id: str, site: str) -> ConcordError:
    where = f" at {site}" if site else ""
    return ConcordError(f"this selection has no item {item_id}{where} with a count or demand")


# --- The numbers used -----------------------------------------------------------------------------


def _steps(record: ItemRecord, words: ItemWords) -> Iterator[Fact]:
    kind = record.kind
    if kind and record.number("statistics.periods") > 0:
        yield from _of_demand(record, kind)
    yield from _of_time(record, kind or "day")
    target, level = words.target
    yield Fact("Target", level, "share", f"{LEVELS[target]}, {record.word('target_source')}")
    yield from _of_orders(record)
    if not record.plan.unknown[record.place]:
        yield from _of_levels(record)


def _of_demand(record: ItemRecord, kind: str) -> Iterator[Fact]:
    periods = record.number("statistics.periods")
    over = f"over {many(periods, kind)}, those without demand included"
    yield _fact(f"Mean demand a {kind}", record.number("statistics.mean"), over)
    sd = np.sqrt(record.number("statistics.variance"))
    unspread = f"one {kind} has no spread: it counts as none" if np.isnan(sd) else over
    yield _fact(f"Its standard deviation a {kind}", sd, unspread)
    if record.number("statistics.demands") > 0:
        yield _fact(f"{kind.capitalize()}s per demand", record.number("statistics.adi"), "ADI")
        yield _fact("Mean size of a demand", record.number("statistics.size_mean"), "")
        cv2 = record.number("statistics.cv2")
        once = "wanted once: unknown, and counts as even" if np.isnan(cv2) else "CV²"
        yield _fact("Unevenness of sizes", cv2, once)


def _of_time(record: ItemRecord, kind: str) -> Iterator[Fact]:
    days, spread = (record.number(f"lead_time.{n}") for n in ("days", "spread_days"))
    source = record.word("lead_time.source")
    known = not np.isnan(days)
    long = BUCKET_DAYS[kind]
    words = f"{many(days, 'day')}, {source}" if known else "not known"
    yield _fact(f"Lead time, {kind}s", days / long, words)
    orders = record.number("lead_time.orders")
    took = f"sample standard deviation of {many(orders, 'order')}, in days {quantity(spread)}"
    few = f"{many(orders, 'order')} came in and {LEAST_ORDERS} are needed: none is reckoned with"
    yield _fact(
        f"Spread of the lead time, {kind}s", spread / long, took if orders >= LEAST_ORDERS else few
    )
    review = record.number("review_days")
    looked = f"looked at every {many(review, 'day')}" if review else "looked at all the time"
    yield _fact(f"Review period, {kind}s", review / long, looked)


def _of_orders(record: ItemRecord) -> Iterator[Fact]:
    economic, minimum = record.planned("economic_quantity"), record.number("minimum_order")
    lacking = "order cost, holding rate or unit cost is not known" if np.isnan(economic) else ""
    yield _fact("Economic order quantity", economic, lacking)
    yield _fact("Minimum order", minimum, "not known" if np.isnan(minimum) else "")
    lot = record.planned("order_quantity")
    yield _fact("Order quantity", lot, "not known" if np.isnan(lot) else "the larger of both")


def _of_levels(record: ItemRecord) -> Iterator[Fact]:
    mean = record.number("statistics.mean") * record.protection
    yield _fact("Demand to expect over lead time and review", mean, "")
    label = "Level to order up to" if record.up_to else "Reorder point"
    yield _fact(label, record.planned("level"), "")
    yield _fact(
        "Required safety stock", record.planned("safety_stock"), "the level less that demand"
    )
    yield Fact("Method", None, "", str(record.plan.reason[record.place]))


def _fact(label: str, value: float, meaning: str) -> Fact:
    return Fact(label, None if np.isnan(value) else float(value), "number", meaning)


# --- What the policy would have given -------------------------------------------------------------


def replay_sentence(record: ItemRecord, words: ItemWords) -> str:
    """What the policy, set on the first part of the record, would have given on the rest."""
    periods, kind = len(record.series), record.kind
    if words.unknown:
        return f"Nobody can tell what the policy would have given: {words.unknown}."
    if why := too_short(periods, kind):
        return why
    first = first_part(periods)
    found = replayed(record)
    if found.fill_rate is None or found.average_stock is None:
        return found.reason
    return (
        f"Set on the first {many(first, kind)} and replayed on the last {many(found.periods, kind)}"
        f" (with a look at the shelf once a {kind} or less often), this policy would have served "
        f"{share(found.fill_rate, 0)} of demand with {words.units(round(found.average_stock, 1))} "
        "on hand on average."
    )


def replayed(record: ItemRecord) -> ItemReplay:
    """The item's own policy, set on the first part of its record and replayed on the last.

    A record by buckets says nothing of the days between: lead times are rounded up to whole
    buckets, and stock is reviewed once a bucket or less often, when levels are set as well.
    """
    first, long = first_part(len(record.series)), BUCKET_DAYS[record.kind]
    lead = float(whole_periods(record.planned("lead_time")))
    review = max(float(whole_periods(record.planned("review_period"))), 1.0)
    items = on_other_demand(record, demand_statistics(record.series[None, :first]))
    times = replace(items.lead_time, days=np.array([lead * long]))
    plan = stock_plan(replace(items, lead_time=times, review_days=np.array([review * long])))
    if plan.distribution[0] == "none":
        nothing = f"Not wanted in the first {many(first, record.kind)}: no policy could be set."
        return ItemReplay(reason=nothing)
    level, lot = float(plan.level[0]), float(plan.order_quantity[0])
    to_level = bool(plan.up_to[0]) and not np.isnan(lot)
    return item_replay(
        record.series,
        reorder_point=0.0 if to_level else level,
        order_quantity=lot,
        lead_time=lead,
        review_period=review,
        order_up_to=level if to_level else np.nan,
        period=record.kind,
    )


# --- Second readings ------------------------------------------------------------------------------


def _second_readings(record: ItemRecord) -> Iterator[Fact]:
    yield _without_empty(record)
    yield _with_error(record)


def _without_empty(record: ItemRecord) -> Fact:
    """Required safety stock if buckets with an empty shelf say nothing of demand."""
    label, empty = f"Without {record.kind}s in which the shelf was empty", int(record.empty.sum())
    if not empty:
        return Fact(label, None, "number", "second reading: no such count in the record")
    past = demand_statistics(record.series[None, :], record.empty[None, :])
    if not past.periods[0] > 0:
        return Fact(label, None, "number", f"second reading: that leaves no {record.kind} at all")
    plan = stock_plan(on_other_demand(record, past))
    meaning = (
        f"second reading, in no figure: required safety stock with {many(empty, record.kind)} "
        f"left out (the mean is then {quantity(past.mean[0])} a {record.kind})"
    )
    return _fact(label, float(plan.safety_stock[0]), meaning)


def _with_error(record: ItemRecord) -> Fact:
    """Required safety stock if it is allowed for how little of the item's demand was seen."""
    alone, place = record.alone, np.array([record.place])
    plan = record.plan
    demand = with_estimation_error(
        expected_demand(alone.statistics), alone.statistics, record.series[None, :],
        plan.protection[place],
    )  # fmt: skip
    words = ItemWords(record)
    kind, target = words.target
    level = stock_level(
        demand, plan.distribution[place], plan.lead_time[place], record.lot,
        service_level=target if kind == "service_level" else None,
        fill_rate=target if kind == "fill_rate" else None,
        lead_time_sd=plan.lead_time_sd[place], review_period=plan.review_period[place],
    )  # fmt: skip
    safety = max(float(level[0] - demand.mean[0] * record.protection), 0.0)
    meaning = (
        "second reading, in no figure: required safety stock if it allows for a mean known from "
        f"{many(record.number('statistics.periods'), record.kind)} only "
        f"(give or take {percent(round(float(demand.mean_error[0]), 3))}), from its own record"
    )
    return _fact("With an allowance for how little was seen", safety, meaning)

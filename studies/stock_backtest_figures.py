"""The figures of the back-test on three years of weekly demand for spare parts."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from spend.arguments import Flags, Floats
from spend.policy_comparison import (
    Comparison,
    ItemTerms,
    chosen_policy,
    compare,
    past_of,
    replay,
    sba_rate,
    tsb_rate,
)

FIRST, LAST = date.fromisocalendar(2012, 1, 1), date.fromisocalendar(2014, 46, 1)
SET_ON = 100
REHEARSAL_SET_ON, REHEARSAL_END = 50, 100
TARGET = 0.95
ADVISED = "chosen_tsb_error"
WITH_SBA = "chosen_sba_error"
PERIODS_PER_YEAR = 52
DRAWN_WEEKS = 600
SEED = 20120102
FEW = 5  # demands in the first weeks


@dataclass(frozen=True)
class Parts:
    """The data set: weekly demand, items by weeks, and what ordering and holding them costs."""

    sku: tuple[str, ...]
    series: Floats
    terms: ItemTerms


@dataclass(frozen=True)
class Cause:
    """Items of one kind: how many, and their shares of what was demanded and of what was short."""

    name: str
    items: int
    of_demand: float
    of_short: float


@dataclass(frozen=True)
class UpToLevel:
    """Items that one way orders up to a level each week, where the others use reorder points.

    ``of_demand``: their share of demand by value in the last weeks; ``fill_rate``: theirs by value,
    by method; ``without``: that of all other items.
    """

    sku: tuple[str, ...]
    forecast: Floats
    order_quantity: Floats
    of_demand: float
    fill_rate: dict[str, float]
    without: dict[str, float]


@dataclass(frozen=True)
class Study:
    """What the page says.

    ``control``: fill rates by value, by method, were each item's weeks drawn at random from those
    its policy was set on; ``in_sample``: over those weeks as they came; ``expected``: by the model,
    of the distribution by class; ``full_shelf``: of the advised policy over the last weeks, begun
    with a full shelf; ``up_to_level``: by the ways that have such items, with estimation error.
    """

    parts: int
    weeks: int
    last: Comparison
    rehearsal: Comparison
    control: dict[str, float]
    in_sample: dict[str, float]
    expected: float
    full_shelf: float
    causes: tuple[Cause, ...]
    up_to_level: dict[str, UpToLevel]

    @property
    def rehearsed(self) -> str:
        """The way that the first weeks alone lead to: the best by value in the rehearsal."""
        results = self.rehearsal.results
        return max(results, key=lambda name: results[name].overall.fill_rate_by_value)


def read(folder: Path) -> Parts:
    """The two files of the folder; weeks that are not listed had no demand."""
    items = list(_rows(folder / "man_items.csv.gz"))
    row = {item["sku"]: number for number, item in enumerate(items)}
    weeks = (LAST - FIRST).days // 7 + 1
    days = [FIRST + timedelta(weeks=number) for number in range(weeks)]
    column = {f"{day:%G-W%V}": number for number, day in enumerate(days)}
    series = np.zeros((len(items), weeks))
    for line in _rows(folder / "man_weekly_demand_nonzero.csv.gz"):
        series[row[line["sku"]], column[line["iso_week"]]] = float(line["demand"])

    def of(name: str) -> Floats:
        return np.array([float(item[name]) for item in items])

    terms = ItemTerms(
        unit_cost=of("cost_price_eur"),
        order_cost=of("fixed_cost_per_order_eur"),
        holding_cost=of("inventory_cost_eur_per_unit_year"),
        lead_time=of("lead_time_weeks"),
        minimum_order=of("min_order_qty"),
        review_period=1,
        periods_per_year=PERIODS_PER_YEAR,
    )
    return Parts(tuple(row), series, terms)


def study(parts: Parts) -> Study:
    """All figures of the page."""
    last = compare(parts.series, SET_ON, parts.terms, TARGET)
    early = parts.series[:, :REHEARSAL_END]
    return Study(
        parts=len(parts.series),
        weeks=parts.series.shape[1],
        last=last,
        rehearsal=compare(early, REHEARSAL_SET_ON, parts.terms, TARGET),
        control=control(parts, last),
        in_sample=in_sample(parts, last),
        expected=expected(parts),
        full_shelf=full_shelf(parts, last),
        causes=causes(parts, last),
        up_to_level={name: up_to_level(parts, last, name) for name in (ADVISED, WITH_SBA)},
    )


def control(parts: Parts, last: Comparison) -> dict[str, float]:
    """The fill rate by value where demand is what policies were told: weeks drawn at random."""
    past, _ = past_of(parts.series, SET_ON, parts.terms)
    draws = np.random.default_rng(SEED).integers(0, SET_ON, (len(past.series), DRAWN_WEEKS))
    drawn = np.take_along_axis(past.series, draws, axis=1)
    return {
        name: replay(
            name, drawn, result.rule, past, TARGET, parts.terms, SET_ON
        ).overall.fill_rate_by_value
        for name, result in last.results.items()
    }


def in_sample(parts: Parts, last: Comparison) -> dict[str, float]:
    """The fill rate by value over the weeks that policies were set on, as they came."""
    past, _ = past_of(parts.series, SET_ON, parts.terms)
    return {
        name: replay(
            name, past.series, result.rule, past, TARGET, parts.terms, 0
        ).overall.fill_rate_by_value
        for name, result in last.results.items()
    }


def expected(parts: Parts) -> float:
    """The fill rate by value that the model expects of the policies by class, mean as forecast."""
    past, _ = past_of(parts.series, SET_ON, parts.terms)
    value = past.statistics.mean * past.unit_cost
    return float((chosen_policy(past, TARGET).expected_fill_rate * value).sum() / value.sum())


def full_shelf(parts: Parts, last: Comparison) -> float:
    """The advised policy's fill rate by value, had all of its usual position been on the shelf when
    the last weeks began."""
    past, known = past_of(parts.series, SET_ON, parts.terms)
    later, rule = parts.series[known, SET_ON:], last.results[ADVISED].rule
    result = replay(ADVISED, later, rule, past, TARGET, parts.terms, 0)
    return result.overall.fill_rate_by_value


def causes(parts: Parts, last: Comparison) -> tuple[Cause, ...]:
    """Which kinds of item the shortages of the advised policy are of; the kinds overlap."""
    past, known = past_of(parts.series, SET_ON, parts.terms)
    later = parts.series[known, SET_ON:]
    outcome = last.results[ADVISED].outcome
    demanded = outcome.demand * past.unit_cost
    short = (outcome.demand - outcome.served) * past.unit_cost
    kinds = {
        f"fewer than {FEW} demands in the first {SET_ON} weeks": past.statistics.demands < FEW,
        "demand a week more than doubled": later.mean(axis=1) > 2 * past.statistics.mean,
        "a week larger than any of the first": later.max(axis=1) > past.series.max(axis=1),
    }
    return tuple(
        Cause(
            name=name,
            items=int(kind.sum()),
            of_demand=float(demanded[kind].sum() / demanded.sum()),
            of_short=float(short[kind].sum() / short.sum()),
        )
        for name, kind in kinds.items()
    )


def up_to_level(parts: Parts, last: Comparison, way: str) -> UpToLevel:
    """The items that a way orders up to a level, and what the comparison is without them."""
    past, known = past_of(parts.series, SET_ON, parts.terms)
    chosen = ~np.isnan(last.results[way].rule.order_up_to)
    rate = {ADVISED: tsb_rate, WITH_SBA: sba_rate}[way](past)
    demanded = last.results[way].outcome.demand * past.unit_cost
    served = {name: each.outcome.served * past.unit_cost for name, each in last.results.items()}
    return UpToLevel(
        sku=tuple(parts.sku[place] for place in np.flatnonzero(known)[chosen]),
        forecast=rate[chosen],
        order_quantity=past.order_quantity[chosen],
        of_demand=float(demanded[chosen].sum() / demanded.sum()),
        fill_rate=_shares(served, demanded, chosen),
        without=_shares(served, demanded, ~chosen),
    )


def _shares(served: dict[str, Floats], demanded: Floats, items: Flags) -> dict[str, float]:
    total = demanded[items].sum()
    return {name: float(value[items].sum() / total) for name, value in served.items()}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)

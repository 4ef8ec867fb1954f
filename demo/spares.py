"""Spare parts: rare demand week by week, and the orders that keep them in stock."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from demo.dates import FIRST, THROUGH
from demo.draws import Array, generator
from demo.items import SPARE_PARTS

WEEKS = np.arange(FIRST, THROUGH + 1, 7)
DIES = np.datetime64("2025-07-28")  # after this week nobody needs the forgotten parts
FORGOTTEN = 7
SAFETY = 1.75  # standard deviations over the lead time


@dataclass(frozen=True)
class Spares:
    """Demand by item and week, the stock each starts with, and what was ordered when."""

    items: pd.DataFrame
    demand: Array
    opening: Array
    ordered: Array


def _demand(items: pd.DataFrame) -> Array:
    """Most weeks nothing; now and then a few at once. Dear parts are needed less often."""
    rng = generator("spare demand")
    size = len(items)
    chance = np.clip(rng.lognormal(np.log(0.085), 0.6, size), 0.035, 0.5)
    mean = np.clip(rng.lognormal(np.log(5.5), 0.6, size) * (160 / items["price"]) ** 0.45, 1, 60)
    needed = rng.random((size, len(WEEKS))) < chance[:, None]
    amounts = 1 + rng.geometric(1 / np.maximum(mean, 1.01), (len(WEEKS), size)).T - 1
    found = np.where(needed, amounts, 0)
    forgotten = np.flatnonzero(~items["critical"].to_numpy())[3::9][:FORGOTTEN]
    quiet = np.flatnonzero(items["critical"].to_numpy())[:2]  # critical spares, just in case
    found[np.ix_(np.concatenate([forgotten, quiet]), WEEKS > DIES)] = 0
    return found


def _policy(items: pd.DataFrame, demand: Array) -> tuple[Array, Array]:
    """Reorder point and order quantity from the demand of the first years."""
    known = demand[:, :84]
    mean, spread = known.mean(axis=1), known.std(axis=1, ddof=1)
    lead = items["lead_time_days"].to_numpy() / 7
    point = np.ceil(mean * lead + SAFETY * spread * np.sqrt(lead))
    holding = 0.22 * items["price"].to_numpy()
    quantity = np.maximum(1, np.round(np.sqrt(2 * 45 * mean * 52 / holding)))
    return point, quantity


def _orders(demand: Array, point: Array, quantity: Array) -> Array:
    """Whenever stock and what is on order fall to the reorder point, an order."""
    ordered = np.zeros(demand.shape)
    position = point + np.ceil(quantity / 2)
    for week in range(demand.shape[1]):
        position = position - demand[:, week]
        short = np.maximum(0, point + 1 - position)
        batches = np.ceil(short / quantity) * quantity
        ordered[:, week] = batches
        position = position + batches
    return ordered


def spares(catalogue: pd.DataFrame) -> Spares:
    """Everything about the spare parts, simulated."""
    items = catalogue[catalogue["category_id"] == SPARE_PARTS].reset_index(names="row")
    demand = _demand(items)
    point, quantity = _policy(items, demand)
    return Spares(items, demand, point + np.ceil(quantity / 2), _orders(demand, point, quantity))


def spare_lines(spares: Spares) -> tuple[Array, Array, Array]:
    """The orders as catalogue row, day and quantity."""
    item, week = np.nonzero(spares.ordered)
    weekday = item % 5
    return (
        spares.items["row"].to_numpy()[item],
        np.minimum(WEEKS[week] + weekday, THROUGH),
        spares.ordered[item, week],
    )

r"""The share of demand that is served from stock, exactly, for three ways of ordering.

What goes short is counted over what arrives and what is asked for between two moments: with
n(y) = E[(D - y)+], N its integral from y upwards, 1 standing for the lead time L and 2 for L plus
the review period R, and with the inventory position evenly spread over (r, r + Q), as it is in the
long run when every order is a multiple of Q:

- continuous review (R = 0), an order of Q as soon as the position is down to r:
  short = [n₁(r) - n₁(r + Q)] / Q. Exact where units are asked for one by one. Demand that varies
  by more comes in lumps, and with variance v a period about v/(2m)·P(D₁ > r)/Q more goes short:
  a review period, however short, counts it;
- review every R, as many Q as bring the position above r (R, r, nQ; where Q is above m·R):
  short = [N₂(r) - N₂(r + Q) - N₁(r) + N₁(r + Q)] / (Q·m·R);
- review every R, order up to S (where Q is not above m·R, an order of Q would be due at every
  review anyway): short = [n₂(S) - n₁(S)] / (m·R).

Source: Hadley and Whitin, Analysis of Inventory Systems, 1963, chapters 4 and 5; Zipkin,
Foundations of Inventory Management, 2000, sections 6.2 and 9.6.
"""

from dataclasses import dataclass, replace

import numpy as np

from spend.arguments import Flags, Floats, or_one
from spend.distributions import Distribution, Gamma
from spend.root_finding import Rows, decreasing_root, falling_root, least_whole

SAME = 1e-9  # how far rounding may put μ·R from an order quantity that equals it


def ordered_up_to(order_quantity: Floats, demand_mean: Floats, review_period: Floats) -> Flags:
    """Where stock is ordered up to a level: an order of Q would be due at every review anyway.

    That is where demand between two reviews, μ·R above zero, is not less than Q; as 0.7·3 is 2.1
    but not in floats, equal but for rounding is equal.

    >>> ordered_up_to(np.array([2.1, 2.2]), np.array(0.7), np.array(3.0))
    array([ True, False])
    """
    per_review = demand_mean * review_period
    return np.asarray((per_review > 0) & (order_quantity <= per_review * (1 + SAME)))


@dataclass(frozen=True)
class Policy:
    """How stock is ordered, and what is asked of it: arrays of one shape."""

    during_lead_time: Distribution
    during_protection: Distribution
    order_quantity: Floats
    demand_mean: Floats
    review_period: Floats

    def at(self, rows: Rows) -> "Policy":
        """The policies of some items, by their places in flattened arrays."""
        shape = self.order_quantity.shape
        return Policy(
            self.during_lead_time.at(shape, rows),
            self.during_protection.at(shape, rows),
            self.order_quantity.ravel()[rows],
            self.demand_mean.ravel()[rows],
            self.review_period.ravel()[rows],
        )

    def smoothed(self) -> "Policy":
        """The same with gamma demand of equal mean and variance: near enough to begin with."""
        lead, protection = _gamma_like(self.during_lead_time), _gamma_like(self.during_protection)
        return replace(self, during_lead_time=lead, during_protection=protection)

    @property
    def per_review(self) -> Floats:
        """Demand between two reviews."""
        return np.asarray(self.demand_mean * self.review_period)

    @property
    def continuous(self) -> Flags:
        return np.asarray(self.review_period == 0)

    @property
    def up_to_level(self) -> Flags:
        return ordered_up_to(self.order_quantity, self.demand_mean, self.review_period)

    @property
    def in_multiples(self) -> Flags:
        return np.asarray(~self.continuous & ~self.up_to_level)

    @property
    def lattice(self) -> Floats:
        """The distance between the levels that stock can have; 0: any."""
        step = self.during_protection.step
        parts = self.order_quantity / or_one(step)
        fits = self.up_to_level | (np.abs(parts - np.rint(parts)) <= 1e-9 * parts)
        return np.where(fits, step, 0.0)

    def short(self, stock: Floats, lattice: Floats | float = 0.0) -> Floats:
        """The share of demand that goes short; falls from 1 to 0 as stock rises.

        With a lattice, stock and demand come in such steps, and sums stand for integrals.
        """
        share = np.zeros(stock.shape)
        if self.continuous.any():
            share = np.where(self.continuous, self._short_continuous(stock), share)
        if self.in_multiples.any():
            share = np.where(self.in_multiples, self._short_in_multiples(stock, lattice), share)
        if self.up_to_level.any():
            share = np.where(self.up_to_level, self._short_up_to(stock), share)
        return share

    def _short_continuous(self, stock: Floats) -> Floats:
        demand, quantity = self.during_lead_time, self.order_quantity
        return (demand.loss(stock) - demand.loss(stock + quantity)) / quantity

    def _short_in_multiples(self, stock: Floats, lattice: Floats | float) -> Floats:
        area = self._area(stock, lattice) - self._area(stock + self.order_quantity, lattice)
        return area / (self.order_quantity * or_one(self.per_review))

    def _area(self, stock: Floats, lattice: Floats | float) -> Floats:
        """What goes short in a review, summed over the positions above ``stock``."""
        lead, protection = self.during_lead_time, self.during_protection
        if not np.any(lattice):
            return protection.second_loss(stock) - lead.second_loss(stock)
        # The sum over the steps above a level is the integral less half a step at its foot.
        loss, second = protection.losses(stock)
        lead_loss, lead_second = lead.losses(stock)
        return (second - lead_second) - 0.5 * lattice * (loss - lead_loss)

    def slopes(self, stock: Floats) -> tuple[Floats, Floats]:
        """What goes short, and how fast that falls with stock; where orders are multiples of Q."""
        value, slope = np.zeros((2, *stock.shape))
        for sign, level in ((1, stock), (-1, stock + self.order_quantity)):
            loss, second = self.during_protection.losses(level)
            lead_loss, lead_second = self.during_lead_time.losses(level)
            value += sign * (second - lead_second)
            slope -= sign * (loss - lead_loss)
        demand = self.order_quantity * or_one(self.per_review)
        return value / demand, slope / demand

    def _short_up_to(self, stock: Floats) -> Floats:
        more = self.during_protection.loss(stock) - self.during_lead_time.loss(stock)
        return more / or_one(self.per_review)


def stock_at(policy: Policy, short: Floats) -> Floats:
    """The reorder point or order-up-to level at which the share that goes short is ``short``.

    Where demand and stock come in whole steps, the lowest such level that leaves no more short.
    Items without any demand need what they are asked for: nothing.
    """
    shape = short.shape
    busy = (policy.demand_mean > 0) & np.ones(shape, dtype=bool)
    whole = np.broadcast_to(policy.lattice > 0, shape)
    stock, wanted = np.zeros(short.size), short.ravel()
    smooth_rows = np.flatnonzero(busy & ~whole)
    if smooth_rows.size:
        stock[smooth_rows] = _smooth(policy.at(smooth_rows), wanted[smooth_rows])
    whole_rows = np.flatnonzero(busy & whole)
    if whole_rows.size:
        stock[whole_rows] = _lowest_step(policy.at(whole_rows), wanted[whole_rows])
    return stock.reshape(shape)


def _smooth(policy: Policy, short: Floats) -> Floats:
    """By slopes where orders are multiples, from a gamma's stock on; by brackets elsewhere."""
    stock = np.zeros(short.size)
    multiples = policy.in_multiples & (policy.during_protection.sd > 0)
    multiples = np.broadcast_to(multiples, short.shape)
    rows = np.flatnonzero(~multiples)
    if rows.size:
        stock[rows] = _root(policy.at(rows), short[rows])
    rows = np.flatnonzero(multiples)
    if rows.size:
        some = policy.at(rows)
        spread = some.during_protection.sd + 1e-9 * some.order_quantity
        start = _root(some.smoothed(), short[rows], 1e-3 * spread)
        stock[rows] = falling_root(
            lambda x, places: some.at(places).slopes(x), short[rows], start, spread
        )
    return stock


def _root(policy: Policy, short: Floats, tolerance: Floats | float = 0.0) -> Floats:
    quantity, sd = policy.order_quantity, policy.during_protection.sd
    spread = sd + 1e-9 * (quantity + policy.during_protection.mean)
    low = policy.during_lead_time.mean - np.where(policy.up_to_level, 0.0, quantity) - spread
    high = policy.during_protection.mean + 3 * spread
    return decreasing_root(
        lambda x, rows: policy.at(rows).short(x),
        short,
        low,
        high,
        np.maximum(tolerance, 1e-14 * (spread + quantity)),
    )


def _lowest_step(policy: Policy, short: Floats) -> Floats:
    lattice = policy.lattice
    # The last digits must not cost a step.
    allowed = short * (1 + 1e-10)
    # Whole steps r + 1 … r + Q lie half a step above the continuous span.
    guess = np.ceil(_root(policy.smoothed(), short, 0.05 * lattice) / lattice - 0.5)

    def enough(steps: Floats, rows: Rows) -> Flags:
        left = policy.at(rows).short(steps * lattice[rows], lattice[rows])
        return np.asarray(left <= allowed[rows])

    return least_whole(enough, guess) * lattice


def _gamma_like(demand: Distribution) -> Gamma:
    mean = or_one(demand.mean)
    variance = np.where(demand.mean > 0, demand.sd**2, 1.0)
    return Gamma(np.where(demand.mean > 0, mean**2 / variance, 0.0), variance / mean)

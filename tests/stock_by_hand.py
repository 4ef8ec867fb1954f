"""What each item should have on the shelf, and what the shelf is for, by the letter of the rules.

One item at one site at a time, in plain Python: exact fractions for what is counted, scipy's own
distributions for what is expected. Rows are those of the contract, as in ``tests.reference_stock``,
which says what was counted and received.
"""

import math
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from scipy import integrate, optimize, stats

from tests.reference_stock import Row, Stock, between, cents, grouped

MICRO, SURE = 10**6, 1e-9
YEAR = {"month": 12, "week": 52, "day": 365}
DAYS = {"month": 365 / 12, "week": 7.0, "day": 1.0}
PARTS = ("not_assessed", "count_error", "obsolete", "safety", "cycle", "excess")
Key = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """A company on a day: its rows, what a selection keeps, and the settings."""

    tables: dict[str, list[Row]]
    position: date
    data_through: date
    keeps: Callable[[str, str], bool] = lambda item_id, category_id: True
    service_level: float = 0.95
    obsolete_after_months: int = 12

    @property
    def stock(self) -> Stock:
        """The counts and receipts of what is kept."""
        return Stock(self.tables, self.keeps)

    @cached_property
    def taken(self) -> dict[str, list[Fraction]]:
        """How many days each item's orders took."""
        rows = self.stock.taken(self.position)
        return {
            k["item_id"]: [Fraction(r["days"]) for r in of] for k, of in grouped(rows, "item_id")
        }

    @cached_property
    def demand(self) -> dict[Key, list[Row]]:
        """All demand of the company that is seen, by item and site."""
        rows = [r for r in self.tables["demand"] if r["period_start"] <= self.position]
        return {(k["item_id"], k["site"]): of for k, of in grouped(rows, "item_id", "site")}


def months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- Buckets --------------------------------------------------------------------------------------


def allowed(rows: Sequence[Row]) -> list[str]:
    """The kinds that the dates allow, the coarsest first."""
    starts = [r["period_start"] for r in rows]
    found = ["month"] if all(s.day == 1 for s in starts) else []
    return [*found, *(["week"] if len({s.weekday() for s in starts}) == 1 else []), "day"]


def kinds(case: Case) -> dict[str, str]:
    """The kind of bucket of each item: its dates' own, where eight rows or more have one."""
    rows_of: dict[str, list[Row]] = {}
    for (item, _), rows in case.demand.items():
        rows_of.setdefault(item, []).extend(rows)
    sure = {item: allowed(rows)[0] for item, rows in rows_of.items() if len(rows) >= 8}
    overall, by_group = Counter(sure.values()), Counter[tuple[str, str]]()
    for item, kind in sure.items():
        by_group[case.stock.category(item), kind] += 1

    def likely(item: str) -> str:
        group, some = case.stock.category(item), allowed(rows_of[item])
        near = max(some, key=lambda kind: by_group[group, kind])
        return near if by_group[group, near] else max(some, key=lambda kind: overall[kind])

    return {item: sure.get(item) or likely(item) for item in rows_of}


def following(kind: str, start: date, steps: int = 1) -> date:
    """The start of the next bucket, or of one some steps away."""
    if kind == "month":
        return months_before(start, -steps)
    return start + timedelta(days=(7 if kind == "week" else 1) * steps)


def over(case: Case, kind: str, start: date) -> bool:
    """Whether a bucket is wholly known."""
    return following(kind, start) - timedelta(days=1) <= case.data_through


def spans(case: Case) -> dict[str, int]:
    """How many buckets lie between the first and the last that is over, by their kind."""
    kind_of, found = kinds(case), dict[str, list[date]]()
    for (item, _), rows in case.demand.items():
        kind, starts = kind_of[item], [r["period_start"] for r in rows]
        last = max(starts)
        last = last if over(case, kind, last) else following(kind, last, -1)
        found.setdefault(kind, []).extend([min(starts), last])
    return {kind: _steps(kind, min(days), max(days[1::2])) for kind, days in found.items()}


def _steps(kind: str, first: date, last: date) -> int:
    count = 0
    while first <= last:
        first, count = following(kind, first), count + 1
    return count


# --- One item at one site -------------------------------------------------------------------------


@dataclass
class Place:
    """What is known of an item at a site, and what follows; ``None`` is not known."""

    item_id: str
    site: str
    category: str = ""
    on_hand: Fraction | None = None
    on_order: Fraction = Fraction(0)
    unit_cost: Fraction | None = None
    value: int | None = None
    kind: str = ""
    periods: int = 0
    sizes: list[Fraction] = field(default_factory=list)
    year_demand: Fraction | None = None
    wanted_lately: bool = True
    known_since: date | None = None
    critical: bool = False
    lead_days: float | None = None
    spread_days: float = 0.0
    review_days: float = 0.0
    service_level: float = 0.95
    order_cost: float | None = None
    holding_rate: float | None = None
    minimum_order: float | None = None
    stockout_cost: float | None = None
    obsolete: bool = False

    # --- Demand per bucket

    @cached_property
    def mean(self) -> Fraction:
        return sum(self.sizes, Fraction(0)) / self.periods if self.periods else Fraction(0)

    @cached_property
    def variance(self) -> Fraction:
        return sample_variance(self.sizes, self.periods)

    @cached_property
    def demand_class(self) -> str:
        if not self.sizes:
            return "none"
        seldom = Fraction(self.periods, len(self.sizes)) >= Fraction("1.32")
        size = sum(self.sizes, Fraction(0)) / len(self.sizes)
        uneven = sample_variance(self.sizes) / size**2 >= Fraction("0.49")
        if seldom:
            return "lumpy" if uneven else "intermittent"
        return "erratic" if uneven else "smooth"

    # --- Times in buckets

    @cached_property
    def interval(self) -> float:
        return (self.lead_days or 0.0) / DAYS[self.kind] + self.review_days / DAYS[self.kind]

    @cached_property
    def spread(self) -> float:
        return self.spread_days / DAYS[self.kind]

    @cached_property
    def known(self) -> bool:
        return self.kind != "" and self.periods > 0 and self.lead_days is not None

    @cached_property
    def expected(self) -> "Expected":
        """Demand over the lead time and one review."""
        return Expected(self)

    @cached_property
    def level(self) -> float | None:
        if not self.known:
            return None
        return max(self.expected.quantile(self.service_level), 0.0) if self.sizes else 0.0

    @cached_property
    def safety_stock(self) -> float | None:
        level = self.level
        return None if level is None else max(level - float(self.mean) * self.interval, 0.0)

    @cached_property
    def lot(self) -> float | None:
        """The larger of the economic quantity and the minimum order."""
        holding = None
        if self.holding_rate is not None and self.unit_cost is not None:
            holding = self.holding_rate * float(self.unit_cost)
        economic = None
        if holding and holding > 0 and self.order_cost is not None and self.periods:
            wanted = float(self.mean) * YEAR[self.kind]
            economic = math.sqrt(2 * self.order_cost * wanted / holding)
        known = [one for one in (economic, self.minimum_order) if one is not None]
        return max(known, default=None)

    # --- The shelf

    @cached_property
    def parts(self) -> dict[str, int]:
        """On hand by its reasons, in millionths."""
        hand = int((self.on_hand or 0) * MICRO)
        required, lot = self.safety_stock, self.lot
        if required is None or lot is None:
            return {**dict.fromkeys(PARTS, 0), "not_assessed": hand}
        if hand < 0 or self.obsolete:
            return {**dict.fromkeys(PARTS, 0), "count_error" if hand < 0 else "obsolete": hand}
        safety = min(hand, round(required * MICRO))
        year = max(int((self.year_demand or 0) * MICRO), 0)
        cycle = min(hand - safety, round(lot * MICRO), year)
        found = {"safety": safety, "cycle": cycle, "excess": hand - safety - cycle}
        return {**dict.fromkeys(PARTS, 0), **found}

    @cached_property
    def part_values(self) -> dict[str, Fraction]:
        """The parts' shares of the value, in cents, not yet rounded."""
        hand, value = int((self.on_hand or 0) * MICRO), self.value or 0
        return {k: Fraction(v * value, hand) if hand else Fraction(0)
                for k, v in self.parts.items()}  # fmt: skip

    def worth(self, units: float | Fraction | None) -> int | None:
        """Units at the unit cost, in cents."""
        if units is None or self.unit_cost is None:
            return None
        return round(Fraction(units) * self.unit_cost * 100)


def sample_variance(values: Sequence[Fraction], number: int | None = None) -> Fraction:
    """Of values and as many zeros as make up the number; of one or none it counts as 0."""
    many = len(values) if number is None else number
    if many < 2:
        return Fraction(0)
    total, squares = sum(values, Fraction(0)), sum((v * v for v in values), Fraction(0))
    return (squares - total * total / many) / (many - 1)


# --- What to expect -------------------------------------------------------------------------------


class Expected:
    """Demand over lead time and one review: which distribution, and what scipy says of it."""

    def __init__(self, place: Place) -> None:
        self.place, time = place, place.interval
        mean, variance = float(place.mean), float(place.variance)
        self.mean = mean * time
        self.variance = variance * time + (mean * place.spread) ** 2
        self.name = self._name(variance <= 1.1 * mean)

    def _name(self, near_poisson: bool) -> str:
        place = self.place
        kind = place.demand_class
        if kind in ("none", "erratic"):
            return "none" if kind == "none" else "gamma"
        if kind == "smooth":
            return "normal" if self.variance < 0.25 * self.mean**2 else "gamma"
        pieces = sum(place.sizes) < 2 * len(place.sizes)
        if pieces and all(size.denominator == 1 for size in place.sizes):
            return "poisson" if near_poisson else "negative_binomial"
        return "compound_poisson"

    def quantile(self, level: float) -> float:
        if self.name == "compound_poisson":
            return self._compound_quantile(level)
        return float(self._fitted().ppf(level)) if self._spread() else self.mean

    def survival(self, x: float) -> float:
        if self.name == "compound_poisson":
            return self._compound(x)
        return float(self._fitted().sf(x)) if self._spread() else float(x < self.mean)

    def loss(self, x: float) -> float:
        """What is expected above a level."""
        if self.name == "compound_poisson":
            return self._compound(x, loss=True)
        if not self._spread():
            return max(self.mean - x, 0.0)
        demand = self._fitted()
        if self.name in ("normal", "gamma"):
            end = max(float(demand.isf(1e-15)), x)
            return float(integrate.quad(demand.sf, x, end, epsabs=1e-12, limit=200)[0])
        pieces = np.arange(max(math.floor(x), -1) + 1, int(demand.isf(1e-15)) + 2)
        return float(((pieces - x) * demand.pmf(pieces)).sum())

    def _spread(self) -> bool:
        """Whether there is anything to be unsure of: whole demand always is, if there is any."""
        pieces = self.name in ("poisson", "negative_binomial")
        return self.mean > 0 and (self.variance > 0 or pieces)

    def _fitted(self) -> Any:
        mean, variance = self.mean, self.variance
        if self.name == "normal":
            return stats.norm(mean, math.sqrt(variance))
        if self.name == "gamma":
            return stats.gamma(mean**2 / variance, scale=variance / mean)
        if variance - mean > 1e-6 * mean:
            return stats.nbinom(mean**2 / (variance - mean), mean / variance)
        return stats.poisson(mean)

    # --- A Poisson number of demands, of gamma size, or all of one size

    @cached_property
    def _terms(self) -> tuple[float, float, float]:
        """How many demands are expected, the mean of their sizes, and its variance."""
        place = self.place
        rate = place.interval * len(place.sizes) / place.periods
        size = float(sum(place.sizes) / len(place.sizes))
        variance = float(sample_variance(place.sizes))
        if place.interval:
            share = len(place.sizes) / place.periods
            variance += size**2 * place.spread**2 * share / place.interval
        return rate, size, variance if variance > 1e-9 * size**2 else 0.0

    def _compound(self, x: float, loss: bool = False) -> float:
        rate, size, variance = self._terms
        number = np.arange(1, int(rate + 15 * math.sqrt(rate)) + 50)
        if variance:
            shape, scale = number * size**2 / variance, variance / size
            beyond = stats.gamma.sf(x, shape, scale=scale)
            if loss:
                beyond = shape * scale * stats.gamma.sf(x, shape + 1, scale=scale) - x * beyond
        else:
            beyond = np.maximum(number * size - x, 0) if loss else number * size > x + SURE * size
        none = max(-x, 0.0) if loss else float(x < 0)
        return float((stats.poisson.pmf(number, rate) * beyond).sum() + math.exp(-rate) * none)

    def _compound_quantile(self, level: float) -> float:
        rate, size, variance = self._terms
        if self._compound(0.0) <= 1 - level:
            return 0.0
        if not variance:
            return size * float(stats.poisson.ppf(level, rate))
        top = size
        while self._compound(top) > 1 - level:
            top *= 2
        found = optimize.brentq(lambda x: self._compound(x) - (1 - level), 0, top, xtol=1e-12)
        return float(found)


# --- All places -----------------------------------------------------------------------------------


def places(case: Case) -> list[Place]:
    """Every item and site that was counted or wanted, in the order of their ids."""
    demand, counts = case.demand, {(c["item_id"], c["site"]): c
                                     for c in case.stock.positions(case.position)}  # fmt: skip
    kept = {key for key in demand if case.keeps(key[0], case.stock.category(key[0]))}
    kind_of, periods = kinds(case), spans(case)
    return [
        _place(case, key, counts.get(key, {}), demand.get(key, []), kind_of, periods)
        for key in sorted(kept | counts.keys())
    ]


def _place(
    case: Case,
    key: Key,
    count: Row,
    rows: Sequence[Row],
    kind_of: Mapping[str, str],
    periods: Mapping[str, int],
) -> Place:
    item = case.stock.item(key[0])
    place = Place(*key, category=case.stock.category(key[0]))
    cost = count.get("unit_cost") if count else item.get("unit_cost")
    place.unit_cost = None if cost is None else Fraction(cost)
    if count:
        place.on_hand, place.value = Fraction(count["on_hand"]), count["value"]
        place.on_order = Fraction(count["on_order"] or 0)
    if rows:
        _demand(case, place, rows, kind_of[key[0]], periods)
    _terms(case, place, item)
    seen = [r["counted_on"] for r in case.tables["stock_level"]
            if (r["item_id"], r["site"]) == key and r["counted_on"] <= case.position]  # fmt: skip
    known = item.get("known_since") or min([*seen, *(r["period_start"] for r in rows)])
    throughout = known <= months_before(case.position, case.obsolete_after_months)
    place.critical = bool(item.get("critical"))
    place.obsolete = bool(rows) and throughout and not place.wanted_lately and not place.critical
    return place


def _demand(
    case: Case, place: Place, rows: Sequence[Row], kind: str, periods: Mapping[str, int]
) -> None:
    def since(months: int) -> list[Fraction]:
        start = months_before(case.position, months)
        return [Fraction(r["quantity"]) for r in rows if r["period_start"] > start]

    done = [r for r in rows if over(case, kind, r["period_start"])]
    place.kind, place.periods = kind, periods[kind]
    place.sizes = [Fraction(r["quantity"]) for r in done if r["quantity"] > 0]
    place.year_demand = sum(since(12), Fraction(0))
    place.wanted_lately = any(q > 0 for q in since(case.obsolete_after_months))


def _terms(case: Case, place: Place, item: Row) -> None:
    took = case.taken.get(place.item_id, [])
    planned = not_below_zero(item.get("lead_time_days"))
    if len(took) >= 5:
        place.spread_days = math.sqrt(sample_variance(took))
    measured = float(sum(took) / len(took)) if len(took) >= 5 else None
    place.lead_days = measured if planned is None else planned
    place.review_days = not_below_zero(item.get("review_period_days")) or 0.0
    own = item.get("service_level")
    place.service_level = float(own) if own is not None and 0 < own < 1 else case.service_level
    for name in ("order_cost", "holding_rate", "minimum_order", "stockout_cost"):
        setattr(place, name, not_below_zero(item.get(name)))


def not_below_zero(value: Any) -> float | None:
    """What is below zero can't be meant."""
    return None if value is None or value < 0 else float(value)


# --- The count before -----------------------------------------------------------------------------


def since_count(case: Case) -> dict[str, int]:
    """What came, went, was revalued and was counted for the first time, in cents."""
    found = Counter[str]()
    for count in case.stock.positions(case.position):
        value, before = count["value"], count["previous_value"]
        found["Latest count"] += value or 0
        found["Count before"] += before or 0
        if before is None:
            found["First counts"] += value or 0
        if value is None or before is None:
            continue
        change = count["unit_cost"] - count["previous_unit_cost"]
        found["Unit cost"] += cents(count["previous_on_hand"] * change)
        first, last = count["previous_count"], count["counted_on"]
        rows = case.demand.get((count["item_id"], count["site"]), [])
        used = sum(r["quantity"] for r in rows if between(first, r["period_start"], last))
        found["Used"] -= cents(used * count["unit_cost"])
    return dict(found)


def total(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; nothing where nothing is."""
    known = [v for v in values if v is not None]
    return sum(known) if known else None

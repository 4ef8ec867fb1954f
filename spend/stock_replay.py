"""What stock policies would have given on the demand that was recorded: the back-test of the page.

Policies are set on the first two thirds of the periods and replayed on the rest, so that none is
judged by the demand it was made from. ``docs/stock-backtest.md`` says how, on published data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from spend.arguments import Flags, Floats
from spend.demand_forecast import demand_matrix
from spend.money import cents, decimal, share, short
from spend.policy_comparison import Comparison, ItemTerms, MethodResult, compare
from spend.result import Cell, Note, Table, TableColumn

LEAST_PERIODS = 24
PER_ITEM = ("unit_cost", "order_cost", "holding_cost", "lead_time", "minimum_order")
LAST_DIGITS = 1e-9  # of a period, left by dividing days by the days of one
NEXT_TO_NOTHING = 1e-12  # money: a cost must be above zero to divide by
WAYS: Mapping[str, str] = MappingProxyType(
    {
        "naive": "1.5 × mean demand over the interval",
        "textbook": "textbook: mean + z({target}) × spread",
        "normal": "normal for all",
        "chosen": "distribution by class, mean",
        "chosen_error": "by class, mean, with estimation error",
        "chosen_tsb_error": "by class, TSB, with estimation error",
    }
)
IN_A_SENTENCE = {
    "chosen_error": "the policy by class with estimation error",
    "chosen": "the policy by class",
    "normal": "the normal for all items",
}
COLUMNS = (
    TableColumn("way", "Way to set the reorder point", "text"),
    TableColumn("by_value", "Fill rate by value", "share"),
    TableColumn("by_units", "By units", "share"),
    TableColumn("reached", "Items reaching it", "share"),
    TableColumn("stock", "Average stock", "money"),
    TableColumn("orders", "Orders", "count"),
    TableColumn("ordering", "Ordering a year", "money"),
    TableColumn("holding", "Holding a year", "money"),
)


@dataclass(frozen=True, eq=False)
class StockReplay:
    """What is to be replayed: demand, items by periods, and on what terms each item is ordered.

    ``terms``: NaN where unknown; times in the periods of ``series``, which ``period`` names.
    ``target``: the fill rate asked for. ``ways``: of ``WAYS``.
    """

    series: Floats
    terms: ItemTerms
    target: float
    currency: str = "EUR"
    period: str = "week"
    ways: tuple[str, ...] = tuple(WAYS)

    @property
    def set_on(self) -> int:
        """How many of the first periods policies are set on."""
        return first_part(int(self.series.shape[1]))

    @property
    def last(self) -> int:
        """How many periods they are judged by."""
        return int(self.series.shape[1]) - self.set_on


@dataclass(frozen=True, eq=False)
class StockReplayed:
    """What came of it; ``reason`` says why there is nothing, if so, and the table is then empty.

    ``tested``: which of the items could be replayed; ``comparison`` is of these.
    """

    table: Table
    sentence: str = ""
    reason: str = ""
    notes: tuple[Note, ...] = ()
    tested: Flags | None = None
    comparison: Comparison | None = None


def first_part(periods: int) -> int:
    """How many periods policies are set on: two thirds; the rest is to judge them by.

    >>> first_part(150)
    100
    """
    return periods * 2 // 3


def too_short(periods: int, period: str = "week") -> str:
    """Why so many periods are too few to test a policy on; "" where they are enough.

    >>> too_short(24), too_short(9, "month")
    ('', 'Too little history: 9 months of demand loaded, and a back-test needs 24.')
    """
    if periods >= LEAST_PERIODS:
        return ""
    loaded = f"{periods} {period}" if periods == 1 else f"{periods} {period}s"
    return f"Too little history: {loaded} of demand loaded, and a back-test needs {LEAST_PERIODS}."


# --- All items, by each way -----------------------------------------------------------------------


def stock_replay(request: StockReplay) -> StockReplayed:
    """Each way to set reorder points, replayed on the last third of the periods.

    Times are rounded up to whole periods, and stock is reviewed once a period or less often: a
    record of demand says nothing of the days between. Items with an unknown unit cost or lead
    time, without an order quantity, or whose first order would not arrive in the first part, are
    left out and counted. With fewer than 24 periods, or no item left that had demand in the first
    part, there is a reason in place of figures. Raises ``ValueError`` as
    ``spend.policy_comparison.compare`` does.

    >>> terms = ItemTerms(10, 5, 2, lead_time=1, minimum_order=3, review_period=1,
    ...                   periods_per_year=52)
    >>> found = stock_replay(StockReplay(np.tile([0.0, 4], (1, 15)), terms, 0.95))
    >>> found.table.rows[3][:4]
    ('distribution by class, mean', 1.0, 1.0, 1.0)
    >>> stock_replay(StockReplay(np.ones((1, 12)), terms, 0.95)).reason
    'Too little history: 12 weeks of demand loaded, and a back-test needs 24.'
    """
    matrix, _, _ = demand_matrix(request.series)
    if why := too_short(matrix.shape[1], request.period):
        return StockReplayed(_table(request, ()), reason=why)
    terms = _in_periods(request.terms, len(matrix))
    tested = _testable(terms, request.set_on)
    if not (matrix[tested, : request.set_on] > 0).any():
        return StockReplayed(_table(request, ()), reason=_nothing(request))
    known, series = _of(terms, tested), matrix[tested]
    found = compare(series, request.set_on, known, request.target, request.ways)
    return StockReplayed(
        table=_table(request, tuple(_row(request, r, known) for r in found.results.values())),
        sentence=_sentence(request, found),
        notes=tuple(_notes(request, found, known, len(matrix))),
        tested=tested,
        comparison=found,
    )


def _in_periods(terms: ItemTerms, items: int) -> ItemTerms:
    """The same, one entry an item, with times that a replay by periods can follow."""
    every: dict[str, Any] = {
        name: np.broadcast_to(np.asarray(getattr(terms, name), dtype=np.float64), items)
        for name in PER_ITEM
    }
    every["lead_time"] = whole_periods(every["lead_time"])
    every["review_period"] = max(float(whole_periods(terms.review_period)), 1)
    return replace(terms, **every)


def whole_periods(periods: Any) -> Floats:
    """Times rounded up to whole periods; what a division leaves in its last digits is no period.

    >>> whole_periods([7.000000000000001, 1.61])
    array([7., 2.])
    """
    return np.ceil(np.asarray(periods, dtype=np.float64) - LAST_DIGITS)


def _costed(terms: ItemTerms) -> Flags:
    """Which items have an economic order quantity: both costs known, and holding not free."""
    return np.asarray((terms.order_cost >= 0) & (terms.holding_cost > 0))  # NaN compares false


def _testable(terms: ItemTerms, set_on: int) -> Flags:
    """Which items have a value and can be ordered, in time for what is replayed."""
    ordered = (_costed(terms) & (terms.order_cost > 0)) | (terms.minimum_order > 0)
    return np.asarray((terms.unit_cost >= 0) & (terms.lead_time < set_on) & ordered)


def _of(terms: ItemTerms, items: Flags) -> ItemTerms:
    """The terms of some items; unknown costs are such that the minimum is ordered."""
    costed = _costed(terms)
    known = vars(terms) | {
        "order_cost": np.where(costed, terms.order_cost, 0),
        "holding_cost": np.where(costed, terms.holding_cost, NEXT_TO_NOTHING),
        "minimum_order": np.nan_to_num(terms.minimum_order),
    }
    return replace(terms, **{name: known[name][items] for name in PER_ITEM})


def _with_costs(known: ItemTerms) -> Flags:
    return np.asarray(known.holding_cost > NEXT_TO_NOTHING)


# --- In rows and words ----------------------------------------------------------------------------


def _table(request: StockReplay, rows: Sequence[tuple[Cell, ...]]) -> Table:
    return Table(
        "backtest",
        f"Set on the first {request.set_on} {request.period}s for a fill rate of "
        f"{_percent(request.target)}, replayed on the last {request.last}",
        COLUMNS,
        tuple(rows),
        ids=request.ways if rows else (),
        depth=(0,) * len(rows),
    )


def _row(request: StockReplay, result: MethodResult, known: ItemTerms) -> tuple[Cell, ...]:
    group, costed = result.overall, _with_costs(known).any()
    return (
        WAYS[result.method].format(target=_percent(request.target)),
        *map(_share, (group.fill_rate_by_value, group.fill_rate, group.reached)),
        decimal(cents(group.average_stock_value)),
        round(group.orders),
        *(decimal(cents(c)) if costed else None for c in (result.order_cost, result.holding_cost)),
    )


def _share(value: float) -> float | None:
    return None if np.isnan(value) else value


def _percent(target: float) -> str:
    return f"{100 * target:.10g} %"


def _nothing(request: StockReplay) -> str:
    return (
        "Nothing to test: no item whose unit cost, lead time and order quantity are known had "
        f"demand in the first {request.set_on} {request.period}s."
    )


def _sentence(request: StockReplay, found: Comparison) -> str:
    """What the way with an allowance for error would have given, and what others would."""
    named = {way: words for way, words in IN_A_SENTENCE.items() if way in found.results}
    if not named:
        return ""
    groups = {way: found.results[way].overall for way in named}
    first, *others = named
    last = f"the last {request.last} {request.period}s"
    if not groups[first].demand_value:
        return f"Nothing that costs anything was wanted in {last}: the ways can't be told apart."
    beside = ", ".join(f"{named[w]} {share(groups[w].fill_rate_by_value)}" for w in others)
    return (
        f"Asked for {_percent(request.target)}, {named[first]} would have given "
        f"{share(groups[first].fill_rate_by_value)} by value on {last}, with "
        f"{short(groups[first].average_stock_value, request.currency)} of stock"
        + (f"; {beside}." if beside else ".")
    )


def _notes(request: StockReplay, found: Comparison, known: ItemTerms, items: int) -> list[Note]:
    """Which items the figures are not of."""
    tested, costed = len(found.known), int(_with_costs(known).sum())
    idle, value = int((~found.known).sum()), short(found.new_demand_value, request.currency)
    left_out = (
        f"{items - tested:,} of {items:,} items could not be replayed: unit cost, lead time or "
        f"order quantity is unknown, or nothing ordered would come in the first "
        f"{request.set_on} {request.period}s."
    )
    no_past = (
        f"{idle:,} of {tested:,} items had no demand in the first {request.set_on} "
        f"{request.period}s, so no policy could be set for them. The last {request.last} wanted "
        f"{found.new_items:,} of them, for {value} at cost, which no figure here holds."
    )
    costs = f"Ordering and holding are of the {costed:,} of {tested:,} items whose costs are known."
    said = {left_out: tested < items, no_past: idle > 0, costs: costed < tested}
    return [Note(text) for text, applies in said.items() if applies]

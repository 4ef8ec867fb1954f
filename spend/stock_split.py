r"""Stock on hand split into the parts that explain it: what protects, what turns, what is too much.

Quantities are whole millionths of a unit (``micro_units``), as the store keeps six decimals: the
parts are differences of whole numbers and so add up exactly. Items and sites are entries of arrays.
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Flags, Floats, Numbers, finite, unwrapped, zero_or_more

Whole = NDArray[np.int64]

MICRO = 1_000_000
EXACT = 2**53  # the largest span of whole numbers that floats carry
LARGEST = (EXACT - 1) // MICRO  # units: nine thousand million
PARTS = ("not_assessed", "count_error", "obsolete", "safety", "cycle", "excess")


@dataclass(frozen=True)
class StockSplit:
    """On hand and its parts, in millionths of a unit; the parts add to on hand exactly.

    ``not_assessed``: the required stock or the order quantity is unknown (with the sign of the
    count). ``count_error``: counted below zero (negative). ``obsolete``: all of it. ``safety``: up
    to the required safety stock. ``cycle``: up to an order quantity and 12 months' demand.
    ``excess``: what remains.
    """

    on_hand: Whole
    not_assessed: Whole
    count_error: Whole
    obsolete: Whole
    safety: Whole
    cycle: Whole
    excess: Whole

    def values(self, value: Any) -> dict[str, Whole]:
        """The value of each part, of on hand worth ``value`` whole cents; they add up to it.

        Cents are rounded along the running total of the parts, so that no cent is lost. Raises
        ``ValueError`` for cents that are not whole.

        >>> parts = stock_split(3_000_000, 1_000_000, 1_000_000, 9_000_000, False)
        >>> {part: int(cents) for part, cents in parts.values(100).items() if cents}
        {'safety': 33, 'cycle': 34, 'excess': 33}
        """
        cents = np.broadcast_to(whole(value=value), self.on_hand.shape)
        running = np.cumsum([getattr(self, part) for part in PARTS], axis=0)
        share = np.divide(
            running, self.on_hand, out=np.zeros(running.shape), where=self.on_hand != 0
        )
        reached = np.where(running == self.on_hand, cents, np.rint(share * cents).astype(np.int64))
        steps = np.diff(reached, axis=0, prepend=np.zeros((1, *cents.shape), np.int64))
        return dict(zip(PARTS, steps, strict=True))


def stock_split(
    on_hand: Any,
    required_safety_stock: Any,
    order_quantity: Any,
    year_demand: Any,
    obsolete: Any,
) -> StockSplit:
    """On hand, split: safety first, then cycle, then excess; or all of it in one other part.

    In this order: not assessed where ``required_safety_stock`` or ``order_quantity`` is unknown
    (NaN); count error where on hand is below zero; obsolete where flagged. Else safety = min(on
    hand, required safety stock); cycle = min(the rest, order quantity, ``year_demand``); excess =
    what remains. All in millionths of a unit, numbers or arrays that broadcast; ``on_hand`` whole;
    the others are rounded to whole ones; an unknown or negative 12 months' demand counts as none.
    Raises ``ValueError`` for an on hand that is not whole, and for a required safety stock or an
    order quantity below zero. Source: DEFINITIONS, Stock.

    >>> split = stock_split([100, -5, 40], [30, 30, float("nan")], 50, 600, False)
    >>> split.safety, split.cycle, split.excess, split.count_error, split.not_assessed
    (array([30,  0,  0]), array([50,  0,  0]), array([20,  0,  0]), array([ 0, -5,  0]),
     array([ 0,  0, 40]))
    """
    stock = whole(on_hand=on_hand)
    required, required_known = _known(required_safety_stock=required_safety_stock)
    order, order_known = _known(order_quantity=order_quantity)
    demand, _ = _known(year_demand=np.fmax(np.asarray(year_demand, dtype=np.float64), 0))
    stock, required, order, demand, known, flagged = np.broadcast_arrays(
        stock, required, order, demand, required_known & order_known, np.asarray(obsolete, bool)
    )
    wrong = known & (stock < 0)
    useless = known & ~wrong & flagged
    left = np.where(known & ~wrong & ~useless, stock, 0)
    safety = np.minimum(left, required)
    cycle = np.minimum(left - safety, np.minimum(order, demand))
    return StockSplit(
        on_hand=stock.copy(),
        not_assessed=np.where(known, 0, stock),
        count_error=np.where(wrong, stock, 0),
        obsolete=np.where(useless, stock, 0),
        safety=safety,
        cycle=cycle,
        excess=left - safety - cycle,
    )


def is_obsolete(
    demand_loaded: Any, known_throughout: Any, recent_demand: Any, critical: Any
) -> Flags:
    """Whether nobody wants an item any more: demand is loaded, the item was known for all of the
    last ``obsolete_after_months``, had no demand in them, and is not a critical spare.

    Flags and quantities that broadcast; a quantity that is unknown (NaN) is not "none".

    >>> is_obsolete(True, [True, True, False, True], [0, 3, 0, 0], [False, False, False, True])
    array([ True, False, False, False])
    """
    candidate = np.logical_and(demand_loaded, known_throughout) & ~np.asarray(critical, bool)
    return cast(Flags, candidate & (np.asarray(recent_demand, np.float64) == 0))


def order_quantity(economic_order_quantity: Any, minimum_order: Any) -> Numbers:
    """What is ordered at once: the larger of the economic quantity and the minimum order.

    Without demand the economic quantity is 0 and so it is the minimum order. Of two, one unknown
    (NaN) leaves the other; both unknown: NaN. Numbers or arrays that broadcast. Raises
    ``ValueError`` where either is below zero.

    >>> order_quantity([120, 0, float("nan")], [50, 50, 50])
    array([120.,  50.,  50.])
    """
    economic = np.asarray(economic_order_quantity, dtype=np.float64)
    minimum = np.asarray(minimum_order, dtype=np.float64)
    zero_or_more(economic_order_quantity=economic, minimum_order=minimum)
    return unwrapped(np.asarray(np.fmax(economic, minimum)))


def micro_units(quantity: Any) -> Any:
    """Quantities as whole millionths of a unit; unknown ones (NaN) stay unknown.

    Exact for six decimals up to nine thousand million units; the rest are rounded to the nearest
    millionth. Raises ``ValueError`` beyond that, and for infinity.

    >>> micro_units([1.25, 0.1, float("nan")])
    array([1250000.,  100000.,      nan])
    """
    micro = np.rint(np.asarray(quantity, dtype=np.float64) * MICRO)
    if (np.abs(micro) >= EXACT).any():
        raise ValueError("quantity must be below nine thousand million units")
    return unwrapped(micro)


def whole(**argument: Any) -> Whole:
    """One named argument as whole numbers; ``ValueError`` where it is not.

    >>> whole(on_hand=[1.0, 2])
    array([1, 2])
    """
    (name,) = argument
    (floats,) = finite(**argument)
    if (floats != np.rint(floats)).any() or (np.abs(floats) >= EXACT).any():
        raise ValueError(f"{name} must be whole numbers below 2 ** 53 (see micro_units)")
    return floats.astype(np.int64)


def _known(**argument: Any) -> tuple[Whole, Flags]:
    """Whole numbers, and which are known; what is unknown becomes 0."""
    ((name, value),) = argument.items()
    numbers: Floats = np.asarray(value, dtype=np.float64)
    known = ~np.isnan(numbers)
    (filled,) = finite(**{name: np.where(known, numbers, 0)})
    zero_or_more(**{name: filled})
    return np.rint(np.minimum(filled, EXACT)).astype(np.int64), known

"""From the savings procurement claims to those finance recognises, item by item, to the cent.

Each item is what changes on what the one before left:

- *unsupported*: what prices and quantity support, less what was claimed;
- *not_recognised_type*: all of it, where the policy does not recognise the type of saving;
- *timing*: the months of the twelve that lie outside the elapsed selection;
- *volume*: more or less bought, from anybody, than those months were planned to need;
- *off_contract*: what of it was bought from others than the contract's supplier;
- *price*: what was paid above the new price, at the exchange rate of the start date;
- *currency*: what the exchange rate has added since;
- *already_budgeted*: what the budget counts on, where both teams agreed to leave that out.

What is left is (baseline × quantity bought on contract) less what was paid for it: the saving that
the invoices show.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.closing import apportioned
from spend.savings_bought import MEASURES, bought
from spend.savings_formulas import (
    WINDOW,
    savings_claimed,
    savings_gap,
    savings_recognised,
)
from spend.savings_policy import CASH_TYPE, DEFAULT, RecognitionPolicy
from spend.savings_register import BARRED, TRACED, UNVERIFIED, in_selection, register

Cents = NDArray[np.int64]
Floats = NDArray[np.float64]

ITEMS = (
    "unsupported", "not_recognised_type", "timing", "volume", "off_contract", "price", "currency",
    "already_budgeted",
)  # fmt: skip
ENDS = ("claimed", "recognised")
STATUSES = (TRACED, BARRED, UNVERIFIED)
JUDGED_BY = (
    "initiative_id", "saving_type", "status", "start", "until", "new_unit_price",
    "annual_quantity", "baseline", "claimed", "formula", "budgeted",
)  # fmt: skip
LARGEST = 2.0**53  # floats beyond it skip cents


@dataclass(frozen=True)
class SavingsItems:
    """What leads from the claim to what is recognised, in whole cents; plus adds to the saving."""

    claimed: int
    unsupported: int
    not_recognised_type: int
    timing: int
    volume: int
    off_contract: int
    price: int
    currency: int
    already_budgeted: int
    recognised: int

    @property
    def items(self) -> tuple[int, ...]:
        """The items, in their order."""
        return tuple(getattr(self, name) for name in ITEMS)

    @property
    def booked(self) -> int:
        """What the books show, whether the policy recognises what is in the budget or not."""
        return self.recognised - self.already_budgeted

    @property
    def gap(self) -> int:
        """What is claimed and the books do not show; minus where they show more."""
        return savings_gap(self.claimed, self.booked) or 0

    @property
    def residual(self) -> int:
        """What the items leave unexplained: zero."""
        return self.recognised - (savings_recognised(self.claimed, self.items) or 0)


@dataclass(frozen=True, eq=False)
class SavingsReconciliation:
    """One row an initiative of the selection: the register's columns, and whole cents.

    ``rows`` has what ``spend.savings_register`` adds (``status``, ``overlaps``, ``months``, the
    quantities bought), and ``claimed``, the items and ``recognised``. ``working_capital`` has the
    initiatives that free cash, with what they claim in cents: shown beside, never added.
    """

    rows: pd.DataFrame
    working_capital: pd.DataFrame

    @property
    def items(self) -> SavingsItems | None:
        """The sums over all initiatives; ``None`` where the selection has none."""
        return _summed(self.rows)

    @property
    def in_the_budget(self) -> SavingsItems | None:
        """The initiatives that the budget already counts on: recognised, and labelled so."""
        return _summed(self.rows[self.rows["budgeted"]])

    @property
    def beyond_budget(self) -> SavingsItems | None:
        """The second reading: the initiatives that no budget has yet."""
        return _summed(self.rows[~self.rows["budgeted"]])

    @property
    def cash_freed(self) -> int | None:
        """What the working-capital initiatives of the selection claim; ``None`` without any."""
        return savings_claimed(self.working_capital["claimed"].to_numpy())

    def of(self, initiatives: Collection[str]) -> "SavingsReconciliation":
        """The same for some initiatives alone, by id; the parts of a whole sum to it."""
        parts = (self.rows, self.working_capital)
        kept = (part[part["initiative_id"].isin(list(initiatives))] for part in parts)
        return SavingsReconciliation(*(part.reset_index(drop=True) for part in kept))


def savings_reconciliation(
    initiatives: pd.DataFrame,
    purchases: pd.DataFrame,
    rates: pd.DataFrame,
    first: date,
    last: date,
    policy: RecognitionPolicy = DEFAULT,
    position: date | None = None,
) -> SavingsReconciliation:
    r"""Claimed against recognised, for the days ``first`` to ``last``, passed up to ``position``.

    ``initiatives`` as in ``spend.savings_register.register``; ``purchases`` and ``rates`` as in
    ``spend.savings_bought.bought``: the invoice lines of these days that have a quantity, or their
    monthly sums. ``policy`` says what is recognised; without a position, all days have passed.
    With b and n the baseline and new unit price, m the months of the 12 inside, Q all that was
    bought, q of it on contract, f and a what q cost at the start date's rates and at its own:

    .. math::
        \text{unsupported} &= (b - n)\,q_{annual} - \text{claimed} &
        \text{timing} &= -(b - n)\,q_{annual}\,(12 - m)/12 \\
        \text{volume} &= (Q - q_{annual}\,m/12)(b - n) &
        \text{off contract} &= -(Q - q)(b - n) \\
        \text{price} &= -(f - n\,q) & \text{currency} &= -(a - f)

    Without both prices and the quantity, unsupported takes the whole claim; a type that is not
    recognised, all that is left; both stop there. Where a later initiative on the same item and
    supplier begins, its baseline is the earlier one's new price (the difference from its stated one
    is in unsupported), and the earlier one's price and currency end at its new price: together they
    show baseline less paid, once. Of an initiative that the budget counts on, already_budgeted is
    0, or all that is left where the policy leaves it out.

    Rounding: claimed and recognised are rounded half to even in total and shared out by largest
    remainder, as are unsupported, timing, volume, off_contract and currency of the traced
    initiatives. Of each initiative, *price* is what these leave of its change, and so takes the
    cent; where all is barred, *not_recognised_type* does, and where nothing is verified,
    *unsupported*. Residual 0 in every row, in every breakdown and in total. Raises ``ValueError``
    for missing columns, what is no number, and repeated initiatives.

    >>> cut = {"initiative_id": "A", "saving_type": "price_reduction", "stage": "realised",
    ...        "start_date": date(2026, 4, 1), "item_id": "bolt", "supplier_group": "S",
    ...        "baseline_unit_price": 10.0, "new_unit_price": 9.0, "annual_quantity": 1200.0,
    ...        "claimed_amount": None, "budgeted": False}
    >>> line = {"item_id": "bolt", "supplier_group": "S", "currency": "EUR",
    ...         "month": date(2026, 5, 1), "quantity": 800.0, "amount": 7400_00,
    ...         "document_amount": 7400_00}
    >>> dealer = line | {"supplier_group": "T", "quantity": 50.0}
    >>> rates = pd.DataFrame(columns=["currency", "date", "rate"])
    >>> found = savings_reconciliation(pd.DataFrame([cut]), pd.DataFrame([line, dealer]), rates,
    ...                                date(2026, 1, 1), date(2026, 12, 31)).items
    >>> found.claimed, found.timing, found.volume, found.off_contract, found.price
    (120000, -30000, -5000, -5000, -20000)
    >>> found.recognised, found.residual  # 800 bolts that cost 8,000.00 before, for 7,400.00
    (60000, 0)
    """
    frame = register(initiatives, policy)
    sums = bought(frame, purchases, rates)
    quantities = {name: sums[name].to_numpy() for name in MEASURES}
    return reconciled(frame, quantities, first, last, policy, position)


def reconciled(
    frame: pd.DataFrame,
    quantities: Mapping[str, Floats],
    first: date,
    last: date,
    policy: RecognitionPolicy = DEFAULT,
    position: date | None = None,
) -> SavingsReconciliation:
    """The same from a register and what was bought for each of its rows on these days.

    ``frame`` is as ``register`` gives it under the same policy, at least its columns ``JUDGED_BY``;
    ``quantities`` are the columns of ``spend.savings_bought.bought``: what both are for many days
    is read and judged once.
    """
    counted = pd.concat([frame, pd.DataFrame(quantities, frame.index)], axis=1)
    chosen = in_selection(counted, first, last, position)
    cash = chosen["saving_type"].to_numpy(object) == CASH_TYPE
    facts, aside = (
        chosen.take(np.flatnonzero(part)).reset_index(drop=True) for part in (~cash, cash)
    )
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused below
        effects = _effects(facts)
    return SavingsReconciliation(
        rows=_closed(facts, effects, policy),
        working_capital=aside.assign(claimed=_shared(aside["claimed"].to_numpy(float))),
    )


def _effects(facts: pd.DataFrame) -> dict[str, Floats]:
    """The ends and items of each initiative in cents, unrounded; price is what they leave."""
    column = {name: facts[name].to_numpy(float) for name in _NUMBERS}
    new, planned, months = column["new_unit_price"], column["annual_quantity"], column["months"]
    unit = 100 * (column["baseline"] - new)
    priced, paid, frozen = column["priced"], column["paid"], column["at_start_rates"]
    quantity, here = column["quantity"], column["on_contract"]
    effects = {
        "unsupported": column["formula"] - column["claimed"],
        "timing": -unit * planned * (WINDOW - months) / WINDOW,
        "volume": (quantity - planned * months / WINDOW) * unit,
        "off_contract": -(quantity - here) * unit,
        "currency": -(paid - frozen),
        "recognised": unit * here + 100 * new * priced - paid,
    }
    status = facts["status"].to_numpy(object)
    traced = status == TRACED
    later = {name: np.where(traced, part, 0.0) for name, part in effects.items()}
    unsupported = np.where(status != UNVERIFIED, effects["unsupported"], 0.0)
    return later | {"claimed": column["claimed"], "unsupported": unsupported}


_NUMBERS = (
    "new_unit_price", "annual_quantity", "months", "baseline", "claimed", "formula",
    "quantity", "on_contract", "priced", "paid", "at_start_rates",
)  # fmt: skip


def _closed(
    facts: pd.DataFrame, effects: dict[str, Floats], policy: RecognitionPolicy
) -> pd.DataFrame:
    """The rows with ends and items in whole cents; what rounding leaves is in one item a row."""
    status = facts["status"].to_numpy(object)
    kind = np.select([status == name for name in STATUSES], [0, 1, 2])
    cents = {"claimed": _shared_by(effects["claimed"], kind)}
    cents |= {"unsupported": _shared_by(effects["unsupported"], kind)}
    for name in ("timing", "volume", "off_contract", "currency", "recognised"):
        cents[name] = _shared(effects[name])
    cents["unsupported"] = np.where(kind == 2, -cents["claimed"], cents["unsupported"])
    left = cents["claimed"] + cents["unsupported"]
    cents["not_recognised_type"] = np.where(kind == 1, -left, 0)
    others = sum(cents[name] for name in ITEMS if name in cents)
    cents["price"] = cents["recognised"] - cents["claimed"] - others
    left_out = facts["budgeted"].to_numpy() & (policy.budgeted == "leave_out")
    cents["already_budgeted"] = np.where(left_out, -cents["recognised"], 0)
    cents["recognised"] = cents["recognised"] + cents["already_budgeted"]
    amounts = pd.DataFrame({name: cents[name] for name in (*ENDS, *ITEMS)}, facts.index)
    return pd.concat([facts.drop(columns="claimed"), amounts], axis=1)


def _shared(parts: Floats) -> Cents:
    """Whole cents near the parts that sum to the rounded total."""
    if not (np.abs(parts) < LARGEST).all():
        raise ValueError("prices, quantities and amounts must be small enough to multiply")
    return apportioned(parts, round(math.fsum(parts)))


def _shared_by(parts: Floats, kind: NDArray[np.int64]) -> Cents:
    """The same, with each kind's cents near that kind's own sum."""
    sums = np.bincount(kind, parts, minlength=len(STATUSES)).astype(np.float64)
    totals = _shared(sums)
    cents = np.zeros(len(parts), dtype=np.int64)
    for number, total in enumerate(totals.tolist()):
        mine = kind == number
        cents[mine] = apportioned(parts[mine], total)
    return cents


def _summed(rows: pd.DataFrame) -> SavingsItems | None:
    if rows.empty:
        return None
    return SavingsItems(**{name: int(rows[name].sum()) for name in (*ENDS, *ITEMS)})

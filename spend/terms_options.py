"""What can be done about each supplier's terms: keep them, extend to a step, or pay early.

The options are a table, suppliers by columns. Column 0 keeps the terms; the next ones extend to a
step of days; the last ones pay early. Cash is released once; cost is what the pair loses in a year
(minus: gains), see ``spend.terms.joint_gain``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from spend.arguments import Flags, Floats, finite
from spend.trade_credit import cash_released, joint_gain

Choice = NDArray[np.int64]
Entry = TypeVar("Entry", bound=np.generic)

STEPS = (30, 45, 60, 75, 90)
KEEP, EXTEND, EARLY = "keep", "extend", "pay early"


@dataclass(frozen=True)
class TermsOptions:
    """Every option of every supplier: arrays of suppliers by columns, and suppliers' own columns.

    ``allowed`` is false where a step is no extension, is beyond the cap, or no early payment was
    offered; there, cash and cost are 0. ``kinds`` names each column's kind.
    """

    annual_spend: Floats
    current_days: Floats
    buyer_rate: float
    supplier_rate: Floats
    kinds: tuple[str, ...]
    days: Floats
    discount: Floats
    allowed: Flags
    cash: Floats
    cost: Floats

    @property
    def suppliers(self) -> int:
        """How many suppliers there are."""
        return len(self.annual_spend)

    def chosen(self, table: NDArray[Entry], choice: Choice) -> NDArray[Entry]:
        """One entry of a table for each supplier: that of the option chosen."""
        found: NDArray[Entry] = table[np.arange(self.suppliers), choice]
        return found


def terms_options(
    annual_spend: Any,
    current_days: Any,
    supplier_rate: Any,
    buyer_rate: float,
    *,
    steps: Sequence[float] = STEPS,
    cap_days: Any = math.inf,
    early_days: Any = None,
    early_discount: Any = 0.0,
    basis: float = 365,
) -> TermsOptions:
    """The options of suppliers, from what is spent with them, their terms, and both sides' rates.

    One entry each for ``annual_spend``, ``current_days``, ``supplier_rate`` and ``cap_days``, the
    longest term that may be agreed (by law or policy; infinite or NaN: none). An extension goes to
    one of ``steps``, later than today and within the cap. ``early_days`` are days that a supplier
    would be paid on for ``early_discount``: one entry for each supplier, or suppliers by offers;
    NaN where there is none, and of no use unless earlier than today. Keeping terms is always
    allowed, also terms beyond the cap. Raises ``ValueError`` for negative amounts, days or rates
    and for a discount outside 0 to 1.

    >>> options = terms_options([365_000], [30], [0.12], 0.05, steps=(60, 90), cap_days=60)
    >>> options.allowed.tolist(), options.cash.tolist(), options.cost.round(6).tolist()
    ([[True, True, False]], [[0.0, 30000.0, 0.0]], [[0.0, 2100.0, 0.0]])
    """
    spend, current, rate = (
        np.atleast_1d(column)
        for column in finite(
            annual_spend=annual_spend, current_days=current_days, supplier_rate=supplier_rate
        )
    )
    if (current < 0).any() or any(step < 0 for step in steps):
        raise ValueError("current_days and steps must be zero or more")
    cap = np.asarray(cap_days, dtype=np.float64)
    cap = np.broadcast_to(np.where(np.isnan(cap), np.inf, cap), spend.shape)
    early, discount = _offers(early_days, early_discount, len(spend))
    today = current[:, None]
    later = np.broadcast_to(np.asarray(steps, dtype=np.float64), (len(spend), len(steps)))
    days = np.hstack([today, later, np.nan_to_num(early)])
    extends = (later > today) & (later <= cap[:, None])
    shortens = (early < today) & (early <= cap[:, None])
    allowed = np.hstack([np.ones_like(today, dtype=np.bool_), extends, shortens])
    change = np.where(allowed, days - today, 0.0)
    return TermsOptions(
        annual_spend=spend,
        current_days=current,
        buyer_rate=float(buyer_rate),
        supplier_rate=rate,
        kinds=(KEEP, *[EXTEND] * len(steps), *[EARLY] * early.shape[1]),
        days=days,
        discount=np.hstack([np.zeros((len(spend), 1 + len(steps))), discount]),
        allowed=allowed,
        cash=np.asarray(cash_released(spend[:, None], change, basis)),
        cost=0.0 - np.asarray(joint_gain(spend[:, None], change, buyer_rate, rate[:, None], basis)),
    )


def _offers(days: Any, discount: Any, suppliers: int) -> tuple[Floats, Floats]:
    """Early payment as suppliers by offers: days (NaN: none) and discount."""
    if days is None:
        return np.zeros((suppliers, 0)), np.zeros((suppliers, 0))
    early, share = (np.asarray(values, dtype=np.float64) for values in (days, discount))
    if early.ndim < 2:
        early = np.broadcast_to(early, (suppliers,))[:, None]
    if share.ndim == 1:
        share = share[:, None]
    share = np.where(np.isnan(early), 0.0, np.broadcast_to(share, early.shape))
    if (early < 0).any() or not ((share >= 0) & (share <= 1)).all():
        raise ValueError("early_days must be zero or more, early_discount 0 to 1")
    return early, share

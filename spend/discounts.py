r"""Discounts for paying fast: what was offered, what was taken, and how the rest was lost.

Invoices are judged in the engine; what adds up arrives here, on lines or as any sums of them, in
whole cents of the reporting currency. A discount is offered once, on the earlier of its use and its
date; what is not yet due to expire is not yet offered. What a discount is worth as a yearly rate is
``spend.terms.discount_apr``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from spend.metric import metric
from spend.payment import PAYMENTS, SOURCE
from spend.position import A, Rows, ratio, total

IN_TIME, TOO_LATE, EXPIRED, USED = "in time", "too late", "expired", "used"
FATES = (IN_TIME, TOO_LATE, EXPIRED, USED)


@metric(
    label="Discount offered",
    unit="money",
    owner="joint",
    better="neither",
    formula=r"\sum \text{gross} \times \text{discount rate}",
    finance="What paying fast could have earned.",
    procurement="What was negotiated for fast payment.",
    source=SOURCE,
    rows=PAYMENTS,
    accumulates=True,
)
def discount_offered(worth: Rows[A]) -> A | None:
    """Discounts of invoices whose discount date passed, or was used, in the selection.

    Takes rate × gross of each, once, on the earlier of its use and its date; or any sums of them.

    >>> discount_offered([2_00, 3_00])
    500
    """
    return total(worth)


@metric(
    label="Discount taken",
    unit="money",
    owner="finance",
    better="higher",
    formula=r"\sum \text{discount taken}",
    finance="Earned by paying fast, at a yearly rate that few investments reach.",
    procurement="The offer was worth making: the supplier has its money.",
    source=SOURCE,
    rows=PAYMENTS,
    accumulates=True,
)
def discount_taken(discounts: Rows[A]) -> A | None:
    """Discounts taken with the payments of the selection, or any sums of them.

    >>> discount_taken([2_00, 0])
    200
    """
    return total(discounts)


@metric(
    label="Discount capture",
    unit="share",
    owner="joint",
    better="higher",
    formula=r"\frac{\text{discount taken}}{\text{discount offered}}",
    finance="How much of the cheap yield was collected; the rest depends on approvals.",
    procurement="How much of what was negotiated reached the books.",
    source=SOURCE,
    rows=PAYMENTS,
    additive=False,
)
def discount_capture(taken: Rows[A], offered: Rows[A]) -> float | None:
    """Discount taken ÷ discount offered, from lines or any sums of them.

    ``None`` where nothing was offered; nothing taken of an offer is 0.

    >>> discount_capture([2_00], [2_00, 3_00]), discount_capture([], [5_00])
    (0.4, 0.0)
    """
    return ratio(taken, offered, no_part=0.0)


@dataclass(frozen=True)
class DiscountsLost:
    """Discounts offered and not taken, by what became of them; the parts sum to ``lost``.

    ``in_time``: paid by the discount date, yet in full. ``too_late``: first paid after it.
    ``expired``: not paid at all, and past it. ``short``: of discounts that were used, what was
    taken less than offered (minus: more).
    """

    in_time: int
    too_late: int
    expired: int
    short: int

    @property
    def lost(self) -> int:
        """Offered less taken."""
        return self.in_time + self.too_late + self.expired + self.short


def discounts_lost(
    offered: Rows[int], taken: Rows[int], fates: Sequence[Any]
) -> DiscountsLost | None:
    """What became of the discounts that were offered, in whole cents.

    ``fates`` says for each invoice, or sum of them, which of ``FATES`` it met. Amounts not taken
    are split by it; they sum to offered − taken exactly. ``None`` where nothing was offered; other
    words, or columns of different length, raise ``ValueError``.

    >>> split = discounts_lost([2_00, 3_00, 5_00], [2_00, 0, 0], [USED, TOO_LATE, EXPIRED])
    >>> split.too_late, split.expired, split.lost
    (300, 500, 800)
    """
    if not len(offered) == len(taken) == len(fates):
        raise ValueError("offered, taken and fates must have one entry for each invoice")
    fate = np.asarray(fates, dtype=object)
    if unknown := sorted(set(fate.tolist()) - set(FATES)):
        raise ValueError(f"fates must be {', '.join(FATES)}; not {unknown[0]}")
    if not len(fate):
        return None
    left = np.asarray(offered, dtype=np.int64) - np.asarray(taken, dtype=np.int64)
    parts = {name: int(left[fate == name].sum()) for name in FATES}
    return DiscountsLost(parts[IN_TIME], parts[TOO_LATE], parts[EXPIRED], parts[USED])

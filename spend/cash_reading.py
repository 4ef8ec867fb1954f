"""The cash to come, read twice: under contract terms, and under actual habits with their range."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spend.cash_outlook import SOURCES, Buckets, Flow, Habits, Whole, by_habit, under_contract
from spend.cash_range import Range, ranges
from spend.closing import apportioned


@dataclass(frozen=True, eq=False)
class Reading:
    """Weeks or months: what leaves when, by source (rows) and place (columns), in cents.

    ``habits`` and ``range`` are ``None`` where no payment says how suppliers are paid.
    """

    buckets: Buckets
    contract: Whole
    habits: Whole | None
    range: Range | None

    @property
    def is_dated(self) -> bool:
        """Whether anything says when any of it is due; nothing to pay counts as said."""
        return bool(self.contract[:, :-1].any()) or not self.contract.any()

    def within(self, reading: Whole, upto: int | None = None) -> int:
        """What leaves up to a place (the last bucket), what is overdue included."""
        end = self.buckets.later if upto is None else upto + 1
        return int(reading[:, :end].sum())


def read(flow: Flow, habits: Habits | None, kinds: Sequence[Buckets]) -> list[Reading]:
    """Both readings of a flow, in each kind of bucket."""
    spreads = ranges(flow, habits, kinds) if habits else [None] * len(kinds)
    return [
        Reading(
            buckets,
            under_contract(flow, buckets),
            _whole(by_habit(flow, habits, buckets), flow.totals) if habits else None,
            spread,
        )
        for buckets, spread in zip(kinds, spreads, strict=True)
    ]


def _whole(expected: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", totals: Whole) -> Whole:
    """Whole cents that sum to each source's total."""
    return np.array([apportioned(expected[n], int(totals[n])) for n in range(len(SOURCES))])

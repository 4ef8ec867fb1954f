"""The start of the books: what was open at the end of 2023 was entered anew in January 2024."""

import numpy as np
import pandas as pd

from demo.dates import FIRST, days
from demo.draws import Array

ENTERED = FIRST + 1
NOT_INVOICED = FIRST - 20  # receipts since then were not yet invoiced at the turn of the year
DATES = ("order_date", "requested_on", "approved_on", "start_on", "promised_date", "due_in")


def _kept(lines: pd.DataFrame, received: pd.DataFrame) -> Array:
    """Lines of 2024 and later, and older ones whose delivery was not invoiced yet."""
    first = received.groupby("line")["received_on"].min().reindex(lines.index)
    new = (days(lines, "order_date") >= FIRST) & (days(lines, "start_on") >= FIRST)
    found: Array = new | (first.to_numpy(dtype="datetime64[D]") >= NOT_INVOICED)
    return found


def _entered(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Dates before the books begin become the day that the books were entered."""
    for column in columns:
        dated = days(frame, column)
        frame[column] = np.where(dated < ENTERED, ENTERED, dated)
    return frame


def open_books(
    lines: pd.DataFrame, received: pd.DataFrame, steps: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Order lines, receipts and approval steps as the books of 2024 to 2026 hold them."""
    kept = _kept(lines, received)
    place = np.cumsum(kept) - 1
    received = received[kept[received["line"]]].reset_index(drop=True)
    received["line"] = place[received["line"]]
    received["receipt_id"] = [f"GR-{n:06d}" for n in range(1, len(received) + 1)]
    lines = lines[kept].reset_index(drop=True)
    orders = {old: new for new, old in enumerate(np.unique(lines["order"]), start=1)}
    lines["order"] = lines["order"].map(orders)
    lines["line_no"] = lines.groupby("order").cumcount() + 1
    steps = steps[steps["order"].isin(list(orders))].reset_index(drop=True)
    steps["order"] = steps["order"].map(orders)
    return (
        _entered(lines, DATES),
        _entered(received, ("received_on",)),
        _entered(steps, ("submitted_at", "decided_at")),
    )

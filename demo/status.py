"""What became of each order line, judged at the last booked day."""

import numpy as np
import pandas as pd

from demo.dates import NEVER, THROUGH, days, working_day
from demo.draws import Array, generator


def _sum_by_line(frame: pd.DataFrame, column: str, size: int) -> Array:
    """The sum of a column by order line."""
    found: Array = frame.groupby("line")[column].sum().reindex(range(size)).fillna(0).to_numpy()
    return found


def _last(frame: pd.DataFrame, column: str, size: int) -> Array:
    """The last date of a column by order line."""
    found = frame.groupby("line")[column].max().reindex(range(size))
    return found.to_numpy(dtype="datetime64[D]")


def judge(lines: pd.DataFrame, receipts: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """Status and its date: most lines end as final_invoiced, some are closed short."""
    rng = generator("status")
    size = len(lines)
    bought = invoices[invoices["line"].notna()]
    received = _sum_by_line(receipts, "quantity", size)
    money = _sum_by_line(bought, "amount", size)
    last_in, last_bill = _last(receipts, "received_on", size), _last(bought, "booked_on", size)
    ordered = lines["quantity"].to_numpy(dtype=float)
    blanket = (lines["kind"] == "blanket").to_numpy()
    full = (received >= ordered * 0.999) & ~blanket
    billed = money >= 0.97 * ordered * lines["unit_price"].to_numpy()
    over = blanket & (days(lines, "ends_on") + 45 < THROUGH)
    done = ((full & billed) | over) & (rng.random(size) < 0.985) & ~np.isnat(last_bill)
    done_on = np.maximum(np.where(over, days(lines, "ends_on") + 45, last_bill), last_bill)
    old = (last_in + 75 < THROUGH) & ~full & ~blanket & ~np.isnat(last_in)
    shut = old & ~done & (rng.random(size) < 0.9)
    refused, cancelled = days(lines, "refused_on"), days(lines, "cancelled_on")
    cases = [
        ~np.isnat(refused),
        ~np.isnat(cancelled),
        lines["waits"].to_numpy(dtype=bool),
        done,
        shut,
    ]
    words = ["rejected", "cancelled", "requested", "final_invoiced", "closed"]
    dates = [refused, cancelled, days(lines, "requested_on"), done_on, working_day(last_in + 60)]
    lines["status"] = np.select(cases, words, "open")
    status_date = np.select(cases, dates, NEVER)
    lines["status_date"] = np.minimum(status_date, THROUGH)
    return lines

"""The demo's calendar: fiscal years 2024 to 2026, booked through 13 November 2026."""

import numpy as np
import pandas as pd

from demo.draws import Array

FIRST = np.datetime64("2024-01-01")
RUN_UP = np.datetime64("2023-09-04")  # orders of before, so that January has deliveries
THROUGH = np.datetime64("2026-11-13")
YEARS = float((THROUGH - RUN_UP).astype(int)) / 365.25
NEVER = np.datetime64("NaT", "D")
MONTHS = np.arange("2024-01", "2027-01", dtype="datetime64[M]")
LAST_CLOSED = np.datetime64("2026-10")

# Share of a year's activity by month: a quiet August and December, a busy spring and autumn.
SEASON = np.array([0.97, 0.98, 1.05, 1.02, 1.01, 1.03, 0.98, 0.90, 1.04, 1.06, 1.05, 0.91])
GROWTH = 1.035  # of volume, a year


def days(frame: pd.DataFrame, column: str) -> Array:
    """A date column as numpy days; a missing date is NaT."""
    return frame[column].to_numpy(dtype="datetime64[D]")


def working_day(dates: Array) -> Array:
    """The same day, or the next Monday for a weekend."""
    weekday = (dates.astype("datetime64[D]").astype(int) + 3) % 7
    found: Array = dates + np.where(weekday > 4, 7 - weekday, 0)
    return found


def month_number(dates: Array) -> Array:
    """Months since January 2024, from 0."""
    found: Array = (dates.astype("datetime64[M]") - MONTHS[0]).astype(int)
    return found


def month_start(dates: Array) -> Array:
    """The first day of each date's month."""
    return dates.astype("datetime64[M]").astype("datetime64[D]")


def month_end(dates: Array) -> Array:
    """The last day of each date's month."""
    return (dates.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1


def activity(lag: int) -> tuple[Array, Array]:
    """Working days through the last booked one, and the share of all orders that falls on each.

    ``lag`` is the usual time from order to invoice: the season is that of the books.
    """
    dates = np.arange(RUN_UP, THROUGH + 1)
    dates = dates[working_day(dates) == dates]
    month = month_number(dates + lag)
    weight = SEASON[month % 12] * GROWTH ** (month / 12)
    return dates, weight / weight.sum()


def fiscal_periods() -> pd.DataFrame:
    """Calendar months; November 2026 is open."""
    start = MONTHS.astype("datetime64[D]")
    year = MONTHS.astype("datetime64[Y]").astype(int) + 1970
    quarter = np.arange(36) % 12 // 3 + 1
    return pd.DataFrame(
        {
            "period": np.datetime_as_string(MONTHS),
            "start_date": start,
            "end_date": month_end(start),
            "fiscal_year": year,
            "quarter": [f"{y}-Q{q}" for y, q in zip(year, quarter, strict=True)],
            "closed": MONTHS <= LAST_CLOSED,
        }
    )

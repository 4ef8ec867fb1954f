"""The market that next year's goal is held against: indices and currencies, frozen as numbers.

What is frozen is rounded to thirteen digits that count, so that it is the same whichever machine
worked it out, and once it was written down and read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from spend.goal_plan import DriftKind
from spend.market_model import MarketModel, market_from_history
from spend.price_index import index_changes, index_history

WINDOW = 12  # months
DIGITS = 13


@dataclass(frozen=True, eq=False)
class Market:
    """A frozen market, the history it was taken from, and the codes that have too little of it."""

    model: MarketModel
    history: pd.DataFrame  # one row a month, one column a code
    last: Mapping[str, float] = field(default_factory=dict)
    short: tuple[str, ...] = ()

    def at(self, code: str, months: Sequence[pd.Period]) -> list[float | None]:
        """The values of a code in some months: the last known by then, else ``None``."""
        if code not in self.history:
            return [None] * len(months)
        known = self.history[code].ffill().tolist()
        first: int = self.history.index[0].ordinal
        places = [min(month.ordinal - first, len(known) - 1) for month in months]
        return [
            known[place] if place >= 0 and known[place] == known[place] else None
            for place in places
        ]


def rate_code(currency: str, reporting: str) -> str:
    """The code of a currency in the market.

    >>> rate_code("USD", "EUR")
    'USD/EUR'
    """
    return f"{currency}/{reporting}"


def monthly(rows: pd.DataFrame, code: str, day: str, value: str) -> pd.DataFrame:
    """The last value of each month as ``code``, ``month`` and ``value``; none but those above zero.

    >>> days = pd.to_datetime(["2026-01-05", "2026-01-30"])
    >>> rows = pd.DataFrame({"currency": "USD", "date": days, "rate": [0.9, 0.8]})
    >>> monthly(rows, "currency", "date", "rate")["value"].tolist()
    [0.8]
    """
    good = rows[rows[value].astype("float64") > 0].sort_values(day, kind="stable")
    month = pd.DatetimeIndex(good[day]).to_period("M")
    found = pd.DataFrame({"code": good[code].to_numpy(), "month": month, "value": good[value]})
    return found.groupby(["code", "month"], as_index=False, sort=True).last()


def market(rows: pd.DataFrame, drift: DriftKind) -> Market:
    """The market of some codes by month (``monthly``), from windows of a year.

    Codes with fewer than two whole windows are left out, and named: nobody knows how they stray.

    >>> months = pd.period_range("2024-01", periods=30, freq="M")
    >>> values = [100 + (n % 5) for n in range(30)]
    >>> found = market(pd.DataFrame({"code": "OIL", "month": months, "value": values}), "none")
    >>> found.model.codes, found.model.drift, found.last["OIL"]
    (('OIL',), (0.0,), 104.0)
    """
    if rows.empty:
        return Market(MarketModel((), (), ()), pd.DataFrame())
    months = [str(month) for month in rows["month"]]
    history = index_history(rows["code"].tolist(), months, rows["value"].to_numpy())
    windows = index_changes(history, WINDOW, to="average").notna().sum(axis=0)
    long = [code for code, count in zip(history, windows, strict=True) if count >= 2]
    last = {str(code): float(history[code].dropna().iloc[-1]) for code in history}
    short = tuple(str(code) for code in history if code not in long)
    if not long:
        return Market(MarketModel((), (), ()), history, last, short)
    model = market_from_history(history[long], months=WINDOW, drift=drift)
    return Market(rounded(model), history, last, short)


def rounded(model: MarketModel) -> MarketModel:
    """The model as it is written down."""
    rows = tuple(tuple(map(_rounded, row)) for row in model.covariance)
    return MarketModel(model.codes, tuple(map(_rounded, model.drift)), rows)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")

"""The general ledger's own totals, to check the books against."""

import numpy as np
import pandas as pd

from demo.dates import GROWTH, MONTHS, SEASON, THROUGH, days, month_end
from demo.draws import Array, generator

COMPANY = "CC-1000"  # company-wide balances, and lines that nobody assigned
CLOSED = MONTHS[THROUGH.astype("M8[M]") > MONTHS]
# A journal that has no invoice line: a freight accrual that was never reversed.
JOURNAL = ("2026-03", "CC-2500", 1250.00)


def _rows(kind: str, centres: Array, months: Array, amounts: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period_start": months.astype("M8[M]").astype("M8[D]"),
            "kind": kind,
            "cost_centre_id": centres,
            "amount": np.round(amounts, 2),
        }
    )


def _spend(spent: pd.DataFrame, known: list[str]) -> pd.DataFrame:
    """Invoiced spend of all suppliers, sisters included, plus the forgotten journal."""
    centre = spent["cost_centre_id"].where(spent["cost_centre_id"].isin(known), COMPANY)
    frame = spent.assign(centre=centre).groupby(["month", "centre"])["euros"].sum().reset_index()
    frame = frame[frame["month"].isin(CLOSED.astype("M8[D]"))].reset_index(drop=True)
    month, place, amount = JOURNAL
    hit = (frame["month"] == month) & (frame["centre"] == place)
    total = frame["euros"] + np.where(hit, amount, 0.0)
    return _rows("spend", frame["centre"].to_numpy(), days(frame, "month"), total.to_numpy())


def _payables(gross: pd.DataFrame, settled: pd.DataFrame) -> Array:
    """Booked less paid at each month's end, at the rate of the invoice, sisters included."""
    found = []
    for end in month_end(CLOSED.astype("M8[D]")):
        booked = gross.loc[gross["booked_on"] <= end, "euros"].sum()
        paid = settled.loc[settled["paid_on"] <= end, "euros"].sum()
        found.append(round(float(booked - paid), 2))
    return np.array(found)


def _company(name: str, level: float, spread: float) -> Array:
    """A company-wide monthly series with season and growth."""
    number = np.arange(len(CLOSED))
    noise = generator("ledger " + name).lognormal(0, spread, len(CLOSED))
    found: Array = level * SEASON[number % 12] * GROWTH ** (number / 12) * noise
    return found


def ledger(spent: pd.DataFrame, gross: pd.DataFrame, settled: pd.DataFrame, stock: Array,
           known: list[str]) -> pd.DataFrame:  # fmt: skip
    """Control totals a month: spend by cost centre, the others for the company."""
    revenue = _company("revenue", 7_600_000, 0.02)
    series = {
        "revenue": revenue,
        "cost_of_sales": revenue * (0.61 + 0.006 * np.linspace(0, 1, len(CLOSED))),
        "receivables": revenue * 1.62,
        "payables": _payables(gross, settled),
        "inventory": stock + _company("work in progress", 2_400_000, 0.03),
    }
    parts = [_spend(spent, known)]
    parts += [
        _rows(kind, np.full(len(CLOSED), COMPANY), CLOSED, amounts)
        for kind, amounts in series.items()
    ]
    return pd.concat(parts, ignore_index=True)

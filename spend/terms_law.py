"""What the law says of a selection's terms: interest on late payment, and its longest terms."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spend.arguments import Floats
from spend.late_payment import LateInterest, Words, late_interest_due
from spend.late_payment_rules import legal_limit_days
from spend.payment import late_interest_exposure

# An amount of each size class of invoices, to find the fixed sum by.
OF_CLASS = np.array([500.0, 5_000.0, 50_000.0])


@dataclass(frozen=True)
class Exposure:
    """Interest and fixed sums on late payment, in cents; ``frame`` has it by supplier and country.

    ``unknown`` counts late invoices by the reason that no interest is known for them.
    """

    cents: int | None
    frame: pd.DataFrame
    unknown: dict[str, int]


def exposure(
    late: pd.DataFrame, countries: "pd.Series[Any]", rates: dict[str, float], public_body: bool
) -> Exposure:
    """What late payment may cost by law, on sums of late money by supplier, due and paid day.

    ``late`` has supplier_id, due_date, day, size_class, late (cents) and settled (invoices);
    ``rates`` turn the currencies of fixed sums into the reporting currency. Credits within the
    sums earn nothing back.
    """
    rows = late[late["late"] > 0].reset_index(drop=True)
    country = rows["supplier_id"].map(countries).astype(object).fillna("").astype(str)
    due = late_interest_due(
        rows["late"].to_numpy() / 100,
        country.to_numpy(),
        rows["due_date"].to_numpy(),
        rows["day"].to_numpy(),
        public_body,
        OF_CLASS[rows["size_class"].to_numpy(dtype=np.int64)],
    )
    factor = np.array([rates.get(code, np.nan) for code in due.fixed_currency], dtype=float)
    fixed = np.where(due.fixed_sum > 0, due.fixed_sum * factor * rows["settled"], 0.0)
    unpriced = np.isnan(fixed) & (due.rule != "")
    frame = pd.DataFrame({
        "supplier_id": rows["supplier_id"],
        "country": country,
        "rule": due.rule,
        "late": rows["late"],
        "settled": rows["settled"],
        "interest": _cents(due.interest),
        "fixed": _cents(fixed),
        "known": due.why_not == "",
    })  # fmt: skip
    unknown = _counted(_reasons(due, country), rows["settled"])
    for code in sorted({str(c) for c in due.fixed_currency[unpriced] if c}):
        unknown[f"fixed sums in {code}, which has no exchange rate"] = int(unpriced.sum())
    total = late_interest_exposure(frame["interest"].tolist(), frame["fixed"].tolist())
    return Exposure(total if frame["known"].any() else None, frame, unknown)


def _reasons(due: LateInterest, country: "pd.Series[Any]") -> Words:
    """Why no interest is known, by country: a rule without a published rate, or no rule."""
    named = country.where(country != "", "suppliers without a country").to_numpy(dtype=object)
    lacks = np.where(due.rule != "", " (no reference rate here)", " (no rule here)")
    reasons: Words = np.where(due.why_not != "", named + lacks.astype(object), "")
    return reasons


def _cents(amount: Floats) -> NDArray[np.int64]:
    cents: NDArray[np.int64] = np.round(np.nan_to_num(amount) * 100).astype(np.int64)
    return cents


def _counted(reasons: Words, invoices: "pd.Series[Any]") -> dict[str, int]:
    counts = invoices.groupby(pd.Series(reasons, index=invoices.index)).sum()
    return {str(why): max(1, round(n)) for why, n in counts.items() if str(why)}


def limits(countries: "pd.Series[Any]", on: date, public_body: bool) -> "pd.Series[Any]":
    """The longest term that the law of each supplier's country allows, in days; NaN where none."""
    known = {
        code: legal_limit_days(code, on, public_body) for code in set(countries.dropna()) if code
    }
    return countries.map(known).astype(float)

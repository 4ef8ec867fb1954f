"""The generated tables made ready to be asked: rates, inheritance, groups, whole cents.

This and the other ``answers_`` modules follow the definitions of the figures, not the generator:
they read nothing but the tables, so that the stories' amounts are worked out independently.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from demo.draws import Array

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Span:
    """The selected fiscal periods as days; ``position`` is the day of every balance."""

    start: pd.Timestamp
    end: pd.Timestamp
    position: pd.Timestamp

    @property
    def last_year(self) -> "Span":
        """The same periods one fiscal year earlier."""
        year = pd.DateOffset(years=1)
        start, end = self.start - year, (self.end + pd.Timedelta(days=1) - year)
        end -= pd.Timedelta(days=1)
        return Span(start, end, end)

    def holds(self, dates: "pd.Series[pd.Timestamp]") -> "pd.Series[bool]":
        """Which dates lie inside, and not after the position date."""
        return (dates >= self.start) & (dates <= min(self.end, self.position))


def span(tables: Tables, first: str, last: str, through: str) -> Span:
    """The days of fiscal periods ``first`` to ``last``."""
    periods = tables["fiscal_period"].set_index("period")
    end = pd.Timestamp(periods["end_date"].to_dict()[last])
    start = pd.Timestamp(periods["start_date"].to_dict()[first])
    return Span(start, end, min(end, pd.Timestamp(through)))


def rates(tables: Tables, currency: pd.Series, dates: pd.Series) -> Array:
    """Reporting currency for one unit: the last rate on or before the date."""
    table = tables["exchange_rate"].sort_values("date")
    asked = pd.DataFrame({"currency": currency.to_numpy(), "date": dates.to_numpy()})
    asked["date"] = asked["date"].astype(table["date"].dtype)
    asked["place"] = np.arange(len(asked))
    found = pd.merge_asof(asked.sort_values("date"), table, on="date", by="currency")
    rate = found.sort_values("place")["rate"].to_numpy(dtype=float)
    home = currency.isin(["EUR", ""]).to_numpy()
    return np.where(home, 1.0, rate)


def cents(amount: Array, rate: Array) -> Array:
    """Amounts in whole cents of the reporting currency, each line rounded half away from zero."""
    whole = np.round(amount * 100).astype(np.int64)
    factor = np.round(rate * 100_000).astype(np.int64)
    product = np.abs(whole) * factor
    return np.sign(whole) * ((2 * product + 100_000) // 200_000)


def euros(whole_cents: object) -> float:
    """Cents as an amount."""
    return round(float(whole_cents) / 100, 2)  # type: ignore[arg-type]


def groups(tables: Tables) -> "pd.Series[str]":
    """The head of each supplier's group."""
    table = tables["supplier"].set_index("supplier_id")["parent_supplier_id"]
    found = {}
    for supplier in table.index:
        head = supplier
        while table.get(head, ""):
            head = str(table[head])
        found[supplier] = head
    return pd.Series(found)


def _inherited(lines: pd.DataFrame, orders: pd.DataFrame, column: str) -> pd.Series:
    """A line's own value, else its order line's."""
    key = pd.MultiIndex.from_arrays([lines["po_id"], lines["po_line_no"]])
    theirs = pd.Series(orders[column].reindex(key).fillna("").to_numpy(), index=lines.index)
    return lines[column].where(lines[column] != "", theirs)


def orders(tables: Tables) -> pd.DataFrame:
    """Order lines without those of our own group, categories from their items, and rates."""
    frame = tables["purchase_order_line"].fillna({"item_id": "", "category_id": ""})
    homes = tables["item"].set_index("item_id")["category_id"]
    own = frame["item_id"].map(homes).fillna("")
    frame["category_id"] = frame["category_id"].where(frame["category_id"] != "", own)
    frame["rate"] = rates(tables, frame["currency"], frame["order_date"])
    frame["line_no"] = frame["line_no"].astype(str)
    return frame[~frame["supplier_id"].isin(_ours(tables))].reset_index(drop=True)


def _ours(tables: Tables) -> list[str]:
    table = tables["supplier"]
    return [str(name) for name in table.loc[table["intercompany"], "supplier_id"]]


# The tables last asked, and their prepared invoice lines: nearly every answer starts from these.
_prepared: list[tuple[Tables, pd.DataFrame]] = []


def invoices(tables: Tables, intercompany: bool = False) -> pd.DataFrame:
    """Invoice lines with accounting date, what they inherit, and whole cents."""
    if not _prepared or _prepared[0][0] is not tables:
        _prepared[:] = [(tables, _prepare(tables))]
    frame = _prepared[0][1]
    return frame[frame["ours"] == intercompany].reset_index(drop=True)


def _prepare(tables: Tables) -> pd.DataFrame:
    """Every invoice line, prepared; ``ours`` marks those of our own group."""
    frame = tables["invoice_line"].copy()
    bought = tables["purchase_order_line"].copy()
    bought["line_no"] = bought["line_no"].astype(str)
    bought = bought.set_index(["po_id", "line_no"])
    known = {"category_id": "category", "cost_centre_id": "cost_centre"}
    for column, table in known.items():
        frame[column] = frame[column].where(frame[column].isin(tables[table][column]), "")
    for column in ("category_id", "cost_centre_id", "item_id", "contract_id"):
        frame[column] = _inherited(frame, bought, column)
    homes = frame["item_id"].map(tables["item"].set_index("item_id")["category_id"]).fillna("")
    frame["category_id"] = frame["category_id"].where(frame["category_id"] != "", homes)
    frame["accounted"] = frame["posted_on"].where(frame["posted_on"].notna(), frame["invoice_date"])
    frame["rate"] = rates(tables, frame["currency"], frame["invoice_date"])
    frame["cents"] = cents(frame["amount"].to_numpy(), frame["rate"].to_numpy())
    frame["tax_cents"] = cents(frame["tax_amount"].to_numpy(), frame["rate"].to_numpy())
    frame["group"] = frame["supplier_id"].map(groups(tables))
    return frame.assign(ours=frame["supplier_id"].isin(_ours(tables)))


def subtree(tables: Tables, category: str) -> list[str]:
    """A category and everything under it."""
    table = tables["category"]
    found = [category]
    for parent in found:
        found += table.loc[table["parent_category_id"] == parent, "category_id"].tolist()
    return found

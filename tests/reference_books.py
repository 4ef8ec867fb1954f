"""A company's books for the second computation of every figure: rows of the contract as frames.

Straight from the raw files of each set, in plain pandas; nothing of the model or the store. Texts
that are not known are "", days NaT, numbers NaN. Money is in whole cents of the reporting currency.
"""

import csv
import gzip
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests import reference_bpic2019
from tests.reference_bpic2019 import rounded

Frame = Any  # a pandas frame whose columns are those of the contract
Tables = dict[str, Frame]

COLUMNS = {
    "supplier": "supplier_id parent_supplier_id country preferred intercompany payment_term_code",
    "category": "category_id parent_category_id not_addressable",
    "cost_centre": "cost_centre_id parent_cost_centre_id",
    "item": "item_id category_id unit unit_cost lead_time_days review_period_days service_level "
    "holding_rate order_cost minimum_order critical known_since",
    "payment_term": "payment_term_code net_days discount_rate discount_days end_of_month",
    "contract": "contract_id supplier_id start_date end_date category_id payment_term_code",
    "exchange_rate": "date currency rate",
    "budget_line": "version period_start cost_centre_id category_id amount currency budget_rate "
    "item_id quantity",
    "purchase_order_line": "po_id line_no order_date supplier_id quantity unit_price item_id "
    "category_id cost_centre_id contract_id currency unit matching requested_on approved_on "
    "promised_date status status_date",
    "goods_receipt": "receipt_id po_id line_no received_on quantity",
    "invoice_line": "invoice_id line_no invoice_date supplier_id amount tax_amount quantity unit "
    "unit_price po_id po_line_no item_id category_id cost_centre_id contract_id currency posted_on "
    "due_date payment_term_code invoice_number",
    "payment": "payment_id invoice_id paid_on amount discount_taken currency",
    "stock_level": "counted_on item_id site on_hand unit_cost",
    "demand": "period_start item_id site quantity",
    "savings_initiative": "initiative_id saving_type stage supplier_id item_id start_date "
    "baseline_unit_price new_unit_price annual_quantity claimed_amount category_id",
}
DAYS = {"date", "start_date", "end_date", "period_start", "order_date", "requested_on",
        "approved_on", "promised_date", "status_date", "received_on", "invoice_date", "posted_on",
        "due_date", "paid_on", "counted_on", "known_since"}  # fmt: skip
NUMBERS = {"net_days", "discount_rate", "discount_days", "rate", "amount", "budget_rate",
           "quantity", "unit_price", "tax_amount", "discount_taken", "on_hand", "unit_cost",
           "lead_time_days", "review_period_days", "service_level", "holding_rate", "order_cost",
           "minimum_order", "baseline_unit_price", "new_unit_price", "annual_quantity",
           "claimed_amount"}  # fmt: skip
FLAGS = {"preferred", "intercompany", "not_addressable", "end_of_month", "critical"}


@dataclass(frozen=True, eq=False)
class Books:
    """One company: its tables, and what its settings say."""

    tables: Tables
    home: str
    through: pd.Timestamp
    budget_version: str = ""
    year_start: int = 1

    def __getitem__(self, table: str) -> Frame:
        return self.tables[table]

    def rate(self, currency: Any, days: Any) -> Any:
        """Reporting currency for one unit: the last rate on or before each day, times 10^5."""
        written = pd.Series(currency.to_numpy(), dtype="str")
        asked = pd.DataFrame({"currency": written, "date": days.to_numpy().astype("datetime64[s]")})
        asked["place"] = np.arange(len(asked))
        table = self["exchange_rate"].sort_values("date")
        found = pd.merge_asof(asked.sort_values("date"), table, on="date", by="currency")
        rate = found.sort_values("place")["rate"].to_numpy()
        rate = np.where(currency.isin(["", self.home]), 1.0, rate)
        return np.rint(rate * 100_000).astype(np.int64)

    def cents(self, amount: Any, currency: Any, days: Any) -> Any:
        """Amounts in whole cents of the reporting currency, halves away from zero."""
        own = np.rint(amount.fillna(0).to_numpy() * 100).astype(np.int64)
        product = np.abs(own) * self.rate(currency, days)
        return np.asarray(np.sign(own) * ((2 * product + 100_000) // 200_000))

    # --- Trees

    def under(self, table: str, top: str) -> set[str]:
        """A row and all below it."""
        key = f"{table}_id"
        rows, found = self[table], [top]
        for one in found:
            found += rows.loc[rows[f"parent_{key}"] == one, key].tolist()
        return set(found)

    @cached_property
    def heads(self) -> dict[str, str]:
        """The head of each supplier's group."""
        parent = dict(zip(*(self["supplier"][c] for c in ("supplier_id", "parent_supplier_id")),
                          strict=True))  # fmt: skip
        found = {}
        for supplier in parent:
            head = supplier
            while parent.get(head):
                head = parent[head]
            found[supplier] = head
        return found

    @cached_property
    def ours(self) -> set[str]:
        """Suppliers that are our own group."""
        return set(self["supplier"].loc[self["supplier"]["intercompany"], "supplier_id"])

    # --- Documents with what they inherit

    @cached_property
    def orders(self) -> Frame:
        """Order lines outside the own group, with their category."""
        frame = self["purchase_order_line"]
        frame = frame[~frame["supplier_id"].isin(self.ours)].reset_index(drop=True)
        frame["category_id"] = self._category(frame)
        frame["rate"] = self.rate(frame["currency"], frame["order_date"]) / 100_000
        return frame

    @cached_property
    def invoices(self) -> Frame:
        """Invoice lines outside the own group, with what they inherit, and cents."""
        frame = self["invoice_line"]
        frame = frame[~frame["supplier_id"].isin(self.ours)].reset_index(drop=True)
        theirs = self._of_order(frame)
        for name in ("item_id", "category_id", "cost_centre_id", "contract_id"):
            frame[name] = frame[name].where(frame[name] != "", theirs[name].fillna(""))
        frame["category_id"] = self._category(frame)
        frame["ordered_on"], frame["order_unit"] = theirs["order_date"], theirs["unit"].fillna("")
        frame["day"] = frame["posted_on"].fillna(frame["invoice_date"])
        for name, source in (("net", "amount"), ("tax", "tax_amount")):
            frame[name] = self.cents(frame[source], frame["currency"], frame["invoice_date"])
        return frame

    def _of_order(self, lines: Frame) -> Frame:
        """The order line of each invoice line, in the same order."""
        orders = self["purchase_order_line"].set_index(["po_id", "line_no"])
        found = orders.reindex(pd.MultiIndex.from_frame(lines[["po_id", "po_line_no"]]))
        return found.reset_index(drop=True)

    def _category(self, frame: Frame) -> Any:
        """The own category, else the item's; "" where the list has no such one."""
        items = dict(zip(self["item"]["item_id"], self["item"]["category_id"], strict=True))
        own = frame["category_id"]
        own = own.where(own != "", looked_up(frame["item_id"], items))
        return own.where(own.isin(self["category"]["category_id"]), "")


# --- Reading --------------------------------------------------------------------------------------


def looked_up(keys: Any, table: dict[str, Any]) -> Any:
    """What a table says of each key, or ""."""
    return pd.Series([table.get(key, "") for key in keys], index=keys.index, dtype="str")


def books(
    rows: dict[str, Any], home: str, through: str, version: str = "", year_start: int = 1
) -> Books:
    """Rows of the contract as frames of one shape, whatever a source has."""
    tables = {name: shaped(pd.DataFrame(rows.get(name, ())), name) for name in COLUMNS}
    return Books(tables, home, pd.Timestamp(through), version, year_start)


def shaped(frame: Frame, table: str) -> Frame:
    """All columns of a table, each of its kind."""
    columns: dict[str, Any] = {}
    for name in COLUMNS[table].split():
        given = frame[name] if name in frame else pd.Series([None] * len(frame), dtype=object)
        if name in DAYS:
            columns[name] = pd.to_datetime(given.replace("", None)).astype("datetime64[s]")
        elif name in NUMBERS:
            columns[name] = pd.to_numeric(given.astype(object).replace("", None)).astype(float)
        elif name in FLAGS:
            columns[name] = given.isin([True, "true"])
        else:
            columns[name] = given.astype(object).where(given.notna(), "").astype(str)
    return pd.DataFrame(columns)


def records(path: Path) -> list[dict[str, str]]:
    """The records of a packed file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def demo(folder: Path) -> Books:
    """The demo company's files."""
    rows = {
        name: pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in COLUMNS
    }
    category = rows["category"]
    rows["category"] = category.assign(not_addressable=category["addressable"] == "false")
    return books(rows, "EUR", "2026-11-13", "2026 revised")


def bpic2019(folder: Path) -> Books:
    """Order lines of a coatings maker, told event by event."""
    return books(reference_bpic2019.tables(folder), "EUR", "2019-01-18")


def oxford(folder: Path) -> Books:
    """Payments of a council; what stands before the dash of a number is the document."""
    raw = records(folder / "oxford_spend.csv.gz")
    seen: dict[str, int] = {}
    lines = []
    for row in raw:
        number = row["trans_no"].replace("-", "_").split("_")[0].strip()
        seen[number] = seen.get(number, 0) + 1
        lines.append({
            "invoice_id": number, "line_no": seen[number],
            "invoice_date": "-".join(reversed(row["paid_date"].split("/"))),
            "supplier_id": row["supplier_id"] or row["supplier_name"] or "not published",
            "amount": row["amount_gbp"], "category_id": row["expenditure_category"].strip(),
            "cost_centre_id": row["organisational_unit"].strip(),
        })  # fmt: skip
    return books({"invoice_line": lines, **listed(lines)}, "GBP", "2018-03-31", year_start=4)


def permits(folder: Path) -> Books:
    """Travel permits: what was asked for, and what was declared, on the day of the first event."""
    first: dict[str, str] = {}
    for event in records(folder / "PermitLog_events.csv.gz"):
        name, day = event["case_id"], event["time:timestamp"][:10]
        first[name] = min(day, first.get(name, day))
    budget, lines = [], []
    for case in records(folder / "PermitLog_cases.csv.gz"):
        day = first[case["case_id"]]
        place = {"cost_centre_id": case["OrganizationalEntity"],
                 "category_id": case["BudgetNumber"]}  # fmt: skip
        asked, declared = (
            str(rounded(Decimal(case[n]), "0.01")) for n in ("RequestedBudget", "TotalDeclared")
        )
        budget.append({"version": "requested", "period_start": day[:8] + "01", **place,
                       "amount": asked})  # fmt: skip
        lines.append({"invoice_id": case["case_id"], "line_no": 1, "invoice_date": day, **place,
                      "supplier_id": "travellers", "amount": declared,
                      "invoice_number": case["travel_permit_number"]})  # fmt: skip
    tables = {"invoice_line": lines, "budget_line": budget, **listed(lines)}
    return books(tables, "EUR", "2018-12-31")


def scms(folder: Path) -> Books:
    """Delivered lines of a supply chain: order, receipt and invoice in one."""
    orders, receipts, lines = [], [], []
    for row in records(folder / "scms_delivery_history.csv.gz"):
        group, part = row["Product Group"], row["Sub Classification"]
        key = {"po_id": row["PO / SO #"], "line_no": row["ID"]}
        place = {"supplier_id": row["Vendor"], "category_id": f"{group} / {part}",
                 "cost_centre_id": row["Country"], "item_id": row["Item Description"],
                 "unit": "pack", "quantity": row["Line Item Quantity"],
                 "unit_price": row["Pack Price"]}  # fmt: skip
        promised, came = (day_of(row[f"{n} Date"], "%d-%b-%y")
                          for n in ("Scheduled Delivery", "Delivered to Client"))  # fmt: skip
        sent = day_of(row["PO Sent to Vendor Date"], "%m/%d/%Y")
        quoted = day_of(row["PQ First Sent to Client Date"], "%m/%d/%Y")
        orders.append({**key, **place, "promised_date": promised, "status": "closed",
                       "status_date": came,
                       "order_date": sent or min(filter(None, (quoted, promised)))})  # fmt: skip
        receipts.append({"receipt_id": row["ID"], **key, "received_on": came,
                         "quantity": row["Line Item Quantity"]})  # fmt: skip
        lines.append({"invoice_id": row["ID"], "line_no": 1, "invoice_date": came, **place,
                      "amount": row["Line Item Value"], "po_id": key["po_id"],
                      "po_line_no": row["ID"]})  # fmt: skip
    own = listed(lines)
    for supplier in own["supplier"]:
        supplier["intercompany"] = supplier["supplier_id"] == "SCMS from RDC"
    for category in own["category"]:
        category["parent_category_id"] = category["category_id"].split(" / ")[0]
    tops = {c["parent_category_id"] for c in own["category"]}
    own["category"] += [{"category_id": top} for top in tops]
    tables = {"purchase_order_line": orders, "goods_receipt": receipts, "invoice_line": lines}
    return books({**tables, **own}, "USD", "2015-12-31")


def day_of(written: str, how: str) -> date | None:
    """A day as it is written, or none."""
    try:
        return datetime.strptime(written, how).date()
    except ValueError:
        return None


def listed(lines: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The dimensions that documents name, a row for each value."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in ("supplier", "category", "cost_centre", "item"):
        values = {str(line.get(f"{table}_id") or "") for line in lines} - {""}
        found[table] = [{f"{table}_id": value} for value in sorted(values)]
    return found

"""Stock, approvals, contracts and duplicates."""

import re
from statistics import NormalDist

import numpy as np
import pandas as pd

from demo.answers_books import Span, Tables, euros, invoices, subtree
from demo.draws import Array

OBSOLETE_MONTHS = 12
WITHIN_DAYS = 120


def _latest(tables: Tables, category: str, day: pd.Timestamp) -> pd.DataFrame:
    """The last count of each item on or before a day, with what is known of the item."""
    counts = tables["stock_level"]
    counts = counts[counts["counted_on"] <= day].sort_values("counted_on")
    counts = counts.groupby(["item_id", "site"]).tail(1)
    frame = counts.merge(tables["item"].drop(columns="unit_cost"), on="item_id")
    return frame[frame["category_id"].isin(subtree(tables, category))].reset_index(drop=True)


def _weekly(tables: Tables, items: list[str], day: pd.Timestamp) -> pd.DataFrame:
    """Weekly demand of spare parts through the day, the empty weeks as zero."""
    demand = tables["demand"]
    demand = demand[(demand["site"] == "SPARES") & (demand["period_start"] <= day)]
    weeks = pd.date_range(demand["period_start"].min(), demand["period_start"].max(), freq="7D")
    wide = demand.pivot_table(index="item_id", columns="period_start", values="quantity")
    return wide.reindex(index=items, columns=weeks).fillna(0.0)


def _normal_parts(frame: pd.DataFrame, demand: pd.DataFrame) -> tuple[Array, Array]:
    """Safety stock by the normal formula, and the order quantity, where both can be known."""
    level = frame["service_level"].fillna(0.95)
    z = np.array([NormalDist().inv_cdf(float(p)) for p in level])
    cover = (frame["lead_time_days"] + frame["review_period_days"]).to_numpy() / 7
    safety = z * demand.std(axis=1, ddof=1).to_numpy() * np.sqrt(cover)
    yearly = demand.mean(axis=1).to_numpy() * 52
    holding = (frame["holding_rate"] * frame["unit_cost"]).to_numpy()
    batch = np.sqrt(2 * frame["order_cost"].fillna(45.0).to_numpy() * yearly / holding)
    return safety, np.maximum(batch, frame["minimum_order"].to_numpy())


def _cents(units: Array, unit_cost: Array) -> Array:
    """Units at their cost in whole cents, rounded once, where they are valued."""
    return np.floor(np.round(units * unit_cost * 100, 6) + 0.5)


def spare_parts(tables: Tables, category: str, day: pd.Timestamp) -> dict[str, float]:
    """Spare parts' stock: value, the part nobody needs, how long it lasts, and what it is for."""
    frame = _latest(tables, category, day)
    demand = _weekly(tables, frame["item_id"].tolist(), day)
    worth = frame["unit_cost"].to_numpy()
    shelf = np.maximum(0, frame["on_hand"].to_numpy(dtype=float))
    year_ago = day - pd.DateOffset(months=OBSOLETE_MONTHS)
    late = [week for week in demand.columns if pd.Timestamp(week) > year_ago]
    recent = demand[late].sum(axis=1).to_numpy()
    dead = (recent == 0) & ~frame["critical"].to_numpy()
    safety, batch = _normal_parts(frame, demand)
    safe = np.minimum(shelf, np.ceil(safety)) * ~dead
    cycle = np.minimum(shelf - safe, np.minimum(batch, recent)) * ~dead
    excess = (shelf - safe - cycle) * ~dead
    value = _cents(shelf, worth)
    shares = {"safety": safe, "cycle": cycle, "excess": excess}
    return {
        "stock_value": euros(value.sum()),
        "obsolete_stock_value": euros(value[dead].sum()),
        "obsolete_items": int((dead & (shelf > 0)).sum()),
        "days_inventory": round(float(value.sum() / _cents(recent, worth).sum() * 365), 1),
        **{
            f"normal_{name}_share": round(float(_cents(units, worth).sum() / value.sum()), 3)
            for name, units in shares.items()
        },
    }


def waits(tables: Tables, period: Span) -> dict[str, dict[str, float]]:
    """Orders' approval steps decided in the periods: how many, and the median wait, by role."""
    steps = tables["approval_step"]
    steps = steps[steps["document_type"] == "purchase_order"]
    done = steps[period.holds(steps["decided_at"])]
    days = (done["decided_at"] - done["submitted_at"]).dt.days
    seen = steps[steps["submitted_at"] <= period.position]
    pending = seen[seen["decided_at"].isna() | (seen["decided_at"] > period.position)]
    return {
        str(role).lower().replace(" ", "_"): {
            "steps": len(rows),
            "median_days": float(rows.median()),
            "mean_days": round(float(rows.mean()), 2),
            "waiting_at_end": int((pending["role"] == role).sum()),
        }
        for role, rows in days.groupby(done["role"])
    }


def order_cycle_days(tables: Tables, period: Span) -> float:
    """Median days from request to order, of lines ordered in the periods."""
    lines = tables["purchase_order_line"]
    ours = tables["supplier"].loc[tables["supplier"]["intercompany"], "supplier_id"]
    lines = lines[~lines["supplier_id"].isin(ours) & period.holds(lines["order_date"])]
    lines = lines[~lines["status"].isin(["cancelled", "rejected"])]
    return float((lines["order_date"] - lines["requested_on"]).dt.days.median())


def _in_force(tables: Tables, book: pd.DataFrame) -> tuple[Array, Array]:
    """Whether a contract covers each line, and whether its category had one from anybody."""
    parents = tables["supplier"].set_index("supplier_id")["parent_supplier_id"]
    covered = np.zeros(len(book), dtype=bool)
    market = np.zeros(len(book), dtype=bool)
    own = book["contract_id"].to_numpy(dtype=object)
    names = ["start_date", "end_date", "category_id", "supplier_id", "contract_id"]
    columns = (tables["contract"][name] for name in names)
    supplier = book["supplier_id"]
    for start, end, category, seller, contract in zip(*columns, strict=True):
        valid = (book["ordered"] >= start) & ~(book["ordered"] > end)  # no end: no day is after it
        there = valid & book["category_id"].isin(subtree(tables, category))
        theirs = (supplier == seller) | (supplier.map(parents) == seller)
        covered |= (there & theirs).to_numpy() | (valid.to_numpy() & (own == contract))
        market |= there.to_numpy()
    return covered, market


def off_contract(tables: Tables, period: Span, category: str = "") -> dict[str, float]:
    """Spend without a contract where one was in force, and its share."""
    book = invoices(tables)
    orders = tables["purchase_order_line"]
    dates = orders.drop_duplicates("po_id").set_index("po_id")["order_date"]
    dated = book["po_id"].map(dates)
    book["ordered"] = dated.where(dated.notna(), book["invoice_date"])
    book = book[period.holds(book["accounted"])]
    if category:
        book = book[book["category_id"].isin(subtree(tables, category))]
    book = book.reset_index(drop=True)
    covered, market = _in_force(tables, book)
    outside = book.loc[market & ~covered, "cents"].sum()
    return {
        "off_contract_spend": euros(outside),
        "off_contract_share": round(float(outside / book.loc[market, "cents"].sum()), 6),
    }


def _documents(tables: Tables) -> pd.DataFrame:
    """Invoices with group, plain number and gross cents, by date."""
    book = invoices(tables)
    book["gross"] = book["cents"] + book["tax_cents"]
    frame = book.groupby("invoice_id").agg(
        head=("group", "first"), number=("invoice_number", "first"), gross=("gross", "sum"),
        dated=("invoice_date", "first"), accounted=("accounted", "first"),
    ).reset_index()  # fmt: skip
    plain = [re.sub("[^A-Z0-9]", "", str(n).upper()).lstrip("0") for n in frame["number"]]
    return frame.assign(plain=plain).sort_values(["dated", "invoice_id"], ignore_index=True)


def _undone(row: pd.Series, notes: pd.DataFrame) -> bool:
    """Whether a later credit note of the same group and amount follows within 120 days."""
    mine = notes[(notes["head"] == row["head"]) & (notes["gross"] == -row["gross"])]
    gap = (mine["dated"] - row["dated"]).dt.days
    return bool(((gap >= 0) & (gap <= WITHIN_DAYS)).any())


def duplicates(tables: Tables, period: Span) -> dict[str, object]:
    """Invoices that look booked twice, and what they are worth."""
    frame = _documents(tables)
    notes = frame[frame["gross"] < 0]
    bills = frame[(frame["gross"] > 0) & (frame["plain"] != "")]
    found = []
    twice = bills[bills.duplicated(["head", "plain"], keep=False)]
    for _, rows in twice.groupby(["head", "plain"]):
        for place in range(1, len(rows)):
            row, earlier = rows.iloc[place], rows.iloc[:place]
            gap = (row["dated"] - earlier["dated"]).dt.days
            larger = np.maximum(earlier["gross"], row["gross"])
            same = (earlier["gross"] - row["gross"]).abs() <= 0.005 * larger
            if (same & (gap <= WITHIN_DAYS)).any() and not _undone(row, notes):
                found.append(row)
    chosen = pd.DataFrame(found)
    chosen = chosen[period.holds(chosen["accounted"])]
    return {
        "duplicate_candidates": len(chosen),
        "gross_amount": euros(chosen["gross"].sum()),
        "invoices": sorted(chosen["invoice_id"]),
    }


def spent(tables: Tables, period: Span, supplier: str) -> float:
    """Actual spend with one supplier."""
    book = invoices(tables)
    mine = period.holds(book["accounted"]) & (book["supplier_id"] == supplier)
    return euros(book.loc[mine, "cents"].sum())

"""Halden Instruments: every table of the demo company, and writing them as contract files."""

from pathlib import Path

import numpy as np
import pandas as pd

from demo import (
    approvals,
    books,
    budget,
    contracts,
    dates,
    invoices,
    items,
    ledger,
    markets,
    mistakes,
    opening,
    orders_items,
    organisation,
    payments,
    pricing,
    receipts,
    savings,
    services,
    spares,
    status,
    stock,
    suppliers,
    targets,
    unordered,
)  # fmt: skip
from demo.contract_tables import COLUMNS, columns, write_table
from demo.dates import days
from demo.draws import Array, generator

SETTINGS: dict[str, str | int] = {
    "currency": "EUR",
    "fiscal_year_start": 1,
    "data_through": "2026-11-13",
    "budget_version": "2026 revised",
}


class Base:
    """What everything else is made from: who, what, at which price and rate."""

    def __init__(self) -> None:
        self.suppliers = suppliers.suppliers()
        self.terms = suppliers.payment_terms()
        self.contracts = contracts.contracts(self.suppliers)
        self.catalogue = items.catalogue(self.suppliers)
        self.rates = markets.exchange_rates()
        self.prices = pricing.price_table(self.catalogue, self.suppliers)
        self.catalogue["unit_cost"] = self._unit_cost()
        self.spares = spares.spares(self.catalogue)

    def _unit_cost(self) -> Array:
        """Today's cost in the reporting currency."""
        currency = self.catalogue["currency"].to_numpy(dtype=object)
        euros = markets.rates_on(self.rates, currency, np.full(len(currency), dates.THROUGH))
        found: Array = np.round(self.prices[:, 33] * euros, 4)
        return found


def _contracted(base: Base, lines: pd.DataFrame) -> pd.DataFrame:
    """The contract on most orders that one covers; always where a story needs it."""
    supplier = lines["supplier_id"].to_numpy(dtype=object)
    found = contracts.contract_on(base.contracts, supplier, days(lines, "order_date"))
    named = [suppliers.CARRIER, *suppliers.EARLY_PAID]
    always = np.isin(supplier, [suppliers.numbered(base.suppliers, place) for place in named])
    draw = generator("contract references").random(int(lines["order"].max()) + 1)
    lines["contract_id"] = np.where(always | (draw[lines["order"]] < 0.85), found, "")
    return lines


def _orders(base: Base) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Order lines with their dates and promises, receipts, and the approval steps."""
    parts = [
        orders_items.item_lines(
            base.catalogue, base.suppliers, base.contracts, base.prices, base.rates, base.spares
        ),
        services.request_lines(base.suppliers),
        services.blanket_lines(base.suppliers),
        services.sister_lines(),
    ]
    lines = approvals.number_orders(pd.concat(parts, ignore_index=True))
    lines, steps = approvals.approve(lines, base.rates)
    lines = receipts.cancel(receipts.promise(_contracted(base, lines)))
    lines, received, steps = opening.open_books(lines, receipts.receipts(lines), steps)
    lines["po_id"] = [f"PO-{n:05d}" for n in lines["order"]]
    draw = generator("orders after the fact").random(int(lines["order"].max()) + 1)
    lines["late_order"] = (draw[lines["order"]] < 0.035) & (lines["kind"] == "request")
    return lines, received, steps


def _invoices(base: Base, lines: pd.DataFrame, received: pd.DataFrame) -> pd.DataFrame:
    """The invoice book, mistakes and blanks included."""
    ordered = invoices.ordered_invoices(lines, received)
    parts = {
        "order": ordered,
        "credit": invoices.credit_notes(lines, received),
        "price": invoices.price_credits(ordered),
        "direct": unordered.unordered_invoices(base.suppliers, ordered),
    }
    book = books.number(books.together(parts, base.suppliers))
    book = mistakes.booked_twice(book, ["S-0901", "S-0902"])
    book = mistakes.misspell(books.identify(book[days(book, "posted_on") <= dates.THROUGH]))
    book = book.fillna(dict.fromkeys(["item_id", "contract_id", "unit"], ""))
    book["po_line_no"] = [str(int(n)) if n == n else "" for n in book["po_line_no"]]
    book["po_id"] = [f"PO-{int(n):05d}" if n == n else "" for n in book["order"]]
    book = books.termed(book, base.suppliers, base.contracts, base.terms)
    book = invoices.taxed(book, base.suppliers.set_index("supplier_id")["country"])
    book["true_category"], book["true_centre"] = book["category_id"], book["cost_centre_id"]
    book = invoices.untidy(book)
    book["booked_on"] = book["posted_on"].where(book["posted_on"].notna(), book["invoice_date"])
    quoted = generator("quoted contracts").random(len(book)) < 0.3
    book["contract_id"] = book["contract_id"].where(quoted, "")
    return book


def _spent(base: Base, book: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Invoice lines in euros, by month, with what a blank takes from its order."""
    currency = book["currency"].to_numpy(dtype=object)
    euros = markets.rates_on(base.rates, currency, days(book, "invoice_date"))
    frame = book[["item_id", "quantity", "supplier_id", "invoice_id"]].copy()
    for column in ("category_id", "cost_centre_id"):
        own = book["line"].map(lines[column])
        frame[column] = book[column].where(book[column] != "", own).fillna("")
    frame["category_id"] = frame["category_id"].replace(mistakes.UNKNOWN_CATEGORY, "")
    frame["rate"] = euros
    frame["euros"] = np.round(book["amount"] * euros, 2)
    frame["gross"] = frame["euros"] + np.round(book["tax_amount"] * euros, 2)
    frame["booked_on"] = book["booked_on"]
    frame["month"] = dates.month_start(days(book, "booked_on"))
    frame["year"] = frame["month"].dt.year
    return frame


def _stock_value(counts: pd.DataFrame) -> Array:
    """Value of everything counted, by month."""
    value = counts["on_hand"].clip(lower=0) * counts["unit_cost"]
    found: Array = value.groupby(counts["counted_on"]).sum().to_numpy()
    return found


def _settled(paid: pd.DataFrame, spent: pd.DataFrame) -> pd.DataFrame:
    """What each payment took off payables, at its invoice's rate."""
    rate = paid["invoice_id"].map(spent.groupby("invoice_id")["rate"].first())
    return paid.assign(euros=(paid["amount"] + paid["discount"]) * rate)


def _bought(spent: pd.DataFrame, theirs: "pd.Series[bool]") -> pd.DataFrame:
    """Quantities invoiced by item and year, to the end of October."""
    mine = spent[(spent["month"] < "2026-11-01") & (spent["item_id"] != "") & ~theirs]
    found = mine.groupby(["item_id", "year"])["quantity"].sum().rename("bought").reset_index()
    return found[found["bought"] > 0]


def _steps(steps: pd.DataFrame, book: pd.DataFrame) -> pd.DataFrame:
    """Approval steps of orders, and one for each invoice that has no order."""
    orders = steps.assign(
        document_id=[f"PO-{n:05d}" for n in steps["order"]], document_type="purchase_order"
    )
    heads = book[(book["po_id"] == "") & (book["source"] == "direct")].drop_duplicates("invoice_id")
    rng = generator("invoice approvals")
    came = days(heads, "invoice_date") + 1
    bills = pd.DataFrame(
        {
            "document_id": heads["invoice_id"],
            "step": 1,
            "document_type": "invoice",
            "submitted_at": came,
            "decided_at": np.maximum(came, days(heads, "booked_on")),
            "role": "Line manager",
            "approver": rng.choice(["T. Lindqvist", "B. Okafor", "S. Weiss"], len(heads)),
            "outcome": "approved",
        }
    )
    return pd.concat([orders, bills], ignore_index=True)


def tables() -> dict[str, pd.DataFrame]:
    """Every table of the contract, keyed by its name; extra columns stay out of the files."""
    base = Base()
    lines, received, steps = _orders(base)
    book = _invoices(base, lines, received)
    paid = payments.payments(book, base.suppliers)
    lines = status.judge(lines, received, book)
    lines["received"] = received.groupby("line")["quantity"].sum().reindex(lines.index).fillna(0)
    counts, demand = stock.stock_and_demand(base.catalogue, lines, received, base.spares)
    spent = _spent(base, book, lines)
    theirs = spent["supplier_id"].isin(["S-0901", "S-0902"])
    bought = _bought(spent, theirs)
    last_year = bought[bought["year"] == 2025].set_index("item_id")["bought"]
    gross = spent.groupby(["invoice_id", "booked_on"])["gross"].sum().rename("euros").reset_index()
    centres = organisation.cost_centres()
    return _ordered(
        {
            "supplier": base.suppliers,
            "category": organisation.categories(),
            "cost_centre": centres,
            "item": base.catalogue,
            "payment_term": base.terms,
            "contract": base.contracts,
            "contract_price": pricing.contract_prices(base.catalogue, base.contracts, base.prices),
            "fiscal_period": dates.fiscal_periods(),
            "exchange_rate": base.rates,
            "budget_line": budget.budget_lines(
                spent[~theirs & (spent["month"] < "2026-11-01")], bought, base.catalogue,
                base.prices, base.rates,
            ),
            "purchase_order_line": lines,
            "goods_receipt": _receipt_rows(received, lines),
            "invoice_line": book,
            "payment": paid,
            "approval_step": _steps(steps, book),
            "stock_level": counts,
            "demand": demand,
            "price_index": markets.price_indices(),
            "ledger_balance": ledger.ledger(
                spent, gross, _settled(paid, spent), _stock_value(counts),
                centres["cost_centre_id"].tolist(),
            ),
            "savings_initiative": savings.register(
                base.catalogue, base.suppliers, base.prices, base.rates, last_year
            ),
            "kpi_target": targets.targets(),
        }
    )  # fmt: skip


def _receipt_rows(received: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Receipts with the order line they belong to."""
    return received.join(lines[["po_id", "line_no"]], on="line")


def _ordered(found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with the contract's columns alone, in the contract's order."""
    return {
        name: found[name][[c for c in columns(name) if c in found[name]]].reset_index(drop=True)
        for name in COLUMNS
    }


def write(folder: Path) -> None:
    """Write every table as ``<table>.csv`` into the folder; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables().items():
        write_table(folder, name, rows)

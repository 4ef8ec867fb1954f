"""A company whose books move from load to load: by hand, and made up at random."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.contract_files import Tables

Row = dict[str, Any]
START = date(2026, 1, 1)
SETTINGS = {"currency": "EUR", "fiscal_year_start": "1"}

# --- By hand -------------------------------------------------------------------------------------


def invoice(number: str, day: str, amount: int, **more: object) -> Row:
    """An invoice of one line, of S1 for A1, with its payment term of 30 days."""
    return {"invoice_id": number, "line_no": 1, "invoice_date": day, "supplier_id": "S1",
            "amount": amount, "cost_centre_id": "A1", "category_id": "C1",
            "payment_term_code": "N30", **more}  # fmt: skip


def payment(number: str, of: str, day: str, amount: int) -> Row:
    return {"payment_id": number, "invoice_id": of, "paid_on": day, "amount": amount}


def first_tables() -> Tables:
    """What the first load has: a budget of 100 a month, invoices of 90 in January and 80 in
    February, the first of them paid after 40 days; an order, its receipt; a count of stock."""
    return {
        "supplier": [{"supplier_id": "S1", "name": "Acme"}, {"supplier_id": "S2", "name": "Bolt"}],
        "category": [{"category_id": "C1", "name": "Steel"}],
        "cost_centre": [{"cost_centre_id": "A1", "name": "Works"}],
        "payment_term": [{"payment_term_code": "N30", "net_days": 30}],
        "item": [{"item_id": "I1", "name": "Coil", "category_id": "C1", "unit_cost": 5,
                  "lead_time_days": 10}],
        "budget_line": [
            {"version": "2026", "period_start": f"2026-{month:02d}-01", "cost_centre_id": "A1",
             "category_id": "C1", "amount": 100}
            for month in range(1, 13)
        ],
        "invoice_line": [invoice("N1", "2026-01-10", 90), invoice("N2", "2026-02-10", 80)],
        "payment": [payment("Y1", "N1", "2026-02-19", 90)],
        "purchase_order_line": [
            {"po_id": "P1", "line_no": 1, "order_date": "2026-01-05", "supplier_id": "S1",
             "quantity": 10, "unit_price": 5, "item_id": "I1", "cost_centre_id": "A1",
             "requested_on": "2026-01-01", "approved_on": "2026-01-03",
             "promised_date": "2026-01-20"},
        ],
        "goods_receipt": [{"receipt_id": "R1", "po_id": "P1", "line_no": 1,
                           "received_on": "2026-01-18", "quantity": 10}],
        "stock_level": [{"counted_on": "2026-01-31", "item_id": "I1", "site": "M", "on_hand": 40}],
        "demand": [{"period_start": f"2025-{month:02d}-01", "item_id": "I1", "site": "M",
                    "quantity": 8 + month % 3} for month in range(1, 13)],
    }  # fmt: skip


# --- Made up -------------------------------------------------------------------------------------


class RandomBooks:
    """Loads one after the other: rows that come, change and go, master data too."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.number = 0
        self.held: dict[str, list[Row]] = {name: [] for name in KEPT}
        self.through = START + timedelta(days=40)

    def next(self) -> tuple[Tables, Mapping[str, object]]:
        """What the next load brings, and its settings: rows of the kept tables are whole, so that
        a load that replaces them closes what is gone."""
        self.through += timedelta(days=self.random.choice([0, 0, 20, 31]))
        for name in KEPT:
            rows = [row for row in self.held[name] if self.random.random() > 0.08]
            self.held[name] = [self._corrected(name, row) for row in rows]
        self._add()
        settings = {"data_through": self.through.isoformat(),
                    "irrecoverable_tax": str(self.random.random() < 0.2).lower()}  # fmt: skip
        held = {name: rows for name, rows in self.held.items() if rows}
        return {**self._master(), **held}, settings

    def _day(self, before: int = 60, after: int = 15) -> str:
        return (self.through + timedelta(days=self.random.randint(-before, after))).isoformat()

    def _corrected(self, name: str, row: Row) -> Row:
        """A row as it was, or now and then with another amount, place or day."""
        if self.random.random() > 0.15:
            return row
        changed = self.random.choice(CHANGES[name])
        return {**row, changed: self._value(changed, row)}

    def _value(self, name: str, row: Row) -> object:
        choices: dict[str, Any] = {
            "amount": self.random.randint(-50, 500),
            "quantity": self.random.randint(1, 20),
            "on_hand": self.random.randint(0, 60),
            "cost_centre_id": self.random.choice(["A1", "B1", None]),
            "category_id": self.random.choice(["C1", "C2", None]),
            "supplier_id": self.random.choice(["S1", "S2", "IC"]),
        }
        return choices[name] if name in choices else self._day()

    def _add(self) -> None:
        for _ in range(self.random.randint(2, 8)):
            self.number += 1
            n, quantity, price = self.number, self.random.randint(1, 20), self.random.randint(1, 30)
            supplier, day = self.random.choice(["S1", "S2", "IC"]), self._day()
            order = {"po_id": f"P{n}", "line_no": 1, "order_date": day, "supplier_id": supplier,
                     "quantity": quantity, "unit_price": price, "item_id": "I1",
                     "cost_centre_id": self.random.choice(["A1", "B1"]),
                     "requested_on": self._day(90, 0), "promised_date": self._day()}  # fmt: skip
            bill = {"invoice_id": f"N{n}", "line_no": 1, "invoice_date": day,
                    "supplier_id": supplier, "amount": quantity * price, "quantity": quantity,
                    "tax_amount": 7, "po_id": self.random.choice([f"P{n}", None]), "po_line_no": 1,
                    "category_id": self.random.choice(["C1", None]),
                    "payment_term_code": "N30"}  # fmt: skip
            receipt = {"receipt_id": f"R{n}", "po_id": f"P{n}", "line_no": 1,
                       "received_on": self._day(), "quantity": quantity}  # fmt: skip
            paid = {"payment_id": f"Y{n}", "invoice_id": f"N{n}", "paid_on": self._day(20, 40),
                    "amount": quantity * price}  # fmt: skip
            counted = {"counted_on": self._day(90, 0), "item_id": f"I{1 + n % 2}", "site": "M",
                       "on_hand": self.random.randint(0, 60)}  # fmt: skip
            others = {"invoice_line": bill, "goods_receipt": receipt, "payment": paid}
            for name, row in (("purchase_order_line", order), *others.items()):
                if self.random.random() < 0.85:
                    self.held[name].append(row)
            known = {(row["counted_on"], row["item_id"]) for row in self.held["stock_level"]}
            if (counted["counted_on"], counted["item_id"]) not in known:
                self.held["stock_level"].append(counted)

    def _master(self) -> dict[str, list[Row]]:
        chosen = self.random.random
        return {
            "supplier": [{"supplier_id": name, "name": name,
                          "intercompany": name == "IC" and chosen() < 0.9}
                         for name in ("S1", "S2", "IC")],
            "category": [{"category_id": "C1", "name": "Steel"},
                         {"category_id": "C2", "name": "Paint",
                          "parent_category_id": "C1" if chosen() < 0.3 else None}],
            "cost_centre": [{"cost_centre_id": name, "name": name} for name in ("A1", "B1")],
            "payment_term": [{"payment_term_code": "N30",
                              "net_days": self.random.choice([30, 30, 45])}],
            "item": [{"item_id": name, "name": name, "unit_cost": self.random.choice([5, 5, 6]),
                      "category_id": self.random.choice(["C1", "C1", "C2"]), "lead_time_days": 9}
                     for name in ("I1", "I2")],
            "budget_line": [
                {"version": "2026", "period_start": f"2026-{month:02d}-01", "cost_centre_id": "A1",
                 "category_id": "C1", "amount": self.random.choice([100, 100, 120])}
                for month in range(1, 13)
            ],
            "demand": [{"period_start": f"2025-{month:02d}-01", "item_id": "I1", "site": "M",
                        "quantity": 8 + month % 3} for month in range(1, 13)],
        }  # fmt: skip


KEPT = ("purchase_order_line", "invoice_line", "goods_receipt", "payment", "stock_level")
CHANGES = {
    "purchase_order_line": ("quantity", "cost_centre_id", "promised_date", "supplier_id"),
    "invoice_line": ("amount", "category_id", "posted_on", "invoice_date", "supplier_id"),
    "goods_receipt": ("quantity", "received_on"),
    "payment": ("amount", "paid_on"),
    "stock_level": ("on_hand",),
}

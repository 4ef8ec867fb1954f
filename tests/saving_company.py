"""A company whose savings are known by hand: each initiative has one reconciling item, or none.

A price cut from 10 to 9 on 1,200 a year claims 1,200.00; the fiscal year is 2026, wholly passed.
"""

from typing import Any

from tests.contract_files import Tables

SETTINGS = {"data_through": "2026-12-31"}
CUT = {"saving_type": "price_reduction", "stage": "realised", "start_date": "2026-01-01",
       "supplier_id": "S1", "baseline_unit_price": 10, "new_unit_price": 9,
       "annual_quantity": 1200, "owner": "Lena", "budgeted": False}  # fmt: skip

# By initiative: its items in euros; what is not named is zero.
BY_HAND: dict[str, dict[str, int]] = {
    "A": {"claimed": 1500, "unsupported": -300, "recognised": 1200},
    "B": {"claimed": 1200, "not_recognised_type": -1200},
    "C": {"claimed": 1200, "timing": -600, "recognised": 600},
    "D": {"claimed": 1200, "volume": -200, "recognised": 1000},
    # 200 of 1,200 from S3; the 1,000 of the daughter S2 are on contract, those of S4 are own.
    "E": {"claimed": 1200, "off_contract": -200, "recognised": 1000},
    # 50 cents above the new price.
    "F": {"claimed": 1200, "price": -600, "recognised": 600},
    # 10 dollars: 9.00 at 0.90 on the start date, 9.50 at 0.95 when they came.
    "G": {"claimed": 1200, "currency": -600, "recognised": 600},
    "H": {"claimed": 1200, "recognised": 1200},  # in the budget
    "I": {"claimed": 700, "unsupported": -700},  # no prices, no item
}
TOTAL = {"claimed": 10_600, "unsupported": -1000, "not_recognised_type": -1200, "timing": -600,
         "volume": -200, "off_contract": -200, "price": -600, "currency": -600,
         "recognised": 6200}  # fmt: skip


def cut(name: str, item: str | None, **more: Any) -> dict[str, Any]:
    """An initiative of the register: a price cut unless said otherwise."""
    return {"initiative_id": name, "name": f"Deal {name}", "item_id": item, **CUT, **more}


def bought(
    number: int, item: str, quantity: float | None, amount: float, **more: Any
) -> dict[str, Any]:
    """A line of an invoice of March from S1 unless said otherwise."""
    line = {"invoice_id": f"V{number}", "line_no": 1, "invoice_date": "2026-03-10",
            "supplier_id": "S1", "item_id": item, "quantity": quantity, "amount": amount,
            "cost_centre_id": "A"}  # fmt: skip
    return line | more


def tables() -> Tables:
    """Every table of the company."""
    items = {"bolt": "C1", "nut": "C1", "pin": "C1", "cam": "C1", "rod": "C2", "gear": "C2",
             "wire": "C2", "plug": "C2"}  # fmt: skip
    return {
        "supplier": [
            {"supplier_id": "S1", "name": "Acme"},
            {"supplier_id": "S2", "name": "Acme Rods", "parent_supplier_id": "S1"},
            {"supplier_id": "S3", "name": "<b>Dealer</b>"},
            {"supplier_id": "S4", "name": "Ourselves", "intercompany": True},
        ],
        "category": [
            {"category_id": "C", "name": "Material"},
            {"category_id": "C1", "name": "Fasteners", "parent_category_id": "C"},
            {"category_id": "C2", "name": "Drives", "parent_category_id": "C"},
        ],
        "cost_centre": [{"cost_centre_id": "A", "name": "Works"}],
        "item": [{"item_id": item, "name": item.title(), "category_id": category}
                 for item, category in items.items()],
        "exchange_rate": [{"date": "2025-12-31", "currency": "USD", "rate": 0.90},
                          {"date": "2026-02-01", "currency": "USD", "rate": 0.95}],
        "savings_initiative": [
            cut("A", "bolt", claimed_amount=1500),
            cut("B", "nut", saving_type="cost_avoidance"),
            cut("C", "pin", start_date="2026-07-09"),
            cut("D", "cam"),
            cut("E", "rod"),
            cut("F", "gear"),
            cut("G", "wire", supplier_id="S3"),
            cut("H", "plug", budgeted=True),
            cut("I", None, saving_type="process", category_id="C2", claimed_amount=700,
                 baseline_unit_price=None, new_unit_price=None, annual_quantity=None,
                 budgeted=True),
            cut("J", None, saving_type="working_capital", claimed_amount=5000),
            cut("K", "bolt", stage="idea", start_date="2027-01-01"),
            cut("L", "rod", supplier_id="S4"),  # of the own group: in nothing
        ],
        "invoice_line": [
            bought(1, "bolt", 1200, 10_800),
            bought(2, "nut", 1200, 10_800),
            bought(3, "pin", 600, 5400, invoice_date="2026-08-10"),
            bought(4, "pin", 600, 6000),  # before the deal
            bought(5, "cam", 1000, 9000),
            bought(6, "rod", 1000, 9000, supplier_id="S2"),
            bought(7, "rod", 200, 3000, supplier_id="S3"),
            bought(8, "rod", 500, 4000, supplier_id="S4"),
            bought(9, "gear", 1200, 11_400),
            bought(10, "wire", 1200, 12_000, supplier_id="S3", currency="USD"),
            bought(11, "plug", 1200, 10_800),
            bought(12, "plug", None, 77),  # no quantity: no price
        ],
        "budget_line": [
            {"version": "2026", "period_start": f"2026-{month:02d}-01", "category_id": category,
             "amount": amount}
            for month in range(1, 13) for category, amount in (("C1", 3000), ("C2", 100))
        ],
    }  # fmt: skip

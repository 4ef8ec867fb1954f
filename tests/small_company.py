"""A company small enough to know by heart: two years, three cost centres, three suppliers.

Spend is 100 a month in 2025 and 110 a month from January to October 2026; the budget is 105. One
supplier's name is hostile, one order is still to come, one line has no cost centre.
"""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from queries.load import load
from queries.migration import initialise
from queries.store import Store, open_store
from tests.contract_files import NOW, Tables, write

SETTINGS = {"currency": "EUR", "fiscal_year_start": "1", "data_through": "2026-10-31"}
HOSTILE = "<b>Bolt</b> & *Sons* $x$ [y](javascript:z)"


def tables() -> Tables:
    """Every table of the small company."""
    return {
        "supplier": [
            {"supplier_id": "S1", "name": "Acme"},
            {"supplier_id": "S2", "name": HOSTILE},
            {"supplier_id": "S3", "name": "Acme"},
        ],
        "category": [
            {"category_id": "C1", "name": "Steel"},
            {"category_id": "C2", "name": "Paint"},
        ],
        "cost_centre": [
            {"cost_centre_id": "A", "name": "Works"},
            {"cost_centre_id": "A1", "name": "Press shop", "parent_cost_centre_id": "A"},
            {"cost_centre_id": "B", "name": "Office"},
        ],
        "item": [{"item_id": "I1", "name": "Coil", "category_id": "C1"}],
        "budget_line": list(_budget()),
        "purchase_order_line": [
            {"po_id": "P1", "line_no": 1, "order_date": "2026-10-01", "supplier_id": "S1",
             "quantity": 4, "unit_price": 10, "cost_centre_id": "A1", "category_id": "C1"},
        ],
        "invoice_line": list(_invoices()),
    }  # fmt: skip


def _budget() -> Iterator[dict[str, object]]:
    for month in range(1, 13):
        for centre, amount in (("A1", 70), ("B", 35)):
            yield {"version": "2026", "period_start": f"2026-{month:02d}-01",
                   "cost_centre_id": centre, "category_id": "C1", "amount": amount}  # fmt: skip


def _invoices() -> Iterator[dict[str, object]]:
    for year, last, price in ((2025, 12, 6), (2026, 10, 7)):
        for month in range(1, last + 1):
            day = f"{year}-{month:02d}-10"
            yield {"invoice_id": f"{day}-a", "line_no": 1, "invoice_date": day,
                   "supplier_id": "S1", "amount": 10 * price, "quantity": 10, "unit_price": price,
                   "item_id": "I1", "cost_centre_id": "A1"}  # fmt: skip
            yield {"invoice_id": f"{day}-b", "line_no": 1, "invoice_date": day,
                   "supplier_id": "S2", "amount": 40, "category_id": "C2",
                   "cost_centre_id": None if month == 10 else "B"}  # fmt: skip


def loaded(home: Path, folder: Path, rows: Tables | None = None) -> Store:
    """A store with one load of the small company, or of ``rows``; the caller closes it.

    What was loaded once is copied from then on: the same files, in a fraction of the time.
    """
    given = tables() if rows is None else rows
    key = hashlib.sha256(repr(given).encode()).hexdigest()
    if key not in _LOADED:
        store = open_store("", home)
        initialise(store, SETTINGS, NOW, "test")
        load(store, write(folder, given), now=NOW, user="test")
        store.close()
        _LOADED[key] = Path(tempfile.mkdtemp(prefix="small")) / "home"
        shutil.copytree(home, _LOADED[key])
        atexit.register(shutil.rmtree, _LOADED[key].parent, ignore_errors=True)
    else:
        shutil.copytree(_LOADED[key], home, dirs_exist_ok=True)
    return open_store("", home)


_LOADED: dict[str, Path] = {}

"""What contracts asked for invoice lines, and invoices of two groups, worked out line by line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]
CENT = Decimal("0.01")
FOR_GOOD = date(9999, 12, 31)


class PriceBooks:
    """A company's tables, looked at one line after another."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        self.tables = tables
        self.suppliers = {row["supplier_id"]: row for row in tables["supplier"]}
        self.items = {row["item_id"]: row for row in tables["item"]}
        self.orders = {(r["po_id"], r["line_no"]): r for r in tables["purchase_order_line"]}
        sisters = {name for name, row in self.suppliers.items() if row.get("intercompany")}
        self.contracts = {
            r["contract_id"]: r for r in tables["contract"] if r["supplier_id"] not in sisters
        }

    def priced(self) -> Iterator[tuple[Row, str, Decimal]]:
        """Each line that has a contract's price: the line, the contract, what it asks for it."""
        for line in self.tables["invoice_line"]:
            found = self._price(line)
            if found and (found.get("currency") or "EUR") == (line["currency"] or "EUR"):
                quantity = abs(line["quantity"]) if line["amount"] < 0 else line["quantity"]
                signed = -quantity if line["amount"] < 0 else quantity
                asked = signed * found["unit_price"] * self._rate(line)
                yield line, found["contract_id"], asked.quantize(CENT, ROUND_HALF_UP)

    def item(self, line: Row) -> str | None:
        order = self._order(line)
        found = line["item_id"] or (order["item_id"] if order else None)
        return found if found in self.items else None

    def _order(self, line: Row) -> Row | None:
        return self.orders.get((line["po_id"], line["po_line_no"]))

    def _rate(self, line: Row) -> Decimal:
        if (line["currency"] or "EUR") == "EUR":
            return Decimal(1)
        rates = (r for r in self.tables["exchange_rate"] if r["date"] <= line["invoice_date"])
        return Decimal(max(rates, key=lambda r: r["date"])["rate"])

    def _price(self, line: Row) -> Row | None:
        order, item = self._order(line), self.item(line)
        if item is None or not line["quantity"]:
            return None
        own_unit = self.items[item]["unit"]
        unit = line["unit"] or (order["unit"] if order else None) or own_unit
        if own_unit and unit != own_unit:
            return None
        day = order["order_date"] if order else line["invoice_date"]
        named = line["contract_id"] or (order["contract_id"] if order else None)
        if named in self.contracts and (price := self._asked(named, item, day)):
            return price
        group = set(self._above(line["supplier_id"]))
        theirs = [r for r in self.contracts.values() if r["supplier_id"] in group]
        theirs.sort(key=lambda r: r["contract_id"])
        theirs.sort(key=lambda r: r["start_date"], reverse=True)
        asked = (self._asked(contract["contract_id"], item, day) for contract in theirs)
        return next((price for price in asked if price), None)

    def _asked(self, name: Any, item: str, day: date) -> Row | None:
        contract = self.contracts[name]
        if not contract["start_date"] <= day <= (contract["end_date"] or FOR_GOOD):
            return None
        of_item = (r for r in self.tables["contract_price"] if r["item_id"] == item)
        prices = [r for r in of_item if r["contract_id"] == name and r["valid_from"] <= day]
        if not prices:
            return None
        last = max(prices, key=lambda r: r["valid_from"])
        if day > (last["fixed_until"] or FOR_GOOD):
            return None
        return {**last, "currency": last["currency"] or contract["currency"]}

    def _above(self, supplier: str) -> Iterator[str]:
        seen: set[str] = set()
        while supplier in self.suppliers and supplier not in seen:
            seen.add(supplier)
            yield supplier
            supplier = self.suppliers[supplier].get("parent_supplier_id") or ""


def shared_invoices(
    rows: Iterable[Row], heads: Mapping[str, str], days: int = 120
) -> dict[str, str]:
    """Each of some invoices (id, supplier, number as letters and digits, amount, date) whose number
    and amount an earlier one of another group has too, with the first of those."""
    ordered = sorted(rows, key=lambda r: (r["invoice_date"], r["invoice_id"]))
    found: dict[str, str] = {}
    for place, later in enumerate(ordered):
        for earlier in ordered[:place]:
            same = all(earlier[n] == later[n] for n in ("number", "amount", "currency"))
            apart = heads[earlier["supplier_id"]] != heads[later["supplier_id"]]
            near = (later["invoice_date"] - earlier["invoice_date"]).days <= days
            if same and apart and near and later["amount"] > 0 and later["number"]:
                found.setdefault(later["invoice_id"], earlier["invoice_id"])
    return found

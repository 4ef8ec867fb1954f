"""Invoices without a number that look like an earlier one, by the letter: apart from the engine.

The rule of ``queries.unnumbered_marts`` in plain Python, and the first form of it that the page
docs/duplicates.md judged: up to 120 days apart, whatever the price of one piece.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Line = tuple[str, ...]  # category, cost centre, item, description


@dataclass(frozen=True)
class Bill:
    """One invoice without a number: who sent it, what it asks for, and what its lines say."""

    invoice_id: str
    group: str
    dated: date
    gross: Decimal
    lines: tuple[tuple[Line, Decimal], ...]

    @property
    def said(self) -> tuple[Any, ...]:
        """How many lines, and the first and last of all that they say."""
        columns = [*zip(*(said for said, _ in self.lines), strict=True)]
        columns.append(tuple(amount for _, amount in self.lines))
        return (len(self.lines), *((min(column), max(column)) for column in columns))


Pair = tuple[Bill, Bill]  # the later, the earlier


def look_alikes(bills: Iterable[Bill], days: int = 27, pieces: bool = True) -> list[Pair]:
    """The pairs worth asking about; ``pieces`` leaves out what looks like the price of one."""
    groups: dict[str, list[Bill]] = defaultdict(list)
    for bill in bills:
        if bill.gross > 0:
            groups[bill.group].append(bill)
    return [pair for own in groups.values() for pair in _of_group(own, days, pieces)]


def _of_group(bills: Sequence[Bill], days: int, pieces: bool) -> Iterable[Pair]:
    equal: dict[Decimal, list[Bill]] = defaultdict(list)
    for bill in sorted(bills, key=lambda b: (b.dated, b.invoice_id)):
        equal[bill.gross].append(bill)
    shared = sum(len(same) for same in equal.values() if len(same) > 1)
    if shared > 2 and 10 * shared > len(bills):
        return
    for gross, same in equal.items():
        if len(same) != 2 or len(str(int(gross * 100)).rstrip("0")) < 3:
            continue
        earlier, later = same
        near = 1 <= (later.dated - earlier.dated).days <= days
        alone = not pieces or not _of_pieces(gross, equal)
        if near and alone and later.said == earlier.said:
            yield later, earlier


def _of_pieces(gross: Decimal, amounts: Iterable[Decimal]) -> bool:
    return any(one == many * n for n in (2, 3, 4) for other in amounts
               for one, many in ((gross, other), (other, gross)))  # fmt: skip


def published(rows: Iterable[Mapping[str, str]]) -> list[Bill]:
    """The invoices of a council's payments: what stands before the dash of their number is one."""
    found: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        found[row["trans_no"].replace("-", "_").split("_")[0].strip()].append(row)
    return [_published(name, rows) for name, rows in found.items()]


def _published(name: str, rows: Sequence[Mapping[str, str]]) -> Bill:
    day, month, year = rows[0]["paid_date"].split("/")
    suppliers = (r["supplier_id"] or r["supplier_name"] or "not published" for r in rows)
    lines = tuple(
        (
            (r["expenditure_category"].strip(), r["organisational_unit"].strip(), "",
             f"{r['cap_or_revenue']}, {r['expenditure_code']}"),
            Decimal(r["amount_gbp"]),
        )
        for r in rows
    )  # fmt: skip
    total = sum((amount for _, amount in lines), Decimal(0))
    return Bill(name, min(suppliers), date(int(year), int(month), int(day)), total, lines)

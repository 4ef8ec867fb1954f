"""The tables of suppliers: spend and everything beside it, deliveries, and how they are paid."""

from collections.abc import Callable, Mapping, Sequence

from spend.money import decimal
from spend.result import Cell, Table, TableColumn
from spend.supplier_book import SupplierBook
from spend.supplier_rows import Row, total
from spend.tree import NOT_ASSIGNED

MOST_ROWS = 300  # of the largest: the rest is summed up in one row, so that the total ties out
REST = "-rest"
TITLE = (
    "Suppliers by spend, groups with all their parts: prices against last year; spend covered by a "
    "contract, and outside one in force; lines in full by the first date promised and by the last; "
    "days agreed and days paid after"
)
COLUMNS = (
    TableColumn("name", "Supplier", "text"),
    TableColumn("spend", "Spend", "money", "actual_spend"),
    TableColumn("share", "Share", "share"),
    TableColumn("cumulated", "So far", "share"),
    TableColumn("variance", "Δ year", "money", "actual_spend"),
    TableColumn("price", "Prices", "change"),
    TableColumn("preferred", "Preferred", "share", "preferred_share"),
    TableColumn("covered", "Covered", "share", "contract_coverage"),
    TableColumn("outside", "Outside", "money"),
    TableColumn("first", "In full", "share", "on_time_in_full"),
    TableColumn("last", "Last date", "share"),
    TableColumn("agreed", "Agreed", "days", "agreed_days"),
    TableColumn("paid", "Paid", "days", "days_to_pay"),
)
Cells = Callable[[Row], tuple[Cell, ...]]


def by_supplier(
    book: SupplierBook, rows: Sequence[Row], prices: Mapping[str, float | None]
) -> Table:
    """Groups of suppliers by spend, with what both teams know of each.

    ``prices`` are changes on last year by group; where one group is looked at, by its suppliers.
    """
    bought = [row for row in rows if row.sums["amount"] or row.sums["earlier"]]
    shown, whole = _shown(bought), total(bought)
    cumulated = 0
    found: list[tuple[Cell, ...]] = []
    for row in shown:
        cumulated += row.sums["amount"]
        share = _part(row.sums["amount"], whole), _part(cumulated, whole)
        found.append(_cells(book, row, share, prices.get(row.id)))
    return Table(
        "suppliers",
        TITLE,
        COLUMNS,
        tuple(found),
        ids=tuple(row.id for row in shown),
        depth=(0,) * len(shown),
        total=_cells(book, whole, (_part(whole.sums["amount"], whole), None), None),
    )


def _shown(rows: Sequence[Row]) -> list[Row]:
    """The largest rows, one more for all the others, and what has no supplier."""
    named = [row for row in rows if row.id != NOT_ASSIGNED]
    if len(named) <= MOST_ROWS + 1:
        return list(rows)
    rest = named[MOST_ROWS:]
    found = [*named[:MOST_ROWS], Row(REST, f"{len(rest):,} smaller ones", total(rest).sums)]
    return [*found, *(row for row in rows if row.id == NOT_ASSIGNED)]


def _part(cents: int, whole: Row) -> float | None:
    base = whole.sums["amount"]
    return cents / base if base > 0 else None


def _cells(
    book: SupplierBook,
    row: Row,
    share: tuple[float | None, float | None],
    price: float | None,
) -> tuple[Cell, ...]:
    now, then = row.sums["amount"], row.sums["earlier"]
    return (
        row.name,
        decimal(now),
        *share,
        decimal(now - then) if book.earlier_span else None,
        price,
        row.share("preferred", "addressable") if book.has_preferred else None,
        row.share("under_contract", "addressable") if book.has_contracts else None,
        decimal(row.sums["outside"]) if book.has_contracts else None,
        *_kept(book, row),
        row.share("money_days", "termed"),
        row.share("paid_days", "paid"),
    )


def _kept(book: SupplierBook, row: Row) -> tuple[float | None, float | None]:
    """What came in full by the first promise, and by the last."""
    if not book.has_receipts:
        return None, None
    return row.share("kept", "due"), row.share("last_kept", "last_due")


# --- Deliveries ----------------------------------------------------------------------------------


def deliveries(book: SupplierBook, rows: Sequence[Row]) -> Table:
    """Promised order lines by supplier, those that were missed most first."""
    promised = [row for row in rows if row.sums["due"] or row.sums["waiting"]]
    missed = sorted(promised, key=lambda row: row.sums["kept"] - row.sums["due"])

    def cells(row: Row) -> tuple[Cell, ...]:
        first, last = _kept(book, row)
        late = row.sums["due"] - row.sums["kept"] if book.has_receipts else None
        moved = None if first is None or last is None else last - first
        return row.name, row.sums["due"], late, first, last, moved, row.sums["waiting"]

    columns = (
        TableColumn("name", "Supplier", "text"),
        TableColumn("due", "Lines due", "count"),
        TableColumn("missed", "Missed", "count"),
        TableColumn("first", "By first promise", "share", "on_time_in_full"),
        TableColumn("last", "By last promise", "share"),
        TableColumn("moved", "Moved away", "change"),
        TableColumn("waiting", "Not due yet", "count"),
    )
    title = "On time and in full: lines due by the first promise, and by the last"
    return _table("delivery", title, columns, missed, cells)


# --- Payment -------------------------------------------------------------------------------------


def payments(book: SupplierBook, rows: Sequence[Row]) -> Table:
    """What was agreed about payment and what was done, the most paid first."""
    paid = [row for row in rows if row.sums["paid"] or row.sums["termed"]]
    most = sorted(paid, key=lambda row: -row.sums["paid"])
    known = book.terms.has_payments

    def cells(row: Row) -> tuple[Cell, ...]:
        agreed, done = row.share("money_days", "termed"), row.share("paid_days", "paid")
        return (
            row.name,
            decimal(row.sums["paid"]) if known else None,
            agreed,
            done,
            None if agreed is None or done is None else done - agreed,
            row.share("early", "judged"),
            row.share("late", "judged"),
            decimal(row.sums["open"]) if known else None,
            decimal(row.sums["overdue"]) if known else None,
        )

    columns = (
        TableColumn("name", "Supplier", "text"),
        TableColumn("paid", "Paid", "money"),
        TableColumn("agreed", "Agreed days", "days", "agreed_days"),
        TableColumn("after", "Paid after", "days", "days_to_pay"),
        TableColumn("apart", "After terms", "days"),
        TableColumn("early", "Early", "share", "paid_early_share"),
        TableColumn("late", "Late", "share", "paid_late_share"),
        TableColumn("open", "Open", "money", "open_payables"),
        TableColumn("overdue", "Overdue", "money", "overdue_payables"),
    )
    title = "How suppliers are paid: days agreed and taken, early and late by value"
    return _table("payment", title, columns, most, cells)


def _table(
    name: str, title: str, columns: tuple[TableColumn, ...], rows: Sequence[Row], cells: Cells
) -> Table:
    shown = _shown(rows)
    return Table(
        name,
        title,
        columns,
        tuple(map(cells, shown)),
        ids=tuple(row.id for row in shown),
        depth=(0,) * len(shown),
        total=cells(total(rows)) if rows else None,
    )

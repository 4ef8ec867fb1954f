"""The charts of the supplier base, as plain data: who the money goes to, and what goes outside
contracts."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from spend.money import decimal
from spend.position import ratio
from spend.result import Chart, Point, Series
from spend.sourcing_figures import NO_CONTRACTS
from spend.supplier_base import Tail, tail
from spend.supplier_book import SupplierBook
from spend.supplier_contracts import by_category_sums
from spend.supplier_rows import Row

MOST_BARS = 12
TAIL = 0.2  # of spend: what the smallest suppliers share is the tail
Part = tuple[str, int, int, int]  # its name; outside contracts now and then; where one was in force
SHARE_SO_FAR, OFF_CONTRACT = "of spend so far", "off contract"


def pareto(book: SupplierBook, rows: Sequence[Row]) -> Chart:
    """The largest suppliers, and how much of all spend each brings it to."""
    bought = [row for row in rows if row.sums["amount"] > 0]
    named = bought[:MOST_BARS]
    names = [row.name for row in named]
    now = [row.sums["amount"] for row in named]
    then = [row.sums["earlier"] for row in named]
    whole, so_far = sum(row.sums["amount"] for row in rows), 0
    points = []
    for place, (name, cents) in enumerate(zip(names, now, strict=True)):
        so_far += cents
        share = so_far / whole if whole > 0 else None
        points.append(Point(name, place, share, SHARE_SO_FAR))
    series = [Series("Actual", "actual", _money(now))]
    if book.earlier_span:
        series.append(Series("Last year", "last_year", _money(then)))
    small = tail_of(rows)
    many = sum(1 for row in bought if row.id)
    title = pareto_title(many - (small.suppliers if small else 0), small.suppliers if small else 0)
    return Chart(
        "pareto",
        title,
        tuple(names),
        tuple(series),
        book.reader.settings.currency,
        "structure",
        f"{title}: the {len(named)} largest.",
        "no invoices in this selection",
        tuple(points),
    )


def tail_of(rows: Sequence[Row]) -> Tail | None:
    """The many small suppliers that share the last fifth of spend."""
    return tail([row.sums["amount"] for row in rows if row.id], TAIL)


def pareto_title(head: int, small: int) -> str:
    """How few make up most of the spend.

    >>> pareto_title(53, 150)
    'Spend by supplier: 53 make up 80 %, the tail of 150 shares the rest'
    >>> pareto_title(3, 0)
    'Spend by supplier: no tail, all 3 are needed for 80 %'
    """
    said = "Spend by supplier"
    if not head:
        return said
    if not small:
        return f"{said}: no tail, all {head:,} are needed for 80 %"
    return f"{said}: {head:,} make up 80 %, the tail of {small:,} shares the rest"


def past_contracts(book: SupplierBook, rows: Sequence[Row]) -> Chart:
    """Where most was bought outside contracts in force, and its share of each: by category, or
    where that is one, by supplier."""
    currency = book.reader.settings.currency
    parts = _by_category(book)
    what = "category" if len(parts) > 1 else "supplier"
    if what == "supplier":
        parts = [_part(row) for row in rows]
    title = f"Bought outside contracts in force, by {what}: amount and share"
    most = sorted((p for p in parts if p[1] > 0), key=lambda p: -p[1])[:MOST_BARS]
    if not most:
        why = "nothing was bought outside a contract" if book.has_contracts else NO_CONTRACTS
        return Chart("past_contracts", title, (), (), currency, "structure", title, why)
    series = [Series("Actual", "actual", _money(part[1] for part in most))]
    if book.earlier_span:
        series.append(Series("Last year", "last_year", _money(part[2] for part in most)))
    points = tuple(
        Point(name, place, ratio([outside], [base]), OFF_CONTRACT)
        for place, (name, outside, _, base) in enumerate(most)
    )
    axis, words = tuple(part[0] for part in most), f"{title}."
    return Chart(
        "past_contracts", title, axis, tuple(series), currency, "structure", words, "", points
    )


def _by_category(book: SupplierBook) -> list[Part]:
    """Categories of which anything was bought outside a contract."""
    frame = by_category_sums(book)
    past = frame[frame["outside"] > 0]
    known = book.categories.members
    names = (
        known[str(one)].name if str(one) in known else "Without a category" for one in past.index
    )
    sums = (past[name].tolist() for name in ("outside", "outside_then", "contracted"))
    return list(zip(names, *sums, strict=True))


def _part(row: Row) -> Part:
    return row.name, row.sums["outside"], row.sums["outside_earlier"], row.sums["contracted"]


def _money(cents: Iterable[int]) -> tuple[Decimal | None, ...]:
    return tuple(decimal(int(one)) for one in cents)

"""The charts of stock, as plain data: what the shelf is for, by category; its value over time."""

from spend.result import Cell, Chart, Series, Table
from spend.stock_figures import why_not_valued
from spend.stock_reading import StockReading

MOST_BARS = 12
PARTS = {
    "safety": "Safety",
    "cycle": "Cycle",
    "excess": "Excess",
    "obsolete": "Obsolete",
    "other": "Not assessed",
}


def parts(reading: StockReading, table: Table) -> Chart:
    """The largest rows of the breakdown, split by what each is on the shelf for."""
    title = f"What the shelf is for, by {table.columns[0].label.lower()}"
    about = f"{title}: bars of {', '.join(PARTS.values()).lower()}, the largest first."
    column = {c.key: place for place, c in enumerate(table.columns)}
    shown = [row for row in _frontier(table, column["value"]) if row[column["value"]]]
    largest = sorted(shown, key=lambda row: -float(row[column["value"]] or 0))[:MOST_BARS]
    series = tuple(
        Series(label, "actual", tuple(row[column[part]] for row in largest))  # type: ignore[misc]
        for part, label in PARTS.items()
        if any(row[column[part]] for row in largest)
    )
    why = "" if largest else why_not_valued(reading) or "nothing is on the shelf"
    names = tuple(str(row[0]) for row in largest)
    return Chart("parts", title, names, series, reading.currency, "parts", about, why)


def _frontier(table: Table, value: int) -> list[tuple[Cell, ...]]:
    """The rows of one depth, and what ends above it: the deepest at which they are few enough.

    They add up to the total: where a branch has stock of its own beside its parts, it stays whole.
    """
    found: list[tuple[Cell, ...]] = []
    whole = 0.0
    for depth in range(max(table.depth, default=0) + 1):
        ends = (*table.depth, 0)[1:]
        rows = [
            row for row, at, following in zip(table.rows, table.depth, ends, strict=True)
            if at == depth or (at < depth and following <= at)
        ]  # fmt: skip
        sums = sum((float(row[value] or 0) for row in rows), 0.0)
        if found and (len(rows) > MOST_BARS or round(sums - whole, 2)):
            break
        found, whole = rows, sums
    return found

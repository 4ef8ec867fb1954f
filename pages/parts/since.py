"""What moved since the last review, on a page."""

from pages.parts import page, tables
from spend.kpi_moved import Since


def show(found: Since, currency: str) -> None:
    """The figures that moved, and since when."""
    page.caption(found.said)
    if found.table:
        tables.show(found.table, currency, most_rows=20, exact=True)

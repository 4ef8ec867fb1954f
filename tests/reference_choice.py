"""What the second computation of a figure looks at: some months of a company, filtered."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from tests.reference_books import Books, Frame

Value = float | None
Figures = dict[str, Value]
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Chosen:
    """What is looked at: some months of some company, and what is left of it by filters."""

    books: Books
    start: str
    end: str
    supplier: str = ""
    category: str = ""

    @property
    def first(self) -> pd.Timestamp:
        return pd.Timestamp(f"{self.start}-01")

    @property
    def last(self) -> pd.Timestamp:
        return pd.Timestamp(f"{self.end}-01") + pd.offsets.MonthEnd(0)

    @property
    def position(self) -> pd.Timestamp:
        """The earlier of the end and of what is known."""
        return min(self.last, self.books.through)

    @property
    def last_year(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The same days one year earlier; whole months stay whole."""
        back = pd.DateOffset(years=1)
        whole = self.position == self.last
        end = self.last - back + pd.offsets.MonthEnd(0) if whole else self.position - back
        return self.first - back, end

    @property
    def year(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The first and last day of the fiscal year of the position date."""
        months = (self.position.month - self.books.year_start) % 12
        first = self.position.replace(day=1) - pd.DateOffset(months=months)
        return first, first + pd.DateOffset(years=1) - DAY

    def inside(self, days: Any) -> Any:
        """Which days lie in the selection and are seen."""
        return days.between(self.first, self.position)

    def of(self, frame: Frame, but_for: str = "") -> Frame:
        """The rows that the filters keep; ``but_for`` names a filter that does not divide them."""
        for name, table in (("supplier", "supplier"), ("category", "category")):
            chosen = getattr(self, name)
            if chosen and name != but_for:
                frame = frame[frame[f"{table}_id"].isin(self.books.under(table, chosen))]
        return frame


def ratio(part: float, whole: float) -> Value:
    """A share; none of a base that is nothing or less."""
    return float(part) / float(whole) if whole > 0 else None


def added(frame: Frame, column: str) -> Value:
    """A sum; over no rows, nothing is known."""
    return float(frame[column].sum()) if len(frame) else None

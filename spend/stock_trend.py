"""Stock on many days: its value, and how long it would have lasted.

The parts of stock are left out: each day would need a plan of every item.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from queries.window import PeriodDays
from spend.cash_conversion import days_inventory
from spend.money import decimal
from spend.periods import Trends, begun, trended
from spend.result import Value
from spend.stock_book import StockBook
from spend.stock_items import KEY
from spend.stock_value import whole_cents


def trends(book: StockBook, periods: Sequence[PeriodDays]) -> Trends:
    """Each figure by period, as if that period alone were selected.

    Four selects, however many periods there are.
    """
    days = [p.elapsed.last for p in begun(periods)]
    return trended(periods, values(book, days)) if days else {}


def values(book: StockBook, days: Sequence[date]) -> Iterator[Mapping[str, Value]]:
    """What the figures were on some days, one after another."""
    for stock, year in zip(book.value_on(days), _year_values(book, days), strict=True):
        yield {"stock_value": decimal(stock), "days_inventory": days_of_stock(stock, year)}


def days_of_stock(stock: int | None, year: int) -> float | None:
    """Days that stock lasts at a year's demand, both in cents; ``None`` where nobody can say.

    >>> days_of_stock(50_00, 365_00), days_of_stock(50_00, 0)
    (50.0, None)
    """
    if stock is None or stock < 0 or year <= 0:
        return None
    found = days_inventory(stock, year)
    return None if found is None else float(found)


def _year_values(book: StockBook, days: Sequence[date]) -> list[int]:
    """The 12 months' demand up to each day at that day's unit cost, in cents."""
    wanted, costs = book.wanted_before(days), book.costs_on(days)
    both = wanted[[*KEY]].merge(costs, on=KEY, how="left")
    master = both.merge(book.items[["item_id", "unit_cost"]], on="item_id", how="left")["unit_cost"]
    return [
        int(whole_cents(wanted[name].to_numpy(), both[name].fillna(master).to_numpy()).sum())
        for name in (f"day_{place}" for place in range(len(days)))
    ]

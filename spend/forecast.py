r"""What the year will have cost when it ends: three named methods, their median, and their range.

Each method knows something the others don't: the run rate, how fast money went so far; the season,
when in the year it usually goes; the order book, what is already ordered and planned. A method
without its data says why. All money is whole cents, rounded half to even once, at the end.
"""

from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from spend.metric import metric

RUN_RATE = "run rate"
SEASONAL = "season"
ORDER_BOOK = "order book"


@dataclass(frozen=True)
class EarlierYear:
    """What an earlier fiscal year had spent by the same day of the year, and at its end."""

    label: str
    by_same_day: int
    whole_year: int


@dataclass(frozen=True)
class YearToDate:
    """How a fiscal year stands at the position date; ``None`` is "no data".

    ``accrued`` is what was received and not invoiced in this year; ``committed`` what is ordered
    and promised in it (or without a date); ``budget_left`` the phased budget of the days that
    remain; ``earlier`` the last two years, of which every one given is loaded from its first day.
    """

    elapsed_days: int
    days: int
    actual: int | None
    accrued: int | None = None
    committed: int | None = None
    budget_left: int | None = None
    earlier: tuple[EarlierYear, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.elapsed_days <= self.days or self.days == 0:
            raise ValueError("elapsed_days must be from 0 to the year's days")

    @property
    def so_far(self) -> int | None:
        """Spent and accrued."""
        return None if self.actual is None else self.actual + (self.accrued or 0)


@dataclass(frozen=True)
class Method:
    """One method's forecast, how it comes about, and what it lacks, if anything."""

    name: str
    meaning: str
    value: int | None
    reason: str = ""


@dataclass(frozen=True)
class Forecast:
    """The median of the methods that have their data, and the range they span."""

    value: int | None
    low: int | None
    high: int | None
    methods: tuple[Method, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is missing, and why: one sentence for each method that lacks something."""
        return tuple(f"{m.name.capitalize()}: {m.reason}." for m in self.methods if m.reason)


@metric(
    label="Forecast",
    unit="money",
    owner="joint",
    better="lower",
    formula=r"\operatorname{median} \left( \text{run rate}, \text{season}, \text{order book} "
    r"\right)",
    finance="Where the year will land if nothing is done; the range says how sure that is.",
    procurement="What is ordered and usual for the season, beside what the pace so far suggests.",
    source="DEFINITIONS, Budget position",
    rows=("invoice_line", "purchase_order_line", "goods_receipt", "budget_line"),
    additive=False,
    settings=("budget_version", "irrecoverable_tax"),
)
def forecast_at_completion(
    run_rate: int | None, seasonal: int | None, order_book: int | None
) -> int | None:
    """Spend of the whole fiscal year: the median of three methods' forecasts, in whole cents.

    Of two methods it is the middle between them; ``None`` where there is none.

    >>> forecast_at_completion(120_00, 100_00, 130_00), forecast_at_completion(100_00, None, 110_00)
    (12000, 10500)
    """
    known = [Fraction(value) for value in (run_rate, seasonal, order_book) if value is not None]
    return round(median(known)) if known else None


def forecast(year: YearToDate) -> Forecast:
    """The three methods, their median and range; on the year's last day, what was spent.

    >>> year = YearToDate(elapsed_days=73, days=365, actual=90_00, accrued=10_00, committed=150_00,
    ...                   budget_left=300_00, earlier=(EarlierYear("2025", 25_00, 100_00),))
    >>> result = forecast(year)
    >>> [(method.name, method.value) for method in result.methods]
    [('run rate', 50000), ('season', 40000), ('order book', 40000)]
    >>> result.value, result.low, result.high
    (40000, 40000, 50000)
    """
    methods = (_run_rate(year), _seasonal(year), _order_book(year))
    values = [method.value for method in methods]
    known = [value for value in values if value is not None]
    return Forecast(
        value=forecast_at_completion(*values),
        low=min(known, default=None),
        high=max(known, default=None),
        methods=methods,
    )


def _run_rate(year: YearToDate) -> Method:
    meaning = "spent and accrued, at the same pace for the whole year"
    if year.so_far is None:
        return Method(RUN_RATE, meaning, None, "no spend is loaded for this year")
    if year.elapsed_days == 0:
        return Method(RUN_RATE, meaning, None, "the year has not begun")
    return Method(RUN_RATE, meaning, round(Fraction(year.so_far * year.days, year.elapsed_days)))


def _seasonal(year: YearToDate) -> Method:
    labels = " and ".join(earlier.label for earlier in year.earlier)
    meaning = f"spent and accrued, as the same part of the year as in {labels or 'earlier years'}"
    if year.so_far is None:
        return Method(SEASONAL, meaning, None, "no spend is loaded for this year")
    if year.elapsed_days == year.days:
        return Method(SEASONAL, meaning, year.so_far)
    if not year.earlier:
        return Method(SEASONAL, meaning, None, "no earlier year is loaded")
    # One ratio of sums: a small year must not weigh as much as a large one.
    reached = sum(earlier.by_same_day for earlier in year.earlier)
    whole = sum(earlier.whole_year for earlier in year.earlier)
    if reached <= 0 or whole <= 0:
        return Method(SEASONAL, meaning, None, f"nothing was spent by this day in {labels}")
    return Method(SEASONAL, meaning, round(Fraction(year.so_far * whole, reached)))


def _order_book(year: YearToDate) -> Method:
    meaning = "spent and accrued, and the larger of open orders and the budget of the days left"
    if year.so_far is None:
        return Method(ORDER_BOOK, meaning, None, "no spend is loaded for this year")
    if year.elapsed_days == year.days:
        return Method(ORDER_BOOK, meaning, year.so_far)
    known = [part for part in (year.committed, year.budget_left) if part is not None]
    if not known:
        return Method(ORDER_BOOK, meaning, None, "neither orders nor a budget are loaded")
    reason = ""
    if year.budget_left is None:
        reason = "there is no budget to compare with, only open orders count"
    elif year.committed is None:
        reason = "no orders are loaded, only the budget of the days left counts"
    return Method(ORDER_BOOK, meaning, year.so_far + max(known), reason)

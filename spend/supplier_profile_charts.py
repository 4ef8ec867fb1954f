"""The pictures of one supplier: spend by month, what its goods cost, and why spend changed."""

from decimal import Decimal

from spend.bridge import year_bridge
from spend.budget import MEANINGS
from spend.money import decimal
from spend.price_levels import Levels, index_levels, levels
from spend.result import Bridge, Chart, Series, Step
from spend.supplier_profile_book import ProfileBook, one_owner

NOT_BOTH = "nothing with a quantity was bought in both years"


def months(book: ProfileBook) -> Chart:
    """Spend by period, beside the same days of last year."""
    periods, spent = book.window.periods, book.spent
    now = tuple(decimal(spent.spent([p.elapsed])) if p.elapsed.days else None for p in periods)
    then = tuple(
        decimal(spent.spent([p.earlier_elapsed])) if p.earlier_elapsed else None for p in periods
    )
    title = f"Spend with {book.name} by month, and last year"
    series = (Series("Last year", "last_year", then), Series("Actual", "actual", now))
    shown = tuple(s for s in series if any(v is not None for v in s.values))
    axis = tuple(p.period.period for p in periods)
    return Chart("months", title, axis, shown, book.reader.settings.currency, "time", title)


def price_levels(book: ProfileBook) -> Levels:
    """What its goods cost by month: paid, agreed, and by their index."""
    prices = book.prices
    items = prices.items(one_owner)[["item_id", "category_id"]].drop_duplicates()
    seen = sorted(prices.months["month"].unique())
    followed = index_levels(prices.moves(one_owner), prices.index_values, seen)
    return levels(prices.months, items, prices.agreed_months, followed)


def price_chart(book: ProfileBook, found: Levels) -> Chart:
    """Levels of prices along the months, of 100 for last year's average."""
    lines = {
        "Paid": found.paid,
        "Contract": found.contract,
        "Index": found.index,
    }
    series = tuple(
        Series(label, "actual", values)
        for label, values in lines.items()
        if any(v is not None for v in values)
    )
    title = "What the same goods cost: last year's average price is 100"
    described = "; ".join(_ends(one) for one in series)
    axis = tuple(f"{month:%Y-%m}" for month in found.months)
    return Chart("prices", title, axis if series else (), series, "index", "curve", described,
                 "" if series else NOT_BOTH)  # fmt: skip


def _ends(series: Series) -> str:
    known = [v for v in series.values if v is not None]
    return f"{series.label}: from {float(known[0]):.1f} to {float(known[-1]):.1f}"


def bridge(book: ProfileBook) -> Bridge:
    """From last year's spend to this year's: price, volume and mix, each by name."""
    title = f"Why spend with {book.name} changed"
    if book.earlier_span is None:
        return Bridge("year", title, (), "there is no year before to compare with")
    effects = year_bridge(*book.prices.lines).effects
    steps = [Step("Last year", _money(effects.base), "end")]
    for effect, meaning in MEANINGS.items():
        cents = getattr(effects, effect)
        if cents:
            label = effect.replace("_", " ").capitalize()
            steps.append(Step(label, _money(cents), "item", cents < 0, meaning))
    steps.append(Step("This year", _money(effects.actual), "end"))
    reason = "" if effects.price is not None else NOT_BOTH
    return Bridge("year", title, tuple(steps), reason)


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)

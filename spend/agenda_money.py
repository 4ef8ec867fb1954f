"""What the budget, payment terms and stock put on the agenda."""

from collections.abc import Iterator
from decimal import Decimal

from queries.selection import NOT_ASSIGNED
from spend.agenda import Topic, a_year, carrying
from spend.budget_book import BudgetBook
from spend.comparison import difference
from spend.money import decimal, share, short
from spend.result import Value
from spend.sentences import capital
from spend.stock_policies import proposed
from spend.stock_reading import StockReading
from spend.terms_book import TermsBook
from spend.terms_waits import dear_waits

MOST_EACH = 2  # topics of one kind: the rest is on the page
CENT = Decimal("0.01")


def budget_topics(book: BudgetBook, forecast: Value) -> Iterator[Topic]:
    """A year that is forecast above its budget, and the categories whose prices rose most.

    ``forecast`` is the figure of the year's end.
    """
    currency, year = book.reader.settings.currency, book.window.year
    budget = decimal(sum(book.budget_periods.get(p.period, 0) for p in year))
    over = difference(forecast, budget)
    if book.budget_periods and isinstance(over, Decimal) and over > 0:
        said = f"Fiscal year {year[0].fiscal_year} is heading {short(over, currency)} over budget."
        basis = "forecast at the year's end, less the whole budget"
        yield Topic("forecast_at_completion", said, "budget", cost=over, basis=basis)
    yield from _asked_for(book)
    dearer = {
        name: effects.price
        for name, effects in book.year_bridge.by("category_id").items()
        if effects.price and effects.price > 0
    }
    for name in sorted(dearer, key=lambda one: -dearer[one])[:MOST_EACH]:
        yield _dearer(book, name, dearer[name])


def _asked_for(book: BudgetBook) -> Iterator[Topic]:
    """Requests that nobody has approved, where the budget is spoken for already."""
    currency, position = book.reader.settings.currency, book.position
    if position.available is not None and position.available < 0 and position.requested:
        yield Topic(
            "requested_spend",
            f"{short(decimal(position.requested), currency)} waits for approval, and the budget is "
            f"exceeded by {short(decimal(-position.available), currency)} with it.",
            "budget",
        )


def _dearer(book: BudgetBook, category: str, cents: int) -> Topic:
    known = book.choices.options["category"]
    name = known[category].name if category in known else "What has no category"
    currency = book.reader.settings.currency
    return Topic(
        "price_effect",
        f"{name}: higher prices added {short(decimal(cents), currency)} on last year.",
        "budget",
        name,
        a_year(cents, book.window.first, book.window.position),
        basis="price effect of the selection, as a year of such days",
        params={"category": [category or NOT_ASSIGNED]},
    )


def terms_topics(book: TermsBook) -> Iterator[Topic]:
    """Money paid early, discounts lost, interest that may be asked for, and waits that cost."""
    yield from _early(book)
    yield from _lost_discounts(book)
    yield from _late(book)
    yield from _dear_waits(book)


def _early(book: TermsBook) -> Iterator[Topic]:
    settings = book.reader.settings
    away = int(book.paid["early_money_days"].sum()) // book.span.days
    if away > 0:
        yield Topic(
            "paid_early_share",
            f"Early payment, for no discount, keeps {short(decimal(away), settings.currency)} out "
            "of the bank.",
            "terms",
            cost=carrying(away, settings.cost_of_cash),
            cash=decimal(away),
            basis=f"average cash given away × {share(settings.cost_of_cash)} that cash costs",
        )


def _lost_discounts(book: TermsBook) -> Iterator[Topic]:
    lost = int(book.offers["offered"].sum()) - int(book.paid["discount_taken"].sum())
    if lost > 0:
        amount = short(decimal(lost), book.reader.settings.currency)
        yield Topic(
            "discount_capture",
            f"Discounts of {amount} were offered and not taken.",
            "terms",
            cost=a_year(lost, book.span.first, book.span.last),
            basis="offered less taken, as a year of such days",
            params={"table": ["discounts"]},
        )


def _late(book: TermsBook) -> Iterator[Topic]:
    """What was paid late comes again with the days; what is overdue stands once."""
    whole, paid = book.exposure.cents, book.paid_exposure.cents or 0
    if whole:
        amount = short(decimal(whole), book.reader.settings.currency)
        overdue = Decimal(whole - paid).scaleb(-2)
        yield Topic(
            "late_interest_exposure",
            f"Paid late, suppliers may ask for {amount}.",
            "terms",
            cost=a_year(paid, book.span.first, book.span.last) + overdue,
            basis="paid in these days, as a year of such days; still open, once",
            params={"table": ["law"]},
        )


def _dear_waits(book: TermsBook) -> Iterator[Topic]:
    """Suppliers that wait longer than a year before, and charge more than the wait costs them."""
    found = dear_waits(book).head(MOST_EACH)
    for supplier, row in found.iterrows():
        yield Topic(
            "agreed_days",
            f"{row['name']} waits {row['longer']:.0f} days longer and charges "
            f"{share(row['dearer'])} more; the wait costs it {share(row['worth'])}.",
            "terms",
            str(row["name"]),
            Decimal(str(row["cost"])).quantize(CENT),
            basis="a year's spend × the rise beyond what the wait costs",
            params={"supplier": [str(supplier)]},
        )


def stock_topics(reading: StockReading) -> Iterator[Topic]:
    """Stock that nobody needs, or not so much of it; and targets that wait for a signature."""
    rate = reading.book.reader.settings.cost_of_cash
    reasons = (
        ("excess", "too_much", "is more than demand and safety ask for"),
        ("obsolete", "obsolete", "has not been wanted for long"),
    )
    for part, table, words in reasons:
        cents = int(reading.parts[part].sum())
        if cents > 0:
            yield Topic(
                f"{part}_stock_value",
                f"Stock worth {short(decimal(cents), reading.currency)} {words}.",
                "stock",
                cost=carrying(cents, rate),
                cash=decimal(cents),
                basis=f"value × {share(rate)} that cash costs; storing it costs more",
                params={"table": [table]},
            )
    for one in proposed(reading.book.policies):
        said = capital(one.value.said(reading.book.choices))
        yield Topic(
            "required_safety_stock_value", f"{said}: {one.missing} has yet to sign.", "stock"
        )

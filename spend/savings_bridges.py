"""From what procurement claims to what finance recognises, item by item; closed to the cent."""

from decimal import Decimal

from spend.money import decimal
from spend.result import Bridge, Step
from spend.savings_book import SavingsBook
from spend.savings_figures import why_none
from spend.savings_reconciliation import ITEMS, SavingsItems

# Each item as people call it, and what it means; plus adds to the saving.
MEANINGS = {
    "unsupported": (
        "Unsupported",
        "Claimed beyond prices × quantity; all of it where these are not given.",
    ),
    "not_recognised_type": (
        "Not recognised",
        "Types of saving that the policy does not recognise, such as averted increases.",
    ),
    "timing": ("Timing", "Months of the twelve that lie outside the days selected."),
    "volume": ("Volume", "Bought more, or less, than was planned for these months."),
    "off_contract": ("Off contract", "Bought from others than the contract's supplier."),
    "price": ("Price", "Paid above the new price, at the start date's exchange rate."),
    "currency": ("Currency", "What the exchange rate added since the start date."),
    "already_budgeted": (
        "In the budget",
        "The budget counts on it already, and by the policy that is left out.",
    ),
}
assert tuple(MEANINGS) == ITEMS  # every item, in its order


def total(book: SavingsBook) -> Bridge:
    """Over all initiatives of the selection."""
    title = "From claimed to recognised"
    return bridge("savings", title, book.found.items, why_none(book))


def of_initiative(book: SavingsBook, initiative: str) -> Bridge:
    """Of one initiative; without steps where it has no months in the selection."""
    sums = book.found.of([initiative]).items
    why = "it is not contracted yet, frees cash only, or has no months in these days"
    return bridge(initiative, f"{initiative}: from claimed to recognised", sums, why)


def bridge(name: str, title: str, sums: SavingsItems | None, why: str) -> Bridge:
    """From the one reading to the other; items of zero are left out."""
    if sums is None:
        return Bridge(name, title, (), why)
    items = (
        Step(label, _amount(cents), "item", cents > 0, meaning)
        for (label, meaning), cents in zip(MEANINGS.values(), sums.items, strict=True)
        if cents
    )
    ends = (
        Step("Claimed", _amount(sums.claimed), "end"),
        Step("Recognised", _amount(sums.recognised), "end"),
    )
    return Bridge(name, title, (ends[0], *items, ends[1]), ends=("procurement", "finance"))


def _amount(cents: int) -> Decimal:
    return decimal(cents) or Decimal(0)

"""The figures of payment terms, each with its rows or the reason there is none."""

from collections.abc import Iterator, Mapping

import pandas as pd

from spend import discounts, payment
from spend.comparison import against, on_last_year
from spend.money import decimal
from spend.result import Change, Figure, Value
from spend.terms_book import TermsBook, TermsSums

NO_INVOICES = "no invoices in this selection"
NO_TERMS = "no invoices here have a term"
NO_PAYMENTS = "no payments in this selection"
UNPAID = "no payments are loaded, so nobody knows what is open"
NO_DUE = "no due dates: no terms and no due dates are loaded"
NO_OFFERS = "no term here offers a discount"


def figures(book: TermsBook) -> tuple[Figure, ...]:
    """Every figure of the subject, as at the selection's position date."""
    found, behind = values(book.sums), _behind(book)
    stated = (
        _figure(metric, value, *behind[metric], tuple(_on_agreed(metric, found)))
        for metric, value in found.items()
    )
    earlier = values(book.earlier.sums) if book.earlier else {}
    return (*on_last_year(stated, earlier), _law(book))


def values(sums: TermsSums) -> dict[str, Value]:
    """What sums of some days say, by metric; what the law says is no matter of sums."""
    termed, paid, owed = sums.termed, sums.paid, sums.owed
    share = judged(paid, owed)
    offered, taken = sums.offers["offered"].tolist(), paid["discount_taken"].tolist()
    told = discounts.discount_taken(taken) if offered or any(taken) else None
    return {
        "agreed_days": payment.agreed_days(
            termed["money_days"].tolist(), termed["invoiced"].tolist()
        ),
        "days_to_pay": payment.days_to_pay(paid["paid_days"].tolist(), paid["paid"].tolist()),
        "paid_late_share": payment.paid_late_share([share["late"]], [share["judged"]]),
        "paid_early_share": payment.paid_early_share([share["early"]], [share["judged"]]),
        "open_payables": decimal(payment.open_payables(owed["open"].tolist())),
        "overdue_payables": decimal(_overdue(owed)),
        "discount_offered": decimal(discounts.discount_offered(offered)),
        "discount_taken": decimal(told),
        "discount_capture": discounts.discount_capture(taken, offered),
    }


def judged(paid: pd.DataFrame, owed: pd.DataFrame) -> dict[str, int]:
    """Money whose lateness is known: paid, and fallen due and open; what of it is late, early."""
    paid_known = int(paid["paid"].sum() - paid["not_due"].sum())
    return {
        "judged": paid_known + int(owed["waiting"].sum()),
        "late": int(paid["late"].sum() + owed["waiting_late"].sum()),
        "early": int(paid["early"].sum()),
    }


def _overdue(owed: pd.DataFrame) -> int | None:
    """What is overdue; where money is open and none of it has a due date, nobody knows."""
    undated = owed["open"].any() and (owed["open"] == owed["not_due"]).all()
    return None if undated else payment.overdue_payables(owed["overdue"].tolist())


def _on_agreed(metric: str, found: Mapping[str, Value]) -> Iterator[Change]:
    """How much later suppliers are paid than was agreed."""
    if metric == "days_to_pay":
        yield from against(metric, "on terms", found[metric], found["agreed_days"])


# --- What stands behind a figure, or why there is none --------------------------------------------


def _behind(book: TermsBook) -> Mapping[str, tuple[float, str]]:
    """How many rows each figure is of, and why it may not be there."""
    termed, paid = book.termed["line_count"].sum(), book.paid["line_count"].sum()
    owed, offers = book.owed["line_count"].sum(), book.offers["line_count"].sum()
    no_term = NO_TERMS if len(book.invoiced) else NO_INVOICES
    shares, position = (paid, NO_DUE if len(book.paid) else NO_PAYMENTS), (owed, _not_open(book))
    discount = (offers, NO_OFFERS)
    return {
        "agreed_days": (termed, no_term),
        "days_to_pay": (paid, NO_PAYMENTS),
        "paid_late_share": shares,
        "paid_early_share": shares,
        "open_payables": position,
        "overdue_payables": position,
        "discount_offered": discount,
        "discount_taken": discount,
        "discount_capture": discount,
    }


def _not_open(book: TermsBook) -> str:
    """Why what is open, or overdue, is not known."""
    if not book.has_payments:
        return UNPAID
    return NO_DUE if len(book.owed) else NO_INVOICES


def _law(book: TermsBook) -> Figure:
    """What late payment may cost; of last year too, it would be read day by day once more."""
    exposure = book.exposure
    known = exposure.frame[exposure.frame["known"]]
    late = "nothing was late" if judged(book.paid, book.owed)["judged"] else NO_DUE
    why = next(iter(exposure.unknown), late if book.has_payments else UNPAID)
    value, rows = decimal(exposure.cents), round(known["settled"].sum())
    return _figure("late_interest_exposure", value, rows, why)


def _figure(
    metric: str, value: Value, rows: float, reason: str, changes: tuple[Change, ...] = ()
) -> Figure:
    """A figure; the reason stands only where there is no value."""
    return Figure(metric, value, int(rows), reason if value is None else "", changes)

"""The figures of payment terms, each with its rows or the reason there is none."""

from collections.abc import Iterator

import pandas as pd

from queries.window import Window
from spend import discounts, payment
from spend.metric import Number, favourable, relative
from spend.money import decimal
from spend.registry import all_metrics
from spend.result import Change, Figure
from spend.terms_book import TermsBook
from spend.terms_law import Exposure

NO_PAYMENTS = "no payments in this selection"
UNPAID = "no payments are loaded, so nobody knows what is open"
NO_DUE = "no due dates: no terms and no due dates are loaded"


def figures(book: TermsBook, exposure: Exposure) -> tuple[Figure, ...]:
    """Every figure of the subject, as at the selection's position date."""
    return (*_days(book), *_shares(book), *_open(book), *_discounts(book), *_law(book, exposure))


def termed(invoiced: pd.DataFrame) -> pd.DataFrame:
    """Invoiced money that has an agreed term, with its money-days."""
    known = invoiced[invoiced["agreed_days"].notna()]
    return known.assign(money_days=known["invoiced"] * known["agreed_days"].astype("int64"))


def _days(book: TermsBook) -> Iterator[Figure]:
    known = termed(book.invoiced)
    agreed = payment.agreed_days(known["money_days"].tolist(), known["invoiced"].tolist())
    why = "no invoices here have a term" if len(book.invoiced) else "no invoices in this selection"
    yield _figure("agreed_days", agreed, known["line_count"].sum(), why)
    paid, earlier = book.paid, book.earlier_span
    found = payment.days_to_pay(paid["paid_days"].tolist(), paid["paid"].tolist())
    yield _figure(
        "days_to_pay", found, paid["line_count"].sum(), NO_PAYMENTS,
        (*_against("on agreed", found, agreed), *_before(book, found)) if earlier else (),
    )  # fmt: skip


def _against(label: str, found: float | None, reference: float | None) -> Iterator[Change]:
    if found is not None and reference is not None:
        delta = found - reference
        judged = favourable(all_metrics()["days_to_pay"], delta)
        yield Change(label, delta, judged, relative(delta, reference))


def _before(book: TermsBook, found: float | None) -> Iterator[Change]:
    if book.earlier_span is None:
        return
    frame = book.payments(book.earlier_span, ("supplier_id",))
    before = payment.days_to_pay(frame["paid_days"].tolist(), frame["paid"].tolist())
    yield from _against("on last year", found, before)


def judged(paid: pd.DataFrame, owed: pd.DataFrame) -> dict[str, int]:
    """Money whose lateness is known: paid, and fallen due and open; what of it is late, early."""
    paid_known = int(paid["paid"].sum() - paid["not_due"].sum())
    return {
        "judged": paid_known + int(owed["waiting"].sum()),
        "late": int(paid["late"].sum() + owed["waiting_late"].sum()),
        "early": int(paid["early"].sum()),
    }


def _shares(book: TermsBook) -> Iterator[Figure]:
    sums = judged(book.paid, book.owed)
    rows = int(book.paid["line_count"].sum())
    why = NO_DUE if len(book.paid) else NO_PAYMENTS
    late = payment.paid_late_share([sums["late"]], [sums["judged"]])
    early = payment.paid_early_share([sums["early"]], [sums["judged"]])
    yield _figure("paid_late_share", late, rows, why)
    yield _figure("paid_early_share", early, rows, why)


def _open(book: TermsBook) -> Iterator[Figure]:
    owed = book.owed
    rows = owed["line_count"].sum()
    earlier = book.window.earlier()
    before = _position(book, earlier) if earlier else None
    amounts = (
        ("open_payables", payment.open_payables(owed["open"].tolist()), "open"),
        ("overdue_payables", _overdue(owed), "overdue"),
    )
    for metric, cents, column in amounts:
        changes: tuple[Change, ...] = ()
        if cents is not None and before is not None and len(before):
            then = int(before[column].sum())
            good = favourable(all_metrics()[metric], cents - then)
            share = relative(cents - then, then)
            changes = (Change("on last year", decimal(cents - then), good, share),)
        yield _figure(metric, decimal(cents), rows, _unknown(book), changes)


def _overdue(owed: pd.DataFrame) -> int | None:
    """What is overdue; where money is open and none of it has a due date, nobody knows."""
    undated = owed["open"].any() and (owed["open"] == owed["not_due"]).all()
    return None if undated else payment.overdue_payables(owed["overdue"].tolist())


def _unknown(book: TermsBook) -> str:
    """Why what is open, or overdue, is not known."""
    if not book.has_payments:
        return UNPAID
    return NO_DUE if len(book.owed) else "no invoices in this selection"


def _position(book: TermsBook, window: Window) -> pd.DataFrame:
    return book.owed_at(window, ("supplier_id",))


def _discounts(book: TermsBook) -> Iterator[Figure]:
    offered, taken = book.offers["offered"].tolist(), book.paid["discount_taken"].tolist()
    rows = book.offers["line_count"].sum()
    why = "no term here offers a discount"
    yield _figure("discount_offered", decimal(discounts.discount_offered(offered)), rows, why)
    told = discounts.discount_taken(taken) if offered or any(taken) else None
    yield _figure("discount_taken", decimal(told), rows, why)
    yield _figure("discount_capture", discounts.discount_capture(taken, offered), rows, why)


def _law(book: TermsBook, exposure: Exposure) -> Iterator[Figure]:
    known = exposure.frame[exposure.frame["known"]]
    late = "nothing was late" if judged(book.paid, book.owed)["judged"] else NO_DUE
    why = next(iter(exposure.unknown), late if book.has_payments else UNPAID)
    value = decimal(exposure.cents)
    yield _figure("late_interest_exposure", value, round(known["settled"].sum()), why)


def _figure(
    metric: str, value: Number, rows: float, reason: str, changes: tuple[Change, ...] = ()
) -> Figure:
    """A figure; the reason stands only where there is no value."""
    return Figure(metric, value, int(rows), reason if value is None else "", changes)

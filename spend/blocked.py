"""What was stopped between request and payment: blocked, called off, or billed and never come."""

from queries import blocked as sums
from spend.money import decimal
from spend.purchasing_book import PurchasingBook
from spend.result import Cell, Table, TableColumn

CALLED_OFF = {"Cancelled": "Order lines cancelled", "Rejected": "Order lines rejected"}


def table(book: PurchasingBook) -> Table:
    """What was stopped in the selection: how often, on how many papers, and their money.

    A line may be stopped in several ways, so that nothing here adds up.
    """
    rows = (*_called_off(book), *_waiting(book), *_steps(book))
    return Table(
        "blocked",
        "What was stopped on its way; a paper may be in several rows",
        (
            TableColumn("what", "What happened", "text"),
            TableColumn("times", "Times", "count"),
            TableColumn("papers", "Papers", "count"),
            TableColumn("money", "Worth", "money"),
        ),
        rows,
    )


def _called_off(book: PurchasingBook) -> tuple[tuple[Cell, ...], ...]:
    frame = sums.called_off(book.reader, book.selection, book.span)
    return tuple(
        (CALLED_OFF[event], lines, lines, decimal(amount))
        for event, lines, amount in zip(
            frame["to_event"].tolist(), frame["lines"].tolist(), frame["amount"].tolist(),
            strict=True,
        )
    )  # fmt: skip


def _waiting(book: PurchasingBook) -> tuple[tuple[Cell, ...], ...]:
    """Invoice lines that lack what they billed; nobody knows without receipts."""
    if not book.has_receipts:
        return ()
    lines, amount = (int(book.exceptions[n].sum()) for n in ("waiting", "waiting_amount"))
    named = ("Invoice lines billed, and still not come", lines, lines, decimal(amount))
    return (named,) if lines else ()


def _steps(book: PurchasingBook) -> tuple[tuple[Cell, ...], ...]:
    """What steps say themselves; and the blocks that nobody has taken away."""
    at = (book.reader, book.selection, book.span)
    frame, standing = sums.stops(*at), sums.still_blocked(*at)
    columns = (frame[name].tolist() for name in ("outcome", "times", "documents", "amount"))
    rows = tuple(
        (f"Step: {outcome}", times, documents, decimal(amount))
        for outcome, times, documents, amount in zip(*columns, strict=True)
    )
    number = int(standing["documents"].sum())
    money = decimal(int(standing["amount"].sum()))
    return (*rows, ("Blocked, and still so", number, number, money)) if number else rows

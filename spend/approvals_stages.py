"""How long order lines took from one stage to the next, and where they stand now."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from queries.approval_marts import STAGES, WHOLE
from spend.approvals_book import ApprovalBook, part
from spend.money import decimal
from spend.result import Cell, Chart, Series, Table, TableColumn

LABELS: Mapping[str, str] = {
    "approval": "Request → approval",
    "order": "Approval → order",
    "receipt": "Order → receipt",
    "invoice": "Receipt → invoice",
    "payment": "Invoice → payment",
    WHOLE: "From first to payment",
}
# What a line at each stage waits for.
AWAITED: Mapping[str, str] = {
    "approval": "an approval",
    "order": "its order",
    "receipt": "a receipt",
    "invoice": "an invoice",
    "payment": "a payment",
}
COLUMNS = (
    TableColumn("stage", "Stage", "text"),
    TableColumn("lines", "Lines through", "count"),
    TableColumn("median", "Median", "days"),
    TableColumn("mean", "Mean", "days"),
    TableColumn("most", "9 in 10 within", "days"),
    TableColumn("median_before", "Last year", "days"),
    TableColumn("most_before", "9 in 10, last year", "days"),
    TableColumn("standing", "Lines there now", "count"),
    TableColumn("oldest", "Oldest", "days"),
    TableColumn("money", "Their value", "money"),
)


def known_stages(book: ApprovalBook) -> tuple[str, ...]:
    """The stages that any line went through, or is at; and the whole, where any line did that."""
    there = {(stage,) for stage in book.standing["stage"]}
    seen = {*book.stages, *book.stages_before, *there}
    return tuple(stage for stage in (*STAGES, WHOLE) if (stage,) in seen and _told(book, stage))


def _told(book: ApprovalBook, stage: str) -> bool:
    """Whether the store knows of what ends a stage: without payments all would wait for one."""
    known = {"receipt": book.purchasing.has_receipts, "payment": book.has_payments}
    return known.get(stage, True)


def chart(book: ApprovalBook) -> Chart:
    """The median days of each stage, beside last year's."""
    stages = known_stages(book)
    now, before = (
        tuple(part(waits.get((stage,)), "median") for stage in stages)
        for waits in (book.stages, book.stages_before)
    )
    title = "Median days of each stage, by order lines that passed it"
    return Chart(
        "stages",
        title,
        tuple(LABELS[stage] for stage in stages),
        (Series("Last year", "last_year", before), Series("This year", "actual", now)),
        "days",
        "structure",
        f"{title}, beside last year.",
        "no order line passed a stage in this selection",
    )


def table(book: ApprovalBook) -> Table:
    """Each stage: how long it took, last year too, and what stands there."""
    standing = book.standing.set_index("stage")
    rows = tuple(_row(book, stage, standing) for stage in known_stages(book))
    shown = standing[standing.index.isin([*known_stages(book)])]
    lines = int(shown["order_count"].sum())
    total = ("Under way", *[None] * 6, lines, None, decimal(int(shown["amount"].sum())))
    title = "From request to payment, by order lines: waits in days; a line stands at one stage"
    return Table("stages", title, COLUMNS, rows, total=total if lines else None)


def _row(book: ApprovalBook, stage: str, standing: pd.DataFrame) -> tuple[Cell, ...]:
    now, before = (waits.get((stage,)) for waits in (book.stages, book.stages_before))
    there: Mapping[Any, Any] | None = (
        standing.loc[stage].to_dict() if stage in standing.index else None
    )
    position = pd.Timestamp(book.purchasing.span.last)
    return (
        LABELS[stage],
        part(now, "count") or 0,
        *(part(now, name) for name in ("median", "mean", "most")),
        *(part(before, name) for name in ("median", "most")),
        None if stage == WHOLE else 0 if there is None else int(there["order_count"]),
        None if there is None else (position - there["oldest"]).days,
        None if stage == WHOLE else decimal(0 if there is None else int(there["amount"])),
    )

"""Spend and order balances by several spans of days at once (see ``queries.spans``)."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from queries import mart_tables
from queries.calendar import Span
from queries.selection import Selection
from queries.sourcing import amount_of
from queries.spans import by_span
from queries.store import Reader

FLOW, ORDER = mart_tables.spend_flow, mart_tables.order_flow


def spend_by_span(
    reader: Reader, selection: Selection, spans: Sequence[Span], by: Sequence[str]
) -> pd.DataFrame:
    """Invoiced money of each span, by some columns: ``amount``."""
    return by_span(reader, selection, FLOW.c.day, spans, by, {"amount": amount_of(FLOW.c.amount)})


def accrued_by_span(reader: Reader, selection: Selection, spans: Sequence[Span]) -> pd.DataFrame:
    """What each span changed of what is received and not invoiced: ``accrued``."""
    sums = {"accrued": amount_of(ORDER.c.accrued)}
    return by_span(reader, selection, ORDER.c.day, spans, (), sums)


def committed_by_span(
    reader: Reader, selection: Selection, spans: Sequence[Span], position: date
) -> pd.DataFrame:
    """What is ordered as at a day, and neither received nor invoiced, by when it is promised."""
    sums = {"committed": amount_of(ORDER.c.committed)}
    return by_span(reader, selection, ORDER.c.promised_date, spans, (), sums,
                   as_at=lambda _: ORDER.c.day <= position)  # fmt: skip

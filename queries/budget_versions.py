"""The lines of one version of the budget, as they were loaded."""

import pandas as pd
from sqlalchemy import func, select

from queries import schema
from queries.frames import in_order, typed_frame
from queries.store import Reader
from queries.versions import at

LINE = schema.budget_line
KEY = ("period_start", "cost_centre_id", "category_id", "line_no")


def version_lines(reader: Reader, version: str) -> pd.DataFrame:
    """A version's lines by their key, with ``amount`` in cents of the line's own currency, and the
    load that brought each; no rows where there is no such version."""
    keys = [LINE.c[name] for name in KEY]
    return typed_frame(
        reader,
        select(
            *keys, LINE.c.amount, func.coalesce(LINE.c.currency, "").label("currency"),
            LINE.c.batch_from,
        )
        .where(at(LINE, reader.batch), LINE.c.version == version)
        .order_by(*in_order(*keys)),
    )  # fmt: skip

"""What each figure should come to: the targets of either team and those they agreed on.

A row of ``kpi_target`` is a figure's targets of one fiscal year, in the figure's own unit: money in
the reporting currency, shares as fractions. A changed target supersedes the old one, which is kept.
"""

import pandas as pd
from sqlalchemy import case, select

from queries import schema
from queries.frames import in_order, typed_frame
from queries.store import Reader
from queries.versions import at

TARGET = schema.contract_tables["kpi_target"]
TARGETS = ("finance_target", "procurement_target", "agreed_target")


def targets(reader: Reader, fiscal_year: int) -> pd.DataFrame:
    """The targets of one fiscal year in force, by ``metric_id``; a missing one is NaN."""
    return typed_frame(
        reader,
        select(TARGET.c.metric_id, *(TARGET.c[name] for name in TARGETS))
        .where(at(TARGET, reader.batch), TARGET.c.fiscal_year == fiscal_year)
        .order_by(*in_order(TARGET.c.metric_id)),
    )


def target_versions(reader: Reader) -> pd.DataFrame:
    """Every version of every target that the reader's load knows, the newest of each year first.

    ``batch_from`` and ``loaded_at`` are of the load that brought it; ``batch_to`` is the load that
    superseded it, ``schema.OPEN`` where none has by the reader's.
    """
    brought = schema.batch
    ended = case((TARGET.c.batch_to <= reader.batch, TARGET.c.batch_to), else_=schema.OPEN)
    return typed_frame(
        reader,
        select(
            TARGET.c.metric_id, TARGET.c.fiscal_year, *(TARGET.c[name] for name in TARGETS),
            TARGET.c.batch_from, ended.label("batch_to"), brought.c.loaded_at,
        )
        .join(brought, brought.c.batch == TARGET.c.batch_from)
        .where(TARGET.c.batch_from <= reader.batch)
        .order_by(
            *in_order(TARGET.c.metric_id), TARGET.c.fiscal_year.desc(), TARGET.c.batch_from.desc()
        ),
    )  # fmt: skip

"""Frames of the same types on both engines, and what the selects behind them share."""

from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Float,
    Integer,
    Numeric,
    Select,
    String,
    cast,
    func,
    literal,
)
from sqlalchemy.types import TypeEngine

from queries.contract import AMOUNT, QUANTITY
from queries.store import Reader

NOTHING = literal(0, QUANTITY)


def typed_frame(reader: Reader, statement: Select[Any]) -> pd.DataFrame:
    """As the reader gives it, with the same types on both engines, and without rows too."""
    frame = reader.frame(statement)
    kinds = {column.name: _kind(column.type) for column in statement.selected_columns}
    other = {n: kind for n, kind in kinds.items() if kind and str(frame[n].dtype) != kind}
    return frame.astype(other) if other else frame


def _kind(kind: TypeEngine[Any]) -> str | None:
    """What a column holds; decimals and days are such already."""
    match kind:
        case Boolean():
            return "bool"
        case Integer():
            return "int64"
        case String():
            return "str"
        case Numeric() if kind.scale == AMOUNT.scale:
            return "Int64"
        case Float():
            return "float64"
    return None


def in_order(*columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Texts in the order of their signs' codes, whatever language a server sorts in."""
    return [c.collate("C") if isinstance(c.type, String) else c for c in columns]


def number_of(condition: ColumnElement[bool] | None = None) -> ColumnElement[Any]:
    """How many rows, or how many of them."""
    counted = func.count()
    return cast(counted if condition is None else counted.filter(condition), BigInteger)

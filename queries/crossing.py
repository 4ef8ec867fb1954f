"""How rows cross from the store into frames: amounts as whole cents, other numbers as doubles."""

from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Date, Double, Numeric, Select, cast

from queries import contract

WIDE_AMOUNT = Numeric(20, 2)  # DuckDB counts the cents of 18 digits in 18 digits, and overflows


def _is_money(column: Any) -> bool:
    return isinstance(column.type, Numeric) and column.type.scale == contract.AMOUNT.scale


def crossing(statement: Select[Any]) -> Select[Any]:
    """The same select with amounts in cents and other decimals as doubles."""
    columns: list[ColumnElement[Any]] = []
    for column in statement.selected_columns:
        if _is_money(column):
            cents = cast(column, WIDE_AMOUNT) * 100
            columns.append(cast(cents, BigInteger).label(column.name))
        elif isinstance(column.type, Numeric):
            columns.append(cast(column, Double).label(column.name))
        else:
            columns.append(column)
    return statement.with_only_columns(*columns, maintain_column_froms=True)


def typed(data: pd.DataFrame, statement: Select[Any]) -> pd.DataFrame:
    """Both engines' frames alike: cents stay integers where some are missing, days are days."""
    for column in statement.selected_columns:
        name, kind = column.name, str(data[column.name].dtype)
        if _is_money(column):
            if kind != "int64":
                data[name] = data[name].astype("Int64" if data[name].isna().any() else "int64")
        elif isinstance(column.type, Numeric):
            if kind != "float64":
                data[name] = data[name].astype("float64")
        elif isinstance(column.type, Date) and not kind.startswith("datetime64"):
            data[name] = pd.to_datetime(data[name])
    return data

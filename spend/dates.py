"""Dates as the model's functions take them: a day, or an array of them, and nothing else."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Dates = NDArray[np.datetime64]


def dates(name: str, values: Any) -> Dates:
    """``datetime.date``, ``datetime64``, ISO text or arrays of them, as ``datetime64``.

    A plain number is none: nothing says what it counts from. Text and ``datetime64`` keep their own
    precision, so that a month stays a month; a year alone is no date. Raises ``ValueError`` for
    what is not a date, and for a date that is missing.

    >>> dates("due_date", ["2024-01-31", "2024-02-29"])
    array(['2024-01-31', '2024-02-29'], dtype='datetime64[D]')
    >>> dates("due_date", 20240131)
    Traceback (most recent call last):
    ValueError: due_date must be a date or an array of dates
    """
    try:
        array = np.asarray(values)
        if not array.size:
            return array.astype("datetime64[D]")
        if array.dtype.kind == "O" and not all(map(_may_be_date, array.flat)):
            raise ValueError
        if array.dtype.kind in "OUS":
            array = array.astype("datetime64[D]" if array.dtype.kind == "O" else "datetime64")
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a date or an array of dates") from None
    unit = np.datetime_data(array.dtype)[0] if array.dtype.kind == "M" else ""
    if array.dtype.kind == "M" and np.isnat(array).any():
        raise ValueError(f"{name} must be known: no date is missing")
    if unit in ("", "Y", "generic"):
        raise ValueError(f"{name} must be a date or an array of dates")
    return np.asarray(array)


def _may_be_date(value: Any) -> bool:
    return value is None or not isinstance(value, bool | int | float | np.number | np.timedelta64)

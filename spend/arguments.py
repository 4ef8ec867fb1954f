"""What the model's functions take: numbers or arrays that broadcast, checked by one rule."""

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = float | Floats

NUMBER_KINDS = "biuf"  # numpy's letters for booleans, whole numbers and floats


def finite(**arguments: Any) -> tuple[Floats, ...]:
    """The named numbers or arrays as floats of one shape; no array is shared with the caller.

    A number is a truth value, a whole number, a float, a ``Decimal`` or a ``Fraction``; words,
    dates, lengths of time, complex numbers, ``None`` and masked entries are none. Arrays may be
    empty.
    Raises ``ValueError`` where one is not a number, not finite, or does not fit the others.

    >>> finite(price=2, quantity=[1, 3])
    (array([2., 2.]), array([1., 3.]))
    >>> finite(price="2")
    Traceback (most recent call last):
    ValueError: price must be a number or an array of numbers
    """
    arrays = [_floats(name, value) for name, value in arguments.items()]
    try:
        return tuple(np.array(array) for array in np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(f"{n} {a.shape}" for n, a in zip(arguments, arrays, strict=True))
        raise ValueError(f"arrays must have shapes that broadcast together; got {shapes}") from None


def unwrapped(result: Floats) -> Numbers:
    """A plain float where only single numbers went in, else the array.

    >>> unwrapped(np.asarray(2.0)), unwrapped(np.array([2.0]))
    (2.0, array([2.]))
    """
    return float(result) if result.ndim == 0 else result


def zero_or_more(**arrays: Floats) -> None:
    """Raises ``ValueError`` for the first of the named arrays that holds a number below zero.

    >>> zero_or_more(price=np.array([0.0, 2.0]))
    >>> zero_or_more(price=np.array([0.0, 2.0]), quantity=np.array([-1.0]))
    Traceback (most recent call last):
    ValueError: quantity must be zero or more
    """
    for name, array in arrays.items():
        if (array < 0).any():
            raise ValueError(f"{name} must be zero or more")


def above_zero(**arrays: Floats) -> None:
    """Raises ``ValueError`` for the first of the named arrays that holds zero or less.

    >>> above_zero(order_quantity=np.array([0.0, 2.0]))
    Traceback (most recent call last):
    ValueError: order_quantity must be above zero
    """
    for name, array in arrays.items():
        if (array <= 0).any():
            raise ValueError(f"{name} must be above zero")


def inside(**arrays: Floats) -> None:
    """Raises ``ValueError`` for the first of the named arrays not strictly between 0 and 1.

    >>> inside(service_level=np.array([0.95, 1.0]))
    Traceback (most recent call last):
    ValueError: service_level must be above 0 and below 1
    """
    for name, array in arrays.items():
        if ((array <= 0) | (array >= 1)).any():
            raise ValueError(f"{name} must be above 0 and below 1")


def share(**arrays: Floats) -> None:
    """Raises ``ValueError`` for the first of the named arrays that is no share of a whole.

    >>> share(discount=np.array([0.0, 1.0]))
    >>> share(discount=np.array([2.0]))
    Traceback (most recent call last):
    ValueError: discount must be 0 to 1
    """
    for name, array in arrays.items():
        if ((array < 0) | (array > 1)).any():
            raise ValueError(f"{name} must be 0 to 1")


def positive_share(**arrays: Floats) -> None:
    """Raises ``ValueError`` for the first of the named arrays not above 0 and at most 1.

    >>> positive_share(alpha=np.array([0.1, 1.0]))
    >>> positive_share(alpha=np.array([0.0]))
    Traceback (most recent call last):
    ValueError: alpha must be above 0 and at most 1
    """
    for name, array in arrays.items():
        if ((array <= 0) | (array > 1)).any():
            raise ValueError(f"{name} must be above 0 and at most 1")


def or_one(divisor: Floats) -> Floats:
    """What is above zero, and 1 in place of the rest: to divide by where the quotient is not used.

    >>> or_one(np.array([0.0, 2.0]))
    array([1., 2.])
    """
    return np.where(divisor > 0, divisor, 1.0)


def _floats(name: str, value: Any) -> Floats:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers") from None
    if _masked(value) or not _of_numbers(array):
        raise ValueError(f"{name} must be a number or an array of numbers")
    try:
        with np.errstate(over="ignore"):
            floats = array.astype(np.float64)
    except (OverflowError, ValueError):  # too large for a float; a signalling NaN
        floats = np.array(np.nan)
    if not np.isfinite(floats).all():
        raise ValueError(f"{name} must be finite: no NaN, no infinity")
    return floats


def _masked(value: Any) -> bool:
    """Whether an entry is masked: numpy would pass on what the mask hides."""
    if isinstance(value, list | tuple):
        return any(map(_masked, value))
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.is_masked(value))


def _of_numbers(array: NDArray[Any]) -> bool:
    if array.dtype.kind != "O":
        return array.dtype.kind in NUMBER_KINDS
    return all(
        isinstance(each, Real | Decimal | np.bool_) and not isinstance(each, np.timedelta64)
        for each in array.flat
    )

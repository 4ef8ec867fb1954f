"""What the model's functions take: numbers or arrays that broadcast, checked by one rule."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = float | Floats


def finite(**arguments: Any) -> tuple[Floats, ...]:
    """The named numbers or arrays as floats of one shape.

    Raises ``ValueError`` where one is not a number, not finite, or does not fit the others.

    >>> finite(price=2, quantity=[1, 3])
    (array([2., 2.]), array([1., 3.]))
    """
    arrays = [_floats(name, value) for name, value in arguments.items()]
    try:
        return tuple(np.array(array) for array in np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(f"{n} {a.shape}" for n, a in zip(arguments, arrays, strict=True))
        raise ValueError(f"arrays must have shapes that broadcast together; got {shapes}") from None


def unwrapped(result: Floats) -> Numbers:
    """A plain float where only single numbers went in, else the array."""
    return float(result) if result.ndim == 0 else result


def _floats(name: str, value: Any) -> Floats:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite: no NaN, no infinity")
    return array

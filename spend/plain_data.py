"""Frozen dataclasses as plain data, to be written down, and back: nothing is lost on the way."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: Any) -> Any:
    """A dataclass as what JSON can hold: fields by name, tuples as lists, days as text.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Cover:
    ...     share: float
    ...     until: date | None
    >>> plain(Cover(0.5, date(2027, 6, 30)))
    {'share': 0.5, 'until': '2027-06-30'}
    >>> restored(Cover, {"share": 1, "until": None})
    Cover(share=1.0, until=None)
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        flat = all(type(one) in (float, int, str) for one in value)
        return list(value) if flat else [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def restored(kind: type[T], data: Any) -> T:
    """What ``plain`` made of a dataclass, as it was; ``ValueError`` says what does not fit.

    Fields may be missing that have a default, so that what an older version wrote can be read.
    """
    found: T = _read(kind, data, kind.__name__)
    return found


def _read(kind: Any, data: Any, name: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return None if data is None else _read(inner, data, name)
    if origin is tuple:
        return _tuple(get_args(kind), data, name)
    if origin is Literal:
        if data not in get_args(kind):
            raise ValueError(f"{name} must be one of {', '.join(get_args(kind))}")
        return data
    if origin is not None or is_dataclass(kind):
        if not isinstance(data, Mapping):
            raise ValueError(f"{name} must have names and values")
        return _fields(kind, data) if origin is None else _mapping(get_args(kind)[1], data, name)
    return _single(kind, data, name)


def _tuple(inner: tuple[Any, ...], data: Any, name: str) -> tuple[Any, ...]:
    if not isinstance(data, (list, tuple)):
        raise ValueError(f"{name} must be a list")
    if inner == (float, Ellipsis) and all(type(one) is float for one in data):
        if not all(map(math.isfinite, data)):
            raise ValueError(f"{name} must be finite")
        return tuple(data)  # most of what is kept, and the rule of each is plain
    if inner[-1] is Ellipsis:
        return tuple(_read(inner[0], one, name) for one in data)
    if len(inner) != len(data):
        raise ValueError(f"{name} must have {len(inner)} values")
    return tuple(_read(kind, one, name) for kind, one in zip(inner, data, strict=True))


def _mapping(inner: Any, data: Mapping[Any, Any], name: str) -> dict[str, Any]:
    return {str(key): _read(inner, one, name) for key, one in data.items()}


def _fields(kind: type, data: Mapping[Any, Any]) -> Any:
    given = {}
    for name, hint, needed in _hints(kind):
        if name in data:
            given[name] = _read(hint, data[name], name)
        elif needed:
            raise ValueError(f"{name} is missing")
    return kind(**given)


@cache
def _hints(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """The fields of a dataclass: name, type, and whether it must be given."""
    hints, own = get_type_hints(kind), fields(kind)
    return tuple(
        (one.name, hints[one.name], one.default is MISSING and one.default_factory is MISSING)
        for one in own
    )


def _single(kind: Any, data: Any, name: str) -> Any:
    if kind is date:
        if not isinstance(data, str):
            raise ValueError(f"{name} must be a day")
        return date.fromisoformat(data)
    number = isinstance(data, (int, float)) and not isinstance(data, bool)
    if kind is float and number and math.isfinite(data):
        return float(data)
    if kind is float or not isinstance(data, kind) or (kind is int and not number):
        raise ValueError(f"{name} must be of the kind {kind.__name__}")
    return data

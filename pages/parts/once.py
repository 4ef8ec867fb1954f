"""What is worked out from a thing once, and kept while people look at it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 2048  # things: those that were asked for last


@dataclass(frozen=True, eq=False)
class _Same:
    """A thing as a key that is equal to itself alone: comparing all that it holds takes long."""

    thing: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)


def once(make: Callable[..., T], thing: object, *given: Hashable) -> T:
    """What ``make`` makes of a thing that never changes, and of what else it is given.

    >>> one, same = [1, 2], [1, 2]
    >>> once(sum, one), once(list, one) is once(list, one), once(list, one) is once(list, same)
    (3, True, False)
    """
    found: T = _once(make, _Same(thing), *given)
    return found


@lru_cache(MOST)
def _once(make: Callable[..., Any], same: _Same, *given: Hashable) -> Any:
    return make(same.thing, *given)

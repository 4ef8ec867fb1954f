"""A policy of how much to hold: for what, which target, how often it is looked at; in words too.

It is for some scope: ``all``, ``category:C-3210`` (and what lies under it), ``class:lumpy`` or
``item:IT-0001``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from queries.selection import NOT_ASSIGNED, Choices
from spend.demand import CLASSES
from spend.money import NOT_AVAILABLE

Kind = Literal["service_level", "fill_rate", "clear"]
LEVELS: dict[Kind, str] = {"service_level": "cycle service level", "fill_rate": "fill rate"}
ALL = "all"
LEVEL_SPAN = (0.001, 0.99999)
MOST_REVIEW_DAYS = 365


@dataclass(frozen=True)
class Policy:
    """A target for a scope; ``clear`` takes back what was agreed for it.

    ``level``: a share, ``None`` where cleared. ``review_days``: ``None`` leaves each item its own.
    """

    scope: str
    kind: Kind
    level: float | None = None
    review_days: float | None = None

    def __post_init__(self) -> None:
        _check_scope(self.scope)
        if self.kind == "clear":
            if (self.level, self.review_days) != (None, None):
                raise ValueError("a policy that clears a scope sets nothing else")
            return
        if self.kind not in LEVELS:
            raise ValueError("a policy gives one of service_level, fill_rate and clear")
        check_level(self.kind, self.level)
        if self.review_days is not None and not 0 <= number(self.review_days) <= MOST_REVIEW_DAYS:
            raise ValueError(f"review days are 0 to {MOST_REVIEW_DAYS}")

    @classmethod
    def parse(cls, scope: str, body: Any) -> "Policy":
        """A policy as the minutes kept it; raises ``ValueError`` with the rule it breaks.

        >>> Policy.parse("class:lumpy", {"fill_rate": 0.98, "review_days": 7})
        Policy(scope='class:lumpy', kind='fill_rate', level=0.98, review_days=7)
        >>> Policy.parse("all", {"clear": True}).body()
        {'clear': True}
        """
        given = dict(body) if isinstance(body, Mapping) else {}
        review = given.pop("review_days", None)
        if len(given) != 1 or (given.get("clear", True) is not True):
            raise ValueError("a policy gives one of service_level, fill_rate and clear")
        ((kind, level),) = given.items()
        return cls(scope, kind, None if kind == "clear" else level, review)

    def body(self) -> dict[str, Any]:
        """What the minutes keep of it, beside its scope."""
        if self.kind == "clear":
            return {"clear": True}
        found: dict[str, Any] = {self.kind: self.level}
        return found if self.review_days is None else {**found, "review_days": self.review_days}

    def said(self, choices: Choices) -> str:
        """What it asks for and of what, in words."""
        whom = scope_words(self.scope, choices)
        if self.kind == "clear":
            return f"each item's own target again for {whom}"
        days = self.review_days
        review = f", reviewed every {days:g} days" if days else ", reviewed all the time"
        target = f"{percent(self.level)} {LEVELS[self.kind]} for {whom}"
        return target if days is None else target + review


def scope_words(scope: str, choices: Choices) -> str:
    """A scope as people say it; categories and items by their names where these are known."""
    kind, _, name = scope.partition(":")
    if kind == ALL:
        return "all items"
    if kind == "class":
        return class_words(name)
    if (kind, name) == ("category", NOT_ASSIGNED):
        return "items without a category"
    known = choices.options.get(kind, {})
    return f"{kind} {known[name].name if name in known else name}"


def class_words(demand_class: str) -> str:
    """The items of a class of demand."""
    return "items without demand" if demand_class == "none" else f"{demand_class} items"


def percent(level: float | None) -> str:
    """A share of service in per cent, with as many places as it needs.

    >>> percent(0.97), percent(0.995), percent(None)
    ('97 %', '99.5 %', 'n/a')
    """
    return NOT_AVAILABLE if level is None else f"{100 * level:.10g} %"


def _check_scope(scope: str) -> None:
    kind, _, name = scope.partition(":")
    if kind == "class" and name not in CLASSES:
        raise ValueError(f"a class is one of {', '.join(CLASSES)}")
    if not (scope == ALL or kind == "class" or (kind in ("category", "item") and name)):
        raise ValueError("a scope is all, category:…, class:… or item:…")


def check_level(kind: Kind, level: object) -> None:
    """Raises ``ValueError`` for a level beyond what anybody means, and a model can carry."""
    least, most = LEVEL_SPAN
    if not least <= number(level) <= most:
        raise ValueError(f"a {LEVELS[kind]} is above 0 and below 1: {least} to {most}")


def number(value: object) -> float:
    """A plain number; NaN for anything else, which compares false.

    >>> number(3), number("3"), number(True)
    (3.0, nan, nan)
    """
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(cast(float, value)) if plain and abs(cast(float, value)) < 1e9 else float("nan")

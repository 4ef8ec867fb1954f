"""The policies that both teams sign, and how each is read: for whoever tells them all alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from queries.selection import Choices
from spend import savings_policy, stock_book
from spend.agreement import Parse
from spend.savings_policy import RecognitionPolicy
from spend.stock_target import Policy


@dataclass(frozen=True)
class PolicyKind:
    """One kind of policy: what it decides, what holds where nothing is agreed, how its entries are
    read, and how one reads in words."""

    title: str
    unset: str
    parse: Parse[Any]
    said: Callable[[Any, Choices], str]


KINDS: Mapping[str, PolicyKind] = {
    stock_book.POLICY: PolicyKind(
        "how much stock to hold", "each item's own target, else the setting's",
        Policy.parse, Policy.said,
    ),
    savings_policy.POLICY: PolicyKind(
        "what is recognised as a saving", savings_policy.DEFAULT.said(),
        RecognitionPolicy.parse, lambda policy, _: policy.said(),
    ),
}  # fmt: skip

"""What somebody tries on the terms page: new days for some suppliers, and how to reckon them.

A scenario is words, so that a link and the minutes can hold it: ``S-0096`` follows the slider,
``S-0096:90`` has days of its own, ``S-0021:10@0.02`` is paid that early for a discount, and ``*``
means every supplier of the selection that is not named by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

MOST_DAYS = 180
EVERYBODY = "*"
MOST_DISCOUNT = 0.2


@dataclass(frozen=True)
class Move:
    """New terms for one supplier; ``days`` of ``None`` follow the scenario's own."""

    supplier: str
    days: int | None = None
    discount: float = 0.0

    def __str__(self) -> str:
        days = "" if self.days is None else f":{self.days}"
        return f"{self.supplier}{days}" + (f"@{self.discount:g}" if self.discount else "")

    @classmethod
    def parse(cls, text: str) -> "Move":
        """Read one move; raises ``ValueError`` with the rule it breaks.

        >>> Move.parse("S-0021:10@0.02"), str(Move("S-0096", 90))
        (Move(supplier='S-0021', days=10, discount=0.02), 'S-0096:90')
        """
        supplier, colon, rest = text.rpartition(":")
        if not colon:
            return cls(text)
        days, _, discount = rest.partition("@")
        return cls(supplier, _days(days), _discount(discount) if discount else 0.0)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= MOST_DAYS):
        raise ValueError(f"days are whole, 0 to {MOST_DAYS}")
    return int(text)


def _discount(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= MOST_DISCOUNT:
        raise ValueError(f"a discount is a share, 0 to {MOST_DISCOUNT:g}")
    return share


@dataclass(frozen=True)
class Trial:
    """A scenario of terms: who moves, to which days, and what is assumed of both sides.

    ``days`` and ``discount`` hold for moves without their own. ``cash_rate`` is the buyer's cost of
    cash, ``None`` for the company's setting; ``pass_on`` the share of its cost that a supplier puts
    into its price.
    """

    moves: tuple[Move, ...] = ()
    days: int = 60
    discount: float = 0.0
    cash_rate: float | None = None
    pass_on: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.days <= MOST_DAYS:
            raise ValueError(f"days are whole, 0 to {MOST_DAYS}")
        if not 0 <= self.discount <= MOST_DISCOUNT:
            raise ValueError(f"a discount is a share, 0 to {MOST_DISCOUNT:g}")
        if not 0 <= self.pass_on <= 1:
            raise ValueError("pass_on is a share, 0 to 1")

    def named(self, suppliers: Sequence[str]) -> "Trial":
        """The same trial with everybody written out.

        >>> Trial((Move("*"), Move("B", 90)), days=60).named(["A", "B"]).moves
        (Move(supplier='A', days=60, discount=0.0), Move(supplier='B', days=90, discount=0.0))
        """
        found = {move.supplier: self.settled(move) for move in self.moves}
        if everybody := found.pop(EVERYBODY, None):
            others = (replace(everybody, supplier=s) for s in suppliers if s not in found)
            found = {move.supplier: move for move in (*others, *found.values())}
        return replace(self, moves=tuple(found.values()))

    def body(self) -> dict[str, Any]:
        """The scenario as the minutes keep it: every move with days of its own."""
        return {
            "change": [str(self.settled(move)) for move in self.moves],
            "cash_rate": self.cash_rate,
            "pass_on": self.pass_on,
        }

    def settled(self, move: Move) -> Move:
        """A move with its days written out."""
        if move.days is not None:
            return move
        return Move(move.supplier, self.days, self.discount)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Trial":
        """A scenario as the minutes kept it; raises ``ValueError``, ``TypeError`` or ``KeyError``
        for what is none.

        >>> trial = Trial((Move("S1"),), days=75)
        >>> Trial.of(trial.body()).moves
        (Move(supplier='S1', days=75, discount=0.0),)
        """
        moves, rate = moves_of(body["change"]), body["cash_rate"]
        return cls(
            moves, cash_rate=None if rate is None else float(rate), pass_on=float(body["pass_on"])
        )


def moves_of(words: Iterable[str]) -> tuple[Move, ...]:
    """Moves from their words, the last of each supplier."""
    found = {move.supplier: move for move in map(Move.parse, words)}
    return tuple(found.values())


def known_moves(words: Sequence[str], known: Iterable[str]) -> tuple[list[str], list[str]]:
    """The words of a link that can be read and whose supplier exists; and why others were dropped.

    >>> known_moves(["S1:60", "S1:-5"], ["S1"])
    (['S1:60'], ['“S1:-5” was left out: days are whole, 0 to 180'])
    """
    suppliers, kept, dropped = {*known, EVERYBODY}, [], []
    named: set[str] = set()
    for word in words:
        try:
            supplier = Move.parse(word).supplier
            why = "" if supplier in suppliers else "there is no such supplier"
            if supplier in named:
                why = "this supplier has new terms already"
            named.add(supplier)
        except ValueError as error:
            why = str(error)
        if why:
            dropped.append(f"“{word[:60]}” was left out: {why}")
        else:
            kept.append(word)
    return kept, dropped

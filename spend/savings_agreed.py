"""What both teams signed about savings: the policy of recognition, and each initiative's terms.

Both are read from the minutes as at the reader's moment, so that a pinned view keeps its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from queries.minutes import Entry
from queries.store import Reader
from spend import agreement
from spend.agreement import Agreed, Proposed, Standing
from spend.savings_policy import DEFAULT, POLICY, RecognitionPolicy

SIGN_OFF = "savings_sign_off"
PRICES = ("baseline_unit_price", "new_unit_price", "annual_quantity")


def policy_of(reader: Reader) -> RecognitionPolicy:
    """The policy that both teams signed last; the definitions' own where they never did."""
    found = agreement.in_force(reader.entries(POLICY), RecognitionPolicy.parse)
    return found[0].value if found else DEFAULT


@dataclass(frozen=True)
class Version:
    """A policy that stood: from which load on, who signed it and when; ``None`` for the first."""

    policy: RecognitionPolicy
    signed: Agreed[RecognitionPolicy] | None


@dataclass(frozen=True)
class Recognition:
    """The policy in force with all that stood before it, the newest first, and what is asked for.

    ``skipped`` are sentences on entries that say nothing to follow.
    """

    versions: tuple[Version, ...]
    asked: tuple[Standing, ...]
    skipped: tuple[str, ...]

    @property
    def policy(self) -> RecognitionPolicy:
        """What is in force."""
        return self.versions[0].policy

    @classmethod
    def read(cls, reader: Reader) -> "Recognition":
        entries, parse = reader.entries(POLICY), RecognitionPolicy.parse
        signed = (Version(one.value, one) for one in agreement.history(entries, parse))
        asked = agreement.standings(
            (), agreement.proposed(entries, parse), RecognitionPolicy.said, RecognitionPolicy.body
        )
        skipped = agreement.skipped(entries, parse, "recognition policy")
        return cls((Version(DEFAULT, None), *signed)[::-1], asked, skipped)


# --- The terms of one initiative -----------------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """What is signed of an initiative: its claim in cents, its kind, its prices and its start.

    Prices and quantity are as the register has them, ``None`` where it has none.
    """

    claimed: int
    saving_type: str
    baseline_unit_price: float | None
    new_unit_price: float | None
    annual_quantity: float | None
    start: date

    @classmethod
    def parse(cls, name: str, body: Any) -> "Terms":
        """Terms as the minutes kept them; raises ``ValueError`` with the rule they break.

        >>> terms = Terms(120_000_00, "price_reduction", 10.0, 9.0, 1200.0, date(2026, 1, 1))
        >>> Terms.parse("SI-01", terms.body()) == terms
        True
        """
        given = dict(body) if isinstance(body, Mapping) else {}
        if not name or set(given) != {"claimed", "saving_type", *PRICES, "start"}:
            raise ValueError("a sign-off gives the initiative's claim, type, prices and start")
        claimed, start = given.pop("claimed"), given.pop("start")
        if type(claimed) is not int or not all(_price(given[price]) for price in PRICES):
            raise ValueError("a sign-off gives its claim in whole cents, and numbers for prices")
        return cls(claimed=claimed, start=date.fromisoformat(str(start)), **given)

    def body(self) -> dict[str, Any]:
        """What the minutes keep of them."""
        return {**vars(self), "start": self.start.isoformat()}


def _price(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


@dataclass(frozen=True)
class SignOff:
    """How an initiative stands between the teams.

    ``standing`` is what both signed, or one asks for, of the register's terms now; ``None`` where
    nobody signed these. ``outdated`` says that both had signed other terms before.
    """

    terms: Terms
    standing: Standing | None
    outdated: bool

    @property
    def missing(self) -> str:
        """Whose signature it lacks: a team, "a second person", "both", or "" where both signed."""
        return "both" if self.standing is None else self.standing.missing

    @property
    def words(self) -> str:
        """The state as a cell of a table."""
        if self.standing is None:
            return "Signed for other terms" if self.outdated else "Not signed"
        return f"Awaits {self.missing}" if self.missing else "Signed by both"


def sign_offs(entries: Sequence[Entry], terms: Mapping[str, Terms]) -> dict[str, SignOff]:
    """How each initiative stands, by id: what was signed of other terms does not count."""
    agreed = {one.name: one for one in agreement.in_force(entries, Terms.parse)}
    asked = agreement.proposed(entries, Terms.parse)
    return {name: _sign_off(name, now, agreed.get(name), asked) for name, now in terms.items()}


def _sign_off(
    name: str, now: Terms, agreed: Agreed[Terms] | None, asked: Sequence[Proposed[Terms]]
) -> SignOff:
    both = [agreed] if agreed and agreed.value == now else []
    one_side = [one for one in asked if one.name == name and one.value == now]
    asked_for = [] if both else one_side[-1:]
    said = f"{name}, as the register has it"
    found = agreement.standings(both, asked_for, lambda _: said, Terms.body)
    return SignOff(now, found[0] if found else None, bool(agreed) and not both)

"""What finance recognises as a saving: the rules that both teams sign, and the words they use.

Without a signed policy the definitions hold. Cash that is freed lowers no expense: it is no saving
under any policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from queries.contract import WORDS
from spend.sentences import capital, listed

POLICY = "savings_recognition"  # the kind of entry, and the name of the one thing it is about

STAGES = WORDS["savings_initiative", "stage"]
COUNTED_STAGES = STAGES[STAGES.index("contracted") :]
CASH_TYPE = "working_capital"  # frees cash, lowers no expense: shown beside savings, never in them
TYPES = tuple(t for t in WORDS["savings_initiative", "saving_type"] if t != CASH_TYPE)
RECOGNISED_TYPES = ("price_reduction", "demand_reduction", "process")
PROBABILITIES = (0.1, 0.3, 0.8, 0.9, 1.0, 1.0)

Baseline = Literal["stated", "last_price"]
Months = Literal["twelve_months", "fiscal_year"]
Budgeted = Literal["recognise", "leave_out"]
RULES: dict[str, dict[str, str]] = {
    "baseline": {
        "stated": "from the price the register states",
        "last_price": "from what was paid on average in the 12 months before",
    },
    "months": {
        "twelve_months": "for twelve months from the start",
        "fiscal_year": "until the fiscal year of the start ends",
    },
    "budgeted": {
        "recognise": "budgeted savings included",
        "leave_out": "budgeted savings left out",
    },
}
KEYS = ("types", *RULES, "probabilities")


@dataclass(frozen=True)
class RecognitionPolicy:
    """Which savings are recognised, from which price, for how long, and budgeted ones or not.

    ``baseline``: the *stated* price, or the *last_price*: what was paid on average for the item, by
    anybody to anybody, in the 12 months before the start month; the stated one where nothing was
    bought. ``months``: all twelve of an initiative, or those of the *fiscal_year* in which it
    starts. ``budgeted``: what the budget counts on already is recognised, or left out as the last
    reconciling item. ``probabilities`` weigh the pipeline, a stage each; they move no figure.
    """

    types: tuple[str, ...] = RECOGNISED_TYPES
    baseline: Baseline = "stated"
    months: Months = "twelve_months"
    budgeted: Budgeted = "recognise"
    probabilities: tuple[float, ...] = PROBABILITIES

    def __post_init__(self) -> None:
        if list(self.types) != [t for t in TYPES if t in self.types]:
            raise ValueError(f"types are some of {', '.join(TYPES)}, in this order")
        for name, words in RULES.items():
            if getattr(self, name) not in words:
                raise ValueError(f"{name} is one of {', '.join(words)}")
        if len(self.probabilities) != len(STAGES) or not all(map(_share, self.probabilities)):
            raise ValueError("probabilities are shares from 0 to 1, one for each stage")
        if any(later < earlier for earlier, later in pairwise(self.probabilities)):
            raise ValueError("probabilities do not fall from one stage to the next")

    @classmethod
    def parse(cls, name: str, body: Any) -> "RecognitionPolicy":
        """A policy as the minutes kept it; raises ``ValueError`` with the rule it breaks.

        >>> RecognitionPolicy.parse(POLICY, DEFAULT.body()) == DEFAULT
        True
        """
        given = dict(body) if isinstance(body, Mapping) else {}
        if name != POLICY or set(given) != set(KEYS):
            raise ValueError(f"a recognition policy gives {listed(KEYS)}")
        types, shares = given["types"], given["probabilities"]
        if not isinstance(types, list) or not set(map(str, types)) <= set(TYPES):
            raise ValueError(f"types are some of {', '.join(TYPES)}")
        if not isinstance(shares, Mapping) or set(shares) != set(STAGES):
            raise ValueError("probabilities are shares from 0 to 1, one for each stage")
        return cls(
            types=tuple(t for t in TYPES if t in types),
            probabilities=tuple(shares[stage] for stage in STAGES),
            **{rule: given[rule] for rule in RULES},
        )

    def body(self) -> dict[str, Any]:
        """What the minutes keep of it.

        >>> DEFAULT.body()["baseline"]
        'stated'
        """
        return {
            "types": list(self.types),
            **{rule: getattr(self, rule) for rule in RULES},
            "probabilities": dict(zip(STAGES, self.probabilities, strict=True)),
        }

    def said(self) -> str:
        """What it asks for, in words.

        >>> DEFAULT.said()[:61]
        'price reduction, demand reduction and process are recognised '
        """
        kinds = listed([spoken(t) for t in self.types]) or "no type of saving"
        verb = "are" if len(self.types) > 1 else "is"
        rules = [words[getattr(self, name)] for name, words in RULES.items()]
        return f"{kinds} {verb} recognised {rules[0]}, {rules[1]}, {rules[2]}"

    def probability(self, stage: str) -> float:
        """How likely a saving of some stage is to come.

        >>> DEFAULT.probability("confirmed")
        1.0
        """
        return self.probabilities[STAGES.index(stage)]


def spoken(word: str) -> str:
    """A type or a stage as people say it.

    >>> spoken("price_reduction")
    'price reduction'
    """
    return word.replace("_", " ")


def headed(word: str) -> str:
    """The same at the beginning of a cell.

    >>> headed("price_reduction")
    'Price reduction'
    """
    return capital(spoken(word))


def _share(value: object) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and 0 <= value <= 1  # type: ignore[operator]


DEFAULT = RecognitionPolicy()

"""What needs a decision: one topic a question, ranked by what is at stake with it a year.

Cash that could be had once is another kind of money: it stands beside, and is never mixed in. The
amounts of topics may overlap, so they are not summed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from spend.registry import all_metrics

DAYS = 365


@dataclass(frozen=True)
class Topic:
    """One thing to decide, with the page that shows it and what stands at stake.

    ``metric`` is the id of the figure that it is about, ``of`` what of it, such as a supplier;
    ``said`` is a sentence with its figure; ``cost`` what is at stake a year, ``cash`` what
    deciding could free once, both in the reporting currency, ``None`` where nobody can say;
    ``basis`` how that was reckoned; ``params`` the filters and controls of the page's link.
    """

    metric: str
    said: str
    page: str
    of: str = ""
    cost: Decimal | None = None
    cash: Decimal | None = None
    basis: str = ""
    params: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is about, in a few words.

        >>> Topic("price_effect", "Steel is dearer.", "budget", "Steel").name
        'Price effect: Steel'
        """
        label = all_metrics()[self.metric].label
        return f"{label}: {self.of}" if self.of else label

    @property
    def link(self) -> str:
        """Its page with the view that shows it, as the end of an address.

        >>> Topic("paid_early_share", "", "terms", params={"table": ["discounts"]}).link
        'terms?table=discounts'
        """
        return f"{self.page}?{urlencode(self.params, True)}" if self.params else self.page


SMALL = Decimal("0.01")  # of the dearest: what costs less than that is no business of a meeting


def ranked(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """The dearest first, then those that free most cash; topics without an amount last.

    What costs next to nothing beside the dearest, and frees no cash, is left out.

    >>> cheap = Topic("paid_early_share", "Paid early.", "terms", cost=Decimal(1))
    >>> dear = Topic("excess_stock_value", "Too much.", "stock", cost=Decimal(9))
    >>> asked = Topic("savings_claimed", "Not signed.", "savings")
    >>> [one.said for one in ranked([asked, cheap, dear])]
    ['Too much.', 'Paid early.', 'Not signed.']
    """
    known = tuple(topics)
    least = SMALL * max((one.cost for one in known if one.cost is not None), default=Decimal(0))
    kept = (one for one in known if one.cost is None or one.cash or one.cost >= least)
    return tuple(sorted(kept, key=_amounts))


def _amounts(topic: Topic) -> tuple[bool, Decimal, bool, Decimal]:
    zero = Decimal(0)
    cost, cash = topic.cost, topic.cash
    return cost is None, -(cost or zero), cash is None, -(cash or zero)


def a_year(cents: int, first: date, last: date) -> Decimal:
    """What some days cost, both included, as a year of such days; they must have begun.

    >>> a_year(100_00, date(2026, 1, 1), date(2026, 3, 14))
    Decimal('500.00')
    """
    days = (last - first).days + 1
    return (Decimal(cents) * DAYS / days / 100).quantize(Decimal("0.01"))


def carrying(cents: int, cost_of_cash: float) -> Decimal:
    """What money that lies idle costs a year.

    >>> carrying(1_000_00, 0.06)
    Decimal('60.00')
    """
    return (Decimal(cents) * Decimal(str(cost_of_cash)) / 100).quantize(Decimal("0.01"))

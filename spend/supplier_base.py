r"""The supplier base: how concentrated spend is, its long tail, and what of it contracts cover.

Everything here is a function of sums: spend by parent supplier, or the parts of spend that the
store's rules judged (preferred, under contract). A ratio is one of sums, never a mean of ratios.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from spend.arguments import Floats, Numbers, finite, unwrapped
from spend.metric import metric
from spend.position import ratio

WHOLE = 100.0  # per cent
ROUNDING, MOST_ROUNDING = 0.5, 2.0  # points: of one share, and of all together
SOURCE = "DEFINITIONS, Suppliers and process"

# Where "moderately" and "highly concentrated" begin. The 2010 guidelines were looser.
MERGER_GUIDELINES = {2023: (1000.0, 1800.0), 2010: (1500.0, 2500.0)}
Band = Literal["unconcentrated", "moderately concentrated", "highly concentrated"]


def herfindahl(shares: Any) -> Numbers:
    r"""The Herfindahl-Hirschman index of shares in per cent: :math:`\sum s_i^2`, 0 to 10,000.

    10,000 is one supplier; n equal ones give 10,000/n. ``shares`` lie along the last axis, so a
    table of markets gives one index a row. They may sum to less than 100: small suppliers that are
    not listed add next to nothing (at most the unlisted share times the smallest one listed), and
    the index is then that of the listed ones, a lower bound. Raises ``ValueError`` for no shares,
    a share below zero or that is not finite, one above 100.5, and a sum above 100 by more than the
    shares' rounding: half a point for each that is listed (above zero), and 2 points at most.
    Source: US Department of Justice and FTC, Merger Guidelines (2023), 2.1.

    >>> herfindahl([30, 30, 20, 20]), herfindahl([[100, 0], [50, 50]])
    (2600.0, array([10000.,  5000.]))
    """
    (array,) = finite(shares=shares)
    listed = np.atleast_1d(array)
    if listed.shape[-1] == 0:
        raise ValueError("shares must not be empty")
    if (listed < 0).any():
        raise ValueError("shares must be zero or more")
    rounding = np.minimum(ROUNDING * np.count_nonzero(listed, axis=-1), MOST_ROUNDING)
    # A hair above, for the rounding of the sum itself.
    if (listed.sum(axis=-1) > WHOLE + rounding + 1e-9).any() or (listed > WHOLE + ROUNDING).any():
        raise ValueError("shares must be in per cent and sum to 100 or less")
    return unwrapped(np.minimum((listed**2).sum(axis=-1), WHOLE**2))


def concentration_band(index: float, edition: Literal[2023, 2010] = 2023) -> Band:
    """How the US Merger Guidelines of an edition call a market with this Herfindahl index.

    Bounds of 2023: 1,000 and 1,800; of 2010: 1,500 and 2,500; a market at the bound is in the lower
    band. They speak of sellers in a market; for one buyer's suppliers they are a yardstick, no
    more. Raises ``ValueError`` outside 0 to 10,000, or for another edition.

    >>> concentration_band(2600), concentration_band(1700), concentration_band(1700, edition=2010)
    ('highly concentrated', 'moderately concentrated', 'moderately concentrated')
    """
    if not 0 <= index <= WHOLE**2:
        raise ValueError("index must be between 0 and 10,000")
    if edition not in MERGER_GUIDELINES:
        raise ValueError("edition must be 2023 or 2010")
    moderate, high = MERGER_GUIDELINES[edition]
    if index <= moderate:
        return "unconcentrated"
    return "moderately concentrated" if index <= high else "highly concentrated"


@metric(
    label="Supplier concentration",
    short="Concentration",
    unit="index",
    owner="procurement",
    better="neither",
    formula=r"\sum \left( 100 \cdot \frac{\text{spend with the parent}}"
    r"{\text{spend with all}} \right)^2",
    finance="How much hangs on a few suppliers, should one of them fail or ask for more.",
    procurement="Bundling raises it on purpose; it becomes a risk where nobody could step in.",
    source=f"{SOURCE}; US Merger Guidelines (2023)",
    rows=("invoice_line", "supplier"),
    additive=False,
    settings=("irrecoverable_tax",),
)
def supplier_concentration(spend_by_parent: Any) -> float | None:
    """The Herfindahl index of parents' shares of actual spend, 0 to 10,000.

    Takes one sum of spend by parent supplier, in any one unit such as whole cents, intercompany
    left out. Parents whose credits reach their spend have no share, and spend without a supplier is
    left out by the caller. ``None`` where no parent has spend above zero. Raises ``ValueError``
    for what is not a finite number.

    >>> supplier_concentration([3000, 3000, 2000, 2000, -50]), supplier_concentration([])
    (2600.0, None)
    """
    spend = _net_positive(spend_by_parent)
    return float(herfindahl(WHOLE * spend / spend.sum())) if spend.size else None


@metric(
    label="Contract coverage",
    unit="share",
    owner="procurement",
    better="higher",
    formula=r"\frac{\text{addressable spend under a contract}}{\text{addressable spend}}",
    finance="Spend whose price somebody signed; the rest can move overnight.",
    procurement="What has been negotiated, of what can be negotiated at all.",
    source=SOURCE,
    rows=("invoice_line", "contract", "category"),
    additive=False,
    settings=("irrecoverable_tax",),
)
def contract_coverage(under_contract: Any, addressable: Any) -> float | None:
    """The share of addressable actual spend that had a contract in force.

    Takes the amounts of lines, or any sums of them, of addressable categories: those with a
    contract in force at the order date (else the invoice date), and all. ``None`` on a base of zero
    or less. Credits count as negative, so a share of sums may leave 0 to 1.

    >>> contract_coverage([600_00, 150_00], [600_00, 150_00, 250_00]), contract_coverage([], [])
    (0.75, None)
    """
    return ratio(under_contract, addressable, no_part=0.0)


@metric(
    label="Off-contract share",
    unit="share",
    owner="joint",
    better="lower",
    formula=r"\frac{\text{spend without a contract where one was in force}}"
    r"{\text{spend in categories with a contract in force}}",
    finance="Money that went past a price we had already agreed.",
    procurement="Buyers who did not use the deal: it costs the price difference, and the volume.",
    source=SOURCE,
    rows=("invoice_line", "contract", "category"),
    additive=False,
    settings=("irrecoverable_tax",),
)
def off_contract_share(outside: Any, in_contracted_categories: Any) -> float | None:
    """What was bought without a contract, in categories where one was in force.

    Takes the amounts of lines, or any sums of them: those without a contract whose category had one
    of any supplier in force on the line's date, and all lines of such categories. ``None`` on a
    base of zero or less.

    >>> off_contract_share([300_00, 50_00], [300_00, 50_00, 650_00])
    0.35
    """
    return ratio(outside, in_contracted_categories, no_part=0.0)


@metric(
    label="Preferred share",
    unit="share",
    owner="procurement",
    better="higher",
    formula=r"\frac{\text{addressable spend with preferred suppliers}}{\text{addressable spend}}",
    finance="How far the choice of suppliers is followed when money is spent.",
    procurement="Spend with those we chose: known terms, known risk, volume to bargain with.",
    source=SOURCE,
    rows=("invoice_line", "supplier", "category"),
    additive=False,
    settings=("irrecoverable_tax",),
)
def preferred_share(preferred: Any, addressable: Any) -> float | None:
    """The share of addressable actual spend that is with preferred suppliers.

    Takes the amounts of lines, or any sums of them, of addressable categories: those with preferred
    suppliers, and all. ``None`` on a base of zero or less.

    >>> preferred_share([700_00], [700_00, 300_00])
    0.7
    """
    return ratio(preferred, addressable, no_part=0.0)


# --- Few and many --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tail:
    """The many small suppliers: how many, what they cost, and both as shares of all."""

    suppliers: int
    suppliers_share: float
    spend: float
    spend_share: float


def tail(spend_by_parent: Any, share: float = 0.2) -> Tail | None:
    """The smallest suppliers, as many as fit into the last ``share`` of spend (0.2: a fifth).

    The head is the fewest of the largest suppliers that make up at least 1 - ``share``; the tail is
    the rest, so that its spend is at most ``share`` of all. Takes one sum of spend by parent in one
    unit; those at zero or less are in neither. ``None`` without spend above zero. Raises
    ``ValueError`` for a share outside 0 to 1, and for what is not a finite number.

    >>> tail([50, 30, 10, 6, 4])
    Tail(suppliers=3, suppliers_share=0.6, spend=20.0, spend_share=0.2)
    """
    if not 0 <= share <= 1:
        raise ValueError("share must be between 0 and 1")
    spend = np.sort(_net_positive(spend_by_parent))
    if not spend.size:
        return None
    cumulated = np.cumsum(spend)
    # A hair above, for a share such as 0.2 that floats hold from below only by chance.
    limit = share * cumulated[-1] * (1 + 1e-12)
    many = int(np.searchsorted(cumulated, limit, side="right"))
    small = float(cumulated[many - 1]) if many else 0.0
    return Tail(many, many / len(spend), small, small / float(cumulated[-1]))


def _net_positive(spend_by_parent: Any) -> Floats:
    (spend,) = finite(spend_by_parent=spend_by_parent)
    if spend.ndim > 1:
        raise ValueError("spend_by_parent must be one sum for each parent")
    with np.errstate(over="ignore"):
        if not np.isfinite(WHOLE * np.abs(spend).sum()):
            raise ValueError("spend_by_parent must be small enough to sum")
    spend = np.atleast_1d(spend)
    return np.asarray(spend[spend > 0])

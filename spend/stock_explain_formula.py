r"""An item's safety stock as a formula with its own numbers in it, as LaTeX.

Each row can be worked out by hand from the numbers printed in it; the last is the required safety
stock of the plan.
"""

import numpy as np
from scipy import special

from spend.distributions import CompoundPoisson, Distribution, Gamma, NegativeBinomial, Normal
from spend.fill_rate import Policy
from spend.lead_time_demand import Either
from spend.stock_explain_item import ItemRecord
from spend.stock_target import percent

DIGITS = 6  # of what goes into a row; what comes out of it has fewer, so that it can be redone
NAMES: dict[type, str] = {
    Normal: "normal",
    Gamma: "gamma",
    NegativeBinomial: "negative binomial",
    CompoundPoisson: "compound Poisson",
}


def formula(record: ItemRecord) -> str:
    """The formula of an item whose safety stock is known, and not nothing for want of demand."""
    fill_rate = record.number("fill_rate")
    if record.distribution == "normal" and np.isnan(fill_rate):
        return _aligned(_normal(record))
    rows = _compound(record) if record.distribution == "compound_poisson" else _moments(record)
    target = [_quantile(record)] if np.isnan(fill_rate) else [*_served(record), _level(record)]
    return _aligned([*rows, *target])


def formula_reason(record: ItemRecord) -> str:
    """Why there is no formula; "" where there is one."""
    if why := str(record.plan.unknown[record.place]):
        return f"No safety stock is worked out: {why}."
    if record.distribution == "none":
        return "Nothing was wanted, so there is nothing to protect: the safety stock is 0."
    return ""


def named(during: Distribution) -> str:
    """What a distribution is called: what demand over an interval has come to be.

    >>> named(Normal(4.0, 1.0)), named(Normal(4.0, 0.0))
    ('normal', 'certain')
    """
    if isinstance(during, Either):
        return named(during.second)
    if isinstance(during, Normal) and not np.any(during.sd > 0):
        return "certain"
    return NAMES.get(type(during), "Poisson")


def _aligned(rows: list[str]) -> str:
    return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"


def _normal(record: ItemRecord) -> list[str]:
    """Safety stock by the textbook, in symbols and in numbers."""
    z = float(special.ndtri(record.number("service_level")))
    root = rf"{_n(z)} \cdot \sqrt{{{_variance(record)}}}"
    return [
        r"SS &= z \sqrt{(L + R) \, \sigma^2 + \mu^2 s_L^2}",
        f"&= {_or_nothing(record, root)}",
        f"&= {_result(record)}",
    ]


def _variance(record: ItemRecord) -> str:
    """The variance of demand over lead time and review, in numbers."""
    mean, spread = _n(record.number("statistics.mean")), _n(record.planned("lead_time_sd"))
    variance = _n(float(record.plan.demand.variance[record.place]))
    return rf"{_interval(record)} \cdot {variance} + {mean}^2 \cdot {spread}^2"


def _interval(record: ItemRecord) -> str:
    return f"({_n(record.planned('lead_time'))} + {_n(record.planned('review_period'))})"


def _moments(record: ItemRecord) -> list[str]:
    """Mean and variance of demand over lead time and review, and which distribution has them."""
    during = record.during(record.protection)
    mean, sd = float(during.mean[0]), float(during.sd[0])
    rows = [
        rf"m &= \mu (L + R) = {_n(record.number('statistics.mean'))} \cdot {_interval(record)}"
        f" = {_n(mean)}"
    ]
    if named(during) == "Poisson":
        rows.append(f"s^2 &= m = {_n(mean)}")
    elif mean > 0:  # over no time at all nothing is wanted, however it varies
        rows.append(
            rf"s^2 &= (L + R) \, \sigma^2 + \mu^2 s_L^2 = {_variance(record)} = {_n(sd**2)}"
        )
    return [*rows, _drawn(named(during), mean, sd)]


def _compound(record: ItemRecord) -> list[str]:
    """How many demands to expect, of what size, and the demand that they make up."""
    during = record.during(record.protection)
    adi, size = (record.number(f"statistics.{name}") for name in ("adi", "size_mean"))
    own = float(record.plan.demand.size_variance[record.place])
    time, spread = record.protection, record.planned("lead_time_sd")
    demands, mean = time / adi, float(during.mean[0])
    added = (size * spread) ** 2 / (adi * time) if time > 0 else 0.0
    rows = [
        rf"\lambda &= \frac{{L + R}}{{ADI}} = \frac{{{_interval(record)}}}{{{_n(adi)}}}"
        f" = {_n(demands)}",
        rf"m &= \lambda \, \bar x = {_n(demands)} \cdot {_n(size)} = {_n(mean)}",
    ]
    if time > 0:
        rows.append(
            r"s_x^2 &= s_{size}^2 + \frac{\bar x^2 s_L^2}{ADI \, (L + R)} = "
            rf"{_n(own)} + \frac{{{_n(size)}^2 \cdot {_n(spread)}^2}}"
            rf"{{{_n(adi)} \cdot {_interval(record)}}} = {_n(own + added)}"
        )
    name = "compound Poisson" if named(during) == "compound Poisson" else "Poisson, in even lots"
    return [*rows, _drawn(name, mean, float(during.sd[0]))]


def _drawn(name: str, mean: float, sd: float) -> str:
    return rf"D &\sim \text{{{name}}}, \quad m = {_n(mean)}, \quad s = {_n(sd)}"


def _quantile(record: ItemRecord) -> str:
    """Safety stock as the stock that covers demand at the service level, less the mean."""
    level = percent(record.number("service_level")).replace("%", r"\%").replace(" ", r"\,")
    return rf"SS &= F^{{-1}}({level}) - m = {_difference(record)} = {_result(record)}"


def _level(record: ItemRecord) -> str:
    symbol = "S" if record.up_to else "r"
    return f"SS &= {symbol} - m = {_difference(record)} = {_result(record)}"


def _difference(record: ItemRecord) -> str:
    """Level less mean, with places enough that the difference can be redone."""
    level, mean = record.planned("level"), record.number("statistics.mean") * record.protection
    size = np.log10(abs(level - mean)) if level != mean else 0
    places = int(np.clip(5 - np.floor(size), 0, 9))
    return _or_nothing(record, f"{_fixed(level, places)} - {_fixed(mean, places)}")


def _or_nothing(record: ItemRecord, numbers: str) -> str:
    """Numbers that come to less than nothing are floored."""
    return numbers if record.planned("safety_stock") > 0 else rf"\max(0, \, {numbers})"


def _result(record: ItemRecord) -> str:
    return _n(record.planned("safety_stock"), 4)


# --- The share of demand that is served -----------------------------------------------------------


def served(record: ItemRecord) -> tuple[float, float, float]:
    """What goes short at the level; what would above an order more; and out of how much demand.

    The first less the second, ÷ the third, is the share of demand that is not served at once
    (``spend.fill_rate``).
    """
    lot, mean = record.lot, record.number("statistics.mean")
    review, level = record.planned("review_period"), record.planned("level")
    lead, whole = record.during(record.planned("lead_time")), record.during(record.protection)
    if record.up_to:
        return float(whole.loss(level)[0]), float(lead.loss(level)[0]), mean * review
    if not review > 0:
        return float(lead.loss(level)[0]), float(lead.loss(level + lot)[0]), lot
    step = _steps(lead, whole, lot, mean, review)
    first, second = (_area(lead, whole, y, step) for y in (level, level + lot))
    return first, second, lot * mean * review


def _steps(
    lead: Distribution, whole: Distribution, lot: float, mean: float, review: float
) -> float:
    policy = Policy(lead, whole, np.array([lot]), np.array([mean]), np.array([review]))
    return float(policy.lattice[0])


def _area(lead: Distribution, whole: Distribution, level: float, step: float) -> float:
    """What goes short in a review, summed over the positions above a level."""
    loss, second = whole.losses(level)
    lead_loss, lead_second = lead.losses(level)
    return float((second - lead_second - step / 2 * (loss - lead_loss))[0])


def _served(record: ItemRecord) -> list[str]:
    """The fill rate that the level gives, at least the one asked for."""
    first, second, demand = served(record)
    if record.up_to:
        about = r"\frac{n_{L+R}(S) - n_L(S)}{\mu R}"
    elif record.planned("review_period") > 0:
        about = r"\frac{A(r) - A(r + Q)}{Q \mu R}"
    else:
        about = r"\frac{n(r) - n(r + Q)}{Q}"
    symbol = "S" if record.up_to else "r"
    rate = 1 - (first - second) / demand
    asked = percent(record.number("fill_rate")).replace("%", r"\%").replace(" ", r"\,")
    shown = "" if record.up_to else rf", \quad Q = {_n(record.lot)}"
    return [
        rf"{symbol} &= {_n(record.planned('level'))}{shown}",
        rf"\beta &= 1 - {about} = 1 - \frac{{{_n(first)} - {_n(second)}}}{{{_n(demand)}}}"
        rf" = {_n(rate, 4)} \quad (\text{{asked for: }} {asked})",
    ]


# --- Numbers --------------------------------------------------------------------------------------


def _n(value: float, digits: int = DIGITS) -> str:
    """A number with so many significant digits, and no more than it needs."""
    return np.format_float_positional(value, precision=digits, fractional=False, trim="-")


def _fixed(value: float, places: int) -> str:
    shown = f"{value:.{places}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown

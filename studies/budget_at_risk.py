r"""The page ``docs/budget-at-risk.md``: would budgets-at-risk have held, on real prices?

Run as ``python -m studies.budget_at_risk FOLDER`` with the folder of the World Bank's monthly
prices; it prints the page.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from studies.budget_at_risk_trial import (
    DEFAULT,
    FOOD_MAKER,
    MANUFACTURER,
    METHODS,
    WITHOUT_DRIFT,
    Basket,
    Trial,
    binomial_interval,
    trial,
)

DECADES = ((1980, 1989), (1990, 1999), (2000, 2009), (2010, 2019), (2020, 2024))

NAMES = {
    "COPPER": "copper",
    "ALUMINUM": "aluminium",
    "CRUDE_PETRO": "crude oil",
    "IRON_ORE": "iron ore",
    "RUBBER1_MYSG": "rubber",
    "NGAS_EUR": "natural gas, Europe",
    "SAWNWD_MYS": "sawnwood",
    "COAL_AUS": "coal",
    "NICKEL": "nickel",
    "Zinc": "zinc",
    "COTTON_A_INDX": "cotton",
    "LEAD": "lead",
    "Tin": "tin",
    "COCOA": "cocoa",
    "SUGAR_WLD": "sugar",
    "WHEAT_US_HRW": "wheat",
    "COFFEE_ARABIC": "coffee",
    "MAIZE": "maize",
    "SOYBEAN_OIL": "soybean oil",
    "PALM_OIL": "palm oil",
    "BEEF": "beef",
    "RICE_05": "rice",
    "TEA_AVG": "tea",
}

MEANING = {
    DEFAULT: "`spend.monte_carlo`: log-normal paths, drift and covariance of all history",
    WITHOUT_DRIFT: "the same, but prices are expected to stay where they are",
    "normal, all history": "`spend.goals`: z √(e'Σe), changes measured from none, all history",
    "normal, twenty years": "the same from the last twenty years",
    "Student, all history": "the same spread, Student's t with five degrees of freedom",
    "exponentially weighted": "RiskMetrics: months weighted by 0.97 to their age, random walk",
    "historical simulation": "the worst twentieth of all twelve-month windows so far",
}

QUESTION = """\
# Would the budget-at-risk have held?

Each January from 1980 to 2024 a buyer fixes the year's money for a basket of commodities at
December's prices. How far may the year's average prices run over that money, with 95 % confidence?
Every method answers with the prices up to that December and nothing later. Then the year shows
whether it was right. A sound method is wrong in about one year in twenty: 2.25 of 45. The years do
not overlap."""

BASKETS = """\
Nothing is under contract and everything passes through in full: the baskets are bought at market
prices, in the same quantities all year. The shares are of money at December's prices."""

TWO = """\
The manufacturer's basket and all methods but the first were set before anything was calculated. The
simulation was first run without drift, and was wrong in {without} years of 45. Four variants of it
were then seen on this basket: with the drift of history, as the model is meant to have it, or
without; its spread measured to the year's end or to its average. The windows made no difference to
the count, the drift did. Because that choice was made with the outcome in sight, the food maker's
basket was set as a second trial that nobody had looked at, and nothing was changed after it."""

WHY = """\
## Why it was wrong when it was

- **2006**: copper, zinc and nickel cost 47 % to 81 % more on the year's average than in December
  2005, a boom that history did not know.
- **2009**: December was the floor. Copper had fallen to 56 % of its average of the five years
  before January, nickel to 44 %; a budget at such prices is broken by the recovery. No method here
  knows that a price is unusually low.
- **2021**: natural gas in Europe cost 2.75 times December's price on average. With 7 % of the money
  it made 12 of the basket's 32 points; crude oil made 6.
- **2008**, the year of the record oil price, was no breach: what the first half of the year rose,
  the second fell, and a budget is measured on the year's average (the basket's was 6 % above
  December).
- **Iron ore** broke its own limit most often, in 9 years. Until about 2010 its price was settled
  once a year between a few mines and mills; history showed a calm that was an agreement, not a
  market.
- Without drift, 1994, 2004 and 2005 are wrong too: nominal prices rise over the decades (the basket
  by 4.7 % a year on average, December to the next year's average), and a budget at December's
  prices leaves that out."""

USE = """\
## What the model uses

Monte Carlo with the drift and covariance of all history. It is the one of the seven that can hold
contracts, pass-through, volumes and savings with the markets in one answer; its prices cannot fall
below zero; and price drift is part of what a budget must expect. It is not chosen for its count:
45 years cannot tell {low} from {high}. On the food maker's basket its range was rather too wide.
The draws do not decide it: with another seed the same years break the limit.

What can be said is which methods do not hold. Exponential weights on single months are far too
narrow for a year in both baskets: these are monthly averages, whose changes go on into the next
month (a correlation of 0.2 to 0.5, tea apart), and a random walk leaves that out. Student's t
changes little at 95 %: its tails are fatter only further out. Historical simulation held in both;
for the manufacturer its limits are the widest, because they carry the years 1973 and 1974 for ever.

A single commodity is less certain than a basket: {first} of the manufacturer's single years broke
their limit and {second} of the food maker's. They are no independent trials (copper, lead and zinc
rise together), so no interval is given for them."""

LIMITS = """\
## What this does not show

Prices are nominal US dollars, as published today, with later revisions; a buyer of the time had
slightly other figures. One price stands for many grades and places. Coal begins in 1970. Forty-five
years are few: counts from none to five are what luck alone gives a method that is right.

## Source

World Bank, Commodity Price Data (the "Pink Sheet"), monthly prices, updated 2 December 2025;
World Bank Open Data, licence [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). Changes to
it: averages of calendar years, relative changes, and the baskets above. Methods: Hull, Risk
Management and Financial Institutions; J.P. Morgan, RiskMetrics Technical Document (1996);
Glasserman, Monte Carlo Methods in Financial Engineering; intervals: Clopper and Pearson (1934).

This page is written by `python -m studies.budget_at_risk FOLDER`."""


def page(manufacturer: Trial, food_maker: Trial) -> str:
    """The whole page as markdown."""
    without = len(manufacturer.years_exceeded(WITHOUT_DRIFT))
    counts = [len(manufacturer.years_exceeded(name)) for name in (DEFAULT, WITHOUT_DRIFT)]
    first, second = (float(t.exceeded(DEFAULT)[:, 1:].mean()) for t in (manufacturer, food_maker))
    parts = [
        QUESTION,
        headline(manufacturer, food_maker),
        "## The baskets",
        f"- Manufacturer: {shares(MANUFACTURER)}.\n- Food maker: {shares(FOOD_MAKER)}.",
        BASKETS,
        TWO.format(without=without),
        "## The methods",
        "\n".join(f"- **{name}**: {MEANING[name]}." for name in METHODS),
        "## The manufacturer",
        *results(manufacturer),
        WHY,
        "## The food maker, the second trial",
        *results(food_maker),
        USE.format(low=counts[0], high=counts[1], first=percent(first), second=percent(second)),
        LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def headline(manufacturer: Trial, food_maker: Trial) -> str:
    """The answer, for both baskets by the default method."""
    first, second = (rate(t, DEFAULT) for t in (manufacturer, food_maker))
    years = ", ".join(map(str, manufacturer.years_exceeded(DEFAULT)))
    return (
        f"**By the model's own method the manufacturer's year broke its limit {first}: {years}. "
        f"The food maker's did {second}.**"
    )


def rate(result: Trial, method: str) -> str:
    """How often the basket exceeded, with the exact 95 % interval.

    For example: in 3 of 45 years (6.7 %, 95 % interval 1.4 % to 18.3 %).
    """
    count, trials = len(result.years_exceeded(method)), len(result.years)
    low, high = binomial_interval(count, trials)
    interval = f"{percent(low)} to {percent(high)}"
    return f"in {count} of {trials} years ({percent(count / trials)}, 95 % interval {interval})"


def results(result: Trial) -> Iterable[str]:
    """One basket's tables: by method, by decade, by commodity, and the fan."""
    yield table(
        ("method", "wrong", "rate", "95 % interval", "mean limit", "years"), methods(result)
    )
    yield "Wrong by decade (the years in it):"
    decades = [f"{low}–{high % 100:02d} ({high - low + 1})" for low, high in DECADES]
    yield table(("method", *decades), [(name, *by_decade(result, name)) for name in METHODS])
    yield f"Each commodity alone, wrong in how many of {len(result.years)} years:"
    names = [NAMES[code] for code in result.names[1:]]
    rows = [(name, *result.exceeded(name)[:, 1:].sum(axis=0).tolist()) for name in METHODS]
    yield table(("method", *names, "all"), [(*row, sum(row[1:])) for row in rows])
    above = (result.outcome[:, :1] > result.fan).sum(axis=0)
    wanted = [share * len(result.years) for share in (0.9, 0.5, 0.1)]
    yield (
        "The model's range: the year came out above its P10, P50 and P90 in "
        f"{above[0]}, {above[1]} and {above[2]} years; "
        f"{wanted[0]:.1f}, {wanted[1]:.1f} and {wanted[2]:.1f} were to be expected."
    )


def methods(result: Trial) -> list[tuple[str, ...]]:
    """A row a method: how often the basket was wrong, and how wide its limit was on average."""
    rows: list[tuple[str, ...]] = []
    for name in METHODS:
        years = result.years_exceeded(name)
        low, high = binomial_interval(len(years), len(result.years))
        rows.append(
            (
                name,
                str(len(years)),
                percent(len(years) / len(result.years)),
                f"{percent(low)} to {percent(high)}",
                percent(float(np.mean(result.at_risk[name][:, 0]))),
                ", ".join(map(str, years)) or "none",
            )
        )
    return rows


def by_decade(result: Trial, method: str) -> list[str]:
    """How many of the years exceeded lie in each decade."""
    years = result.years_exceeded(method)
    return [str(sum(low <= year <= high for year in years)) for low, high in DECADES]


def shares(basket: Basket) -> str:
    """The basket in words."""
    return ", ".join(f"{NAMES[code]} {share * 100:.0f} %" for code, share in basket.items())


def percent(share: float) -> str:
    """A share as people read it.

    >>> percent(0.0667)
    '6.7 %'
    """
    return f"{share * 100:.1f} %"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A markdown table.

    >>> print(table(("a", "b"), [(1, 2)]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def main(arguments: Sequence[str]) -> int:
    """Print the page; 2 where no folder is given."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m studies.budget_at_risk FOLDER\n")
        return 2
    folder = Path(arguments[0])
    sys.stdout.write(page(trial(folder, MANUFACTURER), trial(folder, FOOD_MAKER)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The page on the back-test of stock policies: what each would have given on recorded demand.

Run as ``python -m studies.stock_backtest FOLDER``, with the folder of the data; prints the page.
"""

import re
import sys
import textwrap
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from spend.demand import CLASSES
from spend.policy_comparison import Comparison, compare
from studies.stock_backtest_figures import (
    ADVISED,
    DRAWN_WEEKS,
    REHEARSAL_END,
    REHEARSAL_SET_ON,
    SET_ON,
    TARGET,
    Study,
    read,
    study,
)

WAYS = {
    "naive": "1.5 × mean demand over the interval",
    "textbook": "textbook: mean + z(95 %) × spread",
    "normal": "normal for all",
    "chosen": "distribution by class, mean",
    "chosen_sba": "distribution by class, SBA",
    "chosen_tsb": "distribution by class, TSB",
    "chosen_error": "by class, mean, with estimation error",
    "chosen_sba_error": "by class, SBA, with estimation error",
    "chosen_tsb_error": "**by class, TSB, with estimation error**",
}
MEASURED = "Measured when this page was written:"

HEAD = """\
# Stock policies on recorded demand

Does a policy that promises a fill rate of {target} keep it? {parts:,} spare parts of a
manufacturer, {weeks} weeks of demand. Policies were set on the first {first} weeks alone and
replayed on the last {rest}. Written by `python -m studies.stock_backtest`; a test computes the
figures again.

Data: *Spare-Part-Demand-Forecasting* by KhueNguyenTK,
github.com/KhueNguyenTK/Spare-Part-Demand-Forecasting, `MAN.xlsx` (2012-W01 to 2014-W46), MIT
licence, copyright 2023 KhueNguyenTK; first put out with de Haan (2021). A real manufacturer,
anonymous. Weeks that are not listed are zero (92.8 % of item-weeks). There is no stock on hand in
the data, so nothing here says what stock was held.

## The answer

{answer}

| way to set the reorder point | by value | by units | items | stock | orders | ordering | holding |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{headline}

Fill rates are sums over sums: what was served from the shelf in its own week ÷ what was demanded,
weighted by unit cost ("by value") or not. "Items": the share of the {wanted:,} items with demand
in the last {rest} weeks whose own fill rate reached {target}. "Stock": on average over those
weeks, EUR at cost. "Orders": placed in them. "Ordering" and "holding": EUR a year.

## By class of demand, fill rate by value

| way | {classes} |
| --- |{rules}
| items | {counts} |
| share of demand by value, last {rest} weeks | {shares} |
{by_class}

Classes are those of Syntetos, Boylan and Croston on the first {first} weeks (intervals from 1.32,
CV² from 0.49). Distributions chosen: {chosen}. Only the one smooth item
reaches {target}; the erratic items, whose forecast is the plain mean, are furthest from it on the
best line.

**Items apart.** {none:,} items had no demand in the first {first} weeks, and no policy can be set
for them; {new:,} of them were wanted in the last {rest}, for EUR {new_value:,.0f} at cost. They
are outside the tables. Counted as not served at all, they would take the best line's {best} to
{best_with_new}.

## Why it falls short

The mathematics keep the promise where demand is what they were told: with each item's weeks drawn
at random from its own first {first} ({drawn} weeks, a fixed seed), the same policies give the
column "drawn". The rest is what the past could not say. Fill rates by value.

| way | first {first} weeks, drawn | first {first}, as they came | last {rest} weeks |
| --- | ---: | ---: | ---: |
{control}

Drawn demand shows that the normal is wrong even where nothing changes: spare parts are skewed,
and it holds too little. The distribution by class keeps the promise there, with a little to spare
(the model itself expects {expected}: it lets several demands come in one week, and sizes beyond
the largest seen; weeks drawn from the record do neither). The allowance for estimation error is
paid for in stock where there is none to make. In the last {rest} weeks demand was not a draw from
the first {first}. The best line's shortages, by kinds of item (seen afterwards; kinds overlap):

| kind | items | share of demand by value | share of what was short |
| --- | ---: | ---: | ---: |
{causes}

## How the way was chosen

By the literature and a rehearsal; no constant was fitted to the last {rest} weeks. The
distribution follows the class of demand; TSB follows its authors' reason (stock for an item that
nobody asks for any more must sink, which neither Croston nor SBA does), with constants 0.1 for
sizes and 0.05 for the chance of a demand; estimation error follows Prak, Teunter and Syntetos
(2017): a mean of few demands is itself uncertain, the unevenness of few sizes is drawn towards
that of all items, and variance over the lead time is measured over runs of that length rather
than assumed from independent weeks. A rehearsal on the first {rehearsal_end} weeks only (set on
{rehearsal_first}, replayed on the next {rehearsal_rest}) shows what was known before:

| way | fill rate by value | by units | average stock, EUR |
| --- | ---: | ---: | ---: |
{rehearsal}

The rehearsal is clear on estimation error, and on class against normal. It does not separate mean
and TSB: the mean gave a little more, for more stock, and by itself would have led to the line
with the mean ({mean_line} in the last {rest} weeks). TSB was preferred for its reason, and its
0.05 (0.1 gave nearly the same by value), when results on the last {rest} weeks had been seen;
read the best line's {best} with that in mind. SBA holds the most stock, because an item asked for
once keeps its rate for ever.

## How it was replayed

- Each week: what was ordered arrives, demand is served, then the position is reviewed and an
  order placed. An order placed at the end of week t with a lead time of L weeks (7 or 16, whole
  in the data and taken as certain) serves demand from week t + L + 1. Demand that is not met
  waits.
- Order quantity: the larger of the economic order quantity (EUR 5 an order, holding 20 % of cost
  a year, mean of the first {first} weeks) and the minimum order, in whole units where demand is;
  the same for all ways. At or below the reorder point, as many of it as bring the position above.
  Reorder points are zero or more.
- Every rule runs from week 1 half an order quantity above its reorder point, all on the shelf;
  the first {first} weeks are not counted. Had the last {rest} weeks begun with all of the
  position on the shelf and nothing under way, the best line would show {full_shelf} instead of
  {best}: that flatters, because the shelf then holds what should have been under way.
- The textbook line reads {target} as a cycle service level, as is often done; the other lines
  solve for the fill rate with the order quantity in mind.

{measured} {one:.1f} s for the best line, all items, {every:.1f} s for all nine (two cores).
"""


def page(found: Study, seconds: tuple[float, float]) -> str:
    """The page as markdown."""
    last, names = (
        found.last,
        [name for name in CLASSES if name in found.last.statistics.demand_class],
    )
    best = last.results[ADVISED].overall
    served = best.fill_rate_by_value * last.known_demand_value
    groups = {group.group: group for group in last.results[ADVISED].groups}
    demand = sum(groups[name].demand_value for name in names)
    filled = HEAD.format(
        target=_percent(TARGET, 0),
        parts=found.parts,
        weeks=found.weeks,
        first=SET_ON,
        rest=found.weeks - SET_ON,
        answer=_answer(found),
        headline=_lines(_headline(last)),
        wanted=best.items_with_demand,
        classes=" | ".join([*names, "all"]),
        rules=" ---: |" * (len(names) + 1),
        counts=" | ".join([*(f"{groups[n].items:,}" for n in names), f"{best.items:,}"]),
        shares=" | ".join([*(_percent(groups[n].demand_value / demand) for n in names), "100 %"]),
        by_class=_lines(_by_class(last, names)),
        chosen=_chosen(last),
        none=int((~last.known).sum()),
        new=last.new_items,
        new_value=last.new_demand_value,
        best=_percent(best.fill_rate_by_value),
        best_with_new=_percent(served / (last.known_demand_value + last.new_demand_value)),
        control=_lines(_control(found)),
        causes=_lines(
            (c.name, f"{c.items:,}", _percent(c.of_demand), _percent(c.of_short))
            for c in found.causes
        ),
        rehearsal_end=REHEARSAL_END,
        rehearsal_first=REHEARSAL_SET_ON,
        rehearsal_rest=REHEARSAL_END - REHEARSAL_SET_ON,
        rehearsal=_lines(_rehearsal(found.rehearsal)),
        full_shelf=_percent(found.full_shelf),
        drawn=DRAWN_WEEKS,
        expected=_percent(found.expected),
        mean_line=_percent(last.results["chosen_error"].overall.fill_rate_by_value),
        measured=MEASURED,
        one=seconds[0],
        every=seconds[1],
    )
    return "\n\n".join(_wrapped(block) for block in filled.split("\n\n"))


def _answer(found: Study) -> str:
    results = {name: result.overall for name, result in found.last.results.items()}
    by_value = {name: _percent(group.fill_rate_by_value) for name, group in results.items()}
    best = results[ADVISED]
    times = best.average_stock_value / results["normal"].average_stock_value
    return (
        f"Not quite. By class of demand, with TSB and an allowance for estimation error, it was\n"
        f"**{by_value[ADVISED]} by value and {_percent(best.fill_rate)} by units** where "
        f"{_percent(TARGET, 0)} was asked, for an average stock of EUR "
        f"{best.average_stock_value:,.0f}.\nWith the plain mean in place of TSB "
        f"{by_value['chosen_error']}, and without the allowance {by_value['chosen']}; a normal "
        f"distribution\nfor all items gave {by_value['normal']}, and one and a half times mean "
        f"demand {by_value['naive']}. Service is paid for in stock:\nthe best line held "
        f"{times:.1f} times what the normal did. SBA held more than the mean for no more service."
    )


def _headline(last: Comparison) -> Iterable[tuple[str, ...]]:
    for name, result in last.results.items():
        group = result.overall
        yield (
            WAYS[name],
            _percent(group.fill_rate_by_value),
            _percent(group.fill_rate),
            _percent(group.reached, 0),
            f"{group.average_stock_value:,.0f}",
            f"{group.orders:,.0f}",
            f"{result.order_cost:,.0f}",
            f"{result.holding_cost:,.0f}",
        )


def _by_class(last: Comparison, names: list[str]) -> Iterable[tuple[str, ...]]:
    for way, result in last.results.items():
        groups = {group.group: group for group in result.groups}
        yield WAYS[way], *(_percent(groups[n].fill_rate_by_value) for n in [*names, "all"])


def _control(found: Study) -> Iterable[tuple[str, ...]]:
    for name, result in found.last.results.items():
        last = result.overall.fill_rate_by_value
        shown = (found.control[name], found.in_sample[name], last)
        yield WAYS[name], *(_percent(share) for share in shown)


def _rehearsal(rehearsal: Comparison) -> Iterable[tuple[str, ...]]:
    for name, result in rehearsal.results.items():
        group = result.overall
        shares = (_percent(group.fill_rate_by_value), _percent(group.fill_rate))
        yield WAYS[name], *shares, f"{group.average_stock_value:,.0f}"


def _chosen(last: Comparison) -> str:
    names, counts = np.unique(last.distribution, return_counts=True)
    order = np.argsort(-counts)
    return ", ".join(f"{names[i].replace('_', ' ')} {counts[i]:,}" for i in order)


def _wrapped(block: str) -> str:
    """A paragraph or list in lines of a length; tables and headings as they are."""
    if block.startswith(("|", "#")):
        return block
    items = re.split(r"\n(?=- )", block.rstrip("\n"))
    lines = [
        textwrap.fill(
            " ".join(item.split()),
            width=110,
            subsequent_indent="  " if item.startswith("- ") else "",
            break_on_hyphens=False,
            break_long_words=False,
        )
        for item in items
    ]
    return "\n".join(lines) + "\n" * block.endswith("\n")


def _lines(rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _percent(share: float, places: int = 1) -> str:
    return f"{100 * share:.{places}f} %"


def main(folder: str) -> None:
    """Prints the page."""
    parts = read(Path(folder))
    start = time.perf_counter()
    compare(parts.series, SET_ON, parts.terms, TARGET, (ADVISED,))
    middle = time.perf_counter()
    compare(parts.series, SET_ON, parts.terms, TARGET)
    seconds = (middle - start, time.perf_counter() - middle)
    sys.stdout.write(page(study(parts), seconds))


if __name__ == "__main__":
    main(sys.argv[1])

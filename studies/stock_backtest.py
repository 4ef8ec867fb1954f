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
    PERIODS_PER_YEAR,
    REHEARSAL_END,
    REHEARSAL_SET_ON,
    SET_ON,
    TARGET,
    WITH_SBA,
    Study,
    read,
    study,
)
from studies.stock_backtest_words import MEASURED, PAGE, WAYS


def page(found: Study, seconds: tuple[float, float]) -> str:
    """The page as markdown."""
    last, names = (
        found.last,
        [name for name in CLASSES if name in found.last.statistics.demand_class],
    )
    best = last.results[ADVISED].overall
    rehearsed = last.results[found.rehearsed].overall
    served = best.fill_rate_by_value * last.known_demand_value
    groups = {group.group: group for group in last.results[ADVISED].groups}
    demand = sum(groups[name].demand_value for name in names)
    filled = PAGE.format(
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
        mean_line=_percent(rehearsed.fill_rate_by_value),
        up_to_level=_up_to_level(found),
        year=PERIODS_PER_YEAR,
        measured=MEASURED,
        one=seconds[0],
        every=seconds[1],
    )
    return "\n\n".join(_wrapped(block) for block in filled.split("\n\n"))


def _answer(found: Study) -> str:
    results = {name: result.overall for name, result in found.last.results.items()}
    by_value = {name: _percent(group.fill_rate_by_value) for name, group in results.items()}
    known, best = results[found.rehearsed], results[ADVISED]
    sba, mean = results[WITH_SBA], results["chosen_error"]
    times = known.average_stock_value / results["normal"].average_stock_value
    return (
        f"Not quite. The way that the first {SET_ON} weeks lead to, the distribution by class with "
        f"the plain mean and an\nallowance for estimation error, gave "
        f"**{by_value[found.rehearsed]} by value and {_percent(known.fill_rate)} by units** where "
        f"{_percent(TARGET, 0)} was asked, for an average stock of EUR "
        f"{known.average_stock_value:,.0f}. With TSB in place of the mean it was "
        f"{by_value[ADVISED]} and {_percent(best.fill_rate)}, for EUR "
        f"{best.average_stock_value:,.0f}; but TSB was chosen when that had been seen. Without the "
        f"allowance the mean gave {by_value['chosen']}; a normal distribution for all items gave "
        f"{by_value['normal']}, and one and a half times mean demand {by_value['naive']}. Service "
        f"is paid for in stock: the first of these held {times:.1f} times what the normal did. "
        f"With the allowance, SBA held more than the mean for no more service by value "
        f"({_percent(sba.fill_rate_by_value)} and {_percent(mean.fill_rate_by_value)}), though "
        f"more of its items reached the target ({_percent(sba.reached, 0)} against "
        f"{_percent(mean.reached, 0)})."
    )


def _up_to_level(found: Study) -> str:
    """What apart from reorder points differs between the ways, and for what it accounts."""
    by_sba, by_tsb = found.up_to_level[WITH_SBA], found.up_to_level[ADVISED]
    (sku,), own = by_tsb.sku, {name: _percent(v, 1) for name, v in by_tsb.fill_rate.items()}
    rest = {name: _percent(share) for name, share in by_tsb.without.items()}
    forecast, quantity = by_tsb.forecast.item(), by_tsb.order_quantity.item()
    return (
        f"- So reorder points are what differs between the ways, except where a forecast is above "
        f"the order quantity: an order is then due every week, and the item is ordered up to a "
        f"level. SBA does so with {len(by_sba.sku)} items ({_percent(by_sba.of_demand)} of demand "
        f"by value), TSB with one, SKU {sku} (forecast {forecast:.1f} a week, order quantity "
        f"{quantity:.1f}; {_percent(by_tsb.of_demand)} of demand by value), which it serves to "
        f"{own['chosen_tsb']}; the mean to {own['chosen']}, with estimation error "
        f"{own['chosen_error']}. Without that item TSB takes the mean's {rest['chosen']} to "
        f"{rest['chosen_tsb']}, and with estimation error {rest['chosen_error']} to "
        f"{rest['chosen_tsb_error']}."
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

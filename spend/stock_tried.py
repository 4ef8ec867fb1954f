"""What the stock page lets people try and sign, as at one load: read once for each question.

What a trial does, with the curve on which it stands; the policies in force and asked for, as rows
of a page; and the sites at which one item is kept.
"""

from dataclasses import dataclass, replace

from queries import stock_demand
from queries.selection import Selection
from queries.store import Store
from spend import stock_curve, stock_trial
from spend.agreement import Standing, standings
from spend.result import Chart, Fact, Note, Report, Table
from spend.stock_book import StockBook
from spend.stock_choice import Trial
from spend.stock_cost import cost_curve
from spend.stock_policies import in_force, proposed, skipped
from spend.stock_reading import StockReading
from spend.stock_target import ALL, Kind, Policy


@dataclass(frozen=True)
class Tried:
    """What a trial does to stock and to its cost, in words, numbers and pictures."""

    trial: Trial
    said: str
    facts: tuple[Fact, ...]
    table: Table
    curve: Chart
    curve_said: str
    left_out: tuple[str, ...]


def tried(store: Store, selection: Selection, trial: Trial) -> Tried:
    """What a trial does to a selection, beside what is; an empty one leaves all as it is."""
    with store.reader(selection.as_of) as reader:
        reading = StockReading.read(reader, selection)
        result = stock_trial.compare(reading.plan, trial)
        costs = cost_curve(reading, result)
        return Tried(
            trial,
            stock_trial.said(result, reading.currency),
            stock_trial.facts(result),
            stock_trial.table(result),
            stock_curve.chart(costs),
            f"{stock_curve.said(costs)} {stock_curve.held(reading, result)}".strip(),
            costs.left_out,
        )


def added(report: Report, found: Tried) -> Report:
    """The report with its curve, and with what is tried beside it, for exports."""
    with_curve = replace(report, charts=(*report.charts, found.curve))
    if found.trial.empty:
        return with_curve
    return replace(
        with_curve,
        facts=found.facts,
        tables=(*report.tables, found.table),
        notes=(*report.notes, Note(found.said)),
    )


def sites(store: Store, selection: Selection) -> tuple[str, ...]:
    """Where the items of a selection are kept or wanted, the site with most stock first."""
    with store.reader(selection.as_of) as reader:
        book = StockBook.read(reader, selection)
        counts, position = book.positions, book.position
        wanted = [stock_demand.item_demand(reader, one, position) for one in selection.item]
    value = dict.fromkeys((str(site) for rows in wanted for site in rows["site"]), 0)
    for site, cents in zip(counts["site"], counts["value"].fillna(0), strict=True):
        value[str(site)] = value.get(str(site), 0) + int(cents)
    return tuple(sorted(value, key=lambda site: (-value[site], site)))


# --- Policies ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Policies:
    """What stands and what is asked for, and the entries that say nothing to follow."""

    rows: tuple[Standing, ...]
    skipped: tuple[str, ...]


def policies(store: Store, selection: Selection) -> Policies:
    """The policies in force at a moment, then what is asked for, the newest last."""
    with store.reader(selection.as_of) as reader:
        book = StockBook.read(reader, selection)
        entries = book.policies

        def said(policy: Policy) -> str:
            return policy.said(book.choices)

        rows = standings(in_force(entries), proposed(entries), said, Policy.body)
    return Policies(rows, skipped(entries))


def proposals(trial: Trial, selection: Selection) -> tuple[Policy, ...]:
    """The target that is tried, as policies for what is selected: the narrowest first, then for
    all; nothing where no target is tried.

    >>> [p.scope for p in proposals(Trial(service_level=0.98), Selection(category=("C1",)))]
    ['category:C1', 'all']
    """
    if trial.level is None:
        return ()
    chosen = (
        ("item", selection.item if len(selection.item) == 1 else ()),
        ("class", (trial.demand_class,) if trial.demand_class else ()),
        ("category", selection.category if len(selection.category) == 1 else ()),
    )
    scopes = [f"{kind}:{name}" for kind, names in chosen for name in names]
    target: Kind = "fill_rate" if trial.service_level is None else "service_level"
    return tuple(Policy(one, target, trial.level, trial.review_days) for one in (*scopes, ALL))
